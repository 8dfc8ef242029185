#include "slave/report/report_log.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <mutex>
#include <set>
#include <thread>

#include "common/base/durable_file.h"
#include "common/base/error.h"
#include "slave/report/crc32c.h"
#include "tests/unit/slave/report/log_folder.h"

using namespace weir;
using weir::test::LogFolder;

namespace {

// No test leaves a fault behind.
struct Fault {
    explicit Fault(FileFault fault) { setFileFault(std::move(fault)); }
    ~Fault() { setFileFault({}); }
};

ErrorCode codeOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.code();
    }
    throw std::runtime_error("no error");
}

}  // namespace

TEST_CASE("what was appended is read in order, before and after opening again") {
    LogFolder folder;
    {
        auto log = folder.open();
        CHECK(log->lastSequence() == 0);
        LogFolder::fill(*log, 50);
        CHECK(LogFolder::texts(*log) == LogFolder::expected(1, 50));
        CHECK(folder.segmentFiles().size() > 2);
    }
    auto log = folder.open();
    CHECK(log->lastSequence() == 50);
    CHECK(log->damages().empty());
    LogFolder::fill(*log, 5);
    CHECK(LogFolder::texts(*log) == LogFolder::expected(1, 55));
    CHECK(LogFolder::texts(*log, 33) == LogFolder::expected(33, 55));
}

TEST_CASE("a group of records gets consecutive sequences and its first is told before anything is written") {
    LogFolder folder;
    auto log = folder.open();
    LogFolder::fill(*log, 1);
    Sequence told = 0;
    std::string bytesThen;
    const std::string bytesBefore = LogFolder::bytesOf(folder.segmentFiles().back());
    const Sequence first = log->append({{RecordKind::kMail, "a"}, {RecordKind::kItem, "b"}}, [&](Sequence s) {
        told = s;
        bytesThen = LogFolder::bytesOf(folder.segmentFiles().back());
    });
    CHECK(first == 2);
    CHECK(told == 2);
    CHECK((bytesThen == bytesBefore));
    CHECK(LogFolder::texts(*log, 2) == std::vector<std::string>{"2-2 a", "3-3 b"});
}

TEST_CASE("a read gives at least one record and respects both limits") {
    LogFolder folder;
    auto log = folder.open();
    LogFolder::fill(*log, 20);
    CHECK(log->read(5, 3, 1u << 20).size() == 3);
    CHECK(log->read(5, 100, 1).size() == 1);
    CHECK(log->read(5, 100, 18).size() == 2);
    CHECK(log->read(21, 100, 100).empty());
    CHECK(log->read(8, 1, 100).front().sequence == 8);
    CHECK(log->read(3, 1, 100).front().sequence == 3);
}

TEST_CASE("the epoch stays the same for the life of a folder") {
    LogFolder folder;
    const SpoolEpoch epoch = folder.open()->epoch();
    CHECK(isUuid(epoch.value));
    CHECK(folder.open()->epoch() == epoch);
    LogFolder::fill(*folder.open(), 3);
    std::filesystem::remove(folder.path() / "epoch");
    CHECK(folder.open()->epoch() == epoch);
}

TEST_CASE("two processes cannot share a folder") {
    LogFolder folder;
    auto log = folder.open();
    CHECK(codeOf([&] { folder.open(); }) == ErrorCode::kConflict);
}

TEST_CASE("a tail cut short anywhere loses only the record it cuts") {
    const auto room = GENERATE(false, true);  // zeros behind it, as where the machine died
    for (const std::size_t missing : {1u, 10u, 39u, 47u, 48u}) {
        LogFolder folder(1u << 20);
        LogFolder::fill(*folder.open(), 10);
        const auto file = folder.segmentFiles().back();
        std::filesystem::resize_file(file, LogFolder::recordsEnd(file) - missing);
        if (room) std::filesystem::resize_file(file, 300'000);
        auto log = folder.open();
        CHECK(log->lastSequence() == 9);
        REQUIRE(log->damages().size() == 1);
        CHECK(log->damages()[0].from == 0);
        LogFolder::fill(*log, 2);
        CHECK(LogFolder::texts(*log) == LogFolder::expected(1, 11));
        log.reset();
        CHECK(folder.open()->damages().empty());
    }
}

TEST_CASE("room is made ahead of records, and is no damage") {
    LogFolder folder;
    LogFolder::fill(*folder.open(), 40);
    const auto files = folder.segmentFiles();
    REQUIRE(files.size() > 2);
    for (const auto& file : files) CHECK(std::filesystem::file_size(file) > LogFolder::recordsEnd(file));
    auto log = folder.open();
    CHECK(log->damages().empty());
    CHECK(log->segments().front().bytes == LogFolder::recordsEnd(files.front()));
    LogFolder::fill(*log, 5);
    CHECK(LogFolder::texts(*log) == LogFolder::expected(1, 45));
}

TEST_CASE("records behind zeros are found, and what was there is a gap") {
    LogFolder folder(1u << 20);
    LogFolder::fill(*folder.open(), 10);
    const auto file = folder.segmentFiles().back();
    std::string bytes = LogFolder::bytesOf(file);
    std::string fifth;
    encodeRecord(RecordKind::kMail, 5, 5, fromMillis(1), "event-5-", fifth);
    const std::size_t at = bytes.find("event-5-") + 8 - fifth.size();
    bytes.replace(at, fifth.size(), std::string(fifth.size(), '\0'));
    LogFolder::setBytes(file, bytes);
    auto log = folder.open();
    CHECK(log->damages().size() == 1);
    auto wanted = LogFolder::expected(1, 10);
    wanted[4] = "5-5 gap 5..5";
    CHECK(LogFolder::texts(*log) == wanted);
}

TEST_CASE("a promised record that turns to zeros while the log is open is damage, not the end") {
    LogFolder folder(1u << 20);
    auto log = folder.open();
    LogFolder::fill(*log, 10);
    const auto file = folder.segmentFiles().back();
    std::string bytes = LogFolder::bytesOf(file);
    const std::size_t size = kRecordHeaderSize + std::string("event-10-").size();
    bytes.replace(LogFolder::recordsEnd(file) - size, size, std::string(size, '\0'));
    LogFolder::setBytes(file, bytes);
    CHECK(codeOf([&] { LogFolder::texts(*log); }) == ErrorCode::kIo);
}

TEST_CASE("garbage or zeros after the last record are cut off") {
    for (const std::string& garbage : {std::string("garbage"), std::string(5000, '\0')}) {
        LogFolder folder(1u << 20);
        LogFolder::fill(*folder.open(), 4);
        const auto file = folder.segmentFiles().back();
        LogFolder::setBytes(file, LogFolder::bytesOf(file) + garbage);
        auto log = folder.open();
        CHECK(log->lastSequence() == 4);
        LogFolder::fill(*log, 1);
        CHECK(LogFolder::texts(*log) == LogFolder::expected(1, 5));
    }
}

TEST_CASE("a last segment that died at birth is removed") {
    for (const std::size_t size : {0u, 10u, 64u, 80u}) {
        LogFolder folder;
        LogFolder::fill(*folder.open(), 30);
        const auto file = folder.segmentFiles().back();
        const Sequence first = *firstOfSegmentName(file.filename().string());
        std::filesystem::resize_file(file, size);
        auto log = folder.open();
        CHECK(log->lastSequence() == first - 1);
        LogFolder::fill(*log, 1);
        CHECK(LogFolder::texts(*log) == LogFolder::expected(1, static_cast<int>(first)));
    }
}

TEST_CASE("a damaged record inside a segment becomes a gap of exactly its sequences") {
    LogFolder folder(1u << 20);
    LogFolder::fill(*folder.open(), 10);
    folder.damage("event-4-");
    folder.damage("event-5-");
    folder.damage("event-8-");
    auto wanted = LogFolder::expected(1, 10);
    wanted[3] = "4-5 gap 4..5";
    wanted[7] = "8-8 gap 8..8";
    wanted.erase(wanted.begin() + 4);
    {
        auto log = folder.open();
        CHECK(LogFolder::texts(*log) == wanted);
        REQUIRE(log->damages().size() == 2);
        CHECK(log->damages()[0].from == 4);
        CHECK(log->damages()[0].to == 5);
        CHECK(log->damages()[1].from == 8);
    }
    auto log = folder.open();
    CHECK(log->damages().empty());
    CHECK(LogFolder::texts(*log) == wanted);
    LogFolder::fill(*log, 1);
    CHECK(log->lastSequence() == 11);
}

TEST_CASE("a closed segment that lost its end becomes whole again with a gap") {
    LogFolder folder;
    LogFolder::fill(*folder.open(), 40);
    const auto files = folder.segmentFiles();
    REQUIRE(files.size() >= 3);
    const int next = static_cast<int>(*firstOfSegmentName(files[1].filename().string()));
    std::filesystem::resize_file(files[0], LogFolder::recordsEnd(files[0]) - 60);
    auto log = folder.open();
    auto wanted = LogFolder::expected(1, 40);
    const std::string from = std::to_string(next - 2), to = std::to_string(next - 1);
    wanted[static_cast<std::size_t>(next - 3)] = from + "-" + to + " gap " + from + ".." + to;
    wanted.erase(wanted.begin() + next - 2);
    CHECK(LogFolder::texts(*log) == wanted);
}

TEST_CASE("a missing segment becomes a gap of exactly its sequences") {
    LogFolder folder;
    LogFolder::fill(*folder.open(), 60);
    const auto files = folder.segmentFiles();
    REQUIRE(files.size() >= 4);
    const auto from = *firstOfSegmentName(files[1].filename().string());
    const auto to = *firstOfSegmentName(files[2].filename().string()) - 1;
    std::filesystem::remove(files[1]);
    auto log = folder.open();
    REQUIRE(log->damages().size() == 1);
    CHECK(log->damages()[0].from == from);
    CHECK(log->damages()[0].to == to);
    const auto records = log->read(from, 1, 1000);
    CHECK(records[0].kind == RecordKind::kGap);
    CHECK(records[0].first == from);
    CHECK(records[0].sequence == to);
    CHECK(log->lastSequence() == 60);
}

TEST_CASE("a damaged segment header costs no record") {
    LogFolder folder;
    LogFolder::fill(*folder.open(), 40);
    for (const auto& file : folder.segmentFiles()) {
        std::string bytes = LogFolder::bytesOf(file);
        bytes[30] = '#';
        LogFolder::setBytes(file, bytes);
    }
    auto log = folder.open();
    CHECK(LogFolder::texts(*log) == LogFolder::expected(1, 40));
}

TEST_CASE("bytes in a body that look like a record are not taken for one") {
    LogFolder folder(1u << 20);
    std::string fake;
    encodeRecord(RecordKind::kMail, 3, 3, fromMillis(1), "forged", fake);
    fake.erase(0, 1);  // the marker's first byte cannot stand in JSON text
    {
        auto log = folder.open();
        LogFolder::fill(*log, 1);
        log->append({{RecordKind::kMail, "hostile " + fake}});
        LogFolder::fill(*log, 2);
    }
    folder.damage("hostile");
    CHECK(LogFolder::texts(*folder.open()) ==
          std::vector<std::string>{"1-1 event-1-", "2-2 gap 2..2", "3-3 event-3-", "4-4 event-4-"});
}

TEST_CASE("a format of the future and a foreign segment are refused in clear words") {
    LogFolder folder, other;
    LogFolder::fill(*folder.open(), 3);
    LogFolder::fill(*other.open(), 3);
    const auto file = folder.segmentFiles().back();
    SECTION("format") {
        // Version 2 with its right checksum, as a newer program would write it.
        std::string bytes = LogFolder::bytesOf(file);
        bytes.replace(0, 64, encodeSegmentHeader(1, folder.open()->epoch(), false));
        bytes[8] = 2;
        const std::uint32_t sum = crc32c(std::string_view(bytes).substr(0, 60));
        for (std::size_t i = 0; i < 4; ++i) bytes[60 + i] = static_cast<char>(sum >> (8 * i));
        LogFolder::setBytes(file, bytes);
        CHECK_THROWS_WITH(folder.open(), Catch::Contains("format version 2"));
    }
    SECTION("epoch") {
        LogFolder::setBytes(file, LogFolder::bytesOf(other.segmentFiles().back()));
        CHECK(codeOf([&] { folder.open(); }) == ErrorCode::kConflict);
    }
}

TEST_CASE("drop removes acknowledged segments but always leaves two") {
    LogFolder folder;
    auto log = folder.open();
    LogFolder::fill(*log, 100);
    const auto segments = log->segments();
    REQUIRE(segments.size() > 4);
    log->drop(segments[1].last);
    CHECK(log->segments().size() == segments.size() - 2);
    log->drop(segments[2].last - 1);
    CHECK(log->segments().size() == segments.size() - 2);
    log->drop(100);
    CHECK(log->segments().size() == 2);
    CHECK(folder.segmentFiles().size() == 2);
    log.reset();
    log = folder.open();
    CHECK(log->damages().empty());
    CHECK(log->lastSequence() == 100);
}

TEST_CASE("replaced segments are read as what replaced them") {
    LogFolder folder;
    auto log = folder.open();
    LogFolder::fill(*log, 60);
    const auto segments = log->segments();
    REQUIRE(segments.size() >= 4);
    const Sequence to = segments[1].last;
    const Record fold{RecordKind::kFold, 1, to, fromMillis(1), "fold"};
    log->replace(1, to, {fold});
    const std::string text = "1-" + std::to_string(to) + " fold";
    CHECK(LogFolder::texts(*log).front() == text);
    CHECK(LogFolder::texts(*log, to).front() == text);
    CHECK(log->read(to + 1, 1, 100).front().first == to + 1);
    log.reset();
    log = folder.open();
    CHECK(LogFolder::texts(*log).front() == text);
    CHECK_THROWS_AS(log->replace(1, to + 1, {fold}), Error);
}

TEST_CASE("a replacement that died before the old files were gone is finished at open") {
    LogFolder folder;
    auto log = folder.open();
    LogFolder::fill(*log, 60);
    const auto segments = log->segments();
    const auto second = folder.segmentFiles()[1];
    const std::string secondBytes = LogFolder::bytesOf(second);
    log->replace(1, segments[1].last, {{RecordKind::kFold, 1, segments[1].last, fromMillis(1), "fold"}});
    CHECK_FALSE(std::filesystem::exists(second));
    log.reset();
    LogFolder::setBytes(second, secondBytes);
    log = folder.open();
    CHECK(log->damages().empty());
    CHECK_FALSE(std::filesystem::exists(second));
    CHECK(LogFolder::texts(*log).size() == 1 + 60 - segments[1].last);
}

TEST_CASE("a full disk fails the append, leaves nothing of it, and is over when there is space again") {
    LogFolder folder;
    auto log = folder.open();
    LogFolder::fill(*log, 5);
    {
        Fault fault([](FileStep step, const auto&) { return step == FileStep::kWrite ? ENOSPC : 0; });
        CHECK(codeOf([&] { LogFolder::fill(*log, 1); }) == ErrorCode::kNoSpace);
        CHECK(codeOf([&] {
                  log->append({{RecordKind::kMail, std::string(2000, 'x')}});
              }) == ErrorCode::kNoSpace);
    }
    CHECK(log->lastSequence() == 5);
    LogFolder::fill(*log, 30);
    CHECK(LogFolder::texts(*log) == LogFolder::expected(1, 35));
    log.reset();
    log = folder.open();
    CHECK(log->damages().empty());
    CHECK(LogFolder::texts(*log) == LogFolder::expected(1, 35));
}

TEST_CASE("after a failed sync the append has failed and the log goes on in a new segment") {
    LogFolder folder(1u << 20);
    auto log = folder.open();
    LogFolder::fill(*log, 5);
    {
        Fault fault([](FileStep step, const auto&) { return step == FileStep::kSync ? EIO : 0; });
        CHECK(codeOf([&] { LogFolder::fill(*log, 1); }) == ErrorCode::kIo);
        CHECK(LogFolder::texts(*log) == LogFolder::expected(1, 5));
    }
    LogFolder::fill(*log, 5);
    CHECK(folder.segmentFiles().size() == 2);
    log.reset();
    log = folder.open();
    CHECK(log->damages().empty());
    CHECK(LogFolder::texts(*log) == LogFolder::expected(1, 10));
}

TEST_CASE("what a failed append left behind in an older segment counts for nothing") {
    LogFolder folder;
    auto log = folder.open();
    LogFolder::fill(*log, 40);
    const auto segments = log->segments();
    log.reset();
    std::string ghost;
    encodeRecord(RecordKind::kMail, segments[1].first, segments[1].first, fromMillis(1), "ghost", ghost);
    const auto file = folder.segmentFiles()[0];
    LogFolder::setBytes(file, LogFolder::bytesOf(file) + ghost);
    log = folder.open();
    CHECK(log->damages().empty());
    CHECK(LogFolder::texts(*log) == LogFolder::expected(1, 40));
}

TEST_CASE("a body over the limit is refused and takes no sequence") {
    LogFolder folder;
    auto log = folder.open();
    const std::string large((16u << 20) + 1, 'x');
    CHECK(codeOf([&] { log->append({{RecordKind::kMail, large}}); }) == ErrorCode::kLimit);
    LogFolder::fill(*log, 1);
    CHECK(log->lastSequence() == 1);
}

TEST_CASE("a waiting reader is woken by an append, an interrupt and the deadline") {
    using Clock = std::chrono::steady_clock;
    LogFolder folder;
    auto log = folder.open();
    CHECK_FALSE(log->waitBeyond(0, Clock::now() + std::chrono::milliseconds(1)));
    std::thread appender([&] { LogFolder::fill(*log, 1); });
    CHECK(log->waitBeyond(0, Clock::now() + std::chrono::seconds(20)));
    appender.join();
    std::thread stopper([&] { log->interrupt(); });
    CHECK_FALSE(log->waitBeyond(1, Clock::now() + std::chrono::seconds(20)));
    stopper.join();
}

TEST_CASE("sixteen appenders, a reader and a dropper: every sequence once, in order, and no append lost") {
    LogFolder folder(20'000);
    auto log = folder.open();
    constexpr int kThreads = 16, kEach = 100;
    std::vector<std::vector<Sequence>> given(kThreads);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < kEach; ++i)
                given[static_cast<std::size_t>(t)].push_back(
                    log->append({{RecordKind::kMail, std::to_string(t) + "/" + std::to_string(i)}}));
        });
    std::set<std::string> bodies;
    Sequence next = 1;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (next <= kThreads * kEach && log->waitBeyond(next - 1, deadline)) {
        for (const Record& record : log->read(next, 50, 1u << 20)) {
            REQUIRE(record.sequence == next);
            bodies.insert(record.body);
            ++next;
        }
        log->drop(next - 1);
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(bodies.size() == kThreads * kEach);
    std::set<Sequence> sequences;
    for (const auto& list : given) {
        CHECK(std::is_sorted(list.begin(), list.end()));
        sequences.insert(list.begin(), list.end());
    }
    CHECK(sequences.size() == kThreads * kEach);
    CHECK(*sequences.rbegin() == kThreads * kEach);
}

TEST_CASE("when syncs fail now and then under load, what returned is there and what threw is not") {
    LogFolder folder(20'000);
    std::set<std::string> kept;
    {
        auto log = folder.open();
        std::atomic<int> steps{0};
        Fault fault([&](FileStep step, const auto&) {
            return step == FileStep::kSync && steps.fetch_add(1) % 5 == 4 ? EIO : 0;
        });
        std::mutex mutex;
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < 50; ++i) {
                    const std::string body = std::to_string(t) + "/" + std::to_string(i);
                    try {
                        log->append({{RecordKind::kMail, body}});
                    } catch (const Error&) {
                        continue;
                    }
                    std::lock_guard lock(mutex);
                    kept.insert(body);
                }
            });
        for (std::thread& thread : threads) thread.join();
    }
    auto log = folder.open();
    CHECK(log->damages().empty());
    std::set<std::string> found;
    for (const Record& record : log->read(1, 10'000, 1u << 20)) found.insert(record.body);
    CHECK(kept.size() > 50);
    CHECK(kept.size() < 400);
    CHECK(found == kept);
}
