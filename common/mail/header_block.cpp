#include "common/mail/header_block.h"

#include <algorithm>
#include <cstring>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::size_t kLongestHeaderName = 200;

bool isNameByte(char c) {
    return c > ' ' && c < 0x7F && c != ':';
}

struct Line {
    std::string_view text;  // without its end
    std::size_t next = 0;   // offset of the next line
};

Line lineAt(std::string_view bytes, std::size_t offset) {
    const void* found = std::memchr(bytes.data() + offset, '\n', bytes.size() - offset);
    const std::size_t end =
        found ? static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data()) : bytes.size();
    std::string_view text = bytes.substr(offset, end - offset);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return {text, std::min(end + 1, bytes.size())};
}

// Length of the name and offset of the colon; false when the line is no field.
bool splitField(std::string_view line, std::size_t& nameSize, std::size_t& colon) {
    nameSize = 0;
    while (nameSize < line.size() && isNameByte(line[nameSize])) ++nameSize;
    colon = nameSize;
    while (colon < line.size() && (line[colon] == ' ' || line[colon] == '\t')) ++colon;
    // "--" begins a MIME boundary, which may hold a colon.
    return nameSize > 0 && colon < line.size() && line[colon] == ':' && !line.starts_with("--");
}

// Lets `value` end at `end`, or at the limit where that comes first: then false.
bool extendTo(std::string_view bytes, std::size_t end, const HeaderLimits& limits, std::string_view& value) {
    const auto start = static_cast<std::size_t>(value.data() - bytes.data());
    const std::size_t last = std::max(start, std::min(end, limits.bytes));
    value = bytes.substr(start, last - start);
    return last == end;
}

}  // namespace

HeaderBlock readHeaderBlock(std::string_view bytes, const HeaderLimits& limits) {
    HeaderBlock block;
    std::size_t offset = 0;
    bool keeping = false;  // continuation lines belong to the last field kept
    bool anyField = false;
    if (bytes.starts_with("From ")) offset = lineAt(bytes, 0).next;
    while (offset < bytes.size()) {
        const Line line = lineAt(bytes, offset);
        if (line.text.empty()) {
            block.size = offset;
            block.bodyStart = line.next;
            block.nul = std::memchr(bytes.data(), 0, block.size) != nullptr;
            return block;
        }
        std::size_t nameSize, colon;
        if (line.text.front() == ' ' || line.text.front() == '\t') {
            if (keeping) {
                HeaderField& field = block.fields.back();
                const bool whole = extendTo(bytes, offset + line.text.size(), limits, field.value);
                block.overBytes = block.overBytes || !whole;
            }
            block.malformed = block.malformed || !anyField;
        } else if (splitField(line.text, nameSize, colon)) {
            const bool overFields = block.fields.size() >= limits.fields;
            const bool overBytes = offset >= limits.bytes;
            block.overFields = block.overFields || overFields;
            block.overBytes = block.overBytes || overBytes;
            keeping = !overFields && !overBytes;
            anyField = true;
            if (keeping) {
                HeaderField field{line.text.substr(0, nameSize), line.text.substr(colon + 1, 0)};
                const bool whole = extendTo(bytes, offset + line.text.size(), limits, field.value);
                block.overBytes = block.overBytes || !whole;
                block.fields.push_back(field);
            }
        } else {
            block.malformed = true;
            break;
        }
        offset = line.next;
    }
    block.size = block.bodyStart = offset;
    block.nul = offset > 0 && std::memchr(bytes.data(), 0, offset) != nullptr;
    return block;
}

const HeaderField* findHeader(const std::vector<HeaderField>& fields, std::string_view name) {
    for (const HeaderField& field : fields) {
        if (equalIgnoringCase(field.name, name)) return &field;
    }
    return nullptr;
}

bool isHeaderName(std::string_view name) {
    return !name.empty() && name.size() <= kLongestHeaderName &&
           std::all_of(name.begin(), name.end(), isNameByte);
}

}  // namespace weir
