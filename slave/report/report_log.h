// Segmented append-only log of records, the bytes under the report queue. FORMAT.md has the grammar.
//
// append() returns after its records are on stable storage. Any number of appenders: one of those waiting
// writes and syncs for all of them (group commit). read(), drop() and replace() are for one thread at a time
// among themselves and may run beside appenders.
//
// At open, damage at the tail (power loss: bytes that no append() ever returned for) is cut off and logged.
// Damage elsewhere is replaced by one gap record that stands for exactly the sequences that cannot be read,
// so nothing is skipped silently; damages() says which. A format version of the future is refused (kInvalid),
// as is a folder that another process uses (kConflict).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "slave/report/log_opening.h"
#include "slave/report/record.h"
#include "slave/report/segment.h"

namespace weir {

class ReportLog {
  public:
    // Opens or creates. `gapBody` makes the body of a record that replaces unreadable sequences; `visit`,
    // when given, sees every record that could be read.
    ReportLog(ReportLogSettings settings, const GapBody& gapBody,
              const std::function<void(const Record&)>& visit = {});
    ~ReportLog();
    ReportLog(const ReportLog&) = delete;
    ReportLog& operator=(const ReportLog&) = delete;

    struct NewRecord {
        RecordKind kind;
        std::string_view body;
        std::uint64_t span = 1;  // of sequences it stands for
    };
    // Consecutive sequences for `records`, all durable at return; returns the first. `assigned` is called
    // with the first sequence before any byte is written, under the log's lock: it must be short and must not
    // throw. Throws kNoSpace, kIo (nothing of this call will be read later) and kLimit.
    Sequence append(const std::vector<NewRecord>& records,
                    const std::function<void(Sequence)>& assigned = {});

    // Records whose sequence is `from` or later, in order, until `maxRecords` or `maxBytes` of bodies (at
    // least one when there is one). Only durable ones.
    std::vector<Record> read(Sequence from, std::size_t maxRecords, std::uint64_t maxBytes);
    // Calls `visit` for each durable record that ends at `from` or later, in order, until it returns false.
    void scanFrom(Sequence from, const std::function<bool(const Record&)>& visit);

    // Waits until a durable record with a sequence beyond `sequence` exists (true), or the deadline or
    // interrupt().
    bool waitBeyond(Sequence sequence, std::chrono::steady_clock::time_point deadline);
    void interrupt();

    std::vector<LogSegment> segments() const;
    // Removes closed segments whose last sequence is at most `through`, but never the last two of the log.
    void drop(Sequence through);
    // Closes the active segment: the next append begins a new one.
    void roll();
    // Puts `records` in the place of the closed segments from the one that begins at `first` to the one that
    // ends at `last`. They must stand for the same sequences. Either all or nothing happens.
    void replace(Sequence first, Sequence last, const std::vector<Record>& records);

    Sequence lastSequence() const;  // durable; 0 when there never was one
    const SpoolEpoch& epoch() const;
    const std::vector<LogDamage>& damages() const;  // found at open

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir
