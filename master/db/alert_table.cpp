#include "master/db/alert_table.h"

#include <algorithm>

#include "common/base/digest.h"
#include "common/base/ids.h"
#include "common/base/utf8.h"
#include "master/db/mails_table.h"
#include "master/db/search_text.h"

namespace weir::db {
namespace {

constexpr const char* kColumns =
    "id, rule, text, mails, first_raised, last_raised, nodes, acknowledged, acknowledged_by";

AlertRow readAlert(const Row& row) {
    return {row.text(0),    row.text(1), row.text(2),    row.integer(3), row.integer(4),
            row.integer(5), row.text(6), row.integer(7), row.text(8)};
}

std::string keyOf(const std::string& rule, const std::string& text) {
    return sha256Hex(rule + '\n' + text);
}

// An open alert, its row locked.
struct Open {
    AlertRow row;
    std::int64_t linked = 0;  // mails that were ever linked
};

std::optional<Open> openAlert(Connection& connection, const std::string& rule, const std::string& text) {
    std::optional<Open> found;
    connection.query("SELECT " + std::string(kColumns) + ", linked FROM alerts WHERE open_key = ?" +
                         std::string(connection.forUpdate()),
                     {keyOf(rule, text)}, [&](const Row& row) {
                         found = Open{readAlert(row), row.integer(9)};
                     });
    return found;
}

std::size_t openTexts(Connection& connection, const std::string& rule) {
    std::size_t texts = 0;
    connection.query("SELECT COUNT(*) FROM alerts WHERE rule = ? AND open_key IS NOT NULL AND text <> ''",
                     {rule}, [&](const Row& row) { texts = static_cast<std::size_t>(row.integer(0)); });
    return texts;
}

Open newAlert(Connection& connection, const std::string& rule, const std::string& text, std::int64_t first) {
    Open fresh;
    fresh.row.id = newTimeUuid();
    fresh.row.rule = rule;
    fresh.row.text = text;
    fresh.row.first = first;
    connection.execute(
        "INSERT INTO alerts (id, open_key, rule, text, mails, linked, first_raised, last_raised, nodes, "
        "acknowledged, acknowledged_by) VALUES (?, ?, ?, ?, 0, 0, ?, ?, '', 0, '')",
        {fresh.row.id, keyOf(rule, text), rule, text, first, first});
    return fresh;
}

void addLinks(Connection& connection, const Open& alert, const std::vector<std::string>& links) {
    const auto latest = std::min(links.size(), static_cast<std::size_t>(kAlertMails));
    Values rows;
    for (std::size_t i = links.size() - latest; i < links.size(); ++i) {
        rows.emplace_back(alert.row.id);
        rows.emplace_back((alert.linked + static_cast<std::int64_t>(i)) % kAlertMails);
        rows.emplace_back(Blob{links[i]});
    }
    if (!rows.empty())
        connection.upsertRows("alert_mails", {"alert", "slot", "mail"}, {"alert", "slot"}, {}, {"mail"},
                              rows);
}

}  // namespace

void AlertChanges::add(std::string rule, std::string text, const std::string& node, std::int64_t mails,
                       std::int64_t first, std::int64_t last, const std::string& mail) {
    std::pair<std::string, std::string> key(cutUtf8(rule, 128), cutUtf8(text, kAlertTextSize));
    auto& texts = texts_[key.first];
    if (texts >= kAlertTexts && !raised_.contains(key)) key.second.clear();
    const auto [at, isNew] = raised_.try_emplace(key);
    auto& raised = at->second;
    if (isNew && !key.second.empty()) ++texts;
    raised.mails += mails;
    raised.first = isNew ? first : std::min(raised.first, first);
    raised.last = std::max(raised.last, last);
    raised.nodes.insert(node);
    if (!mail.empty()) raised.links.push_back(mail);
}

void AlertChanges::write(Connection& connection) const {
    for (const auto& [key, raised] : raised_) {
        const auto& [rule, text] = key;
        auto alert = openAlert(connection, rule, text);
        if (!alert && !text.empty() && openTexts(connection, rule) >= kAlertTexts) {
            alert = openAlert(connection, rule, "");
            if (!alert) alert = newAlert(connection, rule, "", raised.first);
        }
        if (!alert) alert = newAlert(connection, rule, text, raised.first);
        auto nodes = raised.nodes;
        for (auto& node : splitWords(alert->row.nodes)) nodes.insert(std::move(node));
        connection.execute(
            "UPDATE alerts SET mails = mails + ?, linked = linked + ?, first_raised = ?, last_raised = ?, "
            "nodes = ? WHERE id = ?",
            {raised.mails, static_cast<std::int64_t>(raised.links.size()),
             std::min(alert->row.first, raised.first), std::max(alert->row.last, raised.last),
             joinedWords({nodes.begin(), nodes.end()}), alert->row.id});
        addLinks(connection, *alert, raised.links);
    }
}

void forgetAlertsOf(Connection& connection, const std::string& mail) {
    std::vector<std::string> alerts;
    connection.query("SELECT alert FROM alert_mails WHERE mail = ?", {Blob{mail}},
                     [&](const Row& row) { alerts.push_back(row.text(0)); });
    if (alerts.empty()) return;
    connection.execute("DELETE FROM alert_mails WHERE mail = ?", {Blob{mail}});
    for (const auto& alert : alerts) {
        connection.execute("UPDATE alerts SET mails = mails - 1 WHERE id = ?", {alert});
        connection.execute("DELETE FROM alerts WHERE id = ? AND mails <= 0 AND open_key IS NOT NULL",
                           {alert});
    }
}

std::vector<AlertRow> findAlerts(Connection& connection, const AlertFilter& filter,
                                 const std::optional<std::pair<std::int64_t, std::string>>& after,
                                 int limit) {
    Conditions where(connection.dialect());
    if (filter.state == AlertFilter::State::kOpen) where.add("open_key IS NOT NULL", {});
    if (filter.state == AlertFilter::State::kAcknowledged) where.add("open_key IS NULL", {});
    where.equals("rule", filter.rule);
    where.contains({"text"}, filter.text);
    if (!filter.node.empty()) where.contains({"nodes"}, joinedWords({filter.node}));
    if (after)
        where.add("(last_raised < ? OR (last_raised = ? AND id < ?))",
                  {after->first, after->first, after->second});
    auto values = where.values();
    values.emplace_back(std::int64_t{limit});
    std::vector<AlertRow> rows;
    connection.query("SELECT " + std::string(kColumns) + " FROM alerts WHERE " + where.sql() +
                         " ORDER BY last_raised DESC, id DESC LIMIT ?",
                     values, [&](const Row& row) { rows.push_back(readAlert(row)); });
    return rows;
}

std::int64_t openAlerts(Connection& connection) {
    std::int64_t count = 0;
    connection.query("SELECT COUNT(*) FROM alerts WHERE open_key IS NOT NULL", {},
                     [&](const Row& row) { count = row.integer(0); });
    return count;
}

std::optional<AlertRow> lockAlert(Connection& connection, const std::string& id) {
    std::optional<AlertRow> found;
    connection.query(
        "SELECT " + std::string(kColumns) + " FROM alerts WHERE id = ?" + std::string(connection.forUpdate()),
        {id}, [&](const Row& row) { found = readAlert(row); });
    return found;
}

bool acknowledgeAlert(Connection& connection, const std::string& id, std::int64_t time,
                      const std::string& by) {
    return connection.execute(
               "UPDATE alerts SET open_key = NULL, acknowledged = ?, acknowledged_by = ? WHERE id = ? AND "
               "open_key IS NOT NULL",
               {time, by, id}) > 0;
}

}  // namespace weir::db
