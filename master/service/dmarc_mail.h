// The mail that brings a DMARC report to a domain (RFC 7489 section 7.2.1.1).
#pragma once

#include <string>

#include "common/base/clock.h"
#include "common/dmarc/aggregate_report.h"

namespace weir {

// CRLF line ends, 7-bit. `from`, `to`: addresses that a header can hold. `packed`: the report as gzip, whose
// name says the receiver, the domain of `from`.
std::string dmarcMail(const AggregateReport& report, const std::string& packed, const std::string& from,
                      const std::string& to, TimePoint time);

}  // namespace weir
