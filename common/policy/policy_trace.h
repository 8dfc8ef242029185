// Why each recipient got its outcome, as JSON for "test with a mail".
//
// {"recipients": [{"recipient", "verdict", "rule", "score", "remarks": ["…"], "rules": [{"rule", "name",
// "matched": true|false|null,
//    "skipped"?: why it was not evaluated, "condition"?: C, "actions"?: …}]} | {"recipient", "same_as"}],
//  "notes": ["…"]}
// C is {"all"|"any": [C…], "matched"} | {"not": C, "matched"} | {"test": "subject contains \"x\"", "matched",
//    "value"?, "entry"?, "unknown"?: why}. value is what was found in the mail, entry what of the operand it
//    fits; both at most 200 bytes. matched null: unknown, or not needed and too costly to find out.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/base/json.h"
#include "common/mail/verdict.h"
#include "common/policy/rule_run.h"

namespace weir {

class PolicyTrace {
  public:
    explicit PolicyTrace(const PolicyProgram& program);
    ~PolicyTrace();
    PolicyTrace(const PolicyTrace&) = delete;
    PolicyTrace& operator=(const PolicyTrace&) = delete;

    // Of the recipient last set in the run, after its outcome.
    void add(const std::string& recipient, RuleRun& run, const Outcome& outcome);
    void addAlike(const std::string& recipient, const std::string& first);
    Json take(RuleRun& run);

  private:
    Json condition(std::uint32_t node, RuleRun& run) const;
    Json group(const ConditionNode& node, RuleRun& run) const;

    const PolicyProgram& program_;
    std::unique_ptr<Json> recipients_;
};

}  // namespace weir
