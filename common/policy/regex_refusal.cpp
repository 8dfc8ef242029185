#include "common/policy/regex_refusal.h"

#include <span>

#include "common/mail/ascii.h"

namespace weir {
namespace {

struct Construct {
    std::string_view begins;
    std::string_view what;
    std::string_view why;
    std::string_view instead;  // empty: there is no way
};

constexpr std::string_view kNotLinear = "it cannot be searched in linear time";
constexpr std::string_view kNoBacktracking = "nothing is ever tried a second time";
constexpr std::string_view kOnlyWhether =
    "what counts is whether the expression is found, not what it covers";
constexpr std::string_view kUnknown = "RE2 does not know it";

constexpr std::string_view kRepeatedText =
    "write out what may be repeated, as (?:a.*a|b.*b), or use a list; for names that look alike there is "
    "resembles";
constexpr std::string_view kPlainGroup = "write (?:…), which costs no backtracking here";
constexpr std::string_view kNoFlag = "leave out the blanks and comments of the expression";

// After "(", longer beginnings first.
constexpr Construct kGroups[] = {
    {"?=", "look-ahead", kNotLinear,
     "at the end of the expression write (?:…); elsewhere put both expressions as conditions into \"all\""},
    {"?!", "negative look-ahead", kNotLinear,
     "for one character write (?:[^…]|\\z); else put the other expression under \"not\", as a second "
     "condition in \"all\""},
    {"?<=", "look-behind", kNotLinear, "at the beginning of the expression write (?:…)"},
    {"?<!", "negative look-behind", kNotLinear,
     "for one character write (?:\\A|[^…]); else put the other expression under \"not\", as a second "
     "condition in \"all\""},
    {"?>", "an atomic group", kNoBacktracking, kPlainGroup},
    {"?|", "a group that numbers its branches alike", kUnknown, "write (?:…)"},
    {"?(", "a condition within the expression", kNotLinear,
     "write both cases as alternatives, (?:…|…), or as two expressions under \"any\""},
    {"?R", "recursion", kNotLinear, "write out as many levels as are wanted"},
    {"?0", "recursion", kNotLinear, "write out as many levels as are wanted"},
    {"?&", "a call of another group", kNotLinear, "write that group out once more"},
    {"?P>", "a call of another group", kNotLinear, "write that group out once more"},
    {"?P=", "a back-reference", kNotLinear, kRepeatedText},
    {"?#", "a comment", kUnknown, "leave it out; the rule has a name for it"},
    {"?C", "a callout", kUnknown, ""},
    {"?<", "a named group written (?<name>…)", kUnknown, "write (?:…), or (?P<name>…)"},
    {"?'", "a named group written (?'name'…)", kUnknown, "write (?:…), or (?P<name>…)"},
    {"*", "a verb like (*SKIP)", kNoBacktracking, "leave it out"},
};

// After "\", outside of a class.
constexpr Construct kEscapes[] = {
    {"g<", "a call of another group", kNotLinear, "write that group out once more"},
    {"g'", "a call of another group", kNotLinear, "write that group out once more"},
    {"g", "a back-reference", kNotLinear, kRepeatedText},
    {"k", "a back-reference", kNotLinear, kRepeatedText},
    {"G", "\\G", "each value is searched once, from its beginning", "write \\A for that"},
    {"K", "\\K", kOnlyWhether, "leave it out"},
    {"Z", "\\Z", kUnknown, "write \\n?\\z"},
    {"R", "\\R", kUnknown, "write (?:\\r\\n|[\\r\\n])"},
    {"X", "\\X", kUnknown, "write \\PM\\pM*"},
    {"N", "\\N", kUnknown, "write [^\\n]"},
    {"h", "\\h", kUnknown, "write [\\t ]"},
    {"H", "\\H", kUnknown, "write [^\\t ]"},
    {"V", "\\V", kUnknown, "write [^\\n\\v\\f\\r]"},
    {"e", "\\e", kUnknown, "write \\x1b"},
    {"c", "\\c", kUnknown, "write the character as \\x and two hexadecimal digits"},
    {"o", "\\o", kUnknown, "write the character as \\x{…}"},
    {"u", "\\u", kUnknown, "write the character as \\x{…}"},
    {"U", "\\U", kUnknown, "write the character as \\x{…}"},
};

std::string told(std::string_view what, std::string_view why, std::string_view instead) {
    std::string text = std::string(what) + " is not possible: " + std::string(why);
    if (!instead.empty()) text += "; " + std::string(instead);
    return text;
}

std::string toldOf(std::span<const Construct> table, std::string_view rest) {
    for (const Construct& one : table)
        if (rest.starts_with(one.begins)) return told(one.what, one.why, one.instead);
    return {};
}

// (?1), (?-1), (?+1) call a group; (?x) and its like set a flag that RE2 does not have.
std::string toldOfGroup(std::string_view rest) {
    if (std::string text = toldOf(kGroups, rest); !text.empty()) return text;
    if (!rest.starts_with('?')) return {};
    rest.remove_prefix(1);
    std::string_view digits = rest.substr(!rest.empty() && (rest[0] == '-' || rest[0] == '+'));
    if (!digits.empty() && isAsciiDigit(digits[0]))
        return told("a call of another group", kNotLinear, "write that group out once more");
    for (const char c : rest) {
        if (c == 'x') return told("the flag x", kUnknown, kNoFlag);
        if (c != '-' && !isAsciiLetter(c)) break;
    }
    return {};
}

std::string toldOfEscape(std::string_view rest) {
    if (!rest.empty() && rest[0] >= '1' && rest[0] <= '9')
        return told("back-reference \\" + std::string(1, rest[0]), kNotLinear, kRepeatedText);
    return toldOf(kEscapes, rest);
}

class Reader {
  public:
    explicit Reader(std::string_view in) : in_(in) {}

    std::string first() {
        std::string found;
        while (at_ < in_.size() && found.empty()) {
            const char c = in_[at_++];
            const std::string_view rest = in_.substr(at_);
            if (c == '\\') {
                found = escape(rest);
            } else if (inClass_) {
                inClass_ = c != ']';
            } else if (c == '[') {
                openClass();
            } else if (c == '(') {
                found = toldOfGroup(rest);
                quantified_ = false;
            } else {
                found = operatorAt(c, rest);
            }
        }
        return found;
    }

  private:
    std::string escape(std::string_view rest) {
        quantified_ = false;
        if (rest.starts_with('Q')) {
            const std::size_t end = in_.find("\\E", at_);
            at_ = end == std::string_view::npos ? in_.size() : end + 2;
            return {};
        }
        ++at_;
        return inClass_ ? std::string() : toldOfEscape(rest);
    }

    void openClass() {
        inClass_ = true;
        quantified_ = false;
        if (at_ < in_.size() && in_[at_] == '^') ++at_;
        if (at_ < in_.size() && in_[at_] == ']') ++at_;  // stands for itself there
    }

    std::string operatorAt(char c, std::string_view rest) {
        if (c == '+' && quantified_)
            return told("a possessive repetition like a++", kNoBacktracking,
                        "leave out the second +: it costs no backtracking here");
        const std::size_t close = c == '{' ? rest.find('}') : std::string_view::npos;
        const bool counted = close != std::string_view::npos && close > 0 && isAsciiDigit(rest[0]) &&
                             rest.substr(0, close).find_first_not_of("0123456789,") == std::string_view::npos;
        if (counted) at_ += close + 1;
        quantified_ = counted || c == '*' || c == '+' || c == '?';
        return {};
    }

    const std::string_view in_;
    std::size_t at_ = 0;
    bool inClass_ = false;
    bool quantified_ = false;  // what was read last is a repetition
};

}  // namespace

std::string foreignConstruct(std::string_view pattern) {
    return Reader(pattern).first();
}

}  // namespace weir
