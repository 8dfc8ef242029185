#include "slave/counters/snapshot_file.h"

#include <catch2/catch.hpp>

#include "common/base/digest.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using namespace std::string_literals;

namespace {

constexpr const char* kNode = "0196f0c0-0000-7000-8000-00000000000a";
constexpr const char* kState = "0196f0c0-1111-7000-8000-000000000001";

SharedKey filled(std::uint8_t byte) {
    SharedKey key;
    key.fill(byte);
    return key;
}

const SnapshotHead kHead{{{0x0102030405060708, {}}, {9, {kNode}}}, kState, 77};
const TripletEntry kTriplet{filled('t'), 1, 0x6b49d200, 0x6b49d32c, 0x6b780000};
const CountEntry kNetwork{filled('n'), 9, 5, 6, 7};
const CountEntry kCount{filled('c'), 0x1122334455667788, 10, 11, 0x7fffffffffffffff};
const PoisonEntry kPoison{filled('p'), 1, 2, "died"};

std::string written(const test::TempFolder& folder) {
    const auto file = folder / "counters";
    SnapshotWriter writer(file, kHead);
    writer.add(kTriplet);
    writer.addNetwork(kNetwork);
    writer.addCount(kCount);
    writer.add(kPoison);
    writer.commit();
    return readFile(file);
}

// The bytes that FORMAT.md promises.
std::string golden() {
    std::string bytes = "WEIRCNT\0"s + "\x01\0\0\0"s + "\x02\0\0\0"s;
    bytes += "\x08\x07\x06\x05\x04\x03\x02\x01"s + "\0"s;
    bytes += "\x09\0\0\0\0\0\0\0"s + "\x24"s + kNode;
    bytes += "\x24"s + kState + "\x4d\0\0\0\0\0\0\0"s;
    bytes += "T" + std::string(16, 't') + "\x01\0\0\0"s + "\0\xd2\x49\x6b"s + "\x2c\xd3\x49\x6b"s +
             "\0\0\x78\x6b"s;
    bytes += "N" + std::string(16, 'n') + "\x09\0\0\0\0\0\0\0"s + "\x05\0\0\0"s + "\x06\0\0\0"s +
             "\x07\0\0\0\0\0\0\0"s;
    bytes += "C" + std::string(16, 'c') + "\x88\x77\x66\x55\x44\x33\x22\x11"s + "\x0a\0\0\0"s +
             "\x0b\0\0\0"s + "\xff\xff\xff\xff\xff\xff\xff\x7f"s;
    bytes += "P" + std::string(16, 'p') + "\x01\0\0\0"s + "\x02\0\0\0"s + "\x04" + "died";
    bytes += "E";
    return bytes + sha256Hex(bytes);
}

struct Found {
    SharedEntries entries;
    Expected<SnapshotHead> head;
};

Found readBack(std::string_view bytes) {
    SharedEntries entries;
    SnapshotReader reader;
    reader.triplet = [&](const TripletEntry& entry) { entries.triplets.push_back(entry); };
    reader.network = [&](const CountEntry& entry) { entries.networks.push_back(entry); };
    reader.count = [&](const CountEntry& entry) { entries.counts.push_back(entry); };
    reader.poison = [&](const PoisonEntry& entry) { entries.poison.push_back(entry); };
    Expected<SnapshotHead> head = reader.read(bytes);
    return {std::move(entries), std::move(head)};
}

}  // namespace

TEST_CASE("the file has the bytes that its format promises") {
    test::TempFolder folder;
    CHECK(toHex(written(folder)) == toHex(golden()));
}

TEST_CASE("what was written is read back") {
    const Found found = readBack(golden());
    REQUIRE(found.head);
    CHECK(*found.head == kHead);
    CHECK(found.entries == SharedEntries{{kTriplet}, {kNetwork}, {kCount}, {kPoison}});
}

TEST_CASE("a file that is cut or changed anywhere is refused, and nothing of it is used") {
    const std::string whole = golden();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Found found = readBack(whole.substr(0, size));
        REQUIRE_FALSE(found.head);
        REQUIRE(found.entries.empty());
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 4);
        const Found found = readBack(changed);
        REQUIRE_FALSE(found.head);
        REQUIRE(found.entries.empty());
        REQUIRE_FALSE(found.head.error().text().empty());
    }
    CHECK_FALSE(readBack(whole + "x").head);
}

TEST_CASE("a file whose digest is right and whose entries are not is refused") {
    const std::string body = golden().substr(0, golden().size() - 64);
    const auto signedAgain = [](std::string bytes) { return bytes + sha256Hex(bytes); };
    CHECK(readBack(signedAgain(body)).head);
    CHECK_FALSE(readBack(signedAgain(body.substr(0, body.size() - 1))).head);          // no end
    CHECK_FALSE(readBack(signedAgain(body.substr(0, body.size() - 1) + "X")).head);    // no such kind
    CHECK_FALSE(readBack(signedAgain(body + "E")).head);                               // more after the end
    CHECK_FALSE(readBack(signedAgain(body.substr(0, 12) + "\xff\xff\xff\xff")).head);  // many lives
    CHECK_FALSE(readBack(signedAgain(body.substr(0, 30))).head);
}

TEST_CASE("a file of another version is refused in words that say so") {
    std::string bytes = golden();
    bytes[8] = 2;
    CHECK(readBack(bytes).head.error().text() ==
          "byte 8: this file is of version 2, and this program reads 1");
    CHECK(readBack("something else").head.error().text() == "byte 0: this is not a file of counters");
}

TEST_CASE("a file that was not committed leaves no trace") {
    test::TempFolder folder;
    written(folder);
    {
        SnapshotWriter writer(folder / "counters", {});
        for (int i = 0; i < 20'000; ++i) writer.add(kTriplet);
    }
    CHECK(readFile(folder / "counters") == golden());
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}
