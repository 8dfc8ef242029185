// DMARC reports about our own domains that a mail brings (RFC 7489 section 7.2.1.1).
#pragma once

#include <string>
#include <vector>

#include "common/dmarc/aggregate_report.h"
#include "common/mail/message.h"
#include "common/policy/policy_sections.h"
#include "slave/parser/parser_pool.h"

namespace weir {

struct AttachedReports {
    std::vector<AggregateReport> reports;
    std::vector<std::string> failures;  // why what looks like one is none
    bool lost = false;                  // a parser process was lost over it
};

// Read by the parser processes; the section's time-out holds for all. At most two reports of a mail are
// taken, of 10 MB each as they are packed.
AttachedReports attachedReports(const Message& message, ParserPool& parsers, const ParsingSection& section);

}  // namespace weir
