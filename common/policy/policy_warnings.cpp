// What is allowed and yet probably not meant (declared in policy.h).
#include <set>

#include "common/policy/facts.h"
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
        FactGroups asked;
        condition(*rule.when, asked);
        if (!rule.enabled) return;
        const PolicySections& sections = policy_.sections;
        const auto warn = [&](FactGroup group, bool enabled, const char* section) {
            if (asked.test(static_cast<std::size_t>(group)) && !enabled)
                warnings_.add(rule.where, std::string("asks about ") + toString(group) +
                                              ", but the section " + section +
                                              " is not enabled: the condition holds for no mail");
        };
        warn(FactGroup::kVirus, sections.antivirus.enabled || sections.icap.enabled, "antivirus or icap");
        warn(FactGroup::kRspamd, sections.rspamd.enabled, "rspamd");
        warn(FactGroup::kSpamd, sections.spamd.enabled, "spamd");
        warn(FactGroup::kDirectory, sections.directory.enabled, "directory");
        warn(FactGroup::kRecipientServers, !sections.recipientServers.empty(), "recipient-servers");
        warn(FactGroup::kLocation,
             !sections.location.countryFile.empty() || !sections.location.asnFile.empty(), "location");
    }
    void condition(const Condition& one, FactGroups& asked) {
        for (const Condition& child : one.children) condition(child, asked);
        if (one.kind != Condition::Kind::kTest) return;
        if (!one.test.list.empty()) lists_.insert(one.test.list);
        asked.set(static_cast<std::size_t>(fieldSpec(one.test.field).group));
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
