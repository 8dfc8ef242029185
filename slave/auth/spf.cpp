#include "slave/auth/spf.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "common/mail/address.h"
#include "common/mail/url_host.h"
#include "slave/auth/domain_name.h"
#include "slave/dns/dns_name.h"

namespace weir {
namespace {

using Kind = SpfMechanism::Kind;
using State = DnsAnswer::State;

enum class Match { kNo, kYes, kError };

constexpr unsigned kMappedBits = 96;

bool isPrintable(char c) {
    return c >= ' ' && c <= '~';
}

SpfResult resultOf(char qualifier) {
    switch (qualifier) {
        case '-':
            return SpfResult::kFail;
        case '~':
            return SpfResult::kSoftFail;
        case '?':
            return SpfResult::kNeutral;
        default:
            return SpfResult::kPass;
    }
}

// The right-hand labels of a name that fit (section 7.3).
std::string shortened(std::string name) {
    if (name.ends_with('.')) name.pop_back();
    if (name.size() <= kMaxDnsName) return name;
    const std::size_t dot = name.find('.', name.size() - kMaxDnsName - 1);
    return dot == std::string::npos ? std::string() : name.substr(dot + 1);
}

// A name of the client's address, and whether it leads back to it.
struct ClientName {
    std::string name;
    std::optional<bool> validated;
};

class Check {
  public:
    Check(const SpfQuestion& question, DnsSource& dns, const SpfLimits& limits)
        : question_(question), dns_(dns), limits_(limits) {}

    SpfOutcome run();

  private:
    // What one domain's record says.
    struct Verdict {
        SpfResult result = SpfResult::kNone;
        std::string mechanism;
        std::string detail;
        std::optional<SpfMacroString> explanation;  // and whose it is:
        std::string domain;
    };

    bool identify();
    Verdict checkDomain(std::string domain);
    std::optional<Verdict> readRecord(const std::string& domain, SpfRecord& record);
    void expectIncludes(const SpfRecord& record);

    Match matches(const SpfMechanism& mechanism, const std::string& domain);
    Match matchesInclude(const SpfMechanism& mechanism, const std::string& target);
    Match matchesMx(const SpfMechanism& mechanism, const std::string& target);
    Match matchesPtr(const std::string& target);
    Match matchesExists(const std::string& target);
    Match matchesHosts(const SpfMechanism& mechanism, const std::string& name, bool& found);
    bool inNetwork(const AddressBytes& address, const SpfMechanism& mechanism) const;

    void readClientNames();
    bool leadsBack(ClientName& name);
    std::string validatedName(const std::string& domain);

    Match error(SpfResult result, std::string detail);
    bool countLookup(const std::string& what);
    Match countVoid(bool isVoid);
    DnsAnswer ask(const std::string& name, DnsType type);
    DnsType addressType() const { return v4_ ? DnsType::kA : DnsType::kAaaa; }
    SpfMacroValues values(const std::string& domain);
    std::optional<std::string> target(const std::optional<SpfMacroString>& spec, const std::string& domain);
    std::string explain(const Verdict& verdict);

    const SpfQuestion& question_;
    DnsSource& dns_;
    const SpfLimits& limits_;
    SpfOutcome outcome_;
    AddressBytes address_{};
    bool v4_ = true;
    std::string local_, senderDomain_;
    bool asciiLocal_ = true;
    bool explaining_ = false;                             // what it asks is not counted
    std::optional<std::vector<ClientName>> clientNames_;  // asked once
    bool noClientNames_ = false;                          // DNS says that there are none
    SpfResult errorResult_ = SpfResult::kNone;            // of the last Match::kError
    std::string errorDetail_;
};

SpfOutcome Check::run() {
    if (!identify()) return std::move(outcome_);
    const Verdict verdict = checkDomain(senderDomain_);
    outcome_.result = verdict.result;
    outcome_.mechanism = verdict.mechanism;
    outcome_.detail = verdict.detail;
    if (outcome_.result == SpfResult::kFail && question_.explain && verdict.explanation) {
        explaining_ = true;
        outcome_.explanation = explain(verdict);
    }
    return std::move(outcome_);
}

// Section 4.1 and 4.3: who is checked. False: nobody can be.
bool Check::identify() {
    outcome_.helo = question_.sender.empty();
    const AddressParts parts = splitAddress(question_.sender);
    local_ = outcome_.helo || parts.local.empty() ? "postmaster" : std::string(parts.local);
    asciiLocal_ = std::all_of(local_.begin(), local_.end(),
                              [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    outcome_.domain = outcome_.helo ? question_.helo : std::string(parts.domain);
    const auto domain = asciiDomain(outcome_.domain);
    if (!domain || domain->find('.') == std::string::npos || domain->front() == '[') {
        outcome_.detail = "no domain to check";
        return false;
    }
    outcome_.domain = senderDomain_ = *domain;
    const auto address = parseAddress(question_.address);
    if (!address) {
        outcome_.result = SpfResult::kPermError;
        outcome_.detail = "the client's address cannot be read";
        return false;
    }
    address_ = *address;
    v4_ = isMappedV4(address_);
    return true;
}

DnsAnswer Check::ask(const std::string& name, DnsType type) {
    ++outcome_.questions;
    return dns_.lookup(name, type);
}

Match Check::error(SpfResult result, std::string detail) {
    errorResult_ = result;
    errorDetail_ = std::move(detail);
    return Match::kError;
}

bool Check::countLookup(const std::string& what) {
    if (explaining_ || ++outcome_.lookups <= limits_.lookups) return true;
    error(SpfResult::kPermError,
          what + ": more than " + std::to_string(limits_.lookups) + " terms that ask DNS");
    return false;
}

// kError: one term without any answer too many.
Match Check::countVoid(bool isVoid) {
    if (!isVoid || ++outcome_.voidLookups <= limits_.voidLookups) return Match::kNo;
    return error(SpfResult::kPermError,
                 "more than " + std::to_string(limits_.voidLookups) + " terms that find nothing in DNS");
}

// The record of a domain; or the verdict that there is none to be evaluated.
std::optional<Check::Verdict> Check::readRecord(const std::string& domain, SpfRecord& record) {
    const DnsAnswer answer = ask(domain, DnsType::kTxt);
    if (answer.state == State::kTempError)
        return Verdict{SpfResult::kTempError, "", "TXT of " + domain + ": " + answer.detail, {}, ""};
    const std::string* only = nullptr;
    for (const std::string& text : answer.records) {
        if (!isSpfRecord(text)) continue;
        if (only != nullptr)
            return Verdict{SpfResult::kPermError, "", domain + " has several SPF records", {}, ""};
        only = &text;
    }
    if (only == nullptr) return Verdict{SpfResult::kNone, "", domain + " has no SPF record", {}, ""};
    auto parsed = parseSpfRecord(*only, limits_.record);
    if (!parsed)
        return Verdict{SpfResult::kPermError, "", "SPF of " + domain + ": " + parsed.error().text(), {}, ""};
    record = std::move(*parsed);
    return std::nullopt;
}

// The records of includes will most likely be wanted, one after the other: ask for them together.
void Check::expectIncludes(const SpfRecord& record) {
    unsigned left = limits_.lookups - std::min(limits_.lookups, outcome_.lookups);
    for (const SpfMechanism& mechanism : record.mechanisms) {
        if (mechanism.kind == Kind::kAll || left == 0) return;
        if (mechanism.kind != Kind::kInclude || mechanism.domain->macros.front().letter != 0) continue;
        dns_.expect(mechanism.domain->macros.front().literal, DnsType::kTxt);
        --left;
    }
}

Check::Verdict Check::checkDomain(std::string domain) {
    for (bool redirected = false;; redirected = true) {
        SpfRecord record;
        if (auto verdict = readRecord(domain, record)) {
            if (redirected && verdict->result == SpfResult::kNone) verdict->result = SpfResult::kPermError;
            return std::move(*verdict);
        }
        expectIncludes(record);
        for (const SpfMechanism& mechanism : record.mechanisms) {
            const Match match = matches(mechanism, domain);
            if (match == Match::kError) return {errorResult_, mechanism.text, errorDetail_, {}, ""};
            if (match == Match::kYes) {
                return {resultOf(mechanism.qualifier), mechanism.text, "", std::move(record.explanation),
                        domain};
            }
        }
        if (!record.redirect) return {SpfResult::kNeutral, "", "", {}, ""};
        if (!countLookup("redirect")) return {errorResult_, "", errorDetail_, {}, ""};
        const auto next = target(record.redirect, domain);
        if (!next) return {errorResult_, "", errorDetail_, {}, ""};
        domain = *next;
    }
}

SpfMacroValues Check::values(const std::string& domain) {
    SpfMacroValues values;
    values.local = local_;
    values.senderDomain = senderDomain_;
    values.domain = domain;
    values.address = toText(Network{address_, 128});
    values.dotted = spfDottedAddress(values.address);
    values.v4 = v4_;
    values.helo = question_.helo;
    values.receiver = question_.receiver;
    values.time = question_.time;
    values.validatedName = [this, domain] { return validatedName(domain); };
    return values;
}

// Nothing: an error. Without a domain-spec, the domain itself.
std::optional<std::string> Check::target(const std::optional<SpfMacroString>& spec,
                                         const std::string& domain) {
    if (!spec) return domain;
    errorResult_ = SpfResult::kNone;
    auto name = expandSpfMacros(*spec, values(domain), limits_.expansionBytes);
    if (errorResult_ != SpfResult::kNone) return std::nullopt;  // %{p} was a look-up too many
    if (!name) {
        error(SpfResult::kPermError,
              "a macro string becomes longer than " + std::to_string(limits_.expansionBytes) + " bytes");
        return std::nullopt;
    }
    return shortened(std::move(*name));
}

Match Check::matches(const SpfMechanism& mechanism, const std::string& domain) {
    if (mechanism.kind == Kind::kAll) return Match::kYes;
    if (mechanism.kind == Kind::kIp4 || mechanism.kind == Kind::kIp6) {
        const bool sameFamily = v4_ == (mechanism.kind == Kind::kIp4);
        return sameFamily && inNetwork(mechanism.network, mechanism) ? Match::kYes : Match::kNo;
    }
    if (!countLookup(mechanism.text)) return Match::kError;
    // A local part in UTF-8 makes no label of a name (RFC 8616 section 4).
    if (mechanism.domain && mechanism.domain->usesLocalPart && !asciiLocal_) return Match::kNo;
    const auto name = target(mechanism.domain, domain);
    if (!name) return Match::kError;
    switch (mechanism.kind) {
        case Kind::kInclude:
            return matchesInclude(mechanism, *name);
        case Kind::kMx:
            return matchesMx(mechanism, *name);
        case Kind::kPtr:
            return matchesPtr(*name);
        case Kind::kExists:
            return matchesExists(*name);
        default: {
            bool found = false;
            const Match match = matchesHosts(mechanism, *name, found);
            return match == Match::kNo ? countVoid(!found) : match;
        }
    }
}

bool Check::inNetwork(const AddressBytes& address, const SpfMechanism& mechanism) const {
    const unsigned bits = v4_ ? kMappedBits + mechanism.prefix4 : mechanism.prefix6;
    return masked(address, bits) == masked(address_, bits);
}

// `found` becomes true where the name has any address of the client's family.
Match Check::matchesHosts(const SpfMechanism& mechanism, const std::string& name, bool& found) {
    const DnsAnswer answer = ask(name, addressType());
    if (answer.state == State::kTempError) return error(SpfResult::kTempError, name + ": " + answer.detail);
    found = found || answer.found();
    for (const std::string& record : answer.records) {
        const auto address = parseAddress(record);
        if (address && isMappedV4(*address) == v4_ && inNetwork(*address, mechanism)) return Match::kYes;
    }
    return Match::kNo;
}

Match Check::matchesInclude(const SpfMechanism& mechanism, const std::string& name) {
    const Verdict verdict = checkDomain(name);
    switch (verdict.result) {
        case SpfResult::kPass:
            return Match::kYes;
        case SpfResult::kTempError:
            return error(SpfResult::kTempError, verdict.detail);
        case SpfResult::kNone:
        case SpfResult::kPermError:
            return error(SpfResult::kPermError, mechanism.text + ": " + verdict.detail);
        default:
            return Match::kNo;
    }
}

Match Check::matchesMx(const SpfMechanism& mechanism, const std::string& name) {
    const DnsAnswer answer = ask(name, DnsType::kMx);
    if (answer.state == State::kTempError)
        return error(SpfResult::kTempError, "MX of " + name + ": " + answer.detail);
    if (answer.records.size() > limits_.mxNames) {
        return error(SpfResult::kPermError,
                     name + " has more than " + std::to_string(limits_.mxNames) + " MX records");
    }
    for (const std::string& host : answer.records) dns_.expect(host, addressType());
    bool found = false;
    for (const std::string& host : answer.records) {
        if (host.empty()) continue;  // the null MX of RFC 7505
        const Match match = matchesHosts(mechanism, host, found);
        if (match != Match::kNo) return match;
    }
    return countVoid(!found);
}

Match Check::matchesExists(const std::string& name) {
    const DnsAnswer answer = ask(name, DnsType::kA);  // whatever the client's family
    if (answer.state == State::kTempError) return error(SpfResult::kTempError, name + ": " + answer.detail);
    return answer.found() ? Match::kYes : countVoid(true);
}

Match Check::matchesPtr(const std::string& name) {
    const auto domain = normalDnsName(name);
    if (!clientNames_) readClientNames();
    if (noClientNames_) return countVoid(true);
    if (!domain) return Match::kNo;
    for (ClientName& client : *clientNames_) {
        if (isWithin(client.name, *domain) && leadsBack(client)) return Match::kYes;
    }
    return Match::kNo;
}

// Without any where DNS fails: the mechanism does not match then (section 5.5).
void Check::readClientNames() {
    const DnsAnswer answer = ask(reverseDnsName(question_.address).value_or(""), DnsType::kPtr);
    noClientNames_ = !answer.found() && answer.state != State::kTempError;
    clientNames_.emplace();
    for (const std::string& record : answer.records) {
        if (clientNames_->size() == limits_.ptrNames) break;
        if (const auto name = normalDnsName(record)) clientNames_->push_back({*name, std::nullopt});
    }
}

bool Check::leadsBack(ClientName& client) {
    if (client.validated) return *client.validated;
    const DnsAnswer answer = ask(client.name, addressType());
    client.validated =
        std::any_of(answer.records.begin(), answer.records.end(),
                    [&](const std::string& record) { return parseAddress(record) == address_; });
    return *client.validated;
}

// %{p}: the domain itself, else a name below it, else any, if it leads back (section 7.3).
std::string Check::validatedName(const std::string& domain) {
    if (!clientNames_) {
        if (!countLookup("%{p}")) return "unknown";
        readClientNames();
    }
    const auto rank = [&](const std::string& name) {
        return name == domain ? 0 : isWithin(name, domain) ? 1 : 2;
    };
    for (int wanted = 0; wanted <= 2; ++wanted) {
        for (ClientName& client : *clientNames_) {
            if (rank(client.name) == wanted && leadsBack(client)) return client.name;
        }
    }
    return "unknown";
}

// Section 6.2: whatever is wrong with it, there is then no explanation.
std::string Check::explain(const Verdict& verdict) {
    const auto name = target(verdict.explanation, verdict.domain);
    if (!name) return "";
    const DnsAnswer answer = ask(*name, DnsType::kTxt);
    if (answer.records.size() != 1 || answer.records[0].size() > limits_.expansionBytes) return "";
    const auto string = parseSpfMacroString(answer.records[0], true);
    if (!string) return "";
    auto text = expandSpfMacros(*string, values(verdict.domain), limits_.expansionBytes);
    if (!text) return "";
    std::replace_if(
        text->begin(), text->end(), [](char c) { return !isPrintable(c); }, '?');
    if (text->size() > limits_.explanationBytes) text->resize(limits_.explanationBytes);
    return *text;
}

}  // namespace

const char* toString(SpfResult result) {
    static constexpr const char* kNames[] = {"none",     "neutral",   "pass",     "fail",
                                             "softfail", "temperror", "permerror"};
    return kNames[static_cast<std::size_t>(result)];
}

SpfOutcome checkHost(const SpfQuestion& question, DnsSource& dns, const SpfLimits& limits) {
    return Check(question, dns, limits).run();
}

}  // namespace weir
