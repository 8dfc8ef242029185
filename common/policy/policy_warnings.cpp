// What is allowed and yet probably not meant (declared in policy.h).
#include <set>

#include "common/policy/policy_problems.h"
#include "common/policy/rule.h"

namespace weir {
namespace {

class Warnings {
  public:
    explicit Warnings(const ParsedPolicy& policy) : policy_(policy) {}

    PolicyProblems all() {
        for (const Rule& one : policy_.rules) rule(one);
        for (const auto& [name, level] : policy_.levels) {
            for (const Rule& one : level.rules) rule(one);
            for (const auto& [list, ignored] : level.lists) lists_.insert(list);
        }
        unreachable();
        for (const auto& [name, list] : policy_.lists) {
            const std::string where = pointerTo("/lists", name);
            if (!lists_.contains(name)) warnings_.add(where, "no rule uses this list");
            if (list.entries.empty()) warnings_.add(where, "this list has no entries");
        }
        return warnings_.take();
    }

  private:
    void rule(const Rule& rule) {
        if (!rule.when) return;
        bool virus = false;
        condition(*rule.when, virus);
        if (virus && rule.enabled && !policy_.sections.antivirus.enabled)
            warnings_.add(rule.where,
                          "asks about viruses, but the antivirus section is not enabled: the condition "
                          "holds for no mail");
    }
    void condition(const Condition& one, bool& virus) {
        for (const Condition& child : one.children) condition(child, virus);
        if (one.kind != Condition::Kind::kTest) return;
        if (!one.test.list.empty()) lists_.insert(one.test.list);
        virus = virus || fieldSpec(one.test.field).cost == FieldCost::kScanner;
    }
    void unreachable() {
        const Rule* end = nullptr;
        for (const Rule& one : policy_.rules) {
            if (end != nullptr && one.enabled) {
                warnings_.add(one.where, "is never reached: the rule \"" + end->id + "\" stops every mail");
                return;
            }
            if (one.enabled && one.stop && !one.when && !one.direction && one.nodes.empty()) end = &one;
        }
    }

    const ParsedPolicy& policy_;
    std::set<std::string> lists_;  // used
    ProblemList warnings_;
};

}  // namespace

PolicyProblems policyWarnings(const ParsedPolicy& policy) {
    return Warnings(policy).all();
}

}  // namespace weir
