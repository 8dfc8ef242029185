// The row of draft: at most one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "master/db/database.h"

namespace weir::db {

struct DraftRow {
    std::string document, etag;  // document: JSON text
    std::int64_t base = 0;       // revision it was made from
    std::string changedBy;
    std::int64_t changedAt = 0;
};

std::optional<DraftRow> findDraft(Connection& connection, bool lock);
void putDraft(Connection& connection, const DraftRow& row);
void deleteDraft(Connection& connection);

}  // namespace weir::db
