// Reads a report log's folder at start and makes it whole: the rules for damage are here and nowhere else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "slave/report/record.h"
#include "slave/report/segment.h"

namespace weir {

struct ReportLogSettings {
    std::filesystem::path folder;
    std::uint64_t segmentBytes = 16u << 20;  // a segment is closed when the next group would not fit
    std::uint64_t recordBytes = 16u << 20;   // a larger body is refused
};

// What could not be read.
struct LogDamage {
    Sequence from = 0, to = 0;  // 0,0: bytes cut off the tail, which stood for no acknowledged event
    std::string reason;
};

// The body of the record that stands for the unreadable sequences from..to.
using GapBody = std::function<std::string(Sequence from, Sequence to, const std::string& reason)>;

struct OpenedLog {
    SpoolEpoch epoch;
    std::vector<LogSegment> segments;  // oldest first, without holes or overlaps, none empty
    std::vector<LogDamage> damages;
    Sequence next = 1;  // the first sequence never given
};

// The folder exists and is locked. After return the files on the disk are what `segments` says. Throws
// kInvalid (a format of the future), kConflict (segments of another spool epoch), kIo, kNoSpace.
OpenedLog openLog(const ReportLogSettings& settings, const GapBody& gapBody,
                  const std::function<void(const Record&)>& visit);

// Writes a whole segment durably under the name of its first sequence, over an older one of that name.
LogSegment writeSegment(const std::filesystem::path& folder, const SpoolEpoch& epoch,
                        const std::vector<Record>& records);

}  // namespace weir
