#include "common/policy/policy_compiler.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "common/policy/match_text.h"
#include "common/policy/policy_program.h"
#include "common/policy/time_frame.h"

namespace weir {
namespace {

// "sender in [a@x, @b, …]", for people.
std::string shownOperand(const Test& test) {
    constexpr std::size_t kShown = 5;
    if (!test.list.empty()) return "@" + test.list;
    const FieldKind kind = fieldSpec(test.field).kind;
    if (test.op == Operator::kExists || kind == FieldKind::kFlag) return test.flag ? "true" : "false";
    if (test.op == Operator::kWithin) return toText(test.frame);
    if (kind == FieldKind::kNumber || kind == FieldKind::kSize || kind == FieldKind::kScore) {
        const auto shown = [&](std::uint64_t n) {
            return kind == FieldKind::kScore ? scoreText(static_cast<Score>(n - kScoreZero))
                                             : std::to_string(n);
        };
        if (test.op == Operator::kLess) return shown(test.high + 1);
        if (test.op == Operator::kGreater) return shown(test.low - 1);
        if (test.op == Operator::kIs) return shown(test.low);
        return shown(test.low) + " and " + shown(test.high);
    }
    if (test.entries.size() == 1) return "\"" + boundedText(test.entries.front(), 100) + "\"";
    std::string shown;
    for (std::size_t i = 0; i < std::min(kShown, test.entries.size()); ++i)
        shown += (i == 0 ? "[\"" : "\", \"") + boundedText(test.entries[i], 50);
    return shown + (test.entries.size() > kShown ? "\", …]" : "\"]");
}

std::string shownTest(const Test& test) {
    const std::string argument = test.argument.empty() ? "" : ":" + test.argument;
    const std::string count = test.op != Operator::kCount ? ""
                              : test.high == UINT64_MAX
                                  ? std::to_string(test.low) + " of "
                                  : std::to_string(test.low) + " to " + std::to_string(test.high) + " of ";
    return std::string(fieldSpec(test.field).name) + argument + " " + toString(test.op) + " " + count +
           shownOperand(test);
}

// Equal for tests that are the same comparison.
std::string keyOf(const Test& test) {
    std::string key = std::to_string(static_cast<int>(test.field)) + ' ' + test.argument + ' ' +
                      std::to_string(static_cast<int>(test.op)) + ' ' + test.list + ' ' +
                      std::to_string(test.low) + ' ' + std::to_string(test.high) + (test.flag ? " +" : " -") +
                      (test.op == Operator::kWithin ? toText(test.frame) : "");
    for (const std::string& one : test.entries) key += std::to_string(one.size()) + ':' + one;
    return key;
}

// An action that may give two recipients different things though the same conditions hold for both.
bool looksAtRecipient(const Action& action) {
    switch (action.kind) {
        case ActionKind::kGreylist:
        case ActionKind::kRateLimit:
        case ActionKind::kNotify:
        case ActionKind::kDisclaimer:
        case ActionKind::kStrip:
            return true;
        default:
            return action.text.find("${") != std::string::npos;
    }
}

class Compiler {
  public:
    explicit Compiler(const ParsedPolicy& policy)
        : policy_(policy), program_(std::make_shared<PolicyProgram>()) {}

    std::shared_ptr<PolicyProgram> compile(EngineBuilder& engines, EngineBuilder::Deadline deadline) {
        program_->sections_ = policy_.sections;
        findSkips();
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
        rule.actions = from.actions;
        if (!from.enabled) return;  // a rule that is off costs nothing
        for (const Action& one : rule.actions) {
            program_->eachRecipient = program_->eachRecipient || looksAtRecipient(one);
            program_->wantsOwners = program_->wantsOwners || (one.kind == ActionKind::kStrip && !one.all);
            if (one.kind == ActionKind::kGreylist || one.kind == ActionKind::kRateLimit)
                ask(FactGroup::kRates, from);
        }
        RuleStep step;
        step.rule = static_cast<std::uint32_t>(program_->rules.size() - 1);
        step.inbound = from.direction != Direction::kOutbound;
        step.outbound = from.direction != Direction::kInbound;
        current_ = &from;
        if (from.when) {
            rule.condition = step.condition = node(*from.when);
            step.changes = program_->nodes[step.condition].changes;
        }
        program_->steps.push_back(step);
    }

    void ask(FactGroup group, const Rule& rule) {
        if (rule.direction != Direction::kOutbound)
            program_->askedInbound.set(static_cast<std::size_t>(group));
        if (rule.direction != Direction::kInbound)
            program_->askedOutbound.set(static_cast<std::size_t>(group));
    }

    // Groups that some rule may skip: conditions about them are not the same for all recipients.
    void findSkips() {
        for (const Rule& rule : policy_.rules)
            for (const Action& action : rule.actions)
                for (FactGroup one : action.groups)
                    if (rule.enabled) skips_.set(static_cast<std::size_t>(one));
    }

    std::uint32_t node(const Condition& from) {
        ConditionNode made;
        made.kind = from.kind;
        if (from.kind == Condition::Kind::kTest) {
            made.predicate = predicate(from.test);
            const FieldSpec& spec = fieldSpec(from.test.field);
            made.cost = spec.cost;
            made.group = spec.group;
            made.changes = spec.perRecipient || skips_.test(static_cast<std::size_t>(spec.group));
            ask(spec.group, *current_);
        }
        std::vector<std::uint32_t> inside;
        for (const Condition& child : from.children) {
            inside.push_back(node(child));
            const ConditionNode& one = program_->nodes[inside.back()];
            made.cost = std::max(made.cost, one.cost);
            made.changes = made.changes || one.changes;
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
        const bool absence = test.op == Operator::kExists || fieldSpec(test.field).kind == FieldKind::kFlag;
        program_->heldByAbsence.push_back(absence && !test.flag);
        if (test.field == Field::kScore) program_->scoreRanges[id] = {test.low, test.high};
        return id;
    }

    std::uint32_t tableFor(const Test& test) {
        const auto [known, added] = tables_.try_emplace({test.field, test.argument},
                                                        static_cast<std::uint32_t>(program_->tables.size()));
        if (!added) return known->second;
        const FieldSpec& spec = fieldSpec(test.field);
        program_->tables.push_back(std::make_unique<FieldTable>(spec, test.argument));
        if (spec.perRecipient && spec.group == FactGroup::kMessage)
            program_->recipientTables.push_back(known->second);
        if (spec.perRecipient && spec.group != FactGroup::kMessage && spec.group != FactGroup::kRun) {
            program_->dearRecipientTables.push_back(known->second);
            program_->eachRecipient = true;
        }
        return known->second;
    }

    const ParsedPolicy& policy_;
    std::shared_ptr<PolicyProgram> program_;
    std::map<std::string, PredicateId> predicates_;
    std::map<std::pair<Field, std::string>, std::uint32_t> tables_;
    FactGroups skips_;
    const Rule* current_ = nullptr;
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
