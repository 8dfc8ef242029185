// A policy is ready at once though its expressions compile long, engines are kept by digest, and many threads
// evaluate while an engine is replaced.
#include "common/policy/policy_compiler.h"

#include <atomic>
#include <future>
#include <thread>

#include "common/policy/policy_program.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

Json manyRules(int count) {
    Json rules = Json::array();
    for (int i = 0; i < count; ++i)
        rules.push_back(
            {{"id", "r" + std::to_string(i)},
             {"when",
              {{"body",
                {{"regex", i % 3 == 0 ? "wire\\s+transfer\\s+(today|word" + std::to_string(i) + ")"
                                      : "word" + std::to_string(i) + "[0-9]+"}}}}},
             {"then", {{{"tag-subject", {{"text", std::to_string(i)}}}}}}});
    return {{"rules", rules}};
}

std::string engineOf(const CompiledPolicy& policy) {
    for (const auto& table : dynamic_cast<const PolicyProgram&>(policy).tables)
        if (const auto engine = table->regexEngine()) return engine->name();
    return "";
}

auto soon() {
    return std::chrono::steady_clock::now() + 120s;
}

}  // namespace

TEST_CASE("a set that compiles long serves by its atoms until the full engine replaces it") {
    std::promise<void> mayCompile;
    std::shared_future<void> gate = mayCompile.get_future().share();
    EngineBuilder engines([gate](const RegexPatterns& patterns) {
        gate.wait();
        return databaseEngine(patterns);
    });
    const auto start = std::chrono::steady_clock::now();
    const auto policy = compilePolicy(manyRules(300), 1, engines, 50ms);
    REQUIRE(policy);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
    CHECK(engineOf(**policy) == "atoms");
    const Evaluation before = run(**policy, sampleMail());
    CHECK_FALSE(before.outcomes.front().matchedRules.empty());
    mayCompile.set_value();
    REQUIRE(engines.waitIdle(soon()));
    CHECK(engineOf(**policy) == "database");
    CHECK(run(**policy, sampleMail()).outcomes == before.outcomes);
}

TEST_CASE("a revision that keeps its expressions compiles nothing again") {
    std::atomic<int> compiles{0};
    EngineBuilder engines([&](const RegexPatterns& patterns) {
        ++compiles;
        return databaseEngine(patterns);
    });
    Json document = manyRules(50);
    const auto first = compilePolicy(document, 1, engines, 20s);
    CHECK(compiles == 1);
    document["rules"][0]["stop"] = true;
    const auto second = compilePolicy(document, 2, engines, 20s);
    CHECK(compiles == 1);
    CHECK(engineOf(**second) == "database");
    document["rules"][1]["when"]["body"]["regex"] = "something else";
    const auto third = compilePolicy(document, 3, engines, 20s);
    CHECK(compiles == 2);
}

TEST_CASE("a set whose policy is gone is not compiled") {
    std::promise<void> mayCompile;
    std::shared_future<void> gate = mayCompile.get_future().share();
    std::atomic<int> compiles{0};
    EngineBuilder engines([&, gate](const RegexPatterns& patterns) {
        ++compiles;
        gate.wait();
        return databaseEngine(patterns);
    });
    const auto kept = compilePolicy(manyRules(3), 1, engines, 0ms);
    { const auto gone = compilePolicy(manyRules(6), 2, engines, 0ms); }
    mayCompile.set_value();
    REQUIRE(engines.waitIdle(soon()));
    CHECK(compiles <= 1);
}

TEST_CASE("a policy whose full engine cannot be built goes on by its atoms") {
    EngineBuilder engines(
        [](const RegexPatterns&) -> std::unique_ptr<RegexEngine> { throw std::bad_alloc(); });
    const auto policy = compilePolicy(manyRules(30), 1, engines, 10ms);
    REQUIRE(engines.waitIdle(soon()));
    CHECK(engineOf(**policy) == "atoms");
    CHECK_FALSE(run(**policy, sampleMail()).outcomes.front().matchedRules.empty());
}

TEST_CASE("many threads evaluate while the engine is replaced, and all get the same") {
    std::promise<void> mayCompile;
    std::shared_future<void> gate = mayCompile.get_future().share();
    EngineBuilder engines([gate](const RegexPatterns& patterns) {
        gate.wait();
        return databaseEngine(patterns);
    });
    Json document = manyRules(100);
    for (std::size_t i = 0; i < 100; ++i) {
        const Json phrases = {"please make", "zzz" + std::to_string(i)};
        document["rules"][i]["when"]["any"] = {{{"body", {{"contains", phrases}}}},
                                               {{"recipient", {{"matches", "b*b@ex*"}}}}};
    }
    const auto policy = compilePolicy(document, 1, engines, 0ms);
    REQUIRE(policy);
    const std::vector<Outcome> expected = run(**policy, sampleMail()).outcomes;
    std::atomic<int> different{0};
    std::atomic<int> done{0};
    std::atomic<bool> replaced{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            const Mail mail = sampleMail();
            for (int after = 0; after < 20; after += replaced) {
                if (run(**policy, mail).outcomes != expected) ++different;
                ++done;
            }
        });
    const auto deadline = soon();
    while (done < 40 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    mayCompile.set_value();
    CHECK(engines.waitIdle(deadline));
    replaced = true;
    for (std::thread& one : threads) one.join();
    CHECK(different == 0);
    CHECK(engineOf(**policy) == "database");
}

TEST_CASE("problems of a policy that does not parse come back from the compiler") {
    const auto policy = compilePolicy(withCondition(R"re({"body":{"regex":"(?=a)"}})re"), 1);
    REQUIRE_FALSE(policy);
    CHECK(policy.error().front().where == "/rules/0/when/body/regex");
}
