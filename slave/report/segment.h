// One file of the report log: its name, its header and reading it (FORMAT.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "common/base/ids.h"
#include "slave/report/record.h"

namespace weir {

inline constexpr std::uint32_t kLogVersion = 1;
inline constexpr std::size_t kSegmentHeaderSize = 64;

// "0000000000000001.log": the first sequence in hex, so that names sort like sequences.
std::string segmentName(Sequence first);
std::optional<Sequence> firstOfSegmentName(const std::string& name);

// `complete`: written in one piece, so that all of it counts even where an older segment file overlaps it. Of
// one that grew, records that a later segment has again count for nothing: they are what a failed append left
// behind.
std::string encodeSegmentHeader(Sequence first, const SpoolEpoch& epoch, bool complete);

struct SegmentHeader {
    std::uint32_t version = 0;
    bool complete = false;
    Sequence first = 0;
    SpoolEpoch epoch;
};
// Empty when the bytes are no header. Version is filled for any header with the right magic and checksum.
std::optional<SegmentHeader> decodeSegmentHeader(std::string_view bytes);

// What the log knows about a segment without reading it.
struct LogSegment {
    Sequence first = 0, last = 0;
    std::uint64_t bytes = 0;       // durable
    TimePoint oldest{}, newest{};  // times of its first and last record
    bool active = false;           // the one that grows
    bool holds(Sequence sequence) const { return first <= sequence && sequence <= last; }
};

// Reads the records of one segment in order. Throws kIo, and kNotFound when the file is missing.
class SegmentReader {
  public:
    static constexpr auto kWholeFile = static_cast<std::uint64_t>(-1);
    // Reads no further than `end`, the durable size of a segment that still grows.
    SegmentReader(const std::filesystem::path& path, std::uint64_t maxBody, std::uint64_t end = kWholeFile);
    ~SegmentReader();
    SegmentReader(const SegmentReader&) = delete;
    SegmentReader& operator=(const SegmentReader&) = delete;

    std::optional<SegmentHeader> header();  // leaves the position after it
    void seek(std::uint64_t offset);
    std::uint64_t offset() const { return bufferStart_ + used_; }  // of the next record

    enum class Result { kRecord, kEnd, kDamaged };  // kEnd: in a whole file also where only zeros follow
    Result next(Record& record);
    // After kDamaged: goes on to the next place where a whole record stands. False when there is none.
    bool resync();

  private:
    bool fill();  // false at the end
    bool zerosFollow();
    std::string_view rest() const { return std::string_view(buffer_).substr(used_); }

    std::filesystem::path path_;
    std::uint64_t maxBody_, end_;
    int fd_ = -1;
    std::string buffer_;
    std::uint64_t bufferStart_ = 0;
    std::size_t used_ = 0;
};

}  // namespace weir
