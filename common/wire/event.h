// The fact that one mail got its verdicts, or one quarantine item changed; made once, on the slave.
//
// An event is one JSON object; spool epoch + sequence (given by the report queue, not part of the body)
// identify it for ever. PROTOCOL.md has the grammar of every kind.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/dmarc/aggregate_report.h"
#include "common/mail/envelope.h"
#include "common/mail/verdict.h"

namespace weir {

// The recipients that share one verdict.
struct EventOutcome {
    std::vector<std::string> recipients;
    Verdict verdict;
    ItemId item;                       // where the verdict stored something
    std::vector<std::string> rules;    // ids of all rules that matched
    std::vector<std::string> changes;  // for people: "tag subject [SPAM]", "add X-Foo"
};

// Kind "mail": one mail and its verdicts.
struct MailEvent {
    EventId id;
    TimePoint time;
    Envelope envelope;       // recipients are in the outcomes
    std::string subject;     // decoded, at most 512 bytes
    std::string messageId;   // at most 256 bytes
    std::uint64_t size = 0;  // bytes received
    std::uint32_t attachments = 0;
    std::vector<std::string> viruses;
    Revision revision = 0;
    // SHA-256 over sender, sorted recipients and the bytes received: the same mail tried again has the same.
    std::string fingerprint;
    std::vector<EventOutcome> outcomes;
    std::vector<ItemId> copies;                 // kept as a copy beside delivery
    std::vector<RaisedAlert> alerts;            // each once
    std::map<std::string, double> stageMillis;  // "parse", "rules", "virus", "store", "total"
    // For the cluster's DMARC reports to others; and such reports about our domains that the mail brought.
    std::optional<DmarcSighting> dmarc;
    std::vector<ReceivedReport> receivedReports;
};

// Kind "item": one quarantine item as it is now: stored, changed or listed again for a lost index. The index
// takes the newest (`version`) of an item.
struct ItemEvent {
    EventId id;
    TimePoint time;
    ItemId item;
    std::uint64_t version = 0;  // counts the changes of the item on its node, from 1
    std::string state;          // stored, releasing, released, release-failed, deleted, expired
    std::string detail;         // why it failed, who asked, which budget made it go
    EventId mail;               // the mail event it came with
    TimePoint received;
    std::string queueId, sender, subject, rule, reason, queue;
    std::vector<std::string> recipients;
    std::string clientAddress;
    Direction direction = Direction::kInbound;
    std::uint64_t size = 0;
    std::string sha256;  // of the bytes received
    bool copy = false;   // kept beside delivery
    CommandId command;   // the command this answers, if one
};

// Kind "in-doubt": after an unclean end, these mail events may not have been answered: the client may try the
// mail again. The master counts only the last of the same fingerprint.
struct InDoubtEvent {
    EventId id;
    TimePoint time;
    std::vector<Sequence> sequences;  // of the same spool epoch
};

// Kind "gap": events that are missing and why; `count` when known.
struct GapEvent {
    EventId id;
    TimePoint time;
    Sequence from = 0, to = 0;  // 0,0 when the events never got a sequence
    std::uint64_t count = 0;
    std::string reason;
};

// Kind "fold": details dropped by the budget, kept as counters. Replaces events from..to.
struct FoldEvent {
    struct Counter {
        std::int64_t hour = 0;  // ms since the epoch, start of the hour
        Direction direction = Direction::kInbound;
        std::string verdict, rule, queue;
        std::uint64_t mails = 0, recipients = 0, bytes = 0;
    };
    // An alert that mails of the fold raised, at most event_limits::kAlertTexts of a rule; of more, one with
    // an empty text.
    struct Alert {
        RaisedAlert raised;
        std::uint64_t count = 0;  // mails
        TimePoint first, last;
    };
    EventId id;
    TimePoint time;
    Sequence from = 0, to = 0;
    std::vector<Counter> counters;
    std::vector<Alert> alerts;
    std::vector<ItemEvent> items;  // item changes are never folded away: the index needs each item's last
};

// JSON bodies: {"kind": "mail", …}. Writing never fails (hostile text becomes valid UTF-8).
std::string toJsonText(const MailEvent& event);
std::string toJsonText(const ItemEvent& event);
std::string toJsonText(const InDoubtEvent& event);
std::string toJsonText(const GapEvent& event);
std::string toJsonText(const FoldEvent& event);

using Event = std::variant<MailEvent, ItemEvent, InDoubtEvent, GapEvent, FoldEvent>;

// Reads bodies. Depth is bounded, invalid UTF-8 and trailing bytes are refused, unknown members ignored; of a
// member that is there twice one counts. One reader for many bodies: it keeps its buffers, since the master
// reads thousands of events a second. Not thread-safe.
class EventReader {
  public:
    EventReader();
    ~EventReader();
    Expected<Event> read(std::string_view body);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// One body alone.
Expected<Event> eventFromText(std::string_view body);

}  // namespace weir
