// Rows of audit: only added, never changed. `id` is a UUIDv7, so that order of ids is order of time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct AuditRow {
    std::string id;
    std::int64_t at = 0;
    std::string actor, via, address, role, action, object;
    std::string before, after;  // JSON text; empty for NULL
};

// Empty texts do not restrict. `action` that ends in '.' takes all that begin so; `object` is a substring.
struct AuditFilter {
    std::string actor, action, object, beforeId;
    std::optional<std::int64_t> from, to;
    int limit = 50;
};

void insertAudit(Connection& connection, const AuditRow& row);
std::vector<AuditRow> findAudit(Connection& connection, const AuditFilter& filter);  // newest first

}  // namespace weir::db
