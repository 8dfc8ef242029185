// Durable, ordered queue of events waiting for the master.
//
// append() returns after the event is on stable storage: once the MTA hears our reply, the report cannot be
// lost. ack(n) drops every event up to and including n, in whole segments; the last two segments always stay,
// acked or not, so that a start can look up what was appended before a death. Any number of appenders;
// read(), ack() and keepWithinBudget() may be called from different threads and wait for each other, never
// for appenders.
//
// An event identifies itself for ever by epoch() + sequence. Sequences have no holes: where details were
// given up for the budget, or could not be read any more, one fold or gap event stands in the place of those
// sequences and carries the last of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "common/wire/event.h"

namespace weir {

class AnswerSlot;

struct ReportQueueSettings {
    std::filesystem::path folder;  // made when missing; locked as long as the queue lives
    std::uint64_t segmentBytes = 16u << 20;
    std::chrono::hours budgetAge{24 * 30};  // details older than this fold into counters
    std::uint64_t budgetBytes = 1u << 30;   // more than this waiting: the oldest fold
};

struct QueuedEvent {
    Sequence sequence = 0;
    std::string body;  // JSON text, as toJsonText() made it
};

struct QueueDepth {
    std::uint64_t events = 0;         // waiting for ack
    std::uint64_t bytes = 0;          // of the segments that hold them
    std::optional<TimePoint> oldest;  // of the first one waiting
    std::uint64_t notRecorded = 0;    // mail events that could not be appended and are not yet a gap event
    std::uint64_t folded = 0;         // sequences folded since this start
    Sequence last = 0, acked = 0;
};

class ReportQueue {
  public:
    explicit ReportQueue(ReportQueueSettings settings);
    ~ReportQueue();
    ReportQueue(const ReportQueue&) = delete;
    ReportQueue& operator=(const ReportQueue&) = delete;

    // One mail's event and the item events of what it stored, under one sync; returns the mail event's
    // sequence, which is written into `slot` before the event reaches the disk. Throws Error kNoSpace or kIo:
    // then the mail event is counted as not recorded, the slot is empty, and the first append that works adds
    // a gap event with the count.
    Sequence append(const MailEvent& mail, const std::vector<ItemEvent>& items = {},
                    AnswerSlot* slot = nullptr);
    Sequence append(const ItemEvent& item);
    Sequence append(
        const std::vector<ItemEvent>& items);  // under one sync; the last one's sequence, 0 for none
    Sequence append(const InDoubtEvent& event);
    Sequence append(const GapEvent& event);

    // Events from `from` on, in order; at least one when there is one.
    std::vector<QueuedEvent> read(Sequence from, std::size_t maxEvents, std::uint64_t maxBytes);
    // The same from the first that is not acked.
    std::vector<QueuedEvent> readWaiting(std::size_t maxEvents, std::uint64_t maxBytes);
    // True as soon as there is an event beyond `sequence`; false at the deadline or after interrupt().
    bool waitBeyond(Sequence sequence, std::chrono::steady_clock::time_point deadline);
    void interrupt();  // ends waits, now and later: the program stops

    // Everything up to `sequence` is stored at the master. Lower than before: ignored. Beyond the last
    // sequence: throws kConflict (the folder is an older copy of itself: its events would be taken for known
    // ones).
    void ack(Sequence sequence);
    Sequence acked() const;
    Sequence lastSequence() const;
    const SpoolEpoch& epoch() const;
    QueueDepth depth() const;

    // Folds the oldest details while the queue is over its budget. What may already have been sent is never
    // folded (the master could have counted it), nor are item, gap and in-doubt events and mails in doubt.
    // Call it every minute or so. Returns the number of sequences folded.
    std::uint64_t keepWithinBudget(TimePoint now);
    // Another budget from now on, as the policy's section says.
    void setBudget(std::chrono::hours age, std::uint64_t bytes);

    // Which of these mail events are in the kept part of the log, acked or not.
    std::set<EventId> find(const std::set<EventId>& mails) const;
    // Time of the oldest record kept: what is older cannot be looked up. Empty for an empty log.
    std::optional<TimePoint> reachesBackTo() const;
    // Sequences of the mail events appended in the last `span` before the newest record.
    std::vector<Sequence> mailsOfLast(std::chrono::milliseconds span) const;
    // Sequences that in-doubt events of the kept log name.
    std::set<Sequence> alreadyInDoubt() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir
