// The index of all quarantined mails and what can be done with them.
//
// The mails lie on the nodes' disks; this index follows their item events (the newest `version` wins) and is
// rebuilt from the disks when a node's items are not known to this database. Release and delete are one
// transaction of state change, durable command and audit. Thread-safe. Throws Error kUnavailable when the
// database is away.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "master/db/database.h"
#include "master/service/audit.h"
#include "master/service/command_queue.h"
#include "master/service/mail_preview.h"

namespace weir {

struct QuarantineQuery {
    std::string text;               // part of sender, recipient or subject
    std::string sender, recipient;  // exact without regard to case, or "@domain"
    std::string subject;            // part of it
    std::string rule, queue;
    NodeId node;
    std::string state;                  // empty: stored, releasing and release-failed; "all"; or one state
    std::optional<TimePoint> from, to;  // received: from <= time < to
    std::string cursor;
    int limit = 50;            // 1..500
    bool oldestFirst = false;  // sort=received; the default is sort=-received
};

struct QuarantinedItem {
    ItemId id;
    EventId mail;
    NodeId node;
    TimePoint received;
    std::string queueId, sender;
    std::vector<std::string> recipients;
    std::string subject, rule, reason, queue, state, detail, clientAddress, direction, sha256;
    std::uint64_t size = 0, version = 0;
    bool copy = false;
    TimePoint changed;  // when the state was last changed
};

struct QuarantinePage {
    std::vector<QuarantinedItem> items;
    std::string next;         // empty: that was all
    std::uint64_t total = 0;  // of the whole search
};

struct ItemHistoryLine {
    TimePoint time;
    std::string state, detail, actor;
};

struct QueueSummary {
    std::string queue;
    std::uint64_t items = 0, bytes = 0;
};

struct BulkResult {
    ItemId id;
    bool ok = false;
    std::string detail;  // why not
};

class QuarantineDesk {
  public:
    QuarantineDesk(db::Database& database, CommandQueue& commands);

    QuarantinePage find(const QuarantineQuery& query);
    std::optional<QuarantinedItem> get(const ItemId& id);
    std::vector<ItemHistoryLine> history(const ItemId& id);  // oldest first
    std::vector<QueueSummary> queues();                      // of what is stored, by name
    // What is held now, and how much of it was received since `since`.
    struct Held {
        std::uint64_t items = 0, bytes = 0, since = 0;
    };
    Held held(TimePoint since);

    // To the envelope recipients, or to `recipients` when there are any. Throws Error kNotFound, kConflict
    // (not stored or release-failed), kInvalid (no address).
    CommandId release(const Actor& actor, const ItemId& id, const std::vector<std::string>& recipients);
    // The item is "deleting" until its node says that it is gone. Throws Error kNotFound, kConflict (it is
    // being released, or has gone).
    CommandId remove(const Actor& actor, const ItemId& id);
    // "release" or "delete" for at most 500 items, each on its own.
    std::vector<BulkResult> bulk(const Actor& actor, const std::string& action,
                                 const std::vector<ItemId>& ids, const std::vector<std::string>& recipients);

    // The bytes from the node's disk; nothing is kept here. Throws Error kNotFound, kUnavailable (names the
    // node and when it was last seen), kTimeout.
    MailPreview preview(const ItemId& id, std::chrono::milliseconds wait = std::chrono::seconds(20));
    // The first `most` bytes, and one more where the mail is longer.
    std::string content(const ItemId& id, std::size_t most,
                        std::chrono::milliseconds wait = std::chrono::seconds(20));
    void raw(const Actor& actor, const ItemId& id, const ContentSink& sink,
             std::chrono::milliseconds wait = std::chrono::seconds(20));  // audited

    // A node answered a durable release or delete that it could not do: what the index calls releasing
    // becomes release-failed and what it calls deleting becomes stored, with this detail. Nothing happens
    // when the item has moved on.
    void commandFailed(const NodeId& node, const ItemId& id, const std::string& kind,
                       const std::string& detail);

    // True when this database does not know all items of the node (it is new, or was lost): the node is to
    // get `list-items` and answers with an item event for each. indexListed() when the node has answered it.
    bool needsListing(const NodeId& node);
    void indexListed(const NodeId& node);

  private:
    db::Database& database_;
    CommandQueue& commands_;
};

}  // namespace weir
