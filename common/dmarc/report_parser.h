// Reads an aggregate report that somebody sent (RFC 7489 Appendix C): hostile bytes.
//
// Elements that the schema does not have are passed over; of one that is there twice the last counts. A
// document type, with which entities would come, is refused, and nothing is ever loaded. Memory is bounded by
// the limits, time is linear in the bytes. Thread-safe.
#pragma once

#include <cstddef>
#include <string_view>

#include "common/base/error.h"
#include "common/dmarc/aggregate_report.h"

namespace weir {

struct ReportLimits {
    std::size_t bytes = 20u << 20;       // of the XML
    std::size_t depth = 16;              // of elements
    std::size_t textBytes = 2'048;       // of one element
    std::size_t rows = 2'000;            // kept, those with most mails; the others are counted
    std::size_t keptBytes = 512u << 10;  // of all texts of the rows that are kept
    std::size_t results = 8;  // DKIM results, SPF results and reasons of a row, each; the rest is left out
    std::uint64_t days = 31;  // that one report may cover
};

// What every report that was parsed fulfils: words that are known, numbers and rows within the limits.
bool isSound(const AggregateReport& report, const ReportLimits& limits = {});

Expected<AggregateReport> parseAggregateReport(std::string_view xml, const ReportLimits& limits = {});

}  // namespace weir
