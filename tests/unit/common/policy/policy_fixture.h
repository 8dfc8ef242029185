// A sample mail and short ways to run a policy over it.
#pragma once

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include <map>

#include "common/policy/policy_evaluator.h"

namespace weir::test {

// Facts from outside as a test wants them.
class TableSource final : public FactSource {
  public:
    // By "field", "field:argument" or "field@recipient". What is not there has no value.
    std::map<std::string, FactAnswer> answers;
    std::map<std::string, GreylistWait> waits;  // by recipient
    std::map<std::string, RateAnswer> rates;    // by name
    std::vector<std::string> asked;             // in order
    std::vector<FactGroups> expected;

    void expect(const FactGroups& groups) override { expected.push_back(groups); }
    FactAnswer values(const FieldSpec& field, const std::string& argument, const std::string& recipient,
                      MailContent& content) override;
    GreylistWait greylist(const std::string& recipient) override { return waits[recipient]; }
    RateAnswer rate(const std::string& name, const std::string&) override { return rates[name]; }

    void text(const std::string& field, const std::string& value);
    void flag(const std::string& field, bool value);
    void fails(const std::string& field, const std::string& why, FailureChoice choice);
};

struct Mail {
    Envelope envelope;
    std::string bytes;
    FactSource* source = nullptr;  // nullptr: as on the master
    TimePoint time = now();
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
