#include "master/db/revision_table.h"

namespace weir::db {

namespace {

constexpr const char* kColumns = "number, digest, rules, published, published_by, note";

RevisionRow rowOf(const Row& row) {
    return {row.integer(0), row.text(1), "", row.integer(2), row.integer(3), row.text(4), row.text(5)};
}

std::optional<RevisionRow> one(Connection& connection, const std::string& tail, const Values& values) {
    std::optional<RevisionRow> found;
    connection.query("SELECT " + std::string(kColumns) + ", document FROM revisions" + tail, values,
                     [&](const Row& row) {
                         found = rowOf(row);
                         found->document = row.text(6);
                     });
    return found;
}

}  // namespace

std::int64_t lastRevision(Connection& connection) {
    std::int64_t last = 0;
    connection.query(
        "SELECT number FROM revisions ORDER BY number DESC LIMIT 1" + std::string(connection.forUpdate()), {},
        [&](const Row& row) { last = row.integer(0); });
    return last;
}

std::optional<RevisionRow> findRevision(Connection& connection, std::int64_t number) {
    return one(connection, " WHERE number = ?", {number});
}

std::optional<RevisionRow> newestRevision(Connection& connection) {
    return one(connection, " ORDER BY number DESC LIMIT 1", {});
}

std::vector<RevisionRow> listRevisions(Connection& connection, std::int64_t before, int limit) {
    std::vector<RevisionRow> rows;
    connection.query(
        "SELECT " + std::string(kColumns) + " FROM revisions WHERE number < ? ORDER BY number DESC LIMIT ?",
        {before, std::int64_t{limit}}, [&](const Row& row) { rows.push_back(rowOf(row)); });
    return rows;
}

void insertRevision(Connection& connection, const RevisionRow& row) {
    connection.execute(
        "INSERT INTO revisions (number, digest, document, rules, published, published_by, note) VALUES (?, "
        "?, ?, ?, "
        "?, ?, ?)",
        {row.number, row.digest, row.document, row.rules, row.published, row.publishedBy, row.note});
}

}  // namespace weir::db
