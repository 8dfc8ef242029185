#include "common/mail/uuencode.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "common/mail/ascii.h"
#include "common/mail/mime_scan.h"

namespace weir {
namespace {

constexpr int kLinesLookedAt = 10;  // after "begin", for one that is encoded
constexpr std::string_view kBegin = "begin";

std::string_view takeLine(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

struct BeginLine {
    std::string_view name;
    bool base64 = false;
};

// "begin 644 name" or "begin-base64 644 name".
std::optional<BeginLine> beginLine(std::string_view line) {
    BeginLine found;
    if (!line.starts_with(kBegin)) return std::nullopt;
    line.remove_prefix(kBegin.size());
    if (line.starts_with("-base64")) {
        found.base64 = true;
        line.remove_prefix(7);
    }
    const std::size_t mode = line.find_first_not_of(" \t");
    if (mode == 0 || mode == std::string_view::npos) return std::nullopt;
    const std::size_t modeEnd = std::min(line.find_first_not_of("01234567", mode), line.size());
    if (modeEnd - mode < 3 || modeEnd - mode > 6) return std::nullopt;
    if (modeEnd < line.size() && line[modeEnd] != ' ' && line[modeEnd] != '\t') return std::nullopt;
    found.name = trimmed(line.substr(modeEnd));
    return found;
}

unsigned sextet(char c) {
    return static_cast<unsigned>(c - ' ') & 0x3F;
}

bool isEncodedLine(std::string_view line, bool base64) {
    while (line.ends_with(' ')) line.remove_suffix(1);
    if (line.empty()) return false;
    if (base64) {
        return std::all_of(line.begin(), line.end(), [](char c) {
            return isAsciiLetter(c) || isAsciiDigit(c) || c == '+' || c == '/' || c == '=';
        });
    }
    const std::size_t bytes = sextet(line[0]);
    const std::size_t most = 1 + (bytes + 2) / 3 * 4 + 1;  // some add a check digit
    return bytes > 0 && line.size() <= most + 1 &&
           std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '`'; });
}

bool encodedLineFollows(std::string_view rest, bool base64) {
    for (int i = 0; i < kLinesLookedAt && !rest.empty(); ++i) {
        const std::string_view line = takeLine(rest);
        if (isEncodedLine(line, base64)) return true;
        if (beginLine(line)) return false;
    }
    return false;
}

// The start of the next line that begins with "begin", at or after `offset`.
std::size_t findBegin(std::string_view text, std::size_t offset) {
    for (std::size_t at = findText(text, kBegin, offset); at != std::string_view::npos;
         at = findText(text, kBegin, at + kBegin.size())) {
        if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r') return at;
    }
    return std::string_view::npos;
}

// The block whose lines begin at the front of `rest`: up to "end" (or "====") or the next "begin".
std::string_view blockLines(std::string_view rest, bool base64) {
    const char* start = rest.data();
    while (!rest.empty()) {
        const char* here = rest.data();
        const std::string_view line = takeLine(rest);
        const bool end = base64 ? line.starts_with("====") : line == "end" || line.starts_with("end ");
        if (end || beginLine(line)) return {start, static_cast<std::size_t>(here - start)};
    }
    return {start, static_cast<std::size_t>(rest.data() - start)};
}

}  // namespace

std::vector<UuencodedFile> findUuencoded(std::string_view text, std::size_t most) {
    std::vector<UuencodedFile> files;
    std::size_t offset = 0;
    while (files.size() < most) {
        const std::size_t at = findBegin(text, offset);
        if (at == std::string_view::npos) break;
        std::string_view rest = text.substr(at);
        const std::optional<BeginLine> begin = beginLine(takeLine(rest));
        offset = at + kBegin.size();
        if (!begin || !encodedLineFollows(rest, begin->base64)) continue;
        const std::string_view lines = blockLines(rest, begin->base64);
        offset = static_cast<std::size_t>(lines.data() + lines.size() - text.data());
        files.push_back({begin->name, begin->base64 ? lines : text.substr(at, offset - at), begin->base64});
    }
    return files;
}

void uudecode(std::string_view text, const std::function<bool(std::string_view)>& put) {
    bool begun = false;
    while (!text.empty()) {
        const std::string_view line = takeLine(text);
        if (!begun) {
            begun = line.starts_with("begin ");
            continue;
        }
        if (line.starts_with("end")) return;
        if (line.empty()) continue;
        const auto at = [&](std::size_t i) { return i < line.size() ? sextet(line[i]) : 0u; };
        const std::size_t size = at(0);
        std::array<char, 66> bytes;
        for (std::size_t i = 0; i < size; i += 3) {
            const std::size_t group = 1 + i / 3 * 4;
            const unsigned bits = at(group) << 18 | at(group + 1) << 12 | at(group + 2) << 6 | at(group + 3);
            bytes[i] = static_cast<char>(bits >> 16);
            bytes[i + 1] = static_cast<char>(bits >> 8);
            bytes[i + 2] = static_cast<char>(bits);
        }
        if (size > 0 && !put(std::string_view(bytes.data(), size))) return;
    }
}

}  // namespace weir
