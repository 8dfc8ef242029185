#include "slave/auth/spf_record.h"

#include <algorithm>
#include <array>

#include "common/mail/ascii.h"

namespace weir {
namespace {

using Kind = SpfMechanism::Kind;

constexpr std::string_view kVersion = "v=spf1";

struct Name {
    std::string_view text;
    Kind kind;
    enum class Domain { kNone, kOptional, kRequired, kAddress } domain;
    bool prefix;
};
constexpr std::array<Name, 8> kNames = {{
    {"all", Kind::kAll, Name::Domain::kNone, false},
    {"include", Kind::kInclude, Name::Domain::kRequired, false},
    {"a", Kind::kA, Name::Domain::kOptional, true},
    {"mx", Kind::kMx, Name::Domain::kOptional, true},
    {"ptr", Kind::kPtr, Name::Domain::kOptional, false},
    {"ip4", Kind::kIp4, Name::Domain::kAddress, false},
    {"ip6", Kind::kIp6, Name::Domain::kAddress, false},
    {"exists", Kind::kExists, Name::Domain::kRequired, false},
}};

// A prefix length without leading zeros, at most `most`.
std::optional<unsigned> prefixLength(std::string_view digits, unsigned most) {
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits.front() == '0'))
        return std::nullopt;
    unsigned length = 0;
    for (const char c : digits) {
        if (!isAsciiDigit(c)) return std::nullopt;
        length = length * 10 + static_cast<unsigned>(c - '0');
    }
    return length <= most ? std::optional(length) : std::nullopt;
}

// Where the digits at the end of `text` begin.
std::size_t digitsAtEnd(std::string_view text) {
    std::size_t at = text.size();
    while (at > 0 && isAsciiDigit(text[at - 1])) --at;
    return at;
}

// Takes "/24", "//64" or "/24//64" from the end of `rest`. False: it is there and wrong.
bool takePrefixes(std::string_view& rest, SpfMechanism& mechanism) {
    std::size_t digits = digitsAtEnd(rest);
    if (digits == rest.size() || digits == 0 || rest[digits - 1] != '/') return true;
    if (digits > 1 && rest[digits - 2] == '/') {
        const auto length = prefixLength(rest.substr(digits), 128);
        if (!length) return false;
        mechanism.prefix6 = *length;
        rest = rest.substr(0, digits - 2);
        digits = digitsAtEnd(rest);
        if (digits == rest.size() || digits == 0 || rest[digits - 1] != '/') return true;
    }
    const auto length = prefixLength(rest.substr(digits), 32);
    if (!length) return false;
    mechanism.prefix4 = *length;
    rest = rest.substr(0, digits - 1);
    return true;
}

Expected<SpfMechanism> addressMechanism(SpfMechanism mechanism, std::string_view rest) {
    const bool v4 = mechanism.kind == Kind::kIp4;
    const std::size_t slash = rest.find('/');
    const std::string_view text = rest.substr(0, slash);
    const auto address = parseAddress(text);
    if (!address || (text.find(':') == std::string_view::npos) != v4)
        return problem(mechanism.text, v4 ? "no IPv4 address" : "no IPv6 address");
    mechanism.network = *address;
    if (slash == std::string_view::npos) return mechanism;
    const auto length = prefixLength(rest.substr(slash + 1), v4 ? 32 : 128);
    if (!length) return problem(mechanism.text, "no valid prefix length");
    (v4 ? mechanism.prefix4 : mechanism.prefix6) = *length;
    return mechanism;
}

Expected<SpfMechanism> parseMechanism(std::string_view term) {
    SpfMechanism mechanism;
    mechanism.text = term;
    if (std::string_view("+-~?").find(term.front()) != std::string_view::npos) {
        mechanism.qualifier = term.front();
        term.remove_prefix(1);
    }
    const std::size_t end = std::min(term.find_first_of(":/"), term.size());
    std::string_view rest = term.substr(end);
    const auto name = std::find_if(kNames.begin(), kNames.end(), [&](const Name& one) {
        return equalIgnoringCase(one.text, term.substr(0, end));
    });
    if (name == kNames.end()) return problem(mechanism.text, "unknown mechanism");
    mechanism.kind = name->kind;
    if (name->prefix && !takePrefixes(rest, mechanism))
        return problem(mechanism.text, "no valid prefix length");
    if (rest.empty()) {
        if (name->domain == Name::Domain::kNone || name->domain == Name::Domain::kOptional) return mechanism;
        return problem(mechanism.text, "something must follow the name");
    }
    if (rest.front() != ':' || name->domain == Name::Domain::kNone)
        return problem(mechanism.text, "this may not follow the name");
    rest.remove_prefix(1);
    if (name->domain == Name::Domain::kAddress) return addressMechanism(std::move(mechanism), rest);
    auto domain = parseSpfDomainSpec(rest);
    if (!domain) return problem(mechanism.text, domain.error().what);
    mechanism.domain = std::move(*domain);
    return mechanism;
}

bool isModifierName(std::string_view name) {
    return !name.empty() && isAsciiLetter(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
        return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '_' || c == '.';
    });
}

// "name=value": only exp and redirect mean something, and each once.
std::optional<Problem> takeModifier(SpfRecord& record, std::string_view name, std::string_view value) {
    const std::string where(name);
    const bool redirect = equalIgnoringCase(name, "redirect");
    if (redirect || equalIgnoringCase(name, "exp")) {
        auto& target = redirect ? record.redirect : record.explanation;
        if (target) return Problem{where, "given twice"};
        auto domain = parseSpfDomainSpec(value);
        if (!domain) return Problem{where, domain.error().what};
        target = std::move(*domain);
        return std::nullopt;
    }
    if (!isModifierName(name)) return Problem{where, "no name of a modifier"};
    const auto unknown = parseSpfMacroString(value, true);
    if (!unknown) return Problem{where, unknown.error().what};
    return std::nullopt;
}

}  // namespace

bool isSpfRecord(std::string_view text) {
    return equalIgnoringCase(text.substr(0, kVersion.size()), kVersion) &&
           (text.size() == kVersion.size() || text[kVersion.size()] == ' ');
}

Expected<SpfRecord> parseSpfRecord(std::string_view text, const SpfRecordLimits& limits) {
    if (text.size() > limits.bytes) return problem("", "over " + std::to_string(limits.bytes) + " bytes");
    SpfRecord record;
    std::size_t terms = 0;
    for (std::size_t at = kVersion.size(); at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string_view term = text.substr(at, end - at);
        at = end + 1;
        if (term.empty()) continue;
        if (++terms > limits.terms) return problem("", "over " + std::to_string(limits.terms) + " terms");
        if (!std::all_of(term.begin(), term.end(), [](char c) { return c > ' ' && c < '\x7F'; }))
            return problem("", "a character that is not printable ASCII");
        const std::size_t sign = term.find_first_of("=:/");
        if (sign != std::string_view::npos && term[sign] == '=') {
            const auto wrong = takeModifier(record, term.substr(0, sign), term.substr(sign + 1));
            if (wrong) return tl::unexpected(*wrong);
            continue;
        }
        auto mechanism = parseMechanism(term);
        if (!mechanism) return tl::unexpected(mechanism.error());
        record.mechanisms.push_back(std::move(*mechanism));
    }
    return record;
}

}  // namespace weir
