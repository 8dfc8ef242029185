// A policy document → the checked tree. parsePolicy() itself is declared in policy.h.
#pragma once

#include <map>
#include <string>

#include "common/policy/condition_parser.h"
#include "common/policy/policy_problems.h"
#include "common/policy/rule.h"
#include "common/policy/section_parser.h"

namespace weir {

struct PolicyLimits {
    static constexpr std::size_t kRules = 20'000;       // of all levels together
    static constexpr std::size_t kEntries = 1'000'000;  // of all lists and literal arrays together
    static constexpr std::size_t kNesting = 20;         // conditions inside conditions
    static constexpr std::size_t kActions = 50;         // of one rule
    static constexpr std::size_t kValueBytes = 900;     // of a header value that a rule writes
    static constexpr std::size_t kTagBytes = 100;       // of a subject tag
    static constexpr std::size_t kNameBytes = 200;      // of a rule's name
    static constexpr std::size_t kNamed = 1'000;        // entries of one named section
};

// The queue that on_failure = quarantine holds mail in.
inline constexpr const char* kUnscannedQueue = "unscanned";
// The queue for those who reject a mail that others get (slave/filter/splitter.h).
inline constexpr const char* kRejectedQueue = "rejected";

class PolicyParser {
  public:
    tl::expected<PolicyPtr, PolicyProblems> parse(const Json& document);

  private:
    using Lists = std::map<std::string, PolicyList>;

    Lists lists(const Json* object, const std::string& where);
    void list(const std::string& name, const Json& value, const std::string& where, Lists& lists);
    // What the rules of one level may refer to: `own` are the lists of that level, empty for the cluster.
    struct Scope {
        const Lists& own;
        const PolicySections& sections;
    };
    std::vector<Rule> rules(const Json* array, const std::string& where, const Scope& scope);
    std::optional<Rule> rule(const Json& value, const std::string& where, const Scope& scope);
    void ruleNodes(const Json& array, const std::string& where, Rule& rule);
    std::vector<Action> actions(const Json* array, const std::string& where, const PolicySections& sections);
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
