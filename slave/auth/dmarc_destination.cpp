#include "slave/auth/dmarc_destination.h"

#include <algorithm>
#include <optional>

#include "common/mail/address.h"
#include "slave/auth/domain_name.h"

namespace weir {
namespace {

using State = ReportDestination::State;

// Of a mailto address, or between "//" and the path of another URI.
std::optional<std::string> hostOf(const DmarcReportUri& uri) {
    if (!uri.address.empty()) return asciiDomain(splitAddress(uri.address).domain);
    std::string_view rest = uri.uri;
    const std::size_t slashes = rest.find("//");
    if (slashes == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(slashes + 2);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    if (const std::size_t user = rest.rfind('@'); user != std::string_view::npos)
        rest.remove_prefix(user + 1);
    return asciiDomain(rest.substr(0, rest.find(':')));
}

ReportDestination refused(std::string why) {
    return {State::kNotWanted, {}, std::move(why)};
}

}  // namespace

ReportDestination verifyReportDestination(const std::string& policyDomain, const DmarcReportUri& uri,
                                          const PublicSuffixes& suffixes, DnsSource& dns,
                                          const DmarcRecordLimits& limits) {
    const auto host = hostOf(uri);
    if (!host) return refused("the URI has no host");
    if (suffixes.organizationalDomain(*host) == suffixes.organizationalDomain(policyDomain))
        return {State::kOwn, {uri}, ""};
    const std::string name = policyDomain + "._report._dmarc." + *host;
    const DnsAnswer answer = dns.lookup(name, DnsType::kTxt);
    if (answer.state == DnsAnswer::State::kTempError)
        return {State::kTempError, {}, "TXT of " + name + ": " + answer.detail};
    const auto record = std::find_if(
        answer.records.begin(), answer.records.end(),
        [&](const std::string& text) { return text.size() <= limits.bytes && isDmarcRecord(text); });
    if (record == answer.records.end()) return refused(name + " does not ask for reports");
    ReportDestination destination{State::kWanted, {uri}, ""};
    const auto instead = dmarcTag(*record, "rua");
    if (!instead) return destination;
    // Only addresses of the host that was asked: nobody can send reports on to a third.
    auto uris = parseDmarcUris(*instead, limits.uris);
    std::erase_if(uris, [&](const DmarcReportUri& one) { return hostOf(one) != host; });
    if (!uris.empty()) destination.uris = std::move(uris);
    return destination;
}

}  // namespace weir
