#include "slave/report/record.h"

#include <catch2/catch.hpp>

#include "common/base/digest.h"
#include "slave/report/crc32c.h"
#include "slave/report/segment.h"

using namespace weir;

TEST_CASE("the checksum is CRC-32C as RFC 3720 prints it") {
    CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AAu);
    CHECK(crc32c(std::string(32, '\xFF')) == 0x62A8AB43u);
    CHECK(crc32c("123456789") == 0xE3069283u);
    CHECK(crc32cPortable("123456789") == 0xE3069283u);
}

TEST_CASE("the processor's checksum and the portable one agree for every length and start") {
    std::string bytes;
    for (int i = 0; i < 100; ++i) bytes += static_cast<char>(i * 37);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const std::string_view part = std::string_view(bytes).substr(0, length);
        REQUIRE(crc32c(part, 7) == crc32cPortable(part, 7));
        REQUIRE(crc32c(std::string_view(bytes).substr(length), crc32c(part)) == crc32c(bytes));
    }
}

TEST_CASE("a record's bytes are those of FORMAT.md") {
    std::string bytes;
    encodeRecord(RecordKind::kMail, 258, 259, fromMillis(1'700'000'000'123), "{\"kind\":\"mail\"}", bytes);
    CHECK(toHex(bytes) ==
          "ff5752fe"          // marker
          "0f000000"          // length of the body
          "71b16ac1"          // CRC-32C
          "4d000000"          // kind 'M'
          "0201000000000000"  // first sequence
          "0301000000000000"  // last sequence
          "7b68e5cf8b010000"  // time
          "7b226b696e64223a226d61696c227d");
}

TEST_CASE("a segment header's bytes are those of FORMAT.md") {
    const SpoolEpoch epoch{"0192f000-1111-4222-8333-444455556666"};
    const std::string bytes = encodeSegmentHeader(17, epoch, true);
    CHECK(toHex(bytes) ==
          "574549524c4f4700"
          "01000000"
          "01000000"
          "1100000000000000" +
              toHex(epoch.value) + "8cc32b47");
    const auto header = decodeSegmentHeader(bytes);
    REQUIRE(header);
    CHECK(header->version == 1);
    CHECK(header->complete);
    CHECK(header->first == 17);
    CHECK(header->epoch == epoch);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string changed = bytes;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CHECK_FALSE(decodeSegmentHeader(changed));
    }
}

TEST_CASE("a record comes back as it was written") {
    std::string bytes;
    encodeRecord(RecordKind::kFold, 10, 99, fromMillis(5), "body", bytes);
    Record record;
    std::size_t consumed = 0;
    REQUIRE(decodeRecord(bytes + "more", 100, record, consumed) == DecodeResult::kRecord);
    CHECK(consumed == bytes.size());
    CHECK(record.kind == RecordKind::kFold);
    CHECK(record.first == 10);
    CHECK(record.sequence == 99);
    CHECK(toMillis(record.time) == 5);
    CHECK(record.body == "body");
}

TEST_CASE("no changed bit and no cut of a record goes unseen") {
    std::string bytes;
    encodeRecord(RecordKind::kItem, 3, 3, fromMillis(5), "some body", bytes);
    Record record;
    std::size_t consumed = 0;
    for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
        std::string changed = bytes;
        changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
        REQUIRE(decodeRecord(changed, 100, record, consumed) != DecodeResult::kRecord);
    }
    for (std::size_t length = 0; length < bytes.size(); ++length)
        REQUIRE(decodeRecord(std::string_view(bytes).substr(0, length), 100, record, consumed) ==
                DecodeResult::kShort);
}

TEST_CASE("a length over the limit is damage, not a reason to wait for more bytes") {
    std::string bytes;
    encodeRecord(RecordKind::kMail, 1, 1, fromMillis(5), std::string(101, 'x'), bytes);
    Record record;
    std::size_t consumed = 0;
    CHECK(decodeRecord(bytes, 100, record, consumed) == DecodeResult::kDamaged);
    CHECK(decodeRecord(bytes, 101, record, consumed) == DecodeResult::kRecord);
}

TEST_CASE("segment names sort like sequences and other names are none") {
    CHECK(segmentName(1) == "0000000000000001.log");
    CHECK(segmentName(0xABCDEF) < segmentName(0x1000000));
    CHECK(firstOfSegmentName(segmentName(123456789)) == 123456789u);
    for (const char* name : {"epoch", "1.log", "000000000000000G.log", "0000000000000001.tmp",
                             "0000000000000000.log", "0000000000000001.log.old"})
        CHECK_FALSE(firstOfSegmentName(name));
}
