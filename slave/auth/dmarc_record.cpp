#include "slave/auth/dmarc_record.h"

#include <algorithm>

#include "common/mail/ascii.h"

namespace weir {
namespace {

struct Piece {
    std::string_view name, value;
};

// Takes the next "name=value" from `rest`; without "=" the name is empty.
Piece takePiece(std::string_view& rest) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view piece = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) return {{}, trimmed(piece)};
    return {trimmed(piece.substr(0, equals)), trimmed(piece.substr(equals + 1))};
}

std::optional<DmarcPolicy> policyIn(std::string_view value) {
    for (const auto policy : {DmarcPolicy::kNone, DmarcPolicy::kQuarantine, DmarcPolicy::kReject}) {
        if (equalIgnoringCase(value, toString(policy))) return policy;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> numberIn(std::string_view digits, std::uint64_t most) {
    std::uint64_t number = 0;
    if (digits.empty() || digits.size() > 18) return std::nullopt;
    for (const char c : digits) {
        if (!isAsciiDigit(c)) return std::nullopt;
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return number <= most ? std::optional(number) : std::nullopt;
}

std::optional<bool> strictIn(std::string_view value) {
    if (equalIgnoringCase(value, "s")) return true;
    return equalIgnoringCase(value, "r") ? std::optional(false) : std::nullopt;
}

std::string failureOptionsIn(std::string_view value) {
    std::string options;
    while (!value.empty()) {
        const std::size_t end = std::min(value.find(':'), value.size());
        const std::string one = lowered(trimmed(value.substr(0, end)));
        value.remove_prefix(std::min(end + 1, value.size()));
        const bool known = one == "0" || one == "1" || one == "d" || one == "s";
        if (!known || options.find(one) != std::string::npos) continue;
        if (!options.empty()) options += ':';
        options += one;
    }
    return options.empty() ? "0" : options;
}

// "10m" after the "!".
std::optional<std::uint64_t> sizeIn(std::string_view text) {
    static constexpr std::string_view kUnits = "kmgt";
    unsigned shift = 0;
    if (!text.empty() && !isAsciiDigit(text.back())) {
        const std::size_t unit = kUnits.find(lowerAscii(text.back()));
        if (unit == std::string_view::npos) return std::nullopt;
        shift = static_cast<unsigned>(10 * (unit + 1));
        text.remove_suffix(1);
    }
    const auto number = numberIn(text, (std::uint64_t{1} << 63) >> shift);
    return number ? std::optional(*number << shift) : std::nullopt;
}

std::string percentDecoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape =
            text[i] == '%' && i + 2 < text.size() && hexValue(text[i + 1]) >= 0 && hexValue(text[i + 2]) >= 0;
        decoded += escape ? static_cast<char>(hexValue(text[i + 1]) * 16 + hexValue(text[i + 2])) : text[i];
        if (escape) i += 2;
    }
    return decoded;
}

// Safe in an SMTP command and a header: "" for what is no plain address.
std::string mailtoAddress(std::string_view rest) {
    std::string address = percentDecoded(rest.substr(0, rest.find('?')));
    const bool plain = std::all_of(address.begin(), address.end(), [](char c) {
        return c > ' ' && c <= '~' && std::string_view("<>(),;:\\\"[]").find(c) == std::string_view::npos;
    });
    const std::size_t at = address.find('@');
    const bool oneAt =
        at != std::string::npos && at > 0 && at + 1 < address.size() && at == address.rfind('@');
    return plain && oneAt ? address : "";
}

std::optional<DmarcReportUri> uriIn(std::string_view text) {
    static constexpr std::string_view kMailto = "mailto:";
    DmarcReportUri uri;
    if (const std::size_t mark = text.rfind('!'); mark != std::string_view::npos) {
        uri.maxBytes = sizeIn(trimmed(text.substr(mark + 1)));
        if (!uri.maxBytes) return std::nullopt;
        text = trimmed(text.substr(0, mark));
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || !isAsciiLetter(text.front())) return std::nullopt;
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; }))
        return std::nullopt;
    uri.uri = text;
    if (equalIgnoringCase(text.substr(0, kMailto.size()), kMailto)) {
        uri.address = mailtoAddress(text.substr(kMailto.size()));
        if (uri.address.empty()) return std::nullopt;
    }
    return uri;
}

}  // namespace

const char* toString(DmarcPolicy policy) {
    static constexpr const char* kNames[] = {"none", "quarantine", "reject"};
    return kNames[static_cast<std::size_t>(policy)];
}

bool isDmarcRecord(std::string_view text) {
    const Piece first = takePiece(text);
    return equalIgnoringCase(first.name, "v") && first.value == "DMARC1";
}

std::optional<std::string_view> dmarcTag(std::string_view text, std::string_view name) {
    while (!text.empty()) {
        const Piece piece = takePiece(text);
        if (equalIgnoringCase(piece.name, name)) return piece.value;
    }
    return std::nullopt;
}

std::vector<DmarcReportUri> parseDmarcUris(std::string_view text, std::size_t most) {
    std::vector<DmarcReportUri> uris;
    while (!text.empty() && uris.size() < most) {
        const std::size_t end = std::min(text.find(','), text.size());
        auto uri = uriIn(trimmed(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (uri && std::find(uris.begin(), uris.end(), *uri) == uris.end()) uris.push_back(std::move(*uri));
    }
    return uris;
}

Expected<DmarcRecord> parseDmarcRecord(std::string_view text, const DmarcRecordLimits& limits) {
    if (text.size() > limits.bytes) return problem("", "over " + std::to_string(limits.bytes) + " bytes");
    const auto pieces = static_cast<std::size_t>(std::count(text.begin(), text.end(), ';'));
    if (pieces > limits.tags) return problem("", "over " + std::to_string(limits.tags) + " tags");
    const auto value = [&](std::string_view name) {
        return dmarcTag(text, name).value_or(std::string_view());
    };
    DmarcRecord record;
    record.aggregate = parseDmarcUris(value("rua"), limits.uris);
    record.failure = parseDmarcUris(value("ruf"), limits.uris);
    record.percent = static_cast<unsigned>(numberIn(value("pct"), 100).value_or(record.percent));
    record.strictDkim = strictIn(value("adkim")).value_or(false);
    record.strictSpf = strictIn(value("aspf")).value_or(false);
    record.failureOptions = failureOptionsIn(value("fo"));
    record.reportSeconds =
        static_cast<std::uint32_t>(numberIn(value("ri"), UINT32_MAX).value_or(record.reportSeconds));
    const auto policy = policyIn(value("p"));
    const auto published = dmarcTag(text, "sp");
    record.subdomainPolicy = published ? policyIn(*published) : std::nullopt;
    if (policy && published.has_value() == record.subdomainPolicy.has_value()) {
        record.policy = *policy;
        return record;
    }
    if (record.aggregate.empty())
        return problem(policy ? "sp" : "p", "expected none, quarantine or reject, and there is no rua");
    record.policy = DmarcPolicy::kNone;
    record.subdomainPolicy.reset();
    return record;
}

}  // namespace weir
