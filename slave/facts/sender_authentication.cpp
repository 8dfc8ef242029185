#include "slave/facts/sender_authentication.h"

#include <algorithm>
#include <random>

#include "common/mail/address.h"
#include "common/mail/ascii.h"
#include "common/mail/mailbox_list.h"
#include "slave/auth/auth_results_parser.h"

namespace weir {
namespace {

const PublicSuffixes& suffixes() {
    static const PublicSuffixes kList;
    return kList;
}

std::vector<std::string> fromDomains(const Message& message) {
    std::vector<std::string> domains;
    for (const HeaderField& field : message.headers())
        if (equalIgnoringCase(field.name, "From"))
            for (const Mailbox& one : readMailboxes(field.value))
                domains.emplace_back(splitAddress(one.address).domain);
    return domains;
}

// 0 … 99, for records that ask for a part of the mails only.
unsigned draw() {
    thread_local std::mt19937 engine{std::random_device{}()};
    return std::uniform_int_distribution<unsigned>(0, 99)(engine);
}

DmarcQuestion dmarcQuestion(const SenderAuthentication& found, const Message& message) {
    DmarcQuestion question;
    question.fromDomains = fromDomains(message);
    question.spf = {found.spf.result, found.spf.domain};
    for (const DkimSignatureResult& one : found.dkim.signatures)
        question.dkim.push_back(
            {one.domain, one.passed(), one.selector, one.result == DkimResult::kTempError});
    question.draw = draw();
    return question;
}

bool isIn(const std::vector<std::string>& all, const std::string& domain) {
    return std::any_of(all.begin(), all.end(),
                       [&](const std::string& one) { return equalIgnoringCase(one, domain); });
}

bool isTrusted(const ArcOutcome& arc, const std::vector<std::string>& sealers) {
    if (arc.result != ArcResult::kPass || arc.hops.empty() || !isIn(sealers, arc.hops.back().sealDomain))
        return false;
    const auto results = parseAuthResults(arc.hops.back().results);
    return results &&
           std::any_of(results->results.begin(), results->results.end(),
                       [](const AuthResult& one) { return one.method == "dmarc" && one.result == "pass"; });
}

AuthResult spfResult(const SenderAuthentication& found, const Envelope& envelope) {
    AuthResult result;
    result.method = "spf";
    result.result = toString(found.spf.result);
    result.reason = found.spf.detail;
    if (found.spf.helo) {
        result.properties.push_back({"smtp", "helo", envelope.helo});
    } else {
        result.properties.push_back({"smtp", "mailfrom", envelope.sender});
    }
    return result;
}

AuthResult dmarcResult(const SenderAuthentication& found) {
    AuthResult result;
    result.method = "dmarc";
    result.result = found.chainTrusted ? "pass" : toString(found.dmarc.result);
    result.reason = found.chainTrusted ? "a trusted ARC chain says so" : found.dmarc.detail;
    if (const DmarcDomain* domain = found.dmarc.domain()) {
        if (domain->record) result.comment = std::string("p=") + toString(domain->published);
        result.properties.push_back({"header", "from", domain->fromDomain});
    }
    return result;
}

std::string resultsOf(const SenderAuthentication& found, const Envelope& envelope, const std::string& id) {
    std::vector<AuthResult> all{spfResult(found, envelope)};
    for (AuthResult& one : authResultsOf(found.dkim)) all.push_back(std::move(one));
    all.push_back(dmarcResult(found));
    all.push_back(authResultOf(found.arc));
    return authenticationResults(id, all);
}

}  // namespace

std::string authservId(const AuthenticationSection& section, const std::string& hostName) {
    return section.authservId.empty() ? hostName : section.authservId;
}

void expectAuthentication(const Envelope& envelope, const Message& message, DnsSource& dns) {
    const std::string sender(splitAddress(normalAddress(envelope.sender)).domain);
    dns.expect(sender.empty() ? envelope.helo : sender, DnsType::kTxt);
    expectDmarc(fromDomains(message), suffixes(), dns);
}

SenderAuthentication authenticateSender(const Envelope& envelope, const Message& message,
                                        const AuthenticationSection& section, const std::string& hostName,
                                        TimePoint time, DnsSource& dns) {
    SenderAuthentication found;
    SpfQuestion question;
    question.address = envelope.clientAddress;
    question.helo = envelope.helo;
    question.sender = envelope.sender;
    question.receiver = hostName;
    question.time = std::chrono::system_clock::to_time_t(time);
    if (!envelope.clientAddress.empty()) found.spf = checkHost(question, dns);
    CanonicalMail mail(message.headers(), message.body());
    DkimKeys keys(dns);
    found.dkim = verifyDkim(mail, keys, time);
    found.arc = verifyArc(mail, keys, time);
    found.dmarc = evaluateDmarc(dmarcQuestion(found, message), suffixes(), dns);
    found.chainTrusted =
        found.dmarc.result == DmarcResult::kFail && isTrusted(found.arc, section.trustedSealers);
    found.results = resultsOf(found, envelope, authservId(section, hostName));
    return found;
}

std::vector<std::string> SenderAuthentication::values(Field field) const {
    std::vector<std::string> all;
    switch (field) {
        case Field::kSpfResult:
            return {toString(spf.result)};
        case Field::kSpfDomain:
            if (spf.result == SpfResult::kPass) all.push_back(spf.domain);
            return all;
        case Field::kDkimResult:
            for (const DkimSignatureResult& one : dkim.signatures) all.emplace_back(toString(one.result));
            if (all.empty()) all.emplace_back("none");
            return all;
        case Field::kDkimDomain:
            for (const DkimSignatureResult& one : dkim.signatures)
                if (one.passed()) all.push_back(one.domain);
            return all;
        case Field::kDmarcResult:
            return {chainTrusted ? "pass" : toString(dmarc.result)};
        case Field::kDmarcPolicy:
            return {chainTrusted ? "none" : toString(dmarc.applied)};
        case Field::kArcResult:
            return {toString(arc.result)};
        default:
            if (arc.result == ArcResult::kPass)
                for (const ArcHop& one : arc.hops) all.push_back(one.sealDomain);
            return all;
    }
}

std::string SenderAuthentication::temporaryError(Field field) const {
    switch (field) {
        case Field::kSpfResult:
        case Field::kSpfDomain:
            return spf.result == SpfResult::kTempError ? "SPF: " + spf.detail : "";
        case Field::kDkimResult:
        case Field::kDkimDomain: {
            const auto found =
                std::find_if(dkim.signatures.begin(), dkim.signatures.end(),
                             [](const auto& one) { return one.result == DkimResult::kTempError; });
            return found == dkim.signatures.end() ? "" : "DKIM: " + found->detail;
        }
        case Field::kDmarcResult:
        case Field::kDmarcPolicy:
            return dmarc.result == DmarcResult::kTempError && !chainTrusted ? "DMARC: " + dmarc.detail : "";
        default:
            return arc.temporary ? "ARC: " + arc.detail : "";
    }
}

}  // namespace weir
