// The tables quarantine_items and item_history.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct ItemRow {
    std::string id;
    std::int64_t version = 0;
    std::string state, detail;
    std::int64_t changed = 0;
    std::string node, mail;
    std::int64_t received = 0;
    std::string queueId, sender;
    std::string recipients;  // joinedWords()
    std::string subject, rule, reason, queue, clientAddress, direction;
    std::int64_t size = 0;
    std::string sha256;
    bool copy = false;
};

// States in which the mail lies on the node's disk and somebody may want it.
bool isHeld(const std::string& state);

// Versions of those of `ids` that are there; their rows are locked for this transaction.
std::unordered_map<std::string, std::int64_t> lockItemVersions(Connection& connection,
                                                               const std::vector<std::string>& ids);
// Inserts or replaces.
void putItems(Connection& connection, const std::vector<const ItemRow*>& items);
std::optional<ItemRow> itemById(Connection& connection, const std::string& id);
// Compare-and-set: false when the state is none of `from`. The version stays: it counts the node's changes.
bool changeItemState(Connection& connection, const std::string& id, const std::vector<std::string>& from,
                     const std::string& to, const std::string& detail, std::int64_t now);

struct ItemHistoryRow {
    std::string item;
    std::int64_t changed = 0, version = 0;
    std::string state, detail, actor;
};
void addItemHistory(Connection& connection, const std::vector<ItemHistoryRow>& rows);
std::vector<ItemHistoryRow> itemHistory(Connection& connection, const std::string& item);

struct ItemFilter {
    std::string text, sender, recipient, subject, rule, queue, node;
    std::string state;              // empty: held ones; "all"; one state
    std::int64_t from = 0, to = 0;  // received; to 0: no end
};
struct ItemTotals {
    std::int64_t items = 0, bytes = 0;
};
// By id, newest first unless `ascending`; beyond `after` when it is not empty.
void eachItem(Connection& connection, const ItemFilter& filter, const std::string& after, bool ascending,
              int limit, const std::function<void(ItemRow&&)>& each);
ItemTotals countItems(Connection& connection, const ItemFilter& filter);
void eachQueue(Connection& connection,
               const std::function<void(const std::string& queue, const ItemTotals& totals)>& each);

}  // namespace weir::db
