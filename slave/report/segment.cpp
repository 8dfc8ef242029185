#include "slave/report/segment.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "common/base/error.h"
#include "slave/report/crc32c.h"
#include "slave/report/little_endian.h"

namespace weir {
namespace {

constexpr std::string_view kMagic{"WEIRLOG\0", 8};
constexpr std::size_t kVersionAt = 8, kFlagsAt = 12, kFirstAt = 16, kEpochAt = 24, kEpochSize = 36,
                      kChecksumAt = 60;
constexpr std::size_t kBlock = 256u << 10;

}  // namespace

std::string segmentName(Sequence first) {
    char name[32];
    std::snprintf(name, sizeof name, "%016llx.log", static_cast<unsigned long long>(first));
    return name;
}

std::optional<Sequence> firstOfSegmentName(const std::string& name) {
    if (name.size() != 20 || name.substr(16) != ".log") return std::nullopt;
    if (name.find_first_not_of("0123456789abcdef") != 16) return std::nullopt;
    const Sequence first = std::stoull(name.substr(0, 16), nullptr, 16);
    return first == 0 ? std::nullopt : std::optional(first);
}

std::string encodeSegmentHeader(Sequence first, const SpoolEpoch& epoch, bool complete) {
    std::string header(kMagic);
    putNumber(kLogVersion, header);
    putNumber(std::uint32_t{complete ? 1u : 0u}, header);
    putNumber(first, header);
    header += epoch.value;
    header.resize(kChecksumAt, '\0');
    putNumber(crc32c(header), header);
    return header;
}

std::optional<SegmentHeader> decodeSegmentHeader(std::string_view bytes) {
    if (bytes.size() < kSegmentHeaderSize || bytes.substr(0, kMagic.size()) != kMagic) return std::nullopt;
    if (getNumber<std::uint32_t>(bytes, kChecksumAt) != crc32c(bytes.substr(0, kChecksumAt)))
        return std::nullopt;
    SegmentHeader header;
    header.version = getNumber<std::uint32_t>(bytes, kVersionAt);
    header.complete = (getNumber<std::uint32_t>(bytes, kFlagsAt) & 1) != 0;
    header.first = getNumber<std::uint64_t>(bytes, kFirstAt);
    header.epoch.value = std::string(bytes.substr(kEpochAt, kEpochSize));
    return header;
}

SegmentReader::SegmentReader(const std::filesystem::path& path, std::uint64_t maxBody, std::uint64_t end)
    : path_(path), maxBody_(maxBody), end_(end) {
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ >= 0) return;
    if (errno == ENOENT) throw Error(ErrorCode::kNotFound, "no file " + path.string());
    throw systemError("cannot open " + path.string(), errno);
}

SegmentReader::~SegmentReader() {
    ::close(fd_);
}

std::optional<SegmentHeader> SegmentReader::header() {
    seek(0);
    while (rest().size() < kSegmentHeaderSize && fill()) continue;
    auto header = decodeSegmentHeader(rest());
    used_ = std::min(kSegmentHeaderSize, buffer_.size());
    return header;
}

void SegmentReader::seek(std::uint64_t offset) {
    buffer_.clear();
    bufferStart_ = offset;
    used_ = 0;
}

bool SegmentReader::fill() {
    const std::uint64_t at = bufferStart_ + buffer_.size();
    if (at >= end_) return false;
    if (used_ >= kBlock) {
        buffer_.erase(0, used_);
        bufferStart_ += used_;
        used_ = 0;
    }
    const std::size_t before = buffer_.size();
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, end_ - at));
    buffer_.resize(before + wanted);
    ssize_t count;
    do {
        count = ::pread(fd_, buffer_.data() + before, wanted, static_cast<off_t>(at));
    } while (count < 0 && errno == EINTR);
    const int error = errno;
    buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0) throw systemError("cannot read " + path_.string(), error);
    return count > 0;
}

SegmentReader::Result SegmentReader::next(Record& record) {
    for (;;) {
        std::size_t consumed = 0;
        switch (decodeRecord(rest(), maxBody_, record, consumed)) {
            case DecodeResult::kRecord:
                used_ += consumed;
                return Result::kRecord;
            case DecodeResult::kDamaged:
                return zerosFollow() ? Result::kEnd : Result::kDamaged;
            case DecodeResult::kShort:
                if (!fill()) return zerosFollow() ? Result::kEnd : Result::kDamaged;
        }
    }
}

// Nothing but the room that is made ahead of records, or nothing at all. No record begins with a zero. Room
// is behind the durable size: where that is known, zeros are records that were lost.
bool SegmentReader::zerosFollow() {
    if (rest().empty()) return true;
    if (end_ != kWholeFile || rest().front() != '\0') return false;
    do {
        if (rest().find_first_not_of('\0') != std::string_view::npos) return false;
    } while (fill());
    return true;
}

bool SegmentReader::resync() {
    std::string marker;
    putNumber(kRecordMarker, marker);
    std::uint64_t from = offset() + 1;
    for (;;) {
        // The search begins anew in the buffer each time, which may have moved in fill().
        const auto found = buffer_.find(marker, static_cast<std::size_t>(from - bufferStart_));
        if (found == std::string::npos) {
            used_ = std::max(used_, buffer_.size() - std::min(buffer_.size(), marker.size() - 1));
            from = std::max(from, offset());
            if (!fill()) return false;
            continue;
        }
        used_ = found;
        const std::uint64_t candidate = offset();
        Record record;
        if (next(record) == Result::kRecord) {
            used_ = static_cast<std::size_t>(candidate - bufferStart_);
            return true;
        }
        from = candidate + 1;
    }
}

}  // namespace weir
