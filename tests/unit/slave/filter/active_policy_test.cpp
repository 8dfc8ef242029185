#include "slave/filter/active_policy.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/base/durable_file.h"
#include "tests/support/temp_folder.h"

using namespace weir;

namespace {

Json documentWith(std::size_t rules) {
    Json all = Json::array();
    for (std::size_t i = 0; i < rules; ++i) {
        all.push_back({{"id", "r" + std::to_string(i)},
                       {"name", "rule"},
                       {"when", {{"subject", {{"contains", "word" + std::to_string(i)}}}}},
                       {"then", {{{"discard", Json::object()}}}}});
    }
    return {{"rules", std::move(all)}};
}

// Faults end with the test.
struct Fault {
    explicit Fault(FileFault fault) { setFileFault(std::move(fault)); }
    ~Fault() { setFileFault({}); }
};

}  // namespace

TEST_CASE("a slave that never had a revision has none") {
    const test::TempFolder folder;
    ActivePolicy policy(folder / "policy");
    CHECK_FALSE(policy.load());
    CHECK(policy.get() == nullptr);
}

TEST_CASE("an applied revision serves at once, and again after a restart") {
    const test::TempFolder folder;
    {
        ActivePolicy policy(folder / "policy");
        REQUIRE(policy.apply(documentWith(2), 7));
        REQUIRE(policy.get());
        CHECK(policy.get()->revision() == 7);
        CHECK(policy.get()->ruleCount() == 2);
    }
    ActivePolicy again(folder / "policy");
    CHECK(again.load());
    REQUIRE(again.get());
    CHECK(again.get()->revision() == 7);
    CHECK(again.get()->ruleCount() == 2);
}

TEST_CASE("a refused revision leaves the old rules serving, now and after a restart") {
    const test::TempFolder folder;
    ActivePolicy policy(folder / "policy");
    REQUIRE(policy.apply(documentWith(1), 1));
    Json wrong = documentWith(1);
    wrong["rules"][0]["when"] = {{"no-such-field", {{"is", "x"}}}};
    const auto refused = policy.apply(wrong, 2);
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().front().where, Catch::Contains("/rules/0/when"));
    CHECK(policy.get()->revision() == 1);
    ActivePolicy again(folder / "policy");
    CHECK(again.load());
    CHECK(again.get()->revision() == 1);
}

TEST_CASE("a revision that cannot be stored is not served") {
    const test::TempFolder folder;
    ActivePolicy policy(folder / "policy");
    REQUIRE(policy.apply(documentWith(1), 1));
    {
        const Fault full([](FileStep step, const std::filesystem::path&) {
            return step == FileStep::kWrite ? ENOSPC : 0;
        });
        CHECK_THROWS_AS(policy.apply(documentWith(2), 2), Error);
    }
    CHECK(policy.get()->revision() == 1);
    REQUIRE(policy.apply(documentWith(2), 2));
    CHECK(policy.get()->revision() == 2);
}

TEST_CASE("what a mail took stays whole while another revision is applied") {
    const test::TempFolder folder;
    ActivePolicy policy(folder / "policy");
    REQUIRE(policy.apply(documentWith(1), 1));
    const CompiledPolicyPtr taken = policy.get();
    REQUIRE(policy.apply(documentWith(3), 2));
    CHECK(taken->revision() == 1);
    CHECK(taken->ruleCount() == 1);
}

TEST_CASE("a damaged or foreign last good file is said, not run") {
    const test::TempFolder folder;
    { ActivePolicy made(folder / "policy"); }
    for (const char* text : {"", "{", "[]", R"({"format":2,"revision":1,"document":{}})",
                             R"({"format":1,"revision":1})", R"({"format":1,"revision":"x","document":{}})",
                             R"({"format":1,"revision":1,"document":{"rules":[{"id":1}]}})"}) {
        std::ofstream(folder.path() / "policy/last-good.json", std::ios::trunc) << text;
        ActivePolicy policy(folder / "policy");
        CHECK_FALSE(policy.load());
        CHECK(policy.get() == nullptr);
    }
}

TEST_CASE("the bytes of the last good file are those of FORMAT.md") {
    const test::TempFolder folder;
    ActivePolicy policy(folder / "policy");
    REQUIRE(policy.apply(Json{{"rules", Json::array()}}, 42));
    CHECK(readFile(folder / "policy/last-good.json") ==
          R"({"document":{"rules":[]},"format":1,"revision":42})");
}

TEST_CASE("a pause outlives a restart, also where the disk could not keep it for a while") {
    const test::TempFolder folder;
    {
        ActivePolicy policy(folder / "policy");
        CHECK_FALSE(policy.load());
        CHECK_FALSE(policy.paused());
        const Fault full([](FileStep step, const std::filesystem::path&) {
            return step == FileStep::kWrite || step == FileStep::kRename ? ENOSPC : 0;
        });
        policy.setPaused(true);
        CHECK(policy.paused());
    }
    {
        ActivePolicy policy(folder / "policy");
        policy.load();
        CHECK_FALSE(policy.paused());
        policy.setPaused(true);
    }
    {
        ActivePolicy policy(folder / "policy");
        policy.load();
        CHECK(policy.paused());
        policy.setPaused(false);
    }
    ActivePolicy policy(folder / "policy");
    policy.load();
    CHECK_FALSE(policy.paused());
}
