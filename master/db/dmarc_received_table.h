// The tables dmarc_received and dmarc_received_rows: reports of others about our domains.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct DmarcReceivedRow {
    std::string id;  // of organization, domain and report id: a report that comes again has the same
    std::string domain, organization, email, contact, reportId;
    std::int64_t first = 0, last = 0;  // seconds since 1970
    std::string published;             // JSON
    std::int64_t taken = 0;
    std::string origin;  // domain of the mail it came with, or who imported it
    bool authenticated = false;
    std::int64_t mails = 0, passed = 0, quarantined = 0, rejected = 0;  // of all its rows
    std::int64_t omittedMails = 0;                                      // in rows that were not kept
};
struct DmarcReceivedCount {
    std::string source, disposition;
    bool dkim = false, spf = false;
    std::string headerFrom;
    std::int64_t mails = 0;
    std::string content;  // JSON of the row
};

// False when it is there already: nothing is added then.
bool addDmarcReceived(Connection& connection, const DmarcReceivedRow& report,
                      const std::vector<DmarcReceivedCount>& rows);
std::int64_t dmarcReceivedSince(Connection& connection, std::int64_t taken);  // reports

struct DmarcDomainTotal {
    std::string domain;
    std::int64_t reports = 0, organizations = 0, mails = 0, passed = 0, quarantined = 0, rejected = 0,
                 last = 0;
};
// Reports that end within from <= last < to (seconds), by domain, that with most mails first.
std::vector<DmarcDomainTotal> dmarcDomainTotals(Connection& connection, std::int64_t from, std::int64_t to,
                                                int limit);
struct DmarcSourceTotal {
    std::string source;
    std::int64_t mails = 0, passed = 0, dkim = 0, spf = 0, quarantined = 0, rejected = 0;
};
std::vector<DmarcSourceTotal> dmarcSourceTotals(Connection& connection, const std::string& domain,
                                                std::int64_t from, std::int64_t to, int limit);
// Newest first.
std::vector<DmarcReceivedRow> dmarcReceived(Connection& connection, const std::string& domain,
                                            std::int64_t from, std::int64_t to, int limit);

// Reports that end before `before` (seconds), a piece at a time; how many rows went.
std::uint64_t deleteOldDmarcReceived(Connection& connection, std::int64_t before, int reports);

}  // namespace weir::db
