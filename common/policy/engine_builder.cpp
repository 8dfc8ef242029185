#include "common/policy/engine_builder.h"

#include <malloc.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/log.h"

namespace weir {
namespace {

std::string digestOf(const RegexPatterns& patterns) {
    Sha256 digest;
    digest.add(patterns.caseless ? "caseless" : "cased");
    for (const std::string& one : patterns.texts) {
        digest.add(std::to_string(one.size()) + ":");  // so that no two sets read alike
        digest.add(one);
    }
    return digest.hex();
}

}  // namespace

EngineBuilder::EngineBuilder(Compile full)
    : full_(std::move(full)), worker_("policy-engines", [this] { return turn(); }) {}

EngineBuilder::~EngineBuilder() {
    {
        std::lock_guard lock(mutex_);
        waiting_.clear();
    }
    worker_.stop();
}

std::shared_ptr<const RegexSet> EngineBuilder::build(RegexPatterns patterns, Deadline deadline) {
    auto set = std::make_shared<RegexSet>(std::move(patterns));
    const std::string digest = digestOf(set->patterns());
    {
        std::unique_lock lock(mutex_);
        if (auto engine = kept(digest)) {
            set->use(std::move(engine));
            return set;
        }
        waiting_.push_back({digest, set});
    }
    worker_.wake();
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [&] { return set->engine() != nullptr; });
    if (set->engine()) return set;
    lock.unlock();
    std::shared_ptr<const RegexEngine> interim = atomEngine(set->patterns());
    lock.lock();
    if (!set->engine()) set->use(std::move(interim));
    return set;
}

bool EngineBuilder::waitIdle(Deadline deadline) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [&] { return waiting_.empty() && !compiling_; });
}

std::chrono::milliseconds EngineBuilder::turn() {
    using namespace std::chrono_literals;
    std::shared_ptr<RegexSet> set;
    std::string digest;
    std::shared_ptr<const RegexEngine> engine;
    {
        std::lock_guard lock(mutex_);
        if (waiting_.empty()) return 1h;
        set = waiting_.front().set.lock();
        digest = waiting_.front().digest;
        waiting_.pop_front();
        compiling_ = true;
        engine = kept(digest);  // the same set may have been asked for twice
    }
    const Stopwatch watch;
    const bool known = engine != nullptr;
    try {
        if (set && !engine) engine = full_(set->patterns());
        if (!known) ::malloc_trim(0);  // libhs compiles in many times the memory that it keeps
    } catch (const std::exception& error) {
        // The set goes on with the engine it has, or with the one build() is about to give it.
        logError("policy.engine.failed", {{"patterns", set->size()}, {"error", error.what()}});
    }
    std::lock_guard lock(mutex_);
    compiling_ = false;
    if (engine) {
        set->use(engine);
        keep(digest, engine);
        if (!known && watch.millis() > 1000)
            logInfo("policy.engine.ready", {{"patterns", set->size()}, {"ms", watch.millis()}});
    }
    changed_.notify_all();
    return 0ms;
}

std::shared_ptr<const RegexEngine> EngineBuilder::kept(const std::string& digest) {
    for (auto one = kept_.begin(); one != kept_.end(); ++one) {
        if (one->first != digest) continue;
        kept_.splice(kept_.begin(), kept_, one);
        return one->second;
    }
    return nullptr;
}

void EngineBuilder::keep(const std::string& digest, std::shared_ptr<const RegexEngine> engine) {
    if (kept(digest)) return;
    kept_.emplace_front(digest, std::move(engine));
    if (kept_.size() > kKeptEngines) kept_.pop_back();
}

}  // namespace weir
