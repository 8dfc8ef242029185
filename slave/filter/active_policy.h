// The policy this slave runs: one revision, whole, and the last good one kept on disk across restarts.
//
// Any thread may read; apply() calls are taken one after the other. A mail takes get() once and keeps what it
// got, so a mail is never judged by two revisions. FORMAT.md describes the file in the folder.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/json.h"
#include "common/base/snapshot.h"
#include "common/policy/policy.h"
#include "common/policy/policy_evaluator.h"

namespace weir {

class ActivePolicy {
  public:
    // `folder` (policy/ of the storage folder) is made when missing. Nothing is read before load().
    // A revision with more than `maxRules` rules is refused: this node's own limit.
    explicit ActivePolicy(std::filesystem::path folder, std::size_t maxRules = SIZE_MAX);

    // Serves the last good revision of an earlier life, paused when that one was. False when there is none,
    // or when it can no longer be run (logged with the reason): get() then stays nullptr until an apply()
    // succeeds. Call once, at start.
    bool load();

    // nullptr: this slave never had a revision, and must answer tempfail.
    CompiledPolicyPtr get() const { return policy_.get(); }

    // Compiles, stores as last good on stable storage, then serves. `effectiveDocument` is what the node is
    // to run, levels already merged. When it is refused (the problems) or cannot be stored (throws Error),
    // the old revision goes on serving and stays the last good one. May take seconds for many patterns.
    tl::expected<void, PolicyProblems> apply(const Json& effectiveDocument, Revision revision);

    // A paused node answers tempfail to new mail; what it has stored stays reachable. Kept across restarts;
    // when the disk cannot keep it, the log says so and it holds until the next restart.
    void setPaused(bool paused);
    bool paused() const { return paused_.load(); }

    // The cluster's secret that signs released copies; empty until known. slave/link keeps it in identity/
    // and sets it at start and whenever a sync answer brings another.
    void setReleaseKey(std::string key);
    std::string releaseKey() const;

  private:
    tl::expected<CompiledPolicyPtr, PolicyProblems> compile(const Json& document, Revision revision) const;

    const std::filesystem::path folder_;
    const std::size_t maxRules_;
    std::mutex applying_;
    Snapshot<CompiledPolicy> policy_;
    Snapshot<std::string> releaseKey_;
    std::atomic<bool> paused_{false};
};

}  // namespace weir
