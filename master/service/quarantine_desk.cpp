#include "master/service/quarantine_desk.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/base/json.h"
#include "common/base/log.h"
#include "common/base/utf8.h"
#include "common/mail/address.h"
#include "master/db/intake_table.h"
#include "master/db/mails_table.h"
#include "master/db/quarantine_table.h"

namespace weir {
namespace {

constexpr std::size_t kBulkItems = 500;
constexpr std::size_t kReleaseRecipients = 100;

const std::vector<std::string> kReleasable = {"stored", "release-failed"};

QuarantinedItem quarantinedItem(const db::ItemRow& row) {
    QuarantinedItem item;
    item.id.value = row.id;
    item.mail.value = row.mail;
    item.node.value = row.node;
    item.received = fromMillis(row.received);
    item.queueId = row.queueId;
    item.sender = row.sender;
    item.recipients = db::splitWords(row.recipients);
    item.subject = row.subject;
    item.rule = row.rule;
    item.reason = row.reason;
    item.queue = row.queue;
    item.state = row.state;
    item.detail = row.detail;
    item.clientAddress = row.clientAddress;
    item.direction = row.direction;
    item.sha256 = row.sha256;
    item.size = static_cast<std::uint64_t>(row.size);
    item.version = static_cast<std::uint64_t>(row.version);
    item.copy = row.copy;
    item.changed = fromMillis(row.changed);
    return item;
}

db::ItemFilter filterOf(const QuarantineQuery& query) {
    db::ItemFilter filter{query.text, query.sender, query.recipient,  query.subject,
                          query.rule, query.queue,  query.node.value, query.state};
    if (query.from) filter.from = toMillis(*query.from);
    if (query.to) filter.to = toMillis(*query.to);
    return filter;
}

db::ItemRow existing(db::Connection& connection, const ItemId& id) {
    auto item = db::itemById(connection, id.value);
    if (!item) throw Error(ErrorCode::kNotFound, "no quarantine item " + id.value);
    return *std::move(item);
}

// Compare-and-set, command, history and audit: one change of one item.
CommandId change(db::Connection& connection, CommandQueue& commands, const Actor& actor, const ItemId& id,
                 const std::string& kind, const std::string& state, const Json& arguments,
                 const std::string& detail) {
    const auto item = existing(connection, id);
    const auto time = toMillis(now());
    if (!db::changeItemState(connection, id.value, kReleasable, state, detail, time)) {
        throw Error(ErrorCode::kConflict,
                    "item " + id.value + " is " + item.state + ": only what is stored can be " + kind + "d");
    }
    const auto command = commands.add(connection, NodeId{item.node}, kind, arguments);
    db::addItemHistory(connection, {{id.value, time, 0, state, detail, actor.name}});
    Json after = arguments;
    after["state"] = state;
    after["node"] = item.node;
    Audit::record(connection, actor, "quarantine." + kind, "item " + id.value, Json{{"state", item.state}},
                  after);
    return command;
}

std::vector<std::string> checkedRecipients(const std::vector<std::string>& recipients) {
    if (recipients.size() > kReleaseRecipients) {
        throw Error(ErrorCode::kInvalid, "at most " + std::to_string(kReleaseRecipients) + " recipients");
    }
    std::vector<std::string> checked;
    for (const auto& recipient : recipients) {
        auto address = normalAddress(recipient);
        const auto parts = splitAddress(address);
        const bool clean = std::none_of(address.begin(), address.end(), [](char c) {
            return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '<' || c == '>';
        });
        if (parts.local.empty() || parts.domain.empty() || !clean || address.size() > 320) {
            throw Error(ErrorCode::kInvalid, "\"" + recipient + "\" is not a mail address");
        }
        checked.push_back(std::move(address));
    }
    return checked;
}

CommandId releaseIn(db::Connection& connection, CommandQueue& commands, const Actor& actor, const ItemId& id,
                    const std::vector<std::string>& recipients) {
    Json arguments{{"item", id.value}};
    std::string detail = "asked by " + actor.name;
    if (!recipients.empty()) {
        arguments["recipients"] = recipients;
        detail += ", to ";
        for (const auto& recipient : recipients)
            detail += (&recipient == &recipients.front() ? "" : ", ") + recipient;
        if (detail.size() > 500)
            detail = "asked by " + actor.name + ", to " + std::to_string(recipients.size()) + " others";
    }
    return change(connection, commands, actor, id, "release", "releasing", arguments, detail);
}

CommandId removeIn(db::Connection& connection, CommandQueue& commands, const Actor& actor, const ItemId& id) {
    return change(connection, commands, actor, id, "delete", "deleting", Json{{"item", id.value}},
                  "asked by " + actor.name);
}

}  // namespace

QuarantineDesk::QuarantineDesk(db::Database& database, CommandQueue& commands)
    : database_(database), commands_(commands) {}

QuarantinePage QuarantineDesk::find(const QuarantineQuery& query) {
    const auto limit = std::clamp(query.limit, 1, 500);
    if (!query.cursor.empty() && !isUuid(query.cursor)) {
        throw Error(ErrorCode::kInvalid, "cursor: not one of the quarantine");
    }
    QuarantinePage page;
    database_.read([&](db::Connection& connection) {
        page = {};
        const auto filter = filterOf(query);
        db::eachItem(connection, filter, query.cursor, query.oldestFirst, limit,
                     [&](db::ItemRow&& row) { page.items.push_back(quarantinedItem(row)); });
        page.total = static_cast<std::uint64_t>(db::countItems(connection, filter).items);
    });
    if (page.items.size() == static_cast<std::size_t>(limit)) page.next = page.items.back().id.value;
    return page;
}

std::optional<QuarantinedItem> QuarantineDesk::get(const ItemId& id) {
    std::optional<QuarantinedItem> found;
    database_.read([&](db::Connection& connection) {
        found.reset();
        if (const auto row = db::itemById(connection, id.value)) found = quarantinedItem(*row);
    });
    return found;
}

std::vector<ItemHistoryLine> QuarantineDesk::history(const ItemId& id) {
    std::vector<ItemHistoryLine> lines;
    database_.read([&](db::Connection& connection) {
        lines.clear();
        for (const auto& row : db::itemHistory(connection, id.value)) {
            lines.push_back({fromMillis(row.changed), row.state, row.detail, row.actor});
        }
    });
    return lines;
}

std::vector<QueueSummary> QuarantineDesk::queues() {
    std::vector<QueueSummary> queues;
    database_.read([&](db::Connection& connection) {
        queues.clear();
        db::eachQueue(connection, [&](const std::string& queue, const db::ItemTotals& totals) {
            queues.push_back(
                {queue, static_cast<std::uint64_t>(totals.items), static_cast<std::uint64_t>(totals.bytes)});
        });
    });
    return queues;
}

QuarantineDesk::Held QuarantineDesk::held(TimePoint since) {
    Held held;
    database_.read([&](db::Connection& connection) {
        db::ItemFilter filter;
        const auto all = db::countItems(connection, filter);
        filter.from = toMillis(since);
        held = {static_cast<std::uint64_t>(all.items), static_cast<std::uint64_t>(all.bytes),
                static_cast<std::uint64_t>(db::countItems(connection, filter).items)};
    });
    return held;
}

CommandId QuarantineDesk::release(const Actor& actor, const ItemId& id,
                                  const std::vector<std::string>& recipients) {
    const auto checked = checkedRecipients(recipients);
    CommandId command;
    database_.transaction(
        [&](db::Connection& connection) { command = releaseIn(connection, commands_, actor, id, checked); });
    return command;
}

CommandId QuarantineDesk::remove(const Actor& actor, const ItemId& id) {
    CommandId command;
    database_.transaction(
        [&](db::Connection& connection) { command = removeIn(connection, commands_, actor, id); });
    return command;
}

std::vector<BulkResult> QuarantineDesk::bulk(const Actor& actor, const std::string& action,
                                             const std::vector<ItemId>& ids,
                                             const std::vector<std::string>& recipients) {
    if (action != "release" && action != "delete") {
        throw Error(ErrorCode::kInvalid, "action: expected \"release\" or \"delete\"");
    }
    if (ids.size() > kBulkItems) {
        throw Error(ErrorCode::kInvalid, "ids: at most " + std::to_string(kBulkItems));
    }
    const auto checked = checkedRecipients(recipients);
    std::vector<BulkResult> results;
    database_.transaction([&](db::Connection& connection) {
        results.clear();
        for (const auto& id : ids) {
            try {
                if (action == "release") {
                    releaseIn(connection, commands_, actor, id, checked);
                } else {
                    removeIn(connection, commands_, actor, id);
                }
                results.push_back({id, true, ""});
            } catch (const Error& e) {
                // Both are found before anything is written for this item.
                if (e.code() != ErrorCode::kNotFound && e.code() != ErrorCode::kConflict) throw;
                results.push_back({id, false, e.what()});
            }
        }
    });
    return results;
}

MailPreview QuarantineDesk::preview(const ItemId& id, std::chrono::milliseconds wait) {
    const PreviewLimits limits;
    return previewMail(content(id, limits.mailBytes, wait), limits);
}

std::string QuarantineDesk::content(const ItemId& id, std::size_t most, std::chrono::milliseconds wait) {
    const auto item = get(id);
    if (!item) throw Error(ErrorCode::kNotFound, "no quarantine item " + id.value);
    std::string bytes;
    const auto keep = [&](std::string_view piece) {
        bytes.append(piece.substr(0, most + 1 - bytes.size()));
        return bytes.size() <= most;
    };
    try {
        commands_.fetch(item->node, id, keep, std::chrono::steady_clock::now() + wait);
    } catch (const Error&) {
        // A transfer that we ended ourselves, because enough is there, is none that failed.
        if (bytes.size() <= most) throw;
    }
    return bytes;
}

void QuarantineDesk::raw(const Actor& actor, const ItemId& id, const ContentSink& sink,
                         std::chrono::milliseconds wait) {
    const auto item = get(id);
    if (!item) throw Error(ErrorCode::kNotFound, "no quarantine item " + id.value);
    // On record before the first byte leaves.
    database_.transaction([&](db::Connection& connection) {
        Audit::record(connection, actor, "quarantine.download", "item " + id.value, Json(),
                      Json{{"size", item->size}});
    });
    commands_.fetch(item->node, id, sink, std::chrono::steady_clock::now() + wait);
}

void QuarantineDesk::commandFailed(const NodeId& node, const ItemId& id, const std::string& kind,
                                   const std::string& detail) {
    const bool release = kind == "release";
    if (!release && kind != "delete") return;
    const std::string from = release ? "releasing" : "deleting", to = release ? "release-failed" : "stored";
    const auto text = validUtf8(detail, 160);
    database_.transaction([&](db::Connection& connection) {
        const auto item = db::itemById(connection, id.value);
        if (!item || item->node != node.value) return;
        const auto time = toMillis(now());
        if (!db::changeItemState(connection, id.value, {from}, to, text, time)) return;
        db::addItemHistory(connection, {{id.value, time, 0, to, text, ""}});
    });
}

bool QuarantineDesk::needsListing(const NodeId& node) {
    bool complete = false;
    database_.read([&](db::Connection& connection) {
        const auto row = db::intakeRow(connection, node.value);
        complete = row && row->indexComplete;
    });
    return !complete;
}

void QuarantineDesk::indexListed(const NodeId& node) {
    database_.transaction([&](db::Connection& connection) { db::setIndexComplete(connection, node.value); });
}

}  // namespace weir
