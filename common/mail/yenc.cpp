#include "common/mail/yenc.h"

#include <algorithm>
#include <array>

#include "common/mail/ascii.h"
#include "common/mail/mime_scan.h"

namespace weir {
namespace {

constexpr std::string_view kBegin = "=ybegin ", kPart = "=ypart", kEnd = "=yend";

std::string_view lineAt(std::string_view text, std::size_t offset) {
    const std::size_t end = std::min(text.find('\n', offset), text.size());
    return text.substr(offset, end - offset);
}

// The start of the next line that begins with `what`, at or after `offset`; the end when there is none.
std::size_t findLine(std::string_view text, std::size_t offset, std::string_view what) {
    for (std::size_t at = findText(text, what, offset); at != std::string_view::npos;
         at = findText(text, what, at + what.size())) {
        if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r') return at;
    }
    return text.size();
}

}  // namespace

std::vector<YencFile> findYenc(std::string_view text, std::size_t most) {
    std::vector<YencFile> files;
    std::size_t at = findLine(text, 0, kBegin);
    while (at < text.size() && files.size() < most) {
        const std::string_view line = lineAt(text, at);
        const std::size_t next = findLine(text, at + kBegin.size(), kBegin);
        const std::string_view upToNext = text.substr(at, next - at);
        const std::string_view block = upToNext.substr(0, findLine(upToNext, line.size(), kEnd));
        const std::size_t name = line.find(" name=");
        if (line.find(" size=") != std::string_view::npos || name != std::string_view::npos) {
            files.push_back(
                {name == std::string_view::npos ? std::string_view() : trimmed(line.substr(name + 6)),
                 block});
        }
        at = next;
    }
    return files;
}

void yencDecode(std::string_view block, const std::function<bool(std::string_view)>& put) {
    std::array<char, 4096> bytes;
    while (!block.empty()) {
        std::string_view line = lineAt(block, 0);
        block.remove_prefix(std::min(line.size() + 1, block.size()));
        if (line.starts_with(kBegin) || line.starts_with(kPart)) continue;
        if (line.starts_with(kEnd)) return;
        if (line.ends_with('\r')) line.remove_suffix(1);
        std::size_t size = 0;
        bool escaped = false;
        for (const char c : line) {
            if (c == '=' && !escaped) {
                escaped = true;
                continue;
            }
            bytes[size++] = static_cast<char>(c - 42 - (escaped ? 64 : 0));
            escaped = false;
            if (size < bytes.size()) continue;
            if (!put({bytes.data(), size})) return;
            size = 0;
        }
        if (size > 0 && !put({bytes.data(), size})) return;
    }
}

}  // namespace weir
