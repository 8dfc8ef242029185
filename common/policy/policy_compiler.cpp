#include "common/policy/policy_compiler.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "common/policy/match_text.h"
#include "common/policy/policy_program.h"

namespace weir {
namespace {

// "sender in [a@x, @b, …]", for people.
std::string shownOperand(const Test& test) {
    constexpr std::size_t kShown = 5;
    if (!test.list.empty()) return "@" + test.list;
    const FieldKind kind = fieldSpec(test.field).kind;
    if (test.op == Operator::kExists || kind == FieldKind::kFlag) return test.flag ? "true" : "false";
    if (kind == FieldKind::kNumber || kind == FieldKind::kSize) {
        if (test.op == Operator::kLess) return std::to_string(test.high + 1);
        if (test.op == Operator::kGreater) return std::to_string(test.low - 1);
        if (test.op == Operator::kIs) return std::to_string(test.low);
        return std::to_string(test.low) + " and " + std::to_string(test.high);
    }
    if (test.entries.size() == 1) return "\"" + boundedText(test.entries.front(), 100) + "\"";
    std::string shown;
    for (std::size_t i = 0; i < std::min(kShown, test.entries.size()); ++i)
        shown += (i == 0 ? "[\"" : "\", \"") + boundedText(test.entries[i], 50);
    return shown + (test.entries.size() > kShown ? "\", …]" : "\"]");
}

std::string shownTest(const Test& test) {
    const std::string argument = test.argument.empty() ? "" : ":" + test.argument;
    return std::string(fieldSpec(test.field).name) + argument + " " + toString(test.op) + " " +
           shownOperand(test);
}

// Equal for tests that are the same comparison.
std::string keyOf(const Test& test) {
    std::string key = std::to_string(static_cast<int>(test.field)) + ' ' + test.argument + ' ' +
                      std::to_string(static_cast<int>(test.op)) + ' ' + test.list + ' ' +
                      std::to_string(test.low) + ' ' + std::to_string(test.high) + (test.flag ? " +" : " -");
    for (const std::string& one : test.entries) key += std::to_string(one.size()) + ':' + one;
    return key;
}

HeaderChange changeOf(const Action& action) {
    using Kind = HeaderChange::Kind;
    switch (action.kind) {
        case ActionKind::kAddHeader:
            return {Kind::kAdd, action.name, action.text};
        case ActionKind::kReplaceHeader:
            return {Kind::kReplace, action.name, action.text};
        case ActionKind::kRemoveHeader:
            return {Kind::kRemove, action.name, ""};
        default:
            return {Kind::kTagSubject, "Subject", action.text};
    }
}

std::optional<VerdictKind> verdictOf(ActionKind kind) {
    switch (kind) {
        case ActionKind::kDeliver:
            return VerdictKind::kDeliver;
        case ActionKind::kQuarantine:
            return VerdictKind::kQuarantine;
        case ActionKind::kReject:
            return VerdictKind::kReject;
        case ActionKind::kTempfail:
            return VerdictKind::kTempfail;
        case ActionKind::kDiscard:
            return VerdictKind::kDiscard;
        default:
            return std::nullopt;
    }
}

class Compiler {
  public:
    explicit Compiler(const ParsedPolicy& policy)
        : policy_(policy), program_(std::make_shared<PolicyProgram>()) {}

    std::shared_ptr<PolicyProgram> compile(EngineBuilder& engines, EngineBuilder::Deadline deadline) {
        program_->sections = policy_.sections;
        // Rules for named nodes belong to those nodes' effective policies, not to this one.
        for (const Rule& one : policy_.rules)
            if (one.nodes.empty()) rule(one);
        for (const auto& table : program_->tables) table->finish(engines, deadline);
        return program_;
    }

  private:
    void rule(const Rule& from) {
        ProgramRule& rule = program_->rules.emplace_back();
        rule.id = from.id;
        rule.name = from.name;
        rule.enabled = from.enabled;
        rule.stop = from.stop;
        rule.direction = from.direction;
        for (const Action& one : from.actions) action(one, rule);
        if (!from.enabled) return;  // a rule that is off costs nothing
        RuleStep step;
        step.rule = static_cast<std::uint32_t>(program_->rules.size() - 1);
        step.inbound = from.direction != Direction::kOutbound;
        step.outbound = from.direction != Direction::kInbound;
        if (from.when) {
            rule.condition = step.condition = node(*from.when);
            step.perRecipient = program_->nodes[step.condition].perRecipient;
        }
        program_->steps.push_back(step);
    }

    static void action(const Action& from, ProgramRule& rule) {
        if (from.kind == ActionKind::kKeep) return rule.copyQueues.push_back(from.queue);
        const auto kind = verdictOf(from.kind);
        if (!kind) return rule.changes.push_back(changeOf(from));
        if (rule.verdict && rule.verdict->kind >= *kind) return;
        const bool replies = *kind == VerdictKind::kReject || *kind == VerdictKind::kTempfail;
        rule.verdict = Verdict{*kind,
                               rule.id,
                               rule.name,
                               from.queue,
                               from.code,
                               replies ? from.status : "",
                               replies ? from.text : ""};
    }

    std::uint32_t node(const Condition& from) {
        ConditionNode made;
        made.kind = from.kind;
        if (from.kind == Condition::Kind::kTest) {
            made.predicate = predicate(from.test);
            const FieldSpec& spec = fieldSpec(from.test.field);
            made.cost = spec.cost;
            made.perRecipient = spec.perRecipient;
        }
        std::vector<std::uint32_t> inside;
        for (const Condition& child : from.children) {
            inside.push_back(node(child));
            const ConditionNode& one = program_->nodes[inside.back()];
            made.cost = std::max(made.cost, one.cost);
            made.perRecipient = made.perRecipient || one.perRecipient;
        }
        std::stable_sort(inside.begin(), inside.end(), [&](std::uint32_t a, std::uint32_t b) {
            return program_->nodes[a].cost < program_->nodes[b].cost;
        });
        made.first = static_cast<std::uint32_t>(program_->children.size());
        made.count = static_cast<std::uint32_t>(inside.size());
        program_->children.insert(program_->children.end(), inside.begin(), inside.end());
        program_->nodes.push_back(made);
        return static_cast<std::uint32_t>(program_->nodes.size() - 1);
    }

    PredicateId predicate(const Test& test) {
        const auto [known, added] =
            predicates_.try_emplace(keyOf(test), static_cast<PredicateId>(predicates_.size()));
        if (!added) return known->second;
        const PredicateId id = known->second;
        const std::uint32_t table = tableFor(test);
        const auto list = policy_.lists.find(test.list);
        program_->tables[table]->add(id, test,
                                     list == policy_.lists.end() ? test.entries : list->second.entries);
        program_->tableOf.push_back(table);
        program_->predicateText.push_back(shownTest(test));
        program_->asksRealType_ = program_->asksRealType_ || test.field == Field::kAttachmentRealType;
        if (fieldSpec(test.field).cost == FieldCost::kScanner)
            program_->asksVirus_ = policy_.sections.antivirus.enabled;
        return id;
    }

    std::uint32_t tableFor(const Test& test) {
        const auto [known, added] = tables_.try_emplace({test.field, test.argument},
                                                        static_cast<std::uint32_t>(program_->tables.size()));
        if (!added) return known->second;
        const FieldSpec& spec = fieldSpec(test.field);
        program_->tables.push_back(std::make_unique<FieldTable>(spec, test.argument));
        if (spec.perRecipient) program_->recipientTables.push_back(known->second);
        return known->second;
    }

    const ParsedPolicy& policy_;
    std::shared_ptr<PolicyProgram> program_;
    std::map<std::string, PredicateId> predicates_;
    std::map<std::pair<Field, std::string>, std::uint32_t> tables_;
};

}  // namespace

tl::expected<CompiledPolicyPtr, PolicyProblems> compilePolicy(const Json& effectiveDocument,
                                                              Revision revision, EngineBuilder& engines,
                                                              std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const auto parsed = parsePolicy(effectiveDocument);
    if (!parsed) return tl::unexpected<PolicyProblems>(parsed.error());
    const auto program = Compiler(**parsed).compile(engines, deadline);
    program->revision_ = revision;
    program->digest_ = policyDigest(effectiveDocument);
    return program;
}

tl::expected<CompiledPolicyPtr, PolicyProblems> compilePolicy(const Json& effectiveDocument,
                                                              Revision revision) {
    // One for the process, so that a revision finds the engines that the one before it built.
    static EngineBuilder engines;
    return compilePolicy(effectiveDocument, revision, engines, kEnginePatience);
}

}  // namespace weir
