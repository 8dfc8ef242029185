#include "slave/report/report_queue.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/error.h"
#include "common/base/json.h"
#include "common/base/log.h"
#include "slave/report/answer_slots.h"
#include "slave/report/fold.h"
#include "slave/report/queue_position.h"
#include "slave/report/report_log.h"

namespace weir {
namespace {

std::string gapText(Sequence from, Sequence to, std::uint64_t count, const std::string& reason) {
    GapEvent gap;
    gap.id.value = newTimeUuid();
    gap.time = now();
    gap.from = from;
    gap.to = to;
    gap.count = count;
    gap.reason = reason;
    return toJsonText(gap);
}

}  // namespace

struct ReportQueue::State {
    explicit State(ReportQueueSettings s)
        : settings(std::move(s)),
          log(
              {settings.folder, settings.segmentBytes},
              [](Sequence from, Sequence to, const std::string& reason) {
                  return gapText(from, to, to - from + 1, reason);
              },
              [this](const Record& record) { noteDoubt(record); }),
          position(settings.folder / "position", log.epoch(), log.lastSequence()) {
        // Events the master may know are gone from the disk: their sequences must not be given a second time.
        const Sequence given = std::max(position.acked(), position.sent()), last = log.lastSequence();
        if (given <= last) return;
        const std::string reason = "the end of the report log was lost";
        logError("report.gap", {{"from", last + 1}, {"to", given}, {"reason", reason}});
        const std::string body = gapText(last + 1, given, given - last, reason);
        log.append({{RecordKind::kGap, body, given - last}});
    }

    void noteDoubt(const Record& record) {
        if (record.kind != RecordKind::kInDoubt) return;
        const auto event = eventFromText(record.body);
        const auto* doubt = event ? std::get_if<InDoubtEvent>(&*event) : nullptr;
        if (doubt == nullptr) return;
        std::lock_guard lock(doubtMutex);
        inDoubt.insert(doubt->sequences.begin(), doubt->sequences.end());
    }

    void countNotRecorded(const std::string& reason);
    void reportNotRecorded();
    bool overBudget(const LogSegment& oldest, TimePoint now) const;
    std::uint64_t waitingBytes() const;
    std::uint64_t foldOldest(const std::vector<LogSegment>& segments, std::size_t index);

    const ReportQueueSettings settings;
    mutable std::mutex doubtMutex;
    std::set<Sequence> inDoubt;
    ReportLog log;

    mutable std::mutex readerMutex;  // position, foldedThrough, budgetAge, budgetBytes
    std::chrono::hours budgetAge{settings.budgetAge};
    std::uint64_t budgetBytes = settings.budgetBytes;
    QueuePosition position;
    Sequence foldedThrough = 0;  // segments up to here hold nothing more to fold
    mutable std::pair<Sequence, TimePoint> oldestWaiting{0, {}};

    std::atomic<std::uint64_t> folded{0};
    mutable std::mutex notRecordedMutex;
    std::uint64_t notRecorded = 0;
    std::string notRecordedReason;  // of the first
    std::atomic<bool> anyNotRecorded{false};
};

ReportQueue::ReportQueue(ReportQueueSettings settings)
    : state_(std::make_unique<State>(std::move(settings))) {}

ReportQueue::~ReportQueue() = default;

Sequence ReportQueue::append(const MailEvent& mail, const std::vector<ItemEvent>& items, AnswerSlot* slot) {
    State& s = *state_;
    try {
        std::vector<std::string> texts{toJsonText(mail)};
        for (const ItemEvent& item : items) texts.push_back(toJsonText(item));
        std::vector<ReportLog::NewRecord> records;
        for (const std::string& text : texts)
            records.push_back({records.empty() ? RecordKind::kMail : RecordKind::kItem, text});
        const Sequence sequence = s.log.append(records, [&](Sequence first) {
            if (slot) slot->set(first);
        });
        if (s.anyNotRecorded) s.reportNotRecorded();
        return sequence;
    } catch (const std::exception& error) {
        if (slot) slot->clear();
        s.countNotRecorded(error.what());
        throw;
    }
}

Sequence ReportQueue::append(const ItemEvent& item) {
    return append(std::vector<ItemEvent>{item});
}

Sequence ReportQueue::append(const std::vector<ItemEvent>& items) {
    if (items.empty()) return 0;
    std::vector<std::string> texts;
    for (const ItemEvent& item : items) texts.push_back(toJsonText(item));
    std::vector<ReportLog::NewRecord> records;
    for (const std::string& text : texts) records.push_back({RecordKind::kItem, text});
    const Sequence last = state_->log.append(records) + records.size() - 1;
    if (state_->anyNotRecorded) state_->reportNotRecorded();
    return last;
}

Sequence ReportQueue::append(const InDoubtEvent& event) {
    const std::string text = toJsonText(event);
    const Sequence sequence = state_->log.append({{RecordKind::kInDoubt, text}});
    std::lock_guard lock(state_->doubtMutex);
    state_->inDoubt.insert(event.sequences.begin(), event.sequences.end());
    return sequence;
}

Sequence ReportQueue::append(const GapEvent& event) {
    const std::string text = toJsonText(event);
    return state_->log.append({{RecordKind::kGap, text}});
}

void ReportQueue::State::countNotRecorded(const std::string& reason) {
    std::lock_guard lock(notRecordedMutex);
    if (notRecorded++ == 0) notRecordedReason = reason;
    anyNotRecorded = true;
}

void ReportQueue::State::reportNotRecorded() {
    std::uint64_t count = 0;
    std::string reason;
    {
        std::lock_guard lock(notRecordedMutex);
        std::swap(count, notRecorded);
        reason = notRecordedReason;
        anyNotRecorded = false;
    }
    if (count == 0) return;
    try {
        const std::string text = gapText(0, 0, count, "not recorded: " + reason);
        log.append({{RecordKind::kGap, text}});
        logWarning("report.not-recorded", {{"events", count}, {"reason", reason}});
    } catch (const Error&) {
        std::lock_guard lock(notRecordedMutex);
        notRecorded += count;
        notRecordedReason = reason;
        anyNotRecorded = true;
    }
}

std::vector<QueuedEvent> ReportQueue::read(Sequence from, std::size_t maxEvents, std::uint64_t maxBytes) {
    std::lock_guard lock(state_->readerMutex);
    std::vector<QueuedEvent> events;
    for (Record& record : state_->log.read(std::max<Sequence>(from, 1), maxEvents, maxBytes))
        events.push_back({record.sequence, std::move(record.body)});
    if (!events.empty()) state_->position.setSent(events.back().sequence);
    return events;
}

std::vector<QueuedEvent> ReportQueue::readWaiting(std::size_t maxEvents, std::uint64_t maxBytes) {
    return read(acked() + 1, maxEvents, maxBytes);
}

bool ReportQueue::waitBeyond(Sequence sequence, std::chrono::steady_clock::time_point deadline) {
    return state_->log.waitBeyond(sequence, deadline);
}

void ReportQueue::interrupt() {
    state_->log.interrupt();
}

void ReportQueue::ack(Sequence sequence) {
    State& s = *state_;
    std::lock_guard lock(s.readerMutex);
    if (sequence <= s.position.acked()) return;
    if (sequence > s.log.lastSequence())
        throw Error(ErrorCode::kConflict,
                    "the master knows event " + std::to_string(sequence) + " of spool epoch " +
                        epoch().value + ", this report log ends at " + std::to_string(s.log.lastSequence()) +
                        ": the folder " + s.settings.folder.string() +
                        " is an older copy of itself; move it away and start again");
    s.position.setAcked(sequence);
    s.log.drop(sequence);
}

Sequence ReportQueue::acked() const {
    std::lock_guard lock(state_->readerMutex);
    return state_->position.acked();
}

Sequence ReportQueue::lastSequence() const {
    return state_->log.lastSequence();
}

const SpoolEpoch& ReportQueue::epoch() const {
    return state_->log.epoch();
}

QueueDepth ReportQueue::depth() const {
    State& s = *state_;
    QueueDepth depth;
    std::lock_guard lock(s.readerMutex);
    depth.acked = s.position.acked();
    depth.last = s.log.lastSequence();
    depth.events = depth.last - depth.acked;
    depth.bytes = s.waitingBytes();
    depth.folded = s.folded;
    if (depth.events > 0) {
        if (s.oldestWaiting.first != depth.acked + 1) {
            const auto records = s.log.read(depth.acked + 1, 1, 0);
            if (!records.empty()) s.oldestWaiting = {depth.acked + 1, records.front().time};
        }
        depth.oldest = s.oldestWaiting.second;
    }
    std::lock_guard countLock(s.notRecordedMutex);
    depth.notRecorded = s.notRecorded;
    return depth;
}

// Of the segment that is acked in part, the part that is not, by its share of sequences.
std::uint64_t ReportQueue::State::waitingBytes() const {
    const Sequence acked = position.acked();
    std::uint64_t bytes = 0;
    for (const LogSegment& segment : log.segments()) {
        if (segment.last <= acked) continue;
        const std::uint64_t all = segment.last - segment.first + 1;
        const std::uint64_t waiting = segment.last - std::max(acked, segment.first - 1);
        bytes += static_cast<std::uint64_t>(static_cast<double>(segment.bytes) *
                                            static_cast<double>(waiting) / static_cast<double>(all));
    }
    return bytes;
}

void ReportQueue::setBudget(std::chrono::hours age, std::uint64_t bytes) {
    std::lock_guard lock(state_->readerMutex);
    state_->budgetAge = age;
    state_->budgetBytes = bytes;
}

std::uint64_t ReportQueue::keepWithinBudget(TimePoint now) {
    State& s = *state_;
    if (s.anyNotRecorded) s.reportNotRecorded();
    std::lock_guard lock(s.readerMutex);
    std::uint64_t folded = 0;
    for (;;) {
        const std::vector<LogSegment> segments = s.log.segments();
        const auto candidate = std::find_if(segments.begin(), segments.end(), [&](const LogSegment& segment) {
            return segment.last > std::max(s.position.maybeSent(), s.foldedThrough);
        });
        if (candidate == segments.end()) return folded;
        const bool old = candidate->newest < now - s.budgetAge;
        if (old && candidate->active) s.log.roll();
        // The last two stay readable for the look-up at a start, unless they are too old to matter for it.
        const bool lastTwo = segments.end() - candidate <= 2;
        const bool large = !lastTwo && s.waitingBytes() > s.budgetBytes;
        if (candidate->active || !(old || large)) return folded;
        folded += s.foldOldest(segments, static_cast<std::size_t>(candidate - segments.begin()));
    }
}

// Folds one segment, together with the one before it when that is small and all folded: a long outage must
// not leave a file for every segment it cost.
std::uint64_t ReportQueue::State::foldOldest(const std::vector<LogSegment>& segments, std::size_t index) {
    const LogSegment& oldest = segments[index];
    const Sequence keepThrough = std::max(position.acked(), position.maybeSent());
    const bool join = index > 0 && segments[index - 1].first > keepThrough &&
                      segments[index - 1].bytes < settings.segmentBytes / 4;
    const Sequence first = join ? segments[index - 1].first : oldest.first;
    std::vector<Record> records;
    log.scanFrom(first, [&](const Record& record) {
        if (record.first > oldest.last) return false;
        records.push_back(record);
        return true;
    });
    std::set<Sequence> doubted;
    {
        std::lock_guard lock(doubtMutex);
        doubted = inDoubt;
    }
    const Folded result = foldRecords(records, keepThrough, doubted);
    foldedThrough = oldest.last;
    if (result.newlyFolded == 0) return 0;
    log.replace(first, oldest.last, result.records);
    oldestWaiting = {0, {}};
    folded += result.newlyFolded;
    logWarning("report.folded", {{"from", first}, {"to", oldest.last}, {"events", result.newlyFolded}});
    return result.newlyFolded;
}

std::set<EventId> ReportQueue::find(const std::set<EventId>& mails) const {
    std::set<EventId> found;
    if (mails.empty()) return found;
    state_->log.scanFrom(1, [&](const Record& record) {
        if (record.kind != RecordKind::kMail) return true;
        // The text may also stand in a subject: only the parsed id decides.
        if (std::none_of(mails.begin(), mails.end(), [&](const EventId& mail) {
                return record.body.find(mail.value) != std::string::npos;
            }))
            return true;
        const Expected<Json> body = parseJson(record.body);
        if (!body) return true;
        const auto id = body->find("id");
        if (id == body->end() || !id->is_string()) return true;
        const EventId event{id->get<std::string>()};
        if (mails.contains(event)) found.insert(event);
        return found.size() < mails.size();
    });
    return found;
}

std::optional<TimePoint> ReportQueue::reachesBackTo() const {
    // Details before the last fold are gone, so they cannot be looked up either.
    std::optional<TimePoint> oldest;
    state_->log.scanFrom(1, [&](const Record& record) {
        const bool lookable = record.kind != RecordKind::kFold && record.kind != RecordKind::kGap;
        if (!lookable)
            oldest.reset();
        else if (!oldest)
            oldest = record.time;
        return true;
    });
    return oldest;
}

std::vector<Sequence> ReportQueue::mailsOfLast(std::chrono::milliseconds span) const {
    const std::vector<LogSegment> segments = state_->log.segments();
    std::vector<Sequence> mails;
    if (segments.empty()) return mails;
    const TimePoint since = segments.back().newest - span;
    const auto first = std::find_if(segments.begin(), segments.end(),
                                    [&](const LogSegment& segment) { return segment.newest >= since; });
    state_->log.scanFrom(first->first, [&](const Record& record) {
        if (record.kind == RecordKind::kMail && record.time >= since) mails.push_back(record.sequence);
        return true;
    });
    return mails;
}

std::set<Sequence> ReportQueue::alreadyInDoubt() const {
    std::lock_guard lock(state_->doubtMutex);
    return state_->inDoubt;
}

}  // namespace weir
