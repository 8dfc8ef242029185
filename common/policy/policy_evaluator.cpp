#include "common/policy/policy_evaluator.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "common/policy/policy_program.h"
#include "common/policy/policy_trace.h"
#include "common/policy/predicate_bits.h"
#include "common/policy/rule_run.h"

namespace weir {

Evaluation evaluate(const CompiledPolicy& policy, Facts& facts, Json* trace) {
    const auto* program = dynamic_cast<const PolicyProgram*>(&policy);
    if (program == nullptr) throw Error(ErrorCode::kInternal, "policy was not made by compilePolicy()");
    const std::vector<std::string>& recipients = facts.envelope().recipients;
    RuleRun run(*program, facts, trace != nullptr);
    PolicyTrace traced(*program);
    Evaluation evaluation;
    evaluation.outcomes.reserve(recipients.size());
    std::map<std::vector<PredicateId>, std::size_t> alike;  // what holds for a recipient → the first such one
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        const auto& hits = run.bits().setRecipient(recipients[i]);
        const auto [first, added] = alike.try_emplace(hits, i);
        const bool fresh = added || program->eachRecipient;
        if (fresh) {
            evaluation.outcomes.push_back(run.outcome());
        } else {
            evaluation.outcomes.push_back(Outcome(evaluation.outcomes[first->second]));
        }
        if (trace != nullptr)
            fresh ? traced.add(recipients[i], run, evaluation.outcomes.back())
                  : traced.addAlike(recipients[i], recipients[first->second]);
    }
    if (trace != nullptr) *trace = traced.take(run);
    return evaluation;
}

}  // namespace weir
