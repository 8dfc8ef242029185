// Whether somebody wants the DMARC reports that a domain sends their way (RFC 7489 section 7.1).
#pragma once

#include <string>
#include <vector>

#include "slave/auth/dmarc_record.h"
#include "slave/auth/organizational_domain.h"
#include "slave/dns/dns_source.h"

namespace weir {

struct ReportDestination {
    enum class State {
        kOwn,        // of the same organization: nobody is asked
        kWanted,     // the receiver has said so in DNS
        kNotWanted,  // it has not: nothing may be sent there
        kTempError,  // no answer now
    };
    State state = State::kNotWanted;
    std::vector<DmarcReportUri> uris;  // kOwn, kWanted: where to send; the receiver may have put other
                                       // addresses of the same host in place of the one asked about
    std::string detail;                // kNotWanted, kTempError: why
};

// `policyDomain`: where the record with this rua was found, in A-labels.
ReportDestination verifyReportDestination(const std::string& policyDomain, const DmarcReportUri& uri,
                                          const PublicSuffixes& suffixes, DnsSource& dns,
                                          const DmarcRecordLimits& limits = {});

}  // namespace weir
