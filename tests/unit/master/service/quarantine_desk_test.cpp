#include "master/service/quarantine_desk.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "common/base/json.h"
#include "tests/support/thrown_code.h"
#include "tests/unit/master/service/intake_house.h"

using namespace weir;
using namespace weir::test;

namespace {

const Actor kActor{"anna", "session", "192.0.2.1", "operator"};

struct Held {
    MailEvent mail;
    ItemId id;
};

// One stored mail.
Held hold(IntakeHouse& house, const std::string& sender = "a@b.example",
          const std::string& queue = "attachments") {
    static Sequence sequence = 0;
    Held held{sampleMail(sender, {"c@d.example"}, VerdictKind::kQuarantine), {}};
    held.mail.outcomes.front().verdict.queue = queue;
    held.id = held.mail.outcomes.front().item;
    sequence += 2;
    house.take({wireEvent(sequence - 1, held.mail), wireEvent(sequence, sampleItem(held.mail))});
    return held;
}

std::string audited(IntakeHouse& house) {
    std::string actions;
    for (const auto& entry : Audit(house.database).find({}).entries)
        actions += entry.action + " by " + entry.actor.name + "; ";
    return actions;
}

}  // namespace

TEST_CASE("what is held is found by what is known of it") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto first = hold(house, "first@left.example", "attachments");
        const auto second = hold(house, "second@right.example", "spam");
        const auto found = [&](void (*set)(QuarantineQuery&)) {
            QuarantineQuery query;
            set(query);
            return house.desk.find(query);
        };
        CHECK(found([](QuarantineQuery&) {}).total == 2);
        CHECK(found([](QuarantineQuery& q) { q.sender = "First@left.example"; }).total == 1);
        CHECK(found([](QuarantineQuery& q) { q.sender = "@right.example"; }).items.front().id == second.id);
        CHECK(found([](QuarantineQuery& q) { q.recipient = "c@d.example"; }).total == 2);
        CHECK(found([](QuarantineQuery& q) { q.recipient = "@example"; }).total == 0);
        CHECK(found([](QuarantineQuery& q) { q.queue = "spam"; }).total == 1);
        CHECK(found([](QuarantineQuery& q) { q.text = "SECOND"; }).total == 1);
        CHECK(found([](QuarantineQuery& q) { q.text = "nothing"; }).total == 0);
        CHECK(found([](QuarantineQuery& q) { q.state = "released"; }).total == 0);
        CHECK(found([](QuarantineQuery& q) { q.state = "stored"; }).total == 2);
        CHECK(found([](QuarantineQuery& q) { q.to = fromMillis(1000); }).total == 0);
        const auto queues = house.desk.queues();
        REQUIRE(queues.size() == 2);
        CHECK(queues[0].queue == "attachments");
        CHECK(queues[0].bytes == 2000);
        CHECK(house.desk.held(fromMillis(0)).since == 2);
    });
}

TEST_CASE("pages of the quarantine hold each item once, in both directions") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        for (int i = 0; i < 5; ++i) hold(house);
        for (const bool oldestFirst : {false, true}) {
            QuarantineQuery query;
            query.limit = 2;
            query.oldestFirst = oldestFirst;
            std::set<std::string> ids;
            std::size_t items = 0;
            do {
                const auto page = house.desk.find(query);
                CHECK(page.total == 5);
                for (const auto& item : page.items) ids.insert(item.id.value);
                items += page.items.size();
                query.cursor = page.next;
            } while (!query.cursor.empty());
            CHECK(items == 5);
            CHECK(ids.size() == 5);
        }
    });
}

TEST_CASE("a release is one state change, one command and one line of audit") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto held = hold(house);
        const auto command = house.desk.release(kActor, held.id, {"<Other@X.example>"});
        CHECK(house.desk.get(held.id)->state == "releasing");
        const auto pending = house.commands.pending(house.node, {});
        REQUIRE(pending.size() == 1);
        CHECK(pending.front().id == command);
        CHECK(pending.front().kind == "release");
        const auto arguments = parseJson(pending.front().arguments);
        CHECK((*arguments)["item"] == held.id.value);
        CHECK((*arguments)["recipients"][0] == "Other@x.example");
        CHECK(audited(house) == "quarantine.release by anna; ");
        CHECK(codeOf([&] { house.desk.release(kActor, held.id, {}); }) == ErrorCode::kConflict);
        CHECK(codeOf([&] { house.desk.remove(kActor, held.id); }) == ErrorCode::kConflict);
        CHECK(house.commands.pending(house.node, {}).size() == 1);
        CHECK(audited(house) == "quarantine.release by anna; ");
        CHECK(house.desk.history(held.id).back().actor == "anna");
    });
}

TEST_CASE("of many who release an item at once, one does") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto held = hold(house);
        std::atomic<int> released{0}, refused{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                try {
                    house.desk.release(kActor, held.id, {});
                    ++released;
                } catch (const Error& e) {
                    if (e.code() == ErrorCode::kConflict) ++refused;
                }
            });
        }
        for (auto& thread : threads) thread.join();
        CHECK(released == 1);
        CHECK(refused == 7);
        CHECK(house.commands.pending(house.node, {}).size() == 1);
    });
}

TEST_CASE("what cannot be released is refused with the reason and changes nothing") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto held = hold(house);
        CHECK(codeOf([&] { house.desk.release(kActor, ItemId{newTimeUuid()}, {}); }) == ErrorCode::kNotFound);
        for (const std::string address :
             {"nobody", "a@", "@b", "a b@c.example", "a@b\r\nRCPT TO:<x@y>", ""}) {
            CHECK(codeOf([&] { house.desk.release(kActor, held.id, {address}); }) == ErrorCode::kInvalid);
        }
        CHECK(house.desk.get(held.id)->state == "stored");
        CHECK(house.commands.pending(house.node, {}).empty());
        CHECK(audited(house).empty());
    });
}

TEST_CASE("a release that its node cannot do may be tried again, and the node's own word wins") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto held = hold(house);
        house.desk.release(kActor, held.id, {});
        house.desk.commandFailed(NodeId{newUuid()}, held.id, "release", "another node");
        CHECK(house.desk.get(held.id)->state == "releasing");
        house.desk.commandFailed(house.node, held.id, "release", "re-injection refused");
        CHECK(house.desk.get(held.id)->state == "release-failed");
        CHECK(house.desk.get(held.id)->detail == "re-injection refused");
        house.desk.release(kActor, held.id, {});
        house.take({wireEvent(100'001, sampleItem(held.mail, 3, "released"))});
        CHECK(house.desk.get(held.id)->state == "released");
        house.desk.commandFailed(house.node, held.id, "release", "late");
        CHECK(house.desk.get(held.id)->state == "released");
        CHECK(house.desk.find({}).total == 0);
    });
}

TEST_CASE("a deleted item leaves the list at once and its node gets the command") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto held = hold(house);
        house.desk.remove(kActor, held.id);
        CHECK(house.desk.find({}).total == 0);
        CHECK(house.commands.pending(house.node, {}).front().kind == "delete");
        house.desk.commandFailed(house.node, held.id, "delete", "disk failed");
        CHECK(house.desk.find({}).total == 1);
        CHECK(house.desk.get(held.id)->state == "stored");
    });
}

TEST_CASE("in bulk each item succeeds or fails on its own") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto a = hold(house), b = hold(house), c = hold(house);
        house.desk.release(kActor, b.id, {});
        const auto results =
            house.desk.bulk(kActor, "release", {a.id, b.id, c.id, ItemId{newTimeUuid()}}, {});
        REQUIRE(results.size() == 4);
        CHECK(results[0].ok);
        CHECK_FALSE(results[1].ok);
        CHECK_THAT(results[1].detail, Catch::Contains("releasing"));
        CHECK(results[2].ok);
        CHECK_FALSE(results[3].ok);
        CHECK(house.commands.pending(house.node, {}).size() == 3);
        CHECK(codeOf([&] { house.desk.bulk(kActor, "publish", {a.id}, {}); }) == ErrorCode::kInvalid);
        CHECK(codeOf([&] { house.desk.bulk(kActor, "delete", std::vector<ItemId>(501, a.id), {}); }) ==
              ErrorCode::kInvalid);
    });
}

TEST_CASE("a preview of an item whose node is away says so") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        const auto held = hold(house);
        const auto code = codeOf([&] { house.desk.preview(held.id, std::chrono::milliseconds(100)); });
        CHECK((code == ErrorCode::kNotFound || code == ErrorCode::kUnavailable));
        CHECK(codeOf([&] { house.desk.preview(ItemId{newTimeUuid()}); }) == ErrorCode::kNotFound);
    });
}

TEST_CASE(
    "a new database asks each node for its items, once they are all known no more, and again when events are "
    "missing") {
    onEachDatabase([](TestDatabase& it) {
        IntakeHouse house(*it.database);
        CHECK(house.desk.needsListing(house.node));
        auto mail = sampleMail("a@b.example", {"c@d.example"}, VerdictKind::kQuarantine);
        house.take({wireEvent(1, sampleItem(mail, 4, "release-failed"))});
        house.desk.indexListed(house.node);
        CHECK_FALSE(house.desk.needsListing(house.node));
        CHECK(house.desk.find({}).items.front().state == "release-failed");
        house.take({wireEvent(2, mail)});
        CHECK_FALSE(house.desk.needsListing(house.node));
        house.take({wireEvent(9, sampleMail("x@y.example", {"c@d.example"}))});
        CHECK(house.desk.needsListing(house.node));
    });
}
