// Conditions of a rule: JSON → checked tree.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "common/policy/policy_problems.h"
#include "common/policy/rule.h"

namespace weir {

class ConditionParser {
  public:
    // nullptr when no list of that name can be seen from where the condition stands.
    using FindList = std::function<const PolicyList*(const std::string& name)>;
    // Counts entries of literal arrays against the document's limit; false once it is passed.
    using CountEntries = std::function<bool(std::size_t)>;

    // `sections`: what fields may refer to. All must outlive the parser.
    ConditionParser(FindList findList, const PolicySections& sections, CountEntries countEntries,
                    ProblemList& problems)
        : findList_(std::move(findList)),
          sections_(sections),
          countEntries_(std::move(countEntries)),
          problems_(problems) {}

    // Nothing when it has problems.
    std::optional<Condition> parse(const Json& node, const std::string& where) {
        return parse(node, where, 1);
    }

  private:
    std::optional<Condition> parse(const Json& node, const std::string& where, std::size_t depth);
    std::optional<Condition> member(const std::string& name, const Json& value, const std::string& where,
                                    std::size_t depth);
    std::optional<Condition> group(Condition::Kind kind, const Json& value, const std::string& where,
                                   std::size_t depth);
    std::optional<Condition> field(const std::string& name, const Json& value, const std::string& where);
    std::optional<Test> test(const FieldSpec& spec, const std::string& argument, const std::string& op,
                             const Json& operand, const std::string& where);
    bool entries(const FieldSpec& spec, Test& test, const Json& operand, const std::string& where);
    bool entry(const FieldSpec& spec, Test& test, const Json& value, const std::string& where);
    bool choice(const FieldSpec& spec, Test& test, const std::string& text, const std::string& where);
    bool count(Test& test, const Json& operand, const std::string& where);
    std::optional<std::string> argument(const FieldSpec& spec, const std::string& name,
                                        const std::string& where);
    bool range(const FieldSpec& spec, Test& test, const Json& operand, const std::string& where);
    std::optional<std::uint64_t> number(const FieldSpec& spec, const Json& value, const std::string& where);

    const FindList findList_;
    const PolicySections& sections_;
    const CountEntries countEntries_;
    ProblemList& problems_;
};

}  // namespace weir
