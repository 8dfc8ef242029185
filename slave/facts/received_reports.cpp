#include "slave/facts/received_reports.h"

#include <algorithm>
#include <chrono>

#include "common/dmarc/report_file.h"
#include "slave/facts/parser_reader.h"

namespace weir {
namespace {

constexpr std::size_t kReports = 2;  // event_limits::kReceivedReports
constexpr std::size_t kLookedAt = 10;
constexpr std::size_t kPackedBytes = 10u << 20;

}  // namespace

AttachedReports attachedReports(const Message& message, ParserPool& parsers, const ParsingSection& section) {
    AttachedReports found;
    std::vector<std::string> files;
    const auto& attachments = message.attachments();
    for (std::size_t i = 0; i < std::min(attachments.size(), kLookedAt) && files.size() < kReports; ++i) {
        std::string bytes = message.attachmentBytes(i, kPackedBytes + 1);
        if (!looksLikeReport(bytes)) continue;
        if (bytes.size() > kPackedBytes) {
            found.failures.push_back("DMARC report " + attachments[i].name + ": more than 10 MB");
            continue;
        }
        files.push_back(std::move(bytes));
    }
    std::vector<ParseItem> items;
    for (const std::string& file : files) items.push_back({ParseKind::kDmarcReport, file});
    if (items.empty()) return found;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(section.timeoutMillis);
    for (ParseResult& result : parsers.parse(items, deadline)) {
        auto* answer = std::get_if<DmarcReportAnswer>(&result.answer);
        if (answer != nullptr && answer->report) {
            found.reports.push_back(std::move(*answer->report));
            continue;
        }
        found.lost = found.lost || isLoss(result.failure);
        const std::string why = answer != nullptr       ? answer->problem
                                : result.reason.empty() ? toString(result.failure)
                                                        : result.reason;
        found.failures.push_back("DMARC report: " + why);
    }
    return found;
}

}  // namespace weir
