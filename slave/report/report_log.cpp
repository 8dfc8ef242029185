#include "slave/report/report_log.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "common/base/control.h"
#include "common/base/durable_file.h"
#include "common/base/error.h"
#include "common/base/log.h"

namespace weir {
namespace {

constexpr std::size_t kRoom = 256u << 10;  // zeros ahead of the records: some hundred mails

// What the appenders that wait for the same sync share.
struct Group {
    std::condition_variable turn;  // it is done, or one of its appenders is to lead
    std::string bytes;
    Sequence first = 0, last = 0;
    TimePoint oldest{}, newest{};
    bool done = false;
    std::exception_ptr error;
};

}  // namespace

struct ReportLog::State {
    explicit State(ReportLogSettings s) : settings(std::move(s)) {}

    std::filesystem::path pathOf(Sequence first) const { return settings.folder / segmentName(first); }

    const ReportLogSettings settings;
    std::optional<FolderLock> folderLock;
    SpoolEpoch epoch;
    std::vector<LogDamage> damages;

    mutable std::mutex mutex;  // everything below but `file` and `rollNext`, which belong to the leader
    std::condition_variable grown;
    std::vector<LogSegment> segments;
    Sequence next = 1;     // to be given
    Sequence durable = 0;  // the last one that is on stable storage
    std::shared_ptr<Group> gathering = std::make_shared<Group>();
    bool leading = false;  // one appender is writing
    bool interrupted = false;
    std::size_t waitingReaders = 0;
    bool rollWanted = false;

    std::unique_ptr<AppendFile> file;  // the active segment
    bool rollNext = false;             // its sync failed: what it holds on the disk is unknown

    std::mutex reading;  // read, scan, drop, replace

    void lead(std::unique_lock<std::mutex>& lock);
    LogSegment write(const Group& group, LogSegment active, bool roll);
    void settle(const std::shared_ptr<Group>& group, const LogSegment& segment);
    void fail(const std::shared_ptr<Group>& group, std::exception_ptr error);
    void flush();
    bool visitFrom(Sequence from, const std::function<bool(const Record&)>& visit);

    // Where the last read() ended, so that the next need not search its segment from the beginning.
    Sequence cursorSegment = 0, cursorSequence = 0;
    std::uint64_t cursorOffset = 0;
};

ReportLog::ReportLog(ReportLogSettings settings, const GapBody& gapBody,
                     const std::function<void(const Record&)>& visit)
    : state_(std::make_unique<State>(std::move(settings))) {
    State& s = *state_;
    createDirectoryDurably(s.settings.folder);
    s.folderLock.emplace(s.settings.folder);
    OpenedLog opened = openLog(s.settings, gapBody, visit);
    s.epoch = opened.epoch;
    s.damages = std::move(opened.damages);
    s.segments = std::move(opened.segments);
    s.next = opened.next;
    s.durable = opened.next - 1;
    if (!s.segments.empty()) {
        s.segments.back().active = true;
        s.file = std::make_unique<AppendFile>(s.pathOf(s.segments.back().first), kRoom);
    }
}

ReportLog::~ReportLog() {
    if (!controlOff("report-durable")) return;
    try {
        state_->flush();
    } catch (const std::exception& error) {
        logError("report.flush-failed", {{"error", error.what()}});
    }
}

Sequence ReportLog::append(const std::vector<NewRecord>& records,
                           const std::function<void(Sequence)>& assigned) {
    State& s = *state_;
    for (const NewRecord& record : records)
        if (record.body.size() > s.settings.recordBytes)
            throw Error(ErrorCode::kLimit, "an event of " + std::to_string(record.body.size()) +
                                               " bytes is over the limit of " +
                                               std::to_string(s.settings.recordBytes));
    const TimePoint time = now();
    std::unique_lock lock(s.mutex);
    const Sequence first = s.next;
    if (assigned) assigned(first);
    const std::shared_ptr<Group> group = s.gathering;
    if (group->bytes.empty()) {
        group->first = first;
        group->oldest = time;
    }
    for (const NewRecord& record : records) {
        const Sequence last = s.next + record.span - 1;
        encodeRecord(record.kind, s.next, last, time, record.body, group->bytes);
        s.next = last + 1;
    }
    group->last = s.next - 1;
    group->newest = time;
    if (controlOff("report-durable")) return first;
    while (!group->done) {
        if (s.leading)
            group->turn.wait(lock);
        else
            s.lead(lock);
    }
    if (group->error) std::rethrow_exception(group->error);
    return first;
}

// Writes the group that has gathered; the next one gathers meanwhile.
void ReportLog::State::lead(std::unique_lock<std::mutex>& lock) {
    leading = true;
    const std::shared_ptr<Group> group = std::exchange(gathering, std::make_shared<Group>());
    const LogSegment active = segments.empty() ? LogSegment{} : segments.back();
    const bool roll = rollWanted;
    lock.unlock();
    LogSegment segment;
    std::exception_ptr error;
    try {
        segment = write(*group, active, roll);
    } catch (...) {
        error = std::current_exception();
    }
    lock.lock();
    leading = false;
    if (error)
        fail(group, error);
    else
        settle(group, segment);
    group->turn.notify_all();
    gathering->turn.notify_one();
}

// Returns the segment that now ends with the group. On failure the disk holds nothing of the group, as far as
// the disk allows.
LogSegment ReportLog::State::write(const Group& group, LogSegment active, bool roll) {
    const bool sync = !controlOff("report-durable");
    const bool fits =
        file && !roll && !rollNext && active.bytes + group.bytes.size() <= settings.segmentBytes;
    if (fits) {
        if (file->size() != active.bytes)
            file->truncate(active.bytes);  // an earlier failure could not clean up
        try {
            file->append(group.bytes);
            if (sync) file->sync();
        } catch (...) {
            // After a failed sync nobody knows which pages reached the disk: leave this file for good.
            rollNext = true;
            file->truncate(active.bytes);
            throw;
        }
        active.bytes = file->size();
        active.last = group.last;
        active.newest = group.newest;
        return active;
    }
    const auto path = pathOf(group.first);
    auto fresh = std::make_unique<AppendFile>(path, kRoom);
    try {
        if (fresh->size() != 0) fresh->truncate(0);
        fresh->append(encodeSegmentHeader(group.first, epoch, false) + group.bytes);
        if (sync) fresh->sync();
    } catch (...) {
        removeFile(path);
        throw;
    }
    file = std::move(fresh);
    rollNext = false;
    return LogSegment{group.first, group.last, file->size(), group.oldest, group.newest, true};
}

void ReportLog::State::settle(const std::shared_ptr<Group>& group, const LogSegment& segment) {
    if (!segments.empty() && segments.back().first == segment.first) {
        segments.back() = segment;
    } else {
        if (!segments.empty()) segments.back().active = false;
        segments.push_back(segment);
        rollWanted = false;
    }
    durable = group->last;
    group->done = true;
    if (waitingReaders > 0) grown.notify_all();
}

// Those that gathered behind the failed group have later sequences, so they fail with it: no hole may stay.
void ReportLog::State::fail(const std::shared_ptr<Group>& group, std::exception_ptr error) {
    group->error = error;
    group->done = true;
    if (!gathering->bytes.empty()) {
        gathering->error = error;
        gathering->done = true;
        gathering->turn.notify_all();
        gathering = std::make_shared<Group>();
    }
    next = durable + 1;
}

// Only for the control run in which append() does not wait for the disk.
void ReportLog::State::flush() {
    std::unique_lock lock(mutex);
    if (!gathering->bytes.empty()) lead(lock);
}

std::vector<Record> ReportLog::read(Sequence from, std::size_t maxRecords, std::uint64_t maxBytes) {
    std::vector<Record> records;
    std::uint64_t bytes = 0;
    std::lock_guard reading(state_->reading);
    state_->visitFrom(from, [&](const Record& record) {
        if (!records.empty() && (records.size() >= maxRecords || bytes + record.body.size() > maxBytes))
            return false;
        bytes += record.body.size();
        records.push_back(record);
        return true;
    });
    return records;
}

void ReportLog::scanFrom(Sequence from, const std::function<bool(const Record&)>& visit) {
    std::lock_guard reading(state_->reading);
    state_->visitFrom(from, visit);
}

// With `reading` held. A record that visit() refuses is the first of the next call.
bool ReportLog::State::visitFrom(Sequence from, const std::function<bool(const Record&)>& visit) {
    if (controlOff("report-durable")) flush();
    std::vector<LogSegment> snapshot;
    {
        std::lock_guard lock(mutex);
        const auto first = std::partition_point(
            segments.begin(), segments.end(), [&](const LogSegment& segment) { return segment.last < from; });
        snapshot.assign(first, segments.end());
    }
    for (const LogSegment& segment : snapshot) {
        SegmentReader reader(pathOf(segment.first), settings.recordBytes, segment.bytes);
        const bool resume = cursorSegment == segment.first && cursorSequence <= from && cursorOffset != 0;
        reader.seek(resume ? cursorOffset : kSegmentHeaderSize);
        Record record;
        for (;;) {
            const std::uint64_t at = reader.offset();
            const auto result = reader.next(record);
            if (result == SegmentReader::Result::kEnd) break;
            if (result == SegmentReader::Result::kDamaged)
                throw Error(ErrorCode::kIo, pathOf(segment.first).string() + " is damaged at byte " +
                                                std::to_string(at) + ": restart to report the gap");
            if (record.sequence < from) continue;
            if (!visit(record)) {
                std::tie(cursorSegment, cursorSequence, cursorOffset) =
                    std::tuple(segment.first, record.first, at);
                return false;
            }
        }
        std::tie(cursorSegment, cursorSequence, cursorOffset) =
            std::tuple(segment.first, segment.last + 1, reader.offset());
    }
    return true;
}

bool ReportLog::waitBeyond(Sequence sequence, std::chrono::steady_clock::time_point deadline) {
    State& s = *state_;
    if (controlOff("report-durable")) s.flush();
    std::unique_lock lock(s.mutex);
    ++s.waitingReaders;
    s.grown.wait_until(lock, deadline, [&] { return s.interrupted || s.durable > sequence; });
    --s.waitingReaders;
    return !s.interrupted && s.durable > sequence;
}

void ReportLog::interrupt() {
    std::lock_guard lock(state_->mutex);
    state_->interrupted = true;
    state_->grown.notify_all();
}

std::vector<LogSegment> ReportLog::segments() const {
    std::lock_guard lock(state_->mutex);
    return state_->segments;
}

void ReportLog::drop(Sequence through) {
    State& s = *state_;
    std::lock_guard reading(s.reading);
    for (;;) {
        Sequence first = 0;
        {
            std::lock_guard lock(s.mutex);
            if (s.segments.size() <= 2 || s.segments.front().last > through) return;
            first = s.segments.front().first;
        }
        // Oldest first and durably, so that a death in between leaves no hole.
        removeDurably(s.pathOf(first));
        std::lock_guard lock(s.mutex);
        s.segments.erase(s.segments.begin());
    }
}

void ReportLog::roll() {
    std::lock_guard lock(state_->mutex);
    if (state_->segments.empty()) return;
    state_->rollWanted = true;
}

void ReportLog::replace(Sequence first, Sequence last, const std::vector<Record>& records) {
    State& s = *state_;
    std::lock_guard reading(s.reading);
    std::vector<LogSegment> old;
    {
        std::lock_guard lock(s.mutex);
        for (const LogSegment& segment : s.segments)
            if (segment.first >= first && segment.last <= last && !segment.active) old.push_back(segment);
    }
    if (old.empty() || records.empty() || old.front().first != first || old.back().last != last ||
        records.front().first != first || records.back().sequence != last)
        throw Error(ErrorCode::kInternal, "replacing segments by records of other sequences");
    // The first file changes in one rename to hold all of them; a death before the others are gone is seen at
    // open.
    const LogSegment replaced = writeSegment(s.settings.folder, s.epoch, records);
    s.cursorSegment = 0;
    {
        std::lock_guard lock(s.mutex);
        const auto begin = std::find_if(s.segments.begin(), s.segments.end(),
                                        [&](const LogSegment& segment) { return segment.first == first; });
        *begin = replaced;
        s.segments.erase(begin + 1, begin + static_cast<std::ptrdiff_t>(old.size()));
    }
    for (std::size_t i = 1; i < old.size(); ++i) removeDurably(s.pathOf(old[i].first));
}

Sequence ReportLog::lastSequence() const {
    std::lock_guard lock(state_->mutex);
    return state_->durable;
}

const SpoolEpoch& ReportLog::epoch() const {
    return state_->epoch;
}

const std::vector<LogDamage>& ReportLog::damages() const {
    return state_->damages;
}

}  // namespace weir
