#include "common/mail/header_block.h"

#include <algorithm>
#include <cstring>

#include "common/mail/ascii.h"
#include "common/mail/mime_scan.h"

namespace weir {
namespace {

constexpr std::size_t kLongestHeaderName = 200;

bool isNameByte(char c) {
    return c > ' ' && c < 0x7F && c != ':';
}

constexpr std::size_t kMostContentFields = 50;      // kept beyond the limit of fields
constexpr std::size_t kLongestContent = 64u << 10;  // of such a one beyond the limit of bytes

std::size_t lineEnd(std::string_view bytes, std::size_t offset, const HeaderRules& rules) {
    if (rules.bareCrEnds) return std::min(bytes.find_first_of("\r\n", offset), bytes.size());
    if (rules.crlfOnly) {
        const std::size_t end = findText(bytes, "\r\n", offset);
        return end == std::string_view::npos ? bytes.size() : end + 1;
    }
    const void* found = std::memchr(bytes.data() + offset, '\n', bytes.size() - offset);
    return found ? static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data()) : bytes.size();
}

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

struct Split {
    std::size_t nameStart = 0, nameEnd = 0, colon = 0;
};

// Where the name of the field ends and its colon stands; false when the line is no field.
bool splitField(std::string_view line, Split& split) {
    std::size_t end = 0;
    while (end < line.size() && isNameByte(line[end])) ++end;
    split = {0, end, end};
    while (split.colon < line.size() && isBlank(line[split.colon])) ++split.colon;
    // "--" begins a MIME boundary, which may hold a colon.
    return end > 0 && split.colon < line.size() && line[split.colon] == ':' && !line.starts_with("--");
}

// The same for a client that takes any characters as a name.
bool splitAnyField(std::string_view line, Split& split) {
    split.colon = line.substr(0, kLongestHeaderName).find(':');
    if (split.colon == std::string_view::npos || line.starts_with("--")) return false;
    split.nameStart = std::min(line.find_first_not_of(" \t"), split.colon);
    split.nameEnd = split.colon;
    while (split.nameEnd > split.nameStart && isBlank(line[split.nameEnd - 1])) --split.nameEnd;
    return split.nameEnd > split.nameStart;
}

bool isContentField(std::string_view name) {
    return name.size() >= 8 && equalIgnoringCase(name.substr(0, 8), "Content-");
}

class BlockReader {
  public:
    BlockReader(std::string_view bytes, const HeaderLimits& limits, const HeaderRules& rules)
        : bytes_(bytes), limits_(limits), rules_(rules) {}

    HeaderBlock read() {
        std::size_t offset = 0;
        if (bytes_.starts_with("From ")) offset = lineAt(bytes_, 0, rules_).next;
        while (offset < bytes_.size()) {
            const HeaderLine line = lineAt(bytes_, offset, rules_);
            if (line.text.empty() || (rules_.blankEnds && isBlankLine(line.text))) {
                countEnd(offset, line);
                return finish(offset, line.next);
            }
            if (isBlank(line.text.front()) && !(rules_.lenient && !anyField_)) {
                continueField(line.text, offset);
            } else if (!addField(line.text, offset)) {
                break;
            }
            countEnd(offset, line);
            offset = line.next;
        }
        return finish(offset, offset);
    }

  private:
    static bool isBlankLine(std::string_view line) {
        return isBlank(line.front()) && isBlank(line.back()) &&
               line.find_first_not_of(" \t") == std::string_view::npos;
    }

    void countEnd(std::size_t offset, const HeaderLine& line) {
        const std::size_t end = line.next - offset - line.text.size();
        if (end == 0) return;
        if (lines_ == 0) block_.crlf = end == 2;
        ++lines_;
        crlfLines_ += end == 2;
    }

    HeaderBlock finish(std::size_t size, std::size_t bodyStart) {
        block_.size = size;
        block_.bodyStart = bodyStart;
        block_.nul = size > 0 && std::memchr(bytes_.data(), 0, size) != nullptr;
        block_.bareLf = crlfLines_ > 0 && crlfLines_ < lines_;
        block_.bareCr = countByte(bytes_.substr(0, bodyStart), '\r') > crlfLines_;
        return std::move(block_);
    }

    void continueField(std::string_view line, std::size_t offset) {
        if (!anyField_) block_.indented = block_.malformed = true;
        block_.blankLine = block_.blankLine || isBlankLine(line);
        if (keeping_) block_.overBytes |= !extendTo(offset + line.size());
    }

    // False when the line is no field and ends the header.
    bool addField(std::string_view line, std::size_t offset) {
        Split split;
        if (!splitField(line, split) && !(rules_.lenient && splitAnyField(line, split))) {
            keeping_ = false;
            if (rules_.lenient && !line.starts_with("--")) return true;
            block_.malformed = true;
            block_.badLine = !line.starts_with("--");
            block_.oddName = splitAnyField(line, split);
            return false;
        }
        anyField_ = true;
        const std::string_view name = line.substr(split.nameStart, split.nameEnd - split.nameStart);
        const bool overFields = block_.fields.size() >= limits_.fields;
        const bool overBytes = offset >= limits_.bytes;
        block_.overFields |= overFields;
        block_.overBytes |= overBytes;
        keeping_ = !overFields && !overBytes;
        valueLimit_ = limits_.bytes;
        if (!keeping_ && isContentField(name) && contentFields_ < kMostContentFields) {
            ++contentFields_;
            keeping_ = true;
            valueLimit_ = std::max(limits_.bytes, offset + kLongestContent);
        }
        if (keeping_) {
            block_.fields.push_back({name, line.substr(split.colon + 1, 0)});
            block_.overBytes |= !extendTo(offset + line.size());
        }
        return true;
    }

    // Lets the value of the last field end at `end`, or at the limit where that comes first: then false.
    bool extendTo(std::size_t end) {
        std::string_view& value = block_.fields.back().value;
        const auto start = static_cast<std::size_t>(value.data() - bytes_.data());
        const std::size_t last = std::max(start, std::min(end, valueLimit_));
        value = bytes_.substr(start, last - start);
        return last == end;
    }

    const std::string_view bytes_;
    const HeaderLimits& limits_;
    const HeaderRules& rules_;
    HeaderBlock block_;
    bool keeping_ = false;  // continuation lines belong to the last field kept
    bool anyField_ = false;
    std::size_t lines_ = 0, crlfLines_ = 0, contentFields_ = 0, valueLimit_ = 0;
};

}  // namespace

HeaderLine lineAt(std::string_view bytes, std::size_t offset, const HeaderRules& rules) {
    const std::size_t end = lineEnd(bytes, offset, rules);
    std::size_t next = std::min(end + 1, bytes.size());
    if (rules.bareCrEnds && bytes.substr(end).starts_with("\r\n")) ++next;
    std::string_view text = bytes.substr(offset, end - offset);
    if (text.ends_with('\r') && !rules.bareCrEnds) text.remove_suffix(1);
    return {text, next};
}

HeaderBlock readHeaderBlock(std::string_view bytes, const HeaderLimits& limits, const HeaderRules& rules) {
    return BlockReader(bytes, limits, rules).read();
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
