#include "master/service/alerts.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "master/db/alert_table.h"
#include "master/db/mails_table.h"

namespace weir {
namespace {

using State = db::AlertFilter::State;

State stateOf(const std::string& word) {
    if (word.empty() || word == "open") return State::kOpen;
    if (word == "acknowledged") return State::kAcknowledged;
    if (word == "all") return State::kAll;
    throw Error(ErrorCode::kInvalid, "state: is not open, acknowledged or all");
}

// "milliseconds.id" of the last one of a page.
std::optional<std::pair<std::int64_t, std::string>> placeOf(const std::string& cursor) {
    if (cursor.empty()) return std::nullopt;
    const auto dot = cursor.find('.');
    std::int64_t millis = 0;
    const char* const end = cursor.data() + std::min(dot, cursor.size());
    const auto read = std::from_chars(cursor.data(), end, millis);
    if (dot == std::string::npos || read.ec != std::errc() || read.ptr != end ||
        !isUuid(cursor.substr(dot + 1)))
        throw Error(ErrorCode::kInvalid, "cursor: not one of the alerts");
    return std::pair(millis, cursor.substr(dot + 1));
}

Alert alertOf(db::AlertRow row) {
    Alert alert;
    alert.id = std::move(row.id);
    alert.rule = std::move(row.rule);
    alert.text = std::move(row.text);
    alert.mails = static_cast<std::uint64_t>(std::max<std::int64_t>(row.mails, 0));
    alert.first = fromMillis(row.first);
    alert.last = fromMillis(row.last);
    for (auto& node : db::splitWords(row.nodes)) alert.nodes.push_back(NodeId{std::move(node)});
    alert.acknowledged = fromMillis(row.acknowledged);
    alert.acknowledgedBy = std::move(row.acknowledgedBy);
    return alert;
}

AcknowledgeResult acknowledgeOne(db::Connection& connection, const Actor& actor, const std::string& id) {
    const auto row = db::lockAlert(connection, id);
    if (!row) return {id, false, "no such alert"};
    const auto time = toMillis(now());
    if (!db::acknowledgeAlert(connection, id, time, actor.name.substr(0, 64)))
        return {id, false, "was acknowledged by " + row->acknowledgedBy};
    Audit::record(connection, actor, "alert.acknowledge", "alert " + row->rule,
                  {{"id", id}, {"text", row->text}, {"mails", row->mails}},
                  {{"acknowledged", toText(fromMillis(time))}});
    return {id, true, ""};
}

}  // namespace

AlertPage Alerts::find(const AlertQuery& query) {
    const db::AlertFilter filter{stateOf(query.state), query.rule, query.node.value, query.text};
    const auto after = placeOf(query.cursor);
    const int limit = std::clamp(query.limit, 1, 500);
    std::vector<db::AlertRow> rows;
    database_.read(
        [&](db::Connection& connection) { rows = db::findAlerts(connection, filter, after, limit + 1); });
    AlertPage page;
    // One more than asked for tells whether there is a next page.
    if (rows.size() > static_cast<std::size_t>(limit)) {
        rows.pop_back();
        page.next = std::to_string(rows.back().last) + "." + rows.back().id;
    }
    for (auto& row : rows) page.alerts.push_back(alertOf(std::move(row)));
    return page;
}

std::uint64_t Alerts::open() {
    std::int64_t count = 0;
    database_.read([&](db::Connection& connection) { count = db::openAlerts(connection); });
    return static_cast<std::uint64_t>(count);
}

std::vector<AcknowledgeResult> Alerts::acknowledge(const Actor& actor, const std::vector<std::string>& ids) {
    std::vector<AcknowledgeResult> results;
    database_.transaction([&](db::Connection& connection) {
        results.clear();
        for (const auto& id : ids) results.push_back(acknowledgeOne(connection, actor, id));
    });
    return results;
}

}  // namespace weir
