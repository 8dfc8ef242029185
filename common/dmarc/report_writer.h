// An aggregate report as XML (RFC 7489 Appendix C).
#pragma once

#include <string>

#include "common/dmarc/aggregate_report.h"

namespace weir {

// UTF-8, a line an element, elements in the order of the schema. What no XML can hold becomes U+FFFD.
std::string toXml(const AggregateReport& report);

}  // namespace weir
