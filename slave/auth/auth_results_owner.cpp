#include "slave/auth/auth_results_owner.h"

#include <algorithm>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::string_view kName = "authentication-results";

constexpr bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool isNameByte(char c) {
    return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '_' || c == '.';
}

// The id, and behind it nothing but a final dot and a version.
bool isName(std::string_view text, std::string_view id) {
    if (!text.starts_with(id)) return false;
    text.remove_prefix(id.size());
    if (text.starts_with('.')) text.remove_prefix(1);
    if (text.starts_with('/')) text.remove_prefix(1);
    return std::all_of(text.begin(), text.end(), isAsciiDigit);
}

// The id as a whole word somewhere in the text.
bool names(std::string_view text, std::string_view id) {
    for (std::size_t at = text.find(id); at != std::string_view::npos; at = text.find(id, at + 1)) {
        const std::size_t end = at + id.size();
        if ((at == 0 || !isNameByte(text[at - 1])) && (end == text.size() || !isNameByte(text[end])))
            return true;
    }
    return false;
}

// Looks at everything before the first ';' as a strict reader, and as careless ones: without comments,
// quotes, space and bytes that are not shown; up to the first byte that no name has; with the comments.
class StartOfField {
  public:
    StartOfField(std::string_view value, const std::vector<std::string>& ids) {
        for (const std::string& id : ids) {
            if (trimmed(id).empty()) continue;
            ids_.push_back(lowered(trimmed(id)));
            longest_ = std::max(longest_, ids_.back().size());
        }
        read(value);
    }

    bool mayBearId() const {
        const bool odd = unclosed_ || bare_.empty() || bare_.find("=?") != std::string::npos ||
                         bare_.find_first_of("\\()<>@,:[]") != std::string::npos;
        return odd || seen_ || std::any_of(ids_.begin(), ids_.end(), [&](const std::string& id) {
                   return isName(bare_, id) || names(all_, id);
               });
    }

  private:
    void read(std::string_view value) {
        std::size_t depth = 0;
        bool quoted = false;
        for (std::size_t i = 0; i < value.size(); ++i) {
            char c = value[i];
            bool syntax = false;
            if (c == '\\' && (quoted || depth > 0) && i + 1 < value.size()) {
                c = value[++i];
            } else if (depth == 0 && c == '"') {
                quoted = !quoted;
                syntax = true;
            } else if (!quoted && c == '(') {
                ++depth;
                syntax = true;
            } else if (!quoted && depth > 0 && c == ')') {
                --depth;
                syntax = true;
            } else if (!quoted && depth == 0 && c == ';') {
                break;
            }
            add(c, depth == 0 && !syntax);
        }
        unclosed_ = quoted || depth > 0;
    }

    void add(char c, bool partOfName) {
        const bool shown = c > ' ' && c < 0x7F;
        if (isSpace(c) || (shown && partOfName && !isNameByte(c))) endWord();
        if (shown || isSpace(c)) all_ += lowerAscii(c);
        if (shown && partOfName) bare_ += lowerAscii(c);
    }

    void endWord() {
        if (seen_ || bare_.size() > longest_ + 8) return;
        seen_ =
            std::any_of(ids_.begin(), ids_.end(), [&](const std::string& id) { return isName(bare_, id); });
    }

    std::vector<std::string> ids_;
    std::size_t longest_ = 0;
    std::string bare_, all_;
    bool unclosed_ = false, seen_ = false;
};

}  // namespace

bool mayBearId(std::string_view value, const std::vector<std::string>& ids) {
    return StartOfField(value, ids).mayBearId();
}

std::vector<unsigned> fieldsToRemove(const std::vector<HeaderField>& fields,
                                     const std::vector<std::string>& ids) {
    std::vector<unsigned> numbers;
    unsigned number = 0;
    for (const HeaderField& field : fields) {
        if (!equalIgnoringCase(field.name, kName)) continue;
        ++number;
        if (mayBearId(field.value, ids)) numbers.push_back(number);
    }
    std::reverse(numbers.begin(), numbers.end());
    return numbers;
}

}  // namespace weir
