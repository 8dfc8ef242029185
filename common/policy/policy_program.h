// A policy as the evaluator runs it: made once by the compiler, immutable, shared by all threads. Nothing
// outside common/policy looks inside.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/policy/field_table.h"
#include "common/policy/policy_evaluator.h"
#include "common/policy/rule.h"

namespace weir {

// Conditions as a flat tree. kTest nodes name a predicate, the others their children.
struct ConditionNode {
    Condition::Kind kind = Condition::Kind::kTest;
    PredicateId predicate = 0;
    std::uint32_t first = 0, count = 0;  // children: indexes into PolicyProgram::children, cheapest first
    FieldCost cost = FieldCost::kEnvelope;
    bool perRecipient = false;
};

struct ProgramRule {
    std::string id;
    std::string name;
    bool enabled = true;
    bool stop = false;
    std::optional<Direction> direction;
    std::optional<std::uint32_t> condition;  // node; absent: always
    std::optional<Verdict> verdict;          // the most severe of its final actions
    std::vector<HeaderChange> changes;
    std::vector<std::string> copyQueues;
};

// What a run looks at for every rule, packed: the rest is needed only for those that match.
struct RuleStep {
    static constexpr std::uint32_t kAlways = UINT32_MAX;
    std::uint32_t rule = 0;
    std::uint32_t condition = kAlways;  // node
    bool perRecipient = false;
    bool inbound = true, outbound = true;
};

class PolicyProgram final : public CompiledPolicy {
  public:
    Revision revision() const override { return revision_; }
    const std::string& digest() const override { return digest_; }
    const AntivirusSection& antivirus() const override { return sections.antivirus; }
    const RetentionSection& retention() const override { return sections.retention; }
    const ReportSection& report() const override { return sections.report; }
    bool asksVirus() const override { return asksVirus_; }
    bool asksRealType() const override { return asksRealType_; }
    std::size_t ruleCount() const override { return rules.size(); }

    std::vector<ProgramRule> rules;
    std::vector<RuleStep> steps;  // the enabled rules, in order
    std::vector<ConditionNode> nodes;
    std::vector<std::uint32_t> children;
    std::vector<std::unique_ptr<FieldTable>> tables;
    std::vector<std::uint32_t> tableOf;          // by predicate
    std::vector<std::string> predicateText;      // by predicate: "attachment.name matches @risky-files"
    std::vector<std::uint32_t> recipientTables;  // that enabled rules look at
    PolicySections sections;

    Revision revision_ = 0;
    std::string digest_;
    bool asksVirus_ = false;
    bool asksRealType_ = false;
};

}  // namespace weir
