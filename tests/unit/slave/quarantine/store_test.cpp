#include "slave/quarantine/store.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <fstream>

#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "common/base/error.h"
#include "tests/unit/slave/quarantine/sample_quarantine.h"

using namespace weir;
using namespace std::string_literals;
using namespace weir::test;

namespace {

ErrorCode codeOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.code();
    }
    throw std::runtime_error("no error");
}

CommandId newCommand() {
    return {newTimeUuid()};
}

struct Fault {
    explicit Fault(FileFault fault) { setFileFault(std::move(fault)); }
    ~Fault() { setFileFault({}); }
};

}  // namespace

TEST_CASE("a stored mail comes back byte for byte with its envelope") {
    Quarantine q;
    std::string bytes = "Subject: x\r\n\r\n.dot\r\nbare\nnul\0 high \xFF\r\n"s;
    bytes += std::string(300'000, 'z') + std::string(1, '\0');
    const Item stored = q.store->store(sampleNewItem(), bytes);
    CHECK(stored.sha256 == sha256Hex(bytes));
    CHECK(stored.size == bytes.size());
    q.store->commit(stored.id);
    CHECK(textOf(*q.store->open(stored.id)) == bytes);
    const auto found = q.store->find(stored.id);
    REQUIRE(found);
    CHECK(found->envelope.recipients == stored.envelope.recipients);
    CHECK(found->subject == "Grüße");
    CHECK(found->version == 1);
    CHECK(q.filesIn("incoming") == 0);
    CHECK(q.store->usage().items == 1);
    CHECK(q.store->usage().bytes == bytes.size());
}

TEST_CASE("ids that are no ids never become a path") {
    Quarantine q;
    for (const char* id : {"../../etc/passwd", "", "x", "0192F000-0000-7000-8000-000000000001"}) {
        CHECK(codeOf([&] { q.store->open(ItemId{id}); }) == ErrorCode::kNotFound);
        CHECK(codeOf([&] { q.store->remove(ItemId{id}, {}, ""); }) == ErrorCode::kNotFound);
    }
    CHECK_FALSE(q.store->find({newTimeUuid()}));
}

TEST_CASE("two processes cannot share a quarantine") {
    Quarantine q;
    CHECK(codeOf([&] { QuarantineStore other(q.folder / "quarantine"); }) == ErrorCode::kConflict);
}

TEST_CASE("what cannot be stored leaves nothing behind") {
    Quarantine q;
    for (const FileStep failing : {FileStep::kOpen, FileStep::kWrite, FileStep::kSync, FileStep::kRename}) {
        for (int after = 0; after < 4; ++after) {
            int steps = 0;
            bool failed = false;
            {
                Fault fault([&](FileStep step, const auto&) {
                    failed = failed || (step == failing && steps++ == after);
                    return failed && step == failing ? ENOSPC : 0;
                });
                try {
                    q.store->discard(q.store->store(sampleNewItem(), "bytes").id);
                } catch (const Error& error) {
                    CHECK(error.code() == ErrorCode::kNoSpace);
                }
            }
            CHECK(q.filesIn("incoming") == 0);
        }
    }
    CHECK(q.store->find(q.add()));
}

TEST_CASE("a discarded item is gone") {
    Quarantine q;
    const Item item = q.store->store(sampleNewItem(), "bytes");
    q.store->discard(item.id);
    CHECK(q.filesIn("incoming") == 0);
    CHECK_FALSE(q.store->find(item.id));
}

TEST_CASE("a move that the disk refuses is made up for by the next one") {
    Quarantine q;
    const Item item = q.store->store(sampleNewItem(), "bytes");
    {
        Fault fault([](FileStep step, const auto&) { return step == FileStep::kRename ? ENOSPC : 0; });
        q.store->commit(item.id);
    }
    CHECK(q.filesIn("incoming") == 2);
    CHECK(textOf(*q.store->open(item.id)) == "bytes");
    CHECK(q.store->remove(item.id, {}, "while it waits").state == "deleted");
    const Item second = q.store->store(sampleNewItem(), "bytes");
    {
        Fault fault([](FileStep step, const auto&) { return step == FileStep::kRename ? ENOSPC : 0; });
        q.store->commit(second.id);
    }
    q.add();
    CHECK(std::filesystem::exists(q.file(second.id, ".json")));
    CHECK(std::filesystem::exists(q.file(second.id, ".eml")));
}

TEST_CASE("items are listed in the order in which they came, page by page") {
    Quarantine q;
    std::vector<ItemId> ids;
    for (int i = 0; i < 25; ++i) ids.push_back(q.add());
    std::vector<ItemId> listed;
    ItemId after;
    for (;;) {
        const auto page = q.store->list(after, 10);
        if (page.empty()) break;
        for (const Item& item : page) listed.push_back(item.id);
        after = page.back().id;
    }
    CHECK(listed == ids);
}

TEST_CASE("a release goes stored, releasing, released, each durable and each a new version") {
    Quarantine q;
    const ItemId id = q.add();
    const CommandId command = newCommand();
    const ItemEvent begun = q.store->beginRelease(id, command);
    CHECK(begun.state == "releasing");
    CHECK(begun.version == 2);
    CHECK(begun.command == command);
    CHECK(q.store->find(id)->state == ItemState::kReleasing);
    const ItemEvent ended = q.store->endRelease(id, true, "250 ok");
    CHECK(ended.state == "released");
    CHECK(ended.version == 3);
    CHECK(ended.command == command);
    CHECK(ended.detail == "250 ok");
    CHECK(q.filesIn("releasing") == 0);
    CHECK(q.store->find(id)->history.size() == 3);
}

TEST_CASE("a state that forbids a change refuses it and stays") {
    Quarantine q;
    const ItemId id = q.add();
    CHECK(codeOf([&] { q.store->endRelease(id, true, ""); }) == ErrorCode::kConflict);
    q.store->beginRelease(id, newCommand());
    CHECK(codeOf([&] { q.store->beginRelease(id, newCommand()); }) == ErrorCode::kConflict);
    CHECK(codeOf([&] { q.store->remove(id, newCommand(), ""); }) == ErrorCode::kConflict);
    CHECK(codeOf([&] { q.store->expire(id, ""); }) == ErrorCode::kConflict);
    CHECK(q.filesIn("releasing") == 1);
    q.store->endRelease(id, false, "550 no");
    CHECK(q.store->find(id)->state == ItemState::kReleaseFailed);
    q.store->beginRelease(id, newCommand());
    q.store->endRelease(id, true, "250");
    CHECK(codeOf([&] { q.store->beginRelease(id, newCommand()); }) == ErrorCode::kConflict);
    CHECK(q.store->find(id)->state == ItemState::kReleased);
    CHECK(q.store->find(id)->version == 5);
}

TEST_CASE("a deleted item loses its bytes at once and leaves a tombstone") {
    Quarantine q;
    const ItemId id = q.add();
    const auto open = q.store->open(id);
    const ItemEvent event = q.store->remove(id, newCommand(), "by admin");
    CHECK(event.state == "deleted");
    CHECK(event.detail == "by admin");
    CHECK_FALSE(std::filesystem::exists(q.file(id, ".eml")));
    CHECK(codeOf([&] { q.store->open(id); }) == ErrorCode::kNotFound);
    CHECK(textOf(*open) == "Subject: x\r\n\r\nbody\r\n");
    CHECK(q.store->find(id)->state == ItemState::kDeleted);
    CHECK(codeOf([&] { q.store->remove(id, newCommand(), ""); }) == ErrorCode::kConflict);
    CHECK(q.store->usage().items == 0);
    CHECK(q.store->usage().bytes == 0);
}

TEST_CASE("a change that the disk refuses has not happened") {
    Quarantine q;
    const ItemId id = q.add();
    {
        Fault fault([](FileStep step, const auto&) { return step == FileStep::kSync ? EIO : 0; });
        CHECK(codeOf([&] { q.store->beginRelease(id, newCommand()); }) == ErrorCode::kIo);
        CHECK(codeOf([&] { q.store->remove(id, newCommand(), ""); }) == ErrorCode::kIo);
    }
    CHECK(q.store->find(id)->state == ItemState::kStored);
    CHECK(q.store->find(id)->version == 1);
    CHECK(std::filesystem::exists(q.file(id, ".eml")));
    CHECK(q.filesIn("releasing") == 0);
}

TEST_CASE("on a full disk an item can still be deleted: its bytes make the room") {
    Quarantine q;
    const ItemId id = q.add();
    bool full = true;
    Fault fault([&](FileStep step, const std::filesystem::path& path) {
        if (step == FileStep::kRemove && path.extension() == ".eml") full = false;
        return full && step == FileStep::kWrite ? ENOSPC : 0;
    });
    CHECK(q.store->expire(id, "over budget").state == "expired");
    CHECK(q.store->find(id)->state == ItemState::kExpired);
    CHECK_FALSE(std::filesystem::exists(q.file(id, ".eml")));
}

TEST_CASE("a change stays unannounced until its own version is confirmed") {
    Quarantine q;
    const ItemId id = q.add();
    CHECK(q.store->unannounced(10).empty());
    const ItemEvent begun = q.store->beginRelease(id, newCommand());
    const ItemEvent ended = q.store->endRelease(id, true, "");
    q.store->announced(id, begun.version);
    REQUIRE(q.store->unannounced(10).size() == 1);
    CHECK(q.store->unannounced(10)[0].version == ended.version);
    q.restart();
    CHECK(q.store->unannounced(10).size() == 1);
    q.store->announced(id, ended.version);
    CHECK(q.store->unannounced(10).empty());
}

TEST_CASE("a stored item whose event could not be appended is announced later") {
    Quarantine q;
    const Item item = q.store->store(sampleNewItem(), "bytes");
    q.store->commit(item.id, false);
    q.restart();
    const auto events = q.store->unannounced(10);
    REQUIRE(events.size() == 1);
    CHECK(events[0].item == item.id);
    CHECK(events[0].state == "stored");
}

TEST_CASE("a command that was carried out answers with what it did, a new one does not") {
    Quarantine q;
    const ItemId id = q.add();
    const CommandId command = newCommand();
    CHECK_FALSE(q.store->answered(id, command));
    q.store->remove(id, command, "");
    REQUIRE(q.store->answered(id, command));
    CHECK(q.store->answered(id, command)->state == "deleted");
    CHECK_FALSE(q.store->answered(id, newCommand()));
    CHECK_FALSE(q.store->answered(id, {}));
}

TEST_CASE("a refused command says again what the item is, as a new version") {
    Quarantine q;
    const ItemId id = q.add();
    const CommandId command = newCommand();
    q.store->remove(id, newCommand(), "");
    const ItemEvent event = q.store->refuse(id, command, "cannot release: deleted");
    CHECK(event.state == "deleted");
    CHECK(event.version == 3);
    CHECK(event.command == command);
    CHECK(q.store->answered(id, command));
}

TEST_CASE("an item in incoming whose event is in the log is kept, one that was never answered is removed") {
    Quarantine q;
    q.queue.append(sampleMailEvent({newTimeUuid()}));
    const NewItem known = sampleNewItem();
    const Item kept = q.store->store(known, "kept");
    q.queue.append(sampleMailEvent(known.mail));
    const Item unanswered = q.store->store(sampleNewItem(), "unanswered");
    q.restart();
    CHECK(textOf(*q.store->open(kept.id)) == "kept");
    CHECK_FALSE(q.store->find(unanswered.id));
    CHECK(q.filesIn("incoming") == 0);
    const auto events = q.store->unannounced(10);
    REQUIRE(events.size() == 1);
    CHECK(events[0].item == kept.id);
}

TEST_CASE("an item that the log is too young to know is kept") {
    Quarantine q;
    NewItem old = sampleNewItem();
    old.received = now() - std::chrono::hours(1);
    const Item item = q.store->store(old, "old");
    SECTION("the log is empty") {}
    SECTION("the log begins later") {
        q.queue.append(sampleMailEvent({newTimeUuid()}));
    }
    q.restart();
    CHECK(textOf(*q.store->open(item.id)) == "old");
}

TEST_CASE("halves in incoming are removed and a move that had begun is finished") {
    Quarantine q;
    q.queue.append(sampleMailEvent({newTimeUuid()}));
    const auto incoming = q.folder / "quarantine" / "incoming";
    const Item bytesOnly = q.store->store(sampleNewItem(), "a");
    std::filesystem::remove(incoming / (bytesOnly.id.value + ".json"));
    const Item metadataOnly = q.store->store(sampleNewItem(), "b");
    std::filesystem::remove(incoming / (metadataOnly.id.value + ".eml"));
    std::ofstream(incoming / ".x.eml.1234.tmp") << "half";
    const NewItem known = sampleNewItem();
    q.queue.append(sampleMailEvent(known.mail));
    const Item bytesMoved = q.store->store(known, "c"), metadataMoved = q.store->store(known, "d");
    const auto shard = q.file(bytesMoved.id, "").parent_path();
    std::filesystem::create_directories(shard);
    std::filesystem::rename(incoming / (bytesMoved.id.value + ".eml"), q.file(bytesMoved.id, ".eml"));
    std::filesystem::rename(incoming / (metadataMoved.id.value + ".json"), q.file(metadataMoved.id, ".json"));
    q.restart();
    CHECK(q.filesIn("incoming") == 0);
    CHECK_FALSE(q.store->find(bytesOnly.id));
    CHECK_FALSE(q.store->find(metadataOnly.id));
    CHECK(textOf(*q.store->open(bytesMoved.id)) == "c");
    CHECK(textOf(*q.store->open(metadataMoved.id)) == "d");
    CHECK(q.store->find(metadataMoved.id));
}

TEST_CASE("a release that a death interrupted is failed with an unknown outcome, never tried again") {
    Quarantine q;
    const ItemId id = q.add(), done = q.add();
    const CommandId command = newCommand();
    q.store->beginRelease(id, command);
    q.store->beginRelease(done, newCommand());
    q.store->endRelease(done, true, "250");
    std::ofstream(q.folder / "quarantine/releasing" / done.value) << "";  // died before the mark was gone
    q.restart();
    const auto item = q.store->find(id);
    CHECK(item->state == ItemState::kReleaseFailed);
    CHECK(item->history.back().detail.find("outcome unknown") == 0);
    CHECK(q.store->answered(id, command)->state == "release-failed");
    CHECK(q.store->find(done)->state == ItemState::kReleased);
    CHECK(q.filesIn("releasing") == 0);
}

TEST_CASE("the usage of earlier lives is counted once, beside what comes and goes meanwhile") {
    Quarantine q;
    std::vector<ItemId> ids;
    for (int i = 0; i < 10; ++i) ids.push_back(q.add("12345"));
    q.restart();
    CHECK_FALSE(q.store->usage().complete);
    q.add("12345");
    q.store->remove(ids[0], {}, "");
    q.store->count();
    q.store->count();
    QuarantineUsage usage = q.store->usage();
    CHECK(usage.complete);
    CHECK(usage.items == 10);
    CHECK(usage.bytes == 50);
    q.store->remove(ids[1], {}, "");
    CHECK(q.store->usage().items == 9);
    CHECK(q.store->usage().bytes == 45);
}
