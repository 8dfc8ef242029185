// Builds the scan engines of regular expression sets so that a policy is ready within a moment.
//
// build() waits a little for the full engine; where that takes longer, the set starts with the engine that is
// ready at once and gets the full one when the background thread has it. Full engines are kept by the digest
// of their patterns, so a revision that does not change a set compiles nothing. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "common/base/snapshot.h"
#include "common/base/worker.h"
#include "common/policy/regex_engine.h"

namespace weir {

// The expressions of one field, and the engine that searches for them now.
class RegexSet {
  public:
    explicit RegexSet(RegexPatterns patterns) : patterns_(std::move(patterns)) {}

    const RegexPatterns& patterns() const { return patterns_; }
    std::size_t size() const { return patterns_.texts.size(); }
    void scan(std::string_view text, HitSink& sink) const { engine_.get()->scan(text, sink); }
    std::shared_ptr<const RegexEngine> engine() const { return engine_.get(); }
    void use(std::shared_ptr<const RegexEngine> engine) { engine_.set(std::move(engine)); }

  private:
    const RegexPatterns patterns_;
    Snapshot<RegexEngine> engine_;
};

class EngineBuilder {
  public:
    using Deadline = std::chrono::steady_clock::time_point;
    using Compile = std::function<std::unique_ptr<RegexEngine>(const RegexPatterns&)>;

    static constexpr std::size_t kKeptEngines = 32;

    // `full` makes the engine that may take long; tests give their own.
    explicit EngineBuilder(Compile full = databaseEngine);
    ~EngineBuilder();  // waits for the compile that runs; those that wait are dropped
    EngineBuilder(const EngineBuilder&) = delete;
    EngineBuilder& operator=(const EngineBuilder&) = delete;

    // A set that can scan. Waits for the full engine until `deadline`.
    std::shared_ptr<const RegexSet> build(RegexPatterns patterns, Deadline deadline);

    // True when nothing waits or compiles any more.
    bool waitIdle(Deadline deadline);

  private:
    struct Job {
        std::string digest;
        std::weak_ptr<RegexSet> set;  // gone: nobody wants it any more
    };
    std::chrono::milliseconds turn();
    std::shared_ptr<const RegexEngine> kept(const std::string& digest);  // mutex_ held
    void keep(const std::string& digest, std::shared_ptr<const RegexEngine> engine);

    const Compile full_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> waiting_;
    bool compiling_ = false;
    std::list<std::pair<std::string, std::shared_ptr<const RegexEngine>>> kept_;  // last used in front
    Worker worker_;  // last: it uses all of the above
};

}  // namespace weir
