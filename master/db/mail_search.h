// Reading the mail log backwards: by a term where one is given, else row by row for a bounded time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "master/db/mails_table.h"

namespace weir::db {

struct MailFilter {
    std::string text, sender, recipient, subject, client, verdict, rule, queue, direction, queueId, messageId,
        node, alert;
    std::int64_t from = 0;  // milliseconds; from <= time < to
    std::int64_t to = INT64_MAX;
};

struct MailScan {
    std::vector<MailRow> mails;  // newest first, without details
    std::string reached;         // everything with a key at or above it was looked at
    bool finished = false;       // nothing is left below `reached`
};

// Mails with keys below `before`, at most `limit`. Ends early when `patience` is over.
MailScan scanMails(Connection& connection, const MailFilter& filter, const std::string& before, int limit,
                   std::chrono::milliseconds patience);

}  // namespace weir::db
