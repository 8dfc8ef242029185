#include "master/db/dmarc_received_table.h"

#include "master/db/sql_text.h"

namespace weir::db {
namespace {

constexpr const char* kColumns =
    "id, domain, organization, email, contact, report_id, first_second, last_second, published, taken, "
    "origin, "
    "authenticated, mails, passed, quarantined, rejected, omitted_mails";
constexpr int kColumnCount = 17;

DmarcReceivedRow readReceived(const Row& row) {
    DmarcReceivedRow all;
    all.id = row.text(0);
    all.domain = row.text(1);
    all.organization = row.text(2);
    all.email = row.text(3);
    all.contact = row.text(4);
    all.reportId = row.text(5);
    all.first = row.integer(6);
    all.last = row.integer(7);
    all.published = row.text(8);
    all.taken = row.integer(9);
    all.origin = row.text(10);
    all.authenticated = row.integer(11) != 0;
    all.mails = row.integer(12);
    all.passed = row.integer(13);
    all.quarantined = row.integer(14);
    all.rejected = row.integer(15);
    all.omittedMails = row.integer(16);
    return all;
}

}  // namespace

bool addDmarcReceived(Connection& connection, const DmarcReceivedRow& report,
                      const std::vector<DmarcReceivedCount>& rows) {
    const Values values = {report.id,       report.domain,      report.organization,
                           report.email,    report.contact,     report.reportId,
                           report.first,    report.last,        report.published,
                           report.taken,    report.origin,      std::int64_t{report.authenticated},
                           report.mails,    report.passed,      report.quarantined,
                           report.rejected, report.omittedMails};
    if (connection.insertNewRows(std::string("INSERT INTO dmarc_received (") + kColumns + ")", kColumnCount,
                                 values) == 0)
        return false;
    Values flat;
    std::int64_t number = 0;
    for (const auto& one : rows) {
        const std::int64_t dkim = one.dkim, spf = one.spf;
        flat.insert(flat.end(), {report.id, number++, one.source, one.disposition, dkim, spf, one.headerFrom,
                                 one.mails, one.content});
    }
    if (!flat.empty())
        connection.insertRows(
            "INSERT INTO dmarc_received_rows (report, number, source, disposition, dkim, spf, header_from, "
            "mails, content)",
            9, flat);
    return true;
}

std::int64_t dmarcReceivedSince(Connection& connection, std::int64_t taken) {
    std::int64_t count = 0;
    connection.query("SELECT COUNT(*) FROM dmarc_received WHERE taken >= ?", {taken},
                     [&](const Row& row) { count = row.integer(0); });
    return count;
}

std::vector<DmarcDomainTotal> dmarcDomainTotals(Connection& connection, std::int64_t from, std::int64_t to,
                                                int limit) {
    std::vector<DmarcDomainTotal> all;
    connection.query(
        "SELECT domain, COUNT(*), COUNT(DISTINCT organization), SUM(mails) AS total, SUM(passed), "
        "SUM(quarantined), "
        "SUM(rejected), MAX(last_second) FROM dmarc_received WHERE last_second >= ? AND last_second < ? "
        "GROUP BY domain ORDER BY total DESC, domain LIMIT ?",
        {from, to, std::int64_t{limit}}, [&](const Row& row) {
            all.push_back({row.text(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4),
                           row.integer(5), row.integer(6), row.integer(7)});
        });
    return all;
}

std::vector<DmarcSourceTotal> dmarcSourceTotals(Connection& connection, const std::string& domain,
                                                std::int64_t from, std::int64_t to, int limit) {
    std::vector<DmarcSourceTotal> all;
    connection.query(
        "SELECT w.source, SUM(w.mails) AS total, SUM(CASE WHEN w.dkim + w.spf > 0 THEN w.mails ELSE 0 END), "
        "SUM(CASE WHEN w.dkim > 0 THEN w.mails ELSE 0 END), SUM(CASE WHEN w.spf > 0 THEN w.mails ELSE 0 "
        "END), "
        "SUM(CASE WHEN w.disposition = 'quarantine' THEN w.mails ELSE 0 END), "
        "SUM(CASE WHEN w.disposition = 'reject' THEN w.mails ELSE 0 END) "
        "FROM dmarc_received r JOIN dmarc_received_rows w ON w.report = r.id "
        "WHERE r.domain = ? AND r.last_second >= ? AND r.last_second < ? "
        "GROUP BY w.source ORDER BY total DESC, w.source LIMIT ?",
        {domain, from, to, std::int64_t{limit}}, [&](const Row& row) {
            all.push_back({row.text(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4),
                           row.integer(5), row.integer(6)});
        });
    return all;
}

std::vector<DmarcReceivedRow> dmarcReceived(Connection& connection, const std::string& domain,
                                            std::int64_t from, std::int64_t to, int limit) {
    std::vector<DmarcReceivedRow> all;
    connection.query(std::string("SELECT ") + kColumns +
                         " FROM dmarc_received WHERE domain = ? AND last_second >= ? AND last_second < ? "
                         "ORDER BY last_second DESC, id LIMIT ?",
                     {domain, from, to, std::int64_t{limit}},
                     [&](const Row& row) { all.push_back(readReceived(row)); });
    return all;
}

std::uint64_t deleteOldDmarcReceived(Connection& connection, std::int64_t before, int reports) {
    Values ids;
    connection.query("SELECT id FROM dmarc_received WHERE last_second < ? ORDER BY last_second, id LIMIT ?",
                     {before, std::int64_t{reports}}, [&](const Row& row) { ids.emplace_back(row.text(0)); });
    if (ids.empty()) return 0;
    const auto in = placeholders(static_cast<int>(ids.size()), 1);
    return connection.execute("DELETE FROM dmarc_received_rows WHERE report IN " + in, ids) +
           connection.execute("DELETE FROM dmarc_received WHERE id IN " + in, ids);
}

}  // namespace weir::db
