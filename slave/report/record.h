// One record of the report log and its bytes (FORMAT.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/ids.h"

namespace weir {

enum class RecordKind : std::uint8_t {
    kMail = 'M',
    kItem = 'I',
    kInDoubt = 'D',
    kGap = 'G',
    kFold = 'F',
};

// A record stands for the sequences first..sequence: one, except for folds and gaps.
struct Record {
    RecordKind kind = RecordKind::kMail;
    Sequence first = 0, sequence = 0;
    TimePoint time{};
    std::string body;
};

inline constexpr std::uint32_t kRecordMarker = 0xFE5257FFu;  // on disk FF 57 52 FE: no valid UTF-8 holds it
inline constexpr std::size_t kRecordHeaderSize = 40;

void encodeRecord(const Record& record, std::string& out);
void encodeRecord(RecordKind kind, Sequence first, Sequence sequence, TimePoint time, std::string_view body,
                  std::string& out);

enum class DecodeResult {
    kRecord,   // `record` is filled and `consumed` is its length
    kShort,    // `bytes` ends before the record does
    kDamaged,  // not a record, or its checksum is wrong
};
// Reads the record at the front of `bytes`. A length over `maxBody` counts as damage.
DecodeResult decodeRecord(std::string_view bytes, std::uint64_t maxBody, Record& record,
                          std::size_t& consumed);

}  // namespace weir
