// Deaths are simulated by copying the slots file of a living AnswerSlots, as kill -9 would leave it.
#include "slave/report/answer_slots.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/base/durable_file.h"
#include "common/base/json.h"
#include "slave/report/report_queue.h"
#include "tests/support/read_event.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/slave/report/sample_events.h"

using namespace weir;
using namespace weir::test;

namespace {

struct Node {
    TempFolder folder;
    std::filesystem::path file = folder / "answers";
    ReportQueue queue{{folder / "report", 1u << 20}};

    // The file as the death of the process leaves it.
    void dieWith(const std::function<void(AnswerSlots&)>& life) {
        {
            AnswerSlots slots(file, queue);
            life(slots);
        }
        std::filesystem::rename(folder / "left", file);
    }
    void snapshot() const {
        std::filesystem::copy_file(file, folder / "left", std::filesystem::copy_options::overwrite_existing);
    }
    std::size_t inDoubtEvents() {
        std::size_t count = 0;
        for (const QueuedEvent& event : queue.read(1, 100'000, 1u << 30))
            count += parseJson(event.body).value().at("kind") == "in-doubt";
        return count;
    }
    void changeByte(std::streamoff at) const {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(at);
        bytes.put('x');
    }
};

constexpr std::streamoff kBootAt = 16;

}  // namespace

TEST_CASE("a mail that was answered is not in doubt, one whose reply nobody heard is") {
    Node node;
    node.dieWith([&](AnswerSlots& slots) {
        AnswerSlot answered = slots.take(), waiting = slots.take(), idle = slots.take();
        node.queue.append(sampleMail("answered"), {}, &answered);
        answered.clear();
        CHECK(node.queue.append(sampleMail("waiting"), {}, &waiting) == 2);
        node.snapshot();
    });
    AnswerSlots slots(node.file, node.queue);
    CHECK(slots.inDoubt() == std::vector<Sequence>{2});
    const auto events = node.queue.read(3, 10, 1u << 20);
    REQUIRE(events.size() == 1);
    CHECK(weir::test::readEventAs<InDoubtEvent>(events[0].body).sequences == std::vector<Sequence>{2});
}

TEST_CASE("after a clean end nothing is in doubt") {
    Node node;
    {
        AnswerSlots slots(node.file, node.queue);
        AnswerSlot slot = slots.take();
        node.queue.append(sampleMail("m"), {}, &slot);
    }
    node.changeByte(kBootAt);  // and the machine was started again
    AnswerSlots slots(node.file, node.queue);
    CHECK(slots.inDoubt().empty());
    CHECK(node.inDoubtEvents() == 0);
}

TEST_CASE("after the death of the machine every mail of the last seconds is in doubt") {
    Node node;
    node.dieWith([&](AnswerSlots& slots) {
        AnswerSlot slot = slots.take();
        for (int i = 0; i < 3; ++i) node.queue.append(sampleMail("m"), {sampleItem(1, 1)}, &slot);
        slot.clear();
        node.snapshot();
    });
    node.changeByte(kBootAt);
    AnswerSlots slots(node.file, node.queue);
    CHECK(slots.inDoubt() == std::vector<Sequence>{1, 3, 5});
}

TEST_CASE("a slots file that is lost or damaged puts the last seconds in doubt") {
    Node node;
    node.dieWith([&](AnswerSlots&) {
        node.queue.append(sampleMail("m"));
        node.snapshot();
    });
    SECTION("lost") {
        std::filesystem::remove(node.file);
    }
    SECTION("cut") {
        std::filesystem::resize_file(node.file, 100);
    }
    SECTION("another magic") {
        node.changeByte(0);
    }
    AnswerSlots slots(node.file, node.queue);
    CHECK(slots.inDoubt() == std::vector<Sequence>{1});
}

TEST_CASE("a death between the in-doubt event and the fresh slots repeats nothing") {
    Node node;
    node.dieWith([&](AnswerSlots& slots) {
        AnswerSlot slot = slots.take();
        node.queue.append(sampleMail("m"), {}, &slot);
        node.snapshot();
    });
    std::filesystem::copy_file(node.file, node.folder / "before");
    { AnswerSlots first(node.file, node.queue); }
    std::filesystem::rename(node.folder / "before", node.file);
    AnswerSlots second(node.file, node.queue);
    CHECK(second.inDoubt().empty());
    CHECK(node.inDoubtEvents() == 1);
}

TEST_CASE("an event that never reached the log leaves no doubt behind") {
    Node node;
    SECTION("the append failed") {
        AnswerSlots slots(node.file, node.queue);
        AnswerSlot slot = slots.take();
        setFileFault([](FileStep step, const auto&) { return step == FileStep::kWrite ? 28 : 0; });
        CHECK_THROWS(node.queue.append(sampleMail("m"), {}, &slot));
        setFileFault({});
        node.queue.append(sampleMail("n"));
        node.snapshot();
    }
    SECTION("the process died between slot and log") {
        AnswerSlots slots(node.file, node.queue);
        AnswerSlot slot = slots.take();
        slot.set(1);
        node.snapshot();
    }
    std::filesystem::rename(node.folder / "left", node.file);
    AnswerSlots slots(node.file, node.queue);
    CHECK(slots.inDoubt().empty());
}

TEST_CASE("slots are given back, and when all are taken a mail still goes its way") {
    Node node;
    AnswerSlots slots(node.file, node.queue);
    {
        std::vector<AnswerSlot> all;
        for (std::size_t i = 0; i < AnswerSlots::kSlots; ++i) all.push_back(slots.take());
        AnswerSlot none = slots.take();
        CHECK(node.queue.append(sampleMail("m"), {}, &none) == 1);
        none.clear();
    }
    AnswerSlot slot = slots.take();
    node.queue.append(sampleMail("n"), {}, &slot);
    AnswerSlot moved = std::move(slot);
    moved.clear();
}
