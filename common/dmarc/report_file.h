// A report as the file that is sent: XML, packed as gzip or zip (RFC 7489 section 7.2.1.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/error.h"
#include "common/dmarc/report_parser.h"

namespace weir {

// "receiver.example!domain.example!1700000000!1700086399!id.xml.gz"
std::string reportFileName(const std::string& receiver, const AggregateReport& report);

std::string gzipped(std::string_view bytes);  // the same bytes give the same file

// Could be a report, by its first bytes: gzip, zip or XML.
bool looksLikeReport(std::string_view bytes);

// The XML in a file: of a zip or gzip the first entry. At most `most` bytes are unpacked, more is a Problem.
Expected<std::string> unpackReport(std::string_view file, std::size_t most);

// Both at once.
Expected<AggregateReport> readReportFile(std::string_view file, const ReportLimits& limits = {});

}  // namespace weir
