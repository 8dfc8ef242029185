// Compiled policy × facts of one mail → an outcome for each recipient, and a trace when asked for.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/mail/verdict.h"
#include "common/policy/facts.h"
#include "common/policy/policy.h"

namespace weir {

// What to do when a fact cannot be computed.
enum class OnFailure { kTempfail, kSkip, kQuarantine };

struct AntivirusSection {
    bool enabled = false;
    std::string address = "inet:127.0.0.1:3310";  // inet:HOST:PORT or unix:PATH
    OnFailure onFailure = OnFailure::kTempfail;
    int timeoutMillis = 10'000;
    std::uint64_t maxBytes = 25u << 20;
};
struct RetentionSection {
    int quarantineDays = 30;
    std::uint64_t quarantineBytes = 10ull << 30;  // disk budget of one node
};
struct ReportSection {
    int days = 14;                                // budget of the report queue of one node
    std::uint64_t bytes = 2ull << 30;
};

// Immutable and shared by all threads: the scanner databases, the hash tables, the rules.
class CompiledPolicy {
  public:
    virtual ~CompiledPolicy() = default;
    virtual Revision revision() const = 0;
    virtual const std::string& digest() const = 0;
    virtual const AntivirusSection& antivirus() const = 0;
    virtual const RetentionSection& retention() const = 0;
    virtual const ReportSection& report() const = 0;
    virtual bool asksVirus() const = 0;      // some enabled rule looks at a virus fact
    virtual bool asksRealType() const = 0;
    virtual std::size_t ruleCount() const = 0;
};
using CompiledPolicyPtr = std::shared_ptr<const CompiledPolicy>;

// Problems of parsing, or of what this node's engine cannot hold. May take long for many patterns: see
// policy_compiler.h for how a publish still acts within a second. Thread-safe.
tl::expected<CompiledPolicyPtr, PolicyProblems> compilePolicy(const Json& effectiveDocument, Revision revision);

struct Evaluation {
    std::vector<Outcome> outcomes;  // one a recipient, in the envelope's order
};

// Pure but for the facts it asks. Thread-safe on one policy; each thread brings its own Facts. Where a fact
// could not be computed and its section says tempfail or quarantine, every recipient whose rules asked for it
// gets that verdict with the reason. `trace` (may be nullptr) receives, for each recipient, each rule, each
// condition: matched or not, and the value that matched (bounded).
Evaluation evaluate(const CompiledPolicy& policy, Facts& facts, Json* trace = nullptr);

}  // namespace weir
