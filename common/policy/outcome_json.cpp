#include "common/policy/outcome_json.h"

#include <nlohmann/json.hpp>

namespace weir {

Json outcomeJson(const std::string& recipient, const Outcome& outcome) {
    const Verdict& verdict = outcome.verdict;
    return {{"recipient", recipient},        {"verdict", toString(verdict.kind)},
            {"rule", verdict.rule},          {"reason", verdict.reason},
            {"queue", verdict.queue},        {"code", verdict.code},
            {"status", verdict.status},      {"text", verdict.text},
            {"rules", outcome.matchedRules}, {"changes", changeTexts(outcome)},
            {"copies", outcome.copyQueues},  {"score", static_cast<double>(outcome.score) / 1000}};
}

}  // namespace weir
