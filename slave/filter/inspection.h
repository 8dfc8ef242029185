// The rules of a policy run over one mail, with all that this node can find out about it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/mail/message.h"
#include "common/mail/verdict.h"
#include "common/policy/policy_evaluator.h"
#include "common/wire/event.h"
#include "slave/facts/outside_facts.h"
#include "slave/facts/services.h"

namespace weir {

struct Inspected {
    std::vector<Outcome> outcomes;  // one a recipient
    std::vector<std::string> viruses;
    std::vector<std::string> failures;     // who gave no answer, and why
    std::map<std::string, double> millis;  // "rules", and what was waited for each
    std::string
        authentication;  // the value of an Authentication-Results field; empty: nothing was authenticated
    std::optional<SenderAuthentication> sender;
    std::optional<DmarcSighting> dmarc;  // without a disposition
    std::vector<ReceivedReport> receivedReports;
};

// A mail whose parts took a parser process with them is remembered by the whole cluster, and its parts are
// not tried again: parser.failed holds for it. `trace` as in evaluate(). Throws Error only for a mistake of
// ours.
Inspected inspectMail(const Envelope& envelope, const Message& message, const CompiledPolicyPtr& policy,
                      Services& services, TimePoint time, OutsideFacts::Use use = OutsideFacts::Use::kMail,
                      Json* trace = nullptr);

}  // namespace weir
