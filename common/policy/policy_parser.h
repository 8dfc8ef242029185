// A policy document → the checked tree. parsePolicy() itself is declared in policy.h.
#pragma once

#include <map>
#include <string>

#include "common/policy/condition_parser.h"
#include "common/policy/policy_problems.h"
#include "common/policy/rule.h"

namespace weir {

struct PolicyLimits {
    static constexpr std::size_t kRules = 20'000;       // of all levels together
    static constexpr std::size_t kEntries = 1'000'000;  // of all lists and literal arrays together
    static constexpr std::size_t kNesting = 20;         // conditions inside conditions
    static constexpr std::size_t kActions = 50;         // of one rule
    static constexpr std::size_t kValueBytes = 900;     // of a header value that a rule writes
    static constexpr std::size_t kTagBytes = 100;       // of a subject tag
    static constexpr std::size_t kNameBytes = 200;      // of a rule's name
};

// The queue that the antivirus section's on_failure = quarantine holds mail in.
inline constexpr const char* kUnscannedQueue = "unscanned";

class PolicyParser {
  public:
    tl::expected<PolicyPtr, PolicyProblems> parse(const Json& document);

  private:
    using Lists = std::map<std::string, PolicyList>;

    Lists lists(const Json* object, const std::string& where);
    void list(const std::string& name, const Json& value, const std::string& where, Lists& lists);
    // `own` are the lists of the level the rules stand in, empty for the cluster.
    std::vector<Rule> rules(const Json* array, const std::string& where, const Lists& own);
    std::optional<Rule> rule(const Json& value, const std::string& where, const Lists& own);
    void ruleNodes(const Json& array, const std::string& where, Rule& rule);
    std::vector<Action> actions(const Json* array, const std::string& where);
    void sections(const Json* object, const std::string& where, PolicySections& sections);
    void setting(const SettingSpec& spec, const Json& value, const std::string& where,
                 PolicySections& sections);
    void levels(const Json* object, const std::string& where);
    void level(const std::string& name, const Json& value, const std::string& where);
    bool countEntries(std::size_t more);

    ProblemList problems_;
    ParsedPolicy policy_;
    std::size_t rulesSeen_ = 0;
    std::size_t entriesSeen_ = 0;
};

// "group:NAME" or "node:NAME".
bool isLevelName(std::string_view name);

}  // namespace weir
