// A policy as the evaluator runs it: made once by the compiler, immutable, shared by all threads. Nothing
// outside common/policy looks inside.
#pragma once

#include <map>
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
    FactGroup group = FactGroup::kMessage;  // kTest
    bool changes = false;  // looks at the recipient, at what rules before made, or at what they may skip
};

struct ProgramRule {
    std::string id;
    std::string name;
    bool enabled = true;
    bool stop = false;
    std::optional<Direction> direction;
    std::optional<std::uint32_t> condition;  // node; absent: always
    std::vector<Action> actions;
};

// What a run looks at for every rule, packed: the rest is needed only for those that match.
struct RuleStep {
    static constexpr std::uint32_t kAlways = UINT32_MAX;
    std::uint32_t rule = 0;
    std::uint32_t condition = kAlways;  // node
    bool changes = false;               // its condition, from one recipient to the next
    bool inbound = true, outbound = true;
};

class PolicyProgram final : public CompiledPolicy {
  public:
    Revision revision() const override { return revision_; }
    const std::string& digest() const override { return digest_; }
    const PolicySections& sections() const override { return sections_; }
    const FactGroups& asked(Direction direction) const override {
        return direction == Direction::kOutbound ? askedOutbound : askedInbound;
    }
    std::size_t ruleCount() const override { return rules.size(); }

    std::vector<ProgramRule> rules;
    std::vector<RuleStep> steps;  // the enabled rules, in order
    std::vector<ConditionNode> nodes;
    std::vector<std::uint32_t> children;
    std::vector<std::unique_ptr<FieldTable>> tables;
    std::vector<std::uint32_t> tableOf;          // by predicate
    std::vector<std::string> predicateText;      // by predicate: "attachment.name matches @risky-files"
    std::vector<bool> heldByAbsence;             // by predicate: it holds where the field has no value
    std::vector<std::uint32_t> recipientTables;  // that enabled rules look at, known from the recipient alone
    std::vector<std::uint32_t> dearRecipientTables;  // for which somebody must be asked about each recipient
    // Ranges of scores that rules ask for, by predicate: known only while the rules run.
    std::map<PredicateId, std::pair<std::uint64_t, std::uint64_t>> scoreRanges;
    FactGroups askedInbound, askedOutbound;  // by enabled rules
    bool wantsOwners = false;                // some rule strips the attachments that matched
    bool eachRecipient = false;              // recipients alike may still get different things
    PolicySections sections_;

    Revision revision_ = 0;
    std::string digest_;
};

}  // namespace weir
