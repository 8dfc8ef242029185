// Rows of revisions: published policies, only added, never changed. Times are ms since the epoch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct RevisionRow {
    std::int64_t number = 0;
    std::string digest, document;  // document: JSON text; empty in lists
    std::int64_t rules = 0, published = 0;
    std::string publishedBy, note;
};

std::int64_t lastRevision(Connection& connection);  // 0: none; locks, so that one publishes at a time
std::optional<RevisionRow> findRevision(Connection& connection, std::int64_t number);
std::optional<RevisionRow> newestRevision(Connection& connection);
std::vector<RevisionRow> listRevisions(Connection& connection, std::int64_t before,
                                       int limit);  // newest first
void insertRevision(Connection& connection, const RevisionRow& row);

}  // namespace weir::db
