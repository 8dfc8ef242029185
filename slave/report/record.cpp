#include "slave/report/record.h"

#include "slave/report/crc32c.h"
#include "slave/report/little_endian.h"

namespace weir {
namespace {

constexpr std::size_t kLengthAt = 4, kChecksumAt = 8, kKindAt = 12, kFirstAt = 16, kSequenceAt = 24,
                      kTimeAt = 32;

bool isKind(std::uint32_t value) {
    switch (static_cast<RecordKind>(value)) {
        case RecordKind::kMail:
        case RecordKind::kItem:
        case RecordKind::kInDoubt:
        case RecordKind::kGap:
        case RecordKind::kFold:
            return value <= 0xFF;
    }
    return false;
}

// Over everything but marker and checksum; the length is in it, so a changed length is seen, too.
std::uint32_t checksumOf(std::string_view record) {
    return crc32c(record.substr(kKindAt), crc32c(record.substr(kLengthAt, 4)));
}

}  // namespace

void encodeRecord(RecordKind kind, Sequence first, Sequence sequence, TimePoint time, std::string_view body,
                  std::string& out) {
    const std::size_t start = out.size();
    out.reserve(start + kRecordHeaderSize + body.size());
    putNumber(kRecordMarker, out);
    putNumber(static_cast<std::uint32_t>(body.size()), out);
    putNumber(std::uint32_t{0}, out);
    putNumber(static_cast<std::uint32_t>(kind), out);
    putNumber(first, out);
    putNumber(sequence, out);
    putNumber(static_cast<std::uint64_t>(toMillis(time)), out);
    out += body;
    std::string checksum;
    putNumber(checksumOf(std::string_view(out).substr(start)), checksum);
    out.replace(start + kChecksumAt, checksum.size(), checksum);
}

void encodeRecord(const Record& record, std::string& out) {
    encodeRecord(record.kind, record.first, record.sequence, record.time, record.body, out);
}

DecodeResult decodeRecord(std::string_view bytes, std::uint64_t maxBody, Record& record,
                          std::size_t& consumed) {
    if (bytes.size() < kRecordHeaderSize) return DecodeResult::kShort;
    const auto length = getNumber<std::uint32_t>(bytes, kLengthAt);
    const auto kind = getNumber<std::uint32_t>(bytes, kKindAt);
    if (getNumber<std::uint32_t>(bytes, 0) != kRecordMarker || length > maxBody || !isKind(kind))
        return DecodeResult::kDamaged;
    if (bytes.size() < kRecordHeaderSize + length) return DecodeResult::kShort;
    const std::string_view whole = bytes.substr(0, kRecordHeaderSize + length);
    if (getNumber<std::uint32_t>(whole, kChecksumAt) != checksumOf(whole)) return DecodeResult::kDamaged;
    record.kind = static_cast<RecordKind>(kind);
    record.first = getNumber<std::uint64_t>(whole, kFirstAt);
    record.sequence = getNumber<std::uint64_t>(whole, kSequenceAt);
    record.time = fromMillis(static_cast<std::int64_t>(getNumber<std::uint64_t>(whole, kTimeAt)));
    record.body.assign(whole.substr(kRecordHeaderSize));
    if (record.first == 0 || record.first > record.sequence) return DecodeResult::kDamaged;
    consumed = whole.size();
    return DecodeResult::kRecord;
}

}  // namespace weir
