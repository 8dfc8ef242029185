// User lists: the table, the desk and the catalog, on both databases.
#include <catch2/catch.hpp>
#include <thread>

#include "common/policy/user_lists.h"
#include "master/service/user_lists_desk.h"
#include "tests/support/each_database.h"
#include "tests/support/eventually.h"
#include "tests/support/thrown_code.h"

using namespace weir;
using namespace weir::test;

namespace {

const Actor kAnn{"ann", "session", "192.0.2.1", "quarantine"};

UserListLine line(const std::string& owner, const std::string& kind, const std::string& sender) {
    return {1, owner, kind, sender, {}};
}

// Lines "bob@a.example block N@b.example".
std::vector<UserListLine> linesOf(const std::string& owner, int from, int to) {
    std::vector<UserListLine> lines;
    for (int i = from; i < to; ++i)
        lines.push_back(line(owner, "block", "s" + std::to_string(i) + "@b.example"));
    return lines;
}

std::vector<std::string> outcomes(const UserListAnswer& answer) {
    std::vector<std::string> words;
    for (const auto& one : answer.results) words.emplace_back(toString(one.outcome));
    return words;
}

struct House {
    explicit House(TestDatabase& it, const UserListLimits& limits = {})
        : database(*it.database), desk(database, shelf, limits) {}

    std::vector<AuditEntry> audit(const std::string& action) {
        AuditQuery query;
        query.action = action;
        query.limit = 500;
        return Audit(database).find(query).entries;
    }
    std::shared_ptr<const UserLists> onShelf() {
        const auto bytes = shelf.bytes(kUserListsCatalog);
        return bytes ? UserLists::fromBytes(*bytes).value() : nullptr;
    }
    db::Database& database;
    CatalogShelf shelf;
    UserListsDesk desk;
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("an entry is folded, and one with the same owner and sender takes the new kind") {
    onEachDatabase([](TestDatabase& it) {
        House house(it);
        auto answer = house.desk.add(kAnn, {line("Bob@A.Example", "block", "@B.Example")});
        CHECK(outcomes(answer) == Words{"added"});
        CHECK(answer.results[0].owner == "bob@a.example");
        CHECK(answer.results[0].sender == "@b.example");
        CHECK(answer.counts.entries == 1);
        CHECK(answer.counts.owners == std::map<std::string, std::uint64_t>{{"bob@a.example", 1}});
        CHECK(outcomes(house.desk.add(kAnn, {line("bob@a.example", "block", "@b.example")})) ==
              Words{"present"});
        answer = house.desk.add(kAnn, {line("bob@a.example", "allow", "@b.EXAMPLE")});
        CHECK(outcomes(answer) == Words{"changed"});
        CHECK(answer.counts.entries == 1);
        const auto page = house.desk.find({});
        REQUIRE(page.items.size() == 1);
        CHECK(page.items[0].kind == "allow");
        CHECK(page.items[0].addedBy == "ann");
        CHECK(toMillis(page.items[0].added) > 0);

        const auto audit = house.audit("user-list.add");
        REQUIRE(audit.size() == 2);  // what was there already changed nothing
        CHECK(audit[0].object == "user list of bob@a.example");
        CHECK(audit[0].actor.name == "ann");
        CHECK(audit[0].before == R"([{"kind":"block","owner":"bob@a.example","sender":"@b.example"}])");
        CHECK(audit[0].after == R"([{"kind":"allow","owner":"bob@a.example","sender":"@b.example"}])");
        CHECK(audit[1].before.empty());
    });
}

TEST_CASE("what is no entry is refused with the reason, and stops no other") {
    onEachDatabase([](TestDatabase& it) {
        House house(it);
        const auto answer = house.desk.add(
            kAnn, {line("bob", "block", "@b.example"), line("bob@a.example", "maybe", "@b.example"),
                   line("bob@a.example", "block", ""), line("bob@a.example", "block", "@c.example")});
        CHECK(outcomes(answer) == Words{"refused", "refused", "refused", "added"});
        CHECK(answer.results[0].detail.starts_with("owner"));
        CHECK(answer.results[0].owner == "bob");
        CHECK(answer.results[1].detail.starts_with("kind"));
        CHECK(answer.results[2].detail.starts_with("sender"));
        CHECK(answer.counts.entries == 1);
    });
}

TEST_CASE("entries are found by owner, by sender, by a part of either, and page by page") {
    onEachDatabase([](TestDatabase& it) {
        House house(it);
        house.desk.add(
            kAnn,
            {line("bob@a.example", "block", "@x_y.example"), line("bob@a.example", "allow", "p@q.example"),
             line("@a.example", "allow", "p@q.example"), line("zoe@z.example", "block", "bob@a.example")});
        const auto found = [&](UserListQuery query) { return house.desk.find(query).items.size(); };
        UserListQuery query;
        query.owner = "BOB@a.example";
        CHECK(found(query) == 2);
        CHECK(house.desk.find(query).counts.owners.at("bob@a.example") == 2);
        query.kind = "allow";
        CHECK(found(query) == 1);
        // The count is of the owner's whole list, whatever else is asked for.
        CHECK(house.desk.find(query).counts.owners.at("bob@a.example") == 2);
        query = {};
        query.sender = "p@Q.example";
        CHECK(found(query) == 2);
        query = {};
        query.text = "BOB@";
        CHECK(found(query) == 3);
        query.text = "x_y";
        CHECK(found(query) == 1);
        query.text = "xzy";
        CHECK(found(query) == 0);
        query = {};
        query.owner = "nobody@a.example";
        CHECK(house.desk.find(query).counts.owners.at("nobody@a.example") == 0);
        query.owner = "no address";
        CHECK(found(query) == 0);

        std::vector<std::string> all;
        query = {};
        query.limit = 1;
        do {
            const auto page = house.desk.find(query);
            REQUIRE(page.items.size() == 1);
            CHECK(page.counts.entries == 4);
            all.push_back(page.items[0].owner + " " + page.items[0].sender);
            query.cursor = page.next;
        } while (!query.cursor.empty());
        CHECK(all == Words{"@a.example p@q.example", "bob@a.example @x_y.example",
                           "bob@a.example p@q.example", "zoe@z.example bob@a.example"});
        for (const char* wrong : {"x", "9", "9.", "-1.a", "99.short"}) {
            query.cursor = wrong;
            CHECK(codeOf([&] { house.desk.find(query); }) == ErrorCode::kInvalid);
        }
        query = {};
        query.kind = "maybe";
        CHECK(codeOf([&] { house.desk.find(query); }) == ErrorCode::kInvalid);
    });
}

TEST_CASE("an owner has a thousand entries and no more; a kind may still be changed") {
    onEachDatabase([](TestDatabase& it) {
        House house(it);
        auto answer = house.desk.add(kAnn, linesOf("bob@a.example", 0, 1000));
        CHECK(answer.counts.owners.at("bob@a.example") == 1000);
        answer = house.desk.add(kAnn, {line("bob@a.example", "block", "@more.example"),
                                       line("bob@a.example", "allow", "s7@b.example"),
                                       line("@a.example", "block", "@more.example")});
        CHECK(outcomes(answer) == Words{"refused", "changed", "added"});
        CHECK(answer.results[0].detail == "bob@a.example has 1000 entries, the most an owner may have");
        CHECK(answer.counts.entries == 1001);
        CHECK(outcomes(house.desk.remove(kAnn, {line("bob@a.example", "", "s8@b.example")})) ==
              Words{"removed"});
        CHECK(outcomes(house.desk.add(kAnn, {line("bob@a.example", "block", "@more.example")})) ==
              Words{"added"});
    });
}

TEST_CASE("the lists have so many entries in all, however many write at once") {
    onEachDatabase([](TestDatabase& it) {
        UserListLimits limits;
        limits.entries = 50;
        House house(it, limits);
        std::vector<std::thread> writers;
        for (int who = 0; who < 4; ++who)
            writers.emplace_back([&house, who] {
                for (int i = 0; i < 20; ++i)
                    house.desk.add(kAnn, linesOf("w" + std::to_string(who) + "@a.example", i, i + 1));
            });
        for (auto& writer : writers) writer.join();
        const auto answer = house.desk.add(kAnn, {line("bob@a.example", "block", "@more.example")});
        CHECK(answer.results[0].detail == "the lists have 50 entries, the most there may be in all");
        UserListQuery query;
        query.limit = 500;
        const auto page = house.desk.find(query);
        CHECK(page.items.size() == 50);
        CHECK(page.counts.entries == 50);
    });
}

TEST_CASE("the lists take as many bytes as the catalog may, and what is removed makes room") {
    onEachDatabase([](TestDatabase& it) {
        UserListLimits limits;
        limits.bytes = 400;
        House house(it, limits);
        const auto filled = house.desk.add(kAnn, linesOf("bob@a.example", 0, 20));
        const auto taken = filled.counts.entries;
        CHECK(taken > 5);
        CHECK(taken < 20);
        CHECK(filled.results[19].detail ==
              "with it the lists would take more than 400 bytes, the most in all");
        house.desk.start();
        CHECK(house.shelf.bytes(kUserListsCatalog)->size() <= limits.bytes);
        house.desk.stop();
        house.desk.remove(kAnn, {line("bob@a.example", "", "s0@b.example")});
        CHECK(outcomes(house.desk.add(kAnn, {line("bob@a.example", "allow", "s1@b.example"),
                                             line("bob@a.example", "allow", "t0@b.example"),
                                             line("bob@a.example", "allow", "t1@b.example")})) ==
              Words{"changed", "added", "refused"});
    });
}

TEST_CASE("an import takes the good lines in one transaction and tells of the others") {
    onEachDatabase([](TestDatabase& it) {
        House house(it);
        house.desk.add(kAnn, {line("bob@a.example", "block", "old@b.example")});
        const auto answer = house.desk.import(kAnn,
                                              "# lists\n"
                                              "bob@a.example allow Shop@B.example\n"
                                              "bob@a.example allow old@b.example\n"
                                              "what is this line\n"
                                              "bob@a.example allow shop@b.example\n"
                                              "\n"
                                              "@a.example, block, not-an-address\n"
                                              "zoe@a.example block x@b.example\n"
                                              "zoe@a.example allow x@b.example\n");
        REQUIRE(answer);
        CHECK(outcomes(*answer) ==
              Words{"added", "changed", "refused", "present", "refused", "added", "changed"});
        std::vector<std::size_t> numbers;
        for (const auto& one : answer->results) numbers.push_back(one.line);
        CHECK(numbers == std::vector<std::size_t>{2, 3, 4, 5, 7, 8, 9});
        CHECK(answer->counts.entries == 3);
        CHECK(house.desk.find({}).counts.entries == 3);
        const auto audit = house.audit("user-list.import");
        REQUIRE(audit.size() == 1);
        CHECK(audit[0].object == "user lists of 2 owners");
        CHECK(audit[0].before == R"([{"kind":"block","owner":"bob@a.example","sender":"old@b.example"}])");
        CHECK(audit[0].after.find(R"({"kind":"allow","owner":"zoe@a.example","sender":"x@b.example"})") !=
              std::string::npos);
        std::string tooMany;
        for (int i = 0; i < 10'001; ++i) tooMany += "a b c\n";
        const auto refused = house.desk.import(kAnn, tooMany);
        REQUIRE(!refused);
        CHECK(refused.error().text() == "line 10001: more than 10000 entries at once");
    });
}

TEST_CASE("ten thousand lines are one import, and every one is in the audit") {
    onEachDatabase([](TestDatabase& it) {
        House house(it);
        std::string text;
        for (int i = 0; i < 10'000; ++i)
            text +=
                "u" + std::to_string(i / 10) + "@a.example block s" + std::to_string(i % 10) + "@b.example\n";
        const auto answer = house.desk.import(kAnn, text);
        REQUIRE(answer);
        CHECK(answer->counts.entries == 10'000);
        CHECK(answer->counts.owners.size() == 1000);
        std::size_t told = 0;
        for (const auto& entry : house.audit("user-list.import"))
            for (std::size_t at = 0; (at = entry.after.find("\"sender\"", at)) != std::string::npos; ++at)
                ++told;
        CHECK(told == 10'000);
    });
}

TEST_CASE("removed entries are gone; what was never there is told") {
    onEachDatabase([](TestDatabase& it) {
        House house(it);
        house.desk.add(kAnn, linesOf("bob@a.example", 0, 3));
        const auto answer =
            house.desk.remove(kAnn, {line("BOB@a.example", "", "S1@b.example"),
                                     line("bob@a.example", "", "@b.example"), line("bob", "", "@b.example")});
        CHECK(outcomes(answer) == Words{"removed", "refused", "refused"});
        CHECK(answer.results[0].kind == "block");
        CHECK(answer.results[1].detail == "no such entry");
        CHECK(answer.counts.entries == 2);
        CHECK(house.desk.find({}).items.size() == 2);
        const auto audit = house.audit("user-list.remove");
        REQUIRE(audit.size() == 1);
        CHECK(audit[0].before == R"([{"kind":"block","owner":"bob@a.example","sender":"s1@b.example"}])");
        CHECK(audit[0].after.empty());
    });
}

TEST_CASE("the catalog is on the shelf from the start and follows every change") {
    onEachDatabase([](TestDatabase& it) {
        House(it).desk.add(kAnn, {line("bob@a.example", "block", "@b.example")});
        House house(it);
        CHECK(house.onShelf() == nullptr);
        house.desk.start();
        REQUIRE(house.onShelf());
        CHECK(house.onShelf()->decide("bob@a.example", "x@b.example", "") == UserListKind::kBlock);
        // Many changes: the last one is on the shelf in the end, and what lies there is whole at any time.
        for (int i = 0; i < 30; ++i) house.desk.add(kAnn, linesOf("zoe@a.example", i, i + 1));
        house.desk.add(kAnn, {line("bob@a.example", "allow", "@b.example")});
        CHECK(eventually([&] {
            const auto lists = house.onShelf();
            return lists->entries() == 31 &&
                   lists->decide("bob@a.example", "x@b.example", "") == UserListKind::kAllow;
        }));
        house.desk.remove(kAnn, {line("bob@a.example", "", "@b.example")});
        CHECK(eventually([&] { return !house.onShelf()->decide("bob@a.example", "x@b.example", ""); }));
        house.desk.stop();
    });
}

TEST_CASE("changes of another master come to the shelf by themselves") {
    onEachDatabase([](TestDatabase& it) {
        House house(it);
        house.desk.start();
        CHECK(house.onShelf()->entries() == 0);
        const auto other = it.open();
        CatalogShelf elsewhere;
        UserListsDesk(*other, elsewhere).add(kAnn, {line("bob@a.example", "block", "@b.example")});
        CHECK(eventually([&] { return house.onShelf()->entries() == 1; }));
        house.desk.stop();
    });
}
