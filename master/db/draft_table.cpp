#include "master/db/draft_table.h"

namespace weir::db {

std::optional<DraftRow> findDraft(Connection& connection, bool lock) {
    std::optional<DraftRow> found;
    connection.query(
        "SELECT document, etag, base, changed_by, changed_at FROM draft WHERE id = 1" +
            std::string(lock ? connection.forUpdate() : ""),
        {}, [&](const Row& row) {
            found = DraftRow{row.text(0), row.text(1), row.integer(2), row.text(3), row.integer(4)};
        });
    return found;
}

void putDraft(Connection& connection, const DraftRow& row) {
    connection.upsertRows("draft", {"id", "document", "etag", "base", "changed_by", "changed_at"}, {"id"}, {},
                          {"document", "etag", "base", "changed_by", "changed_at"},
                          {std::int64_t{1}, row.document, row.etag, row.base, row.changedBy, row.changedAt});
}

void deleteDraft(Connection& connection) {
    connection.execute("DELETE FROM draft");
}

}  // namespace weir::db
