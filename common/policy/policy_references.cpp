// What a draft must not refer to though a node could run it (declared in policy.h).
#include "common/policy/policy_parser.h"

namespace weir {
namespace {

void checkQueues(const std::vector<Rule>& rules, const PolicySections& sections, ProblemList& problems) {
    for (const Rule& rule : rules)
        for (std::size_t i = 0; i < rule.actions.size(); ++i) {
            const Action& action = rule.actions[i];
            if (action.queue.empty() || action.queue == kUnscannedQueue || action.queue == kRejectedQueue ||
                sections.queues.contains(action.queue))
                continue;
            problems.add(pointerTo(pointerTo(rule.where, "then"), i),
                         "there is no queue \"" + action.queue + "\" in the section queues");
        }
}

}  // namespace

tl::expected<PolicyPtr, PolicyProblems> checkDraft(const Json& document) {
    auto parsed = parsePolicy(document);
    if (!parsed) return parsed;
    ProblemList problems;
    checkQueues((*parsed)->rules, (*parsed)->sections, problems);
    for (const auto& [name, level] : (*parsed)->levels) checkQueues(level.rules, level.sections, problems);
    if (!problems.empty()) return tl::unexpected<PolicyProblems>(problems.take());
    return parsed;
}

}  // namespace weir
