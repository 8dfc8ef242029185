#include "slave/facts/dmarc_sighting.h"

#include <algorithm>

#include "common/mail/address.h"
#include "common/mail/ascii.h"
#include "slave/auth/dmarc_destination.h"

namespace weir {
namespace {

constexpr std::size_t kDestinations = 4;

const PublicSuffixes& suffixes() {
    static const PublicSuffixes kList;
    return kList;
}

DmarcPublished publishedOf(const DmarcDomain& domain) {
    const DmarcRecord& record = *domain.record;
    DmarcPublished published;
    published.domain = domain.policyDomain;
    published.policy = toString(record.policy);
    if (record.subdomainPolicy) published.subdomainPolicy = toString(*record.subdomainPolicy);
    published.dkimAlignment = record.strictDkim ? "s" : "r";
    published.spfAlignment = record.strictSpf ? "s" : "r";
    published.percent = record.percent;
    published.failureOptions = record.failureOptions;
    return published;
}

DmarcRow rowOf(const SenderAuthentication& found, const DmarcDomain& domain, const Envelope& envelope) {
    DmarcRow row;
    row.source = envelope.clientAddress;
    row.count = 1;
    row.spfAligned = domain.spfAligned;
    row.dkimAligned = !domain.dkimAligned.empty();
    row.headerFrom = domain.fromDomain;
    row.envelopeFrom = lowered(splitAddress(normalAddress(envelope.sender)).domain);
    if (envelope.sender.find('@') == std::string::npos) row.envelopeFrom.clear();
    for (const DkimSignatureResult& one : found.dkim.signatures)
        row.dkim.push_back({one.domain, one.selector, toString(one.result)});
    row.spf.push_back({found.spf.domain, found.spf.helo ? "helo" : "mfrom", toString(found.spf.result)});
    return row;
}

}  // namespace

bool isReported(const Envelope& envelope, const DmarcReportsSection& section) {
    return section.enabled && envelope.direction == Direction::kInbound && envelope.authUser.empty() &&
           !envelope.clientAddress.empty();
}

std::optional<DmarcSighting> dmarcSighting(const SenderAuthentication& found, const Envelope& envelope,
                                           const DmarcReportsSection& section, DnsSource& dns) {
    using State = ReportDestination::State;
    const DmarcDomain* domain = found.dmarc.domain();
    const bool judged = domain != nullptr && domain->record &&
                        (domain->result == DmarcResult::kPass || domain->result == DmarcResult::kFail);
    if (!judged) return std::nullopt;
    const auto& skipped = section.skipDomains;
    const auto isDomain = [&](const std::string& one) {
        return equalIgnoringCase(one, domain->policyDomain);
    };
    if (std::any_of(skipped.begin(), skipped.end(), isDomain)) return std::nullopt;
    DmarcSighting sighting;
    bool later = false;  // somebody could not be asked now
    std::size_t asked = 0;
    for (const DmarcReportUri& uri : domain->record->aggregate) {
        if (uri.address.empty() || asked++ == kDestinations) continue;
        const ReportDestination answer = verifyReportDestination(domain->policyDomain, uri, suffixes(), dns);
        later = later || answer.state == State::kTempError;
        for (const DmarcReportUri& one : answer.uris)
            if (!one.address.empty() && sighting.destinations.size() < kDestinations)
                sighting.destinations.push_back({one.address, one.maxBytes.value_or(0)});
    }
    if (sighting.destinations.empty() && !later) return std::nullopt;
    sighting.published = publishedOf(*domain);
    sighting.row = rowOf(found, *domain, envelope);
    return sighting;
}

std::optional<DmarcSighting> withDisposition(DmarcSighting sighting, const SenderAuthentication& found,
                                             VerdictKind verdict) {
    const DmarcDomain* domain = found.dmarc.domain();
    if (domain == nullptr || verdict == VerdictKind::kTempfail) return std::nullopt;
    DmarcRow& row = sighting.row;
    row.disposition = "none";
    if (row.passed()) return sighting;
    if (verdict == VerdictKind::kQuarantine) row.disposition = "quarantine";
    if (verdict == VerdictKind::kReject || verdict == VerdictKind::kDiscard) row.disposition = "reject";
    const std::string published = toString(domain->published);
    if (row.disposition == published) return sighting;
    if (found.chainTrusted) {
        row.reasons.push_back({"local_policy", "arc=pass"});  // RFC 8617 section 7.2.2
    } else if (domain->sampledOut && row.disposition == toString(domain->applied)) {
        row.reasons.push_back({"sampled_out", ""});
    } else {
        row.reasons.push_back({"local_policy", ""});
    }
    return sighting;
}

}  // namespace weir
