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
#include "common/policy/policy_sections.h"

namespace weir {

// Immutable and shared by all threads: the scanner databases, the hash tables, the rules.
class CompiledPolicy {
  public:
    virtual ~CompiledPolicy() = default;
    virtual Revision revision() const = 0;
    virtual const std::string& digest() const = 0;
    virtual const PolicySections& sections() const = 0;
    // What enabled rules look at in mail of this direction.
    virtual const FactGroups& asked(Direction direction) const = 0;
    virtual std::size_t ruleCount() const = 0;
};
using CompiledPolicyPtr = std::shared_ptr<const CompiledPolicy>;

// Problems of parsing. Levels and rules for named nodes are left out: give it what effectivePolicy() made.
// Sets of expressions that take long to compile do not hold it up: see policy_compiler.h. Thread-safe.
tl::expected<CompiledPolicyPtr, PolicyProblems> compilePolicy(const Json& effectiveDocument,
                                                              Revision revision);

struct Evaluation {
    std::vector<Outcome> outcomes;  // one a recipient, in the envelope's order
};

// Pure but for the facts it asks. Thread-safe on one policy; each thread brings its own Facts. Where a fact
// could not be computed and its section says tempfail or quarantine, every recipient whose rules asked for it
// gets that verdict with the reason. `trace` (may be nullptr) receives, for each recipient, each rule, each
// condition: matched or not, and the value that matched (bounded).
Evaluation evaluate(const CompiledPolicy& policy, Facts& facts, Json* trace = nullptr);

}  // namespace weir
