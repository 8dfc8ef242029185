#include "common/policy/regex_pattern.h"

#include "common/policy/regex_refusal.h"

namespace weir {
namespace {

// \s of RE2; that of libhs also takes the vertical tab.
constexpr std::string_view kSpaces = "\\t\\n\\f\\r ";

// Some group of the pattern sets the m flag: then $ has two meanings in it.
bool setsMultiline(std::string_view pattern) {
    for (std::size_t at = pattern.find("(?"); at != std::string_view::npos; at = pattern.find("(?", at + 2)) {
        for (std::size_t i = at + 2; i < pattern.size(); ++i) {
            const char c = pattern[i];
            if (c == 'm') return true;
            if (c != 'i' && c != 's' && c != 'U' && c != '-') break;
        }
    }
    return false;
}

class Translator {
  public:
    explicit Translator(std::string_view in) : in_(in), multiline_(setsMultiline(in)) {}

    ScanPattern translate() {
        while (at_ < in_.size()) {
            const char c = in_[at_];
            if (static_cast<unsigned char>(c) >= 0x80) unicode();
            if (c == '\\') {
                escape();
            } else if (c == '[' && !inClass_) {
                openClass();
            } else if (c == '[' && in_.substr(at_).starts_with("[:")) {
                const std::size_t end = in_.find(":]", at_);
                if (in_[at_ + 2] == '^') negated_ = true;
                take(end == std::string_view::npos ? 1 : end + 2 - at_);
            } else if (c == ']' && inClass_) {
                inClass_ = false;
                if (negated_) oneCharacter(1);
                take(1);
            } else if (c == '$' && !inClass_ && !multiline_) {
                put("\\z");
            } else {
                if (c == '$' && !inClass_) out_.needsConfirm = true;
                if (c == '.' && !inClass_) oneCharacter(1);
                take(1);
            }
        }
        return std::move(out_);
    }

  private:
    void take(std::size_t n) {
        out_.text += in_.substr(at_, n);
        at_ += n;
    }
    void put(std::string_view text, std::size_t consumed = 1) {
        out_.text += text;
        at_ += consumed;
    }
    void unicode() {
        out_.needsUtf8 = true;
        out_.plainAscii = false;
    }
    // Something at at_, `length` long, that takes one character of any kind: bytes do for it only where any
    // number may follow, since then a character that is begun is also ended.
    void oneCharacter(std::size_t length) {
        const char next = at_ + length < in_.size() ? in_[at_ + length] : ' ';
        if (next != '*' && next != '+') out_.needsUtf8 = true;
    }
    void openClass() {
        inClass_ = true;
        negated_ = in_.substr(at_).starts_with("[^");
        take(negated_ ? 2 : 1);
        if (at_ < in_.size() && in_[at_] == ']') put("\\]");  // a bracket in front stands for itself
    }
    void escape() {
        if (at_ + 1 >= in_.size()) return take(1);
        switch (in_[at_ + 1]) {
            case 'Q': {
                const std::size_t end = in_.find("\\E", at_ + 2);
                const std::string_view literal =
                    in_.substr(at_ + 2, end == std::string_view::npos ? end : end - at_ - 2);
                for (char c : literal)
                    if (static_cast<unsigned char>(c) >= 0x80) unicode();
                return put(RE2::QuoteMeta(literal),
                           end == std::string_view::npos ? in_.size() - at_ : end + 2 - at_);
            }
            case 's':
                return put(inClass_ ? std::string(kSpaces) : "[" + std::string(kSpaces) + "]", 2);
            case 'S':
                if (inClass_) {
                    out_.scannable = false;
                    return take(2);
                }
                oneCharacter(2);
                return put("[^" + std::string(kSpaces) + "]", 2);
            case 'v':
                return put("\\x0b", 2);
            case 'D':
            case 'W':
                if (inClass_) {
                    negated_ = true;
                } else {
                    oneCharacter(2);
                }
                return take(2);
            case 'B':
                out_.needsUtf8 = true;
                return take(2);
            case 'x':
            case 'p':
            case 'P':
                unicode();
                return take(2);
            default:
                if (in_[at_ + 1] >= '0' && in_[at_ + 1] <= '7') unicode();
                return take(2);
        }
    }

    const std::string_view in_;
    const bool multiline_;
    std::size_t at_ = 0;
    bool inClass_ = false;
    bool negated_ = false;  // the class takes characters outside ASCII
    ScanPattern out_;
};

// RE2's own words, and why where the reader may wonder.
std::string reason(std::string_view pattern, const RE2& regex) {
    if (std::string foreign = foreignConstruct(pattern); !foreign.empty()) return foreign;
    const std::string& argument = regex.error_arg();
    if (regex.error_code() == RE2::ErrorRepeatSize)
        return argument + " repeats more than 1000 times; repetitions inside each other multiply";
    if (regex.error_code() == RE2::ErrorPatternTooLarge)
        return "the expression is too large: its repetitions multiply";
    return "not a valid regular expression (RE2 syntax): " + regex.error();
}

}  // namespace

RE2::Options regexOptions(bool caseless) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kRegexMemory);
    options.set_case_sensitive(!caseless);
    return options;
}

std::unique_ptr<RE2> compiledRegex(const std::string& pattern, bool caseless) {
    auto regex = std::make_unique<RE2>(pattern, regexOptions(caseless));
    if (!regex->ok())
        throw Error(ErrorCode::kInternal, "regular expression was not checked: " + regex->error());
    return regex;
}

bool isMatch(const RE2& regex, std::string_view text) {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), regex);
}

Expected<void> checkRegex(std::string_view pattern) {
    if (pattern.empty()) return problem("", "expected a regular expression, found an empty text");
    const RE2 regex(re2::StringPiece(pattern.data(), pattern.size()), regexOptions(true));
    if (!regex.ok()) return problem("", reason(pattern, regex));
    for (std::size_t at = pattern.find('\\'); at != std::string_view::npos; at = pattern.find('\\', at + 2))
        if (pattern.substr(at).starts_with("\\C"))
            return problem("", "\\C is not possible: it would match half a character");
    return {};
}

ScanPattern scanPattern(std::string_view pattern) {
    return Translator(pattern).translate();
}

std::string regexOfGlob(std::string_view glob) {
    std::string out = "(?s)\\A";
    std::size_t literal = 0;
    for (std::size_t i = 0; i <= glob.size(); ++i) {
        if (i < glob.size() && glob[i] != '*' && glob[i] != '?') continue;
        out += RE2::QuoteMeta(re2::StringPiece(glob.data() + literal, i - literal));
        literal = i + 1;
        if (i < glob.size()) out += glob[i] == '*' ? ".*" : ".";
    }
    return out + "\\z";
}

}  // namespace weir
