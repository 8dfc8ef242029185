// The tables dmarc_reports, dmarc_rows and dmarc_destinations: reports that the cluster sends.
//
// A report is (day, domain, part): what a domain is told of one day of UTC, counted from 1970. JSON texts are
// the services' matter.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct DmarcKey {
    std::int64_t day = 0;
    std::string domain;
    std::int64_t part = 1;
    bool operator==(const DmarcKey&) const = default;
    auto operator<=>(const DmarcKey&) const = default;
};

struct DmarcReportRow {
    DmarcKey key;
    std::string published, destinations;  // JSON
    std::int64_t rows = 0, mails = 0;     // mails: in the rows
    std::int64_t leftOut = 0;             // mails beyond the limit of rows
    std::int64_t changed = 0;             // when a mail was last added
    std::int64_t closed = 0;              // since when no mail is added; 0: open
    std::string reportId;                 // of a closed one
};

// States of a destination: waiting, sending, sent, failed, unsure (it may have been sent).
struct DmarcDestinationRow {
    DmarcKey key;
    std::int64_t place = 0;
    std::string address;
    std::int64_t maxBytes = 0;
    std::string state;
    std::int64_t tries = 0, nextTry = 0, changed = 0;
    std::string detail;
};

// Adding up.
std::optional<DmarcReportRow> lastDmarcReport(Connection& connection, std::int64_t day,
                                              const std::string& domain);
std::int64_t dmarcDomains(Connection& connection, std::int64_t day);     // with a first part
void putDmarcReport(Connection& connection, const DmarcReportRow& row);  // replaces it
std::unordered_set<std::string> knownDmarcRows(Connection& connection, const DmarcKey& key,
                                               const std::vector<std::string>& rowKeys);
struct DmarcCount {
    std::string rowKey, content;  // content: JSON of the row
    std::int64_t mails = 0;
};
void addDmarcRows(Connection& connection, const DmarcKey& key, const std::vector<DmarcCount>& counts);

// Reading and sending.
std::optional<DmarcReportRow> dmarcReport(Connection& connection, const DmarcKey& key);
// Newest day first, by domain; after `after` where that is given. `day` restricts to one.
std::vector<DmarcReportRow> dmarcReports(Connection& connection, std::optional<std::int64_t> day,
                                         const std::optional<DmarcKey>& after, int limit);
// Open ones of days before `before` (or of `day` alone) that nothing was added to since `quietSince`.
std::vector<DmarcReportRow> openDmarcReports(Connection& connection, std::int64_t before,
                                             std::int64_t quietSince, std::optional<std::int64_t> day,
                                             int limit);
// Those with most mails first; rows of which nothing is left are not told.
void eachDmarcRow(Connection& connection, const DmarcKey& key, int limit,
                  const std::function<void(const std::string& content, std::int64_t mails)>& each);
void addDmarcDestinations(Connection& connection, const std::vector<DmarcDestinationRow>& rows);
std::vector<DmarcDestinationRow> dmarcDestinations(Connection& connection, const DmarcKey& key);
std::optional<DmarcDestinationRow> nextDmarcDestination(Connection& connection, std::int64_t now);
std::optional<std::int64_t> nextDmarcTry(Connection& connection);  // when the first of those that wait is due
// False when it is not in the state `from` any more.
bool moveDmarcDestination(Connection& connection, const DmarcDestinationRow& to, const std::string& from);
// All in the state `from`; how many.
std::uint64_t moveDmarcDestinations(Connection& connection, const std::string& from, const std::string& to,
                                    const std::string& detail, std::int64_t now);

// Rows of days before `rowsBefore`, all of days before `allBefore`, a piece at a time; how many went.
std::uint64_t deleteOldDmarc(Connection& connection, std::int64_t rowsBefore, std::int64_t allBefore,
                             int rows);

}  // namespace weir::db
