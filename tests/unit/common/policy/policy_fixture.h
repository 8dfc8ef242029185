// A sample mail and short ways to run a policy over it.
#pragma once

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "common/policy/policy_evaluator.h"

namespace weir::test {

struct Mail {
    Envelope envelope;
    std::string bytes;
    VirusScan scan;  // empty: no scanner
};

// inbound, from alice@mail.partner.example by TLS, to bob@example.com; subject "Quarterly Invoice
// Überweisung"; body "Please make the wire\ntransfer today."; attachments invoice.PDF.exe (a Windows program)
// and notes.txt.
Mail sampleMail();

inline Json json(const std::string& text) {
    return Json::parse(text);
}

// The compiled policy; the test fails with its problems when it has some.
CompiledPolicyPtr compiled(const Json& document);

Evaluation run(const CompiledPolicy& policy, const Mail& mail, Json* trace = nullptr);

// One rule with this condition: does it match the first recipient?
bool holds(const std::string& condition, const Mail& mail);
// The same on the sample mail.
bool holds(const std::string& condition);

// {"rules": [one rule with this condition]}, the action being quarantine in "held".
Json withCondition(const std::string& condition);
// {"rules": rules}
Json withRules(const std::string& rules);

// "where: what" of every problem, one a line; empty when the document is good.
std::string problemsOf(const Json& document);

}  // namespace weir::test
