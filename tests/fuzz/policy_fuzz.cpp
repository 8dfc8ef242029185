// Any bytes as a policy: refused with problems, or a policy that compiles, merges and judges a mail.
#include <nlohmann/json.hpp>

#include "common/base/json.h"
#include "common/policy/policy.h"
#include "common/policy/policy_evaluator.h"
#include "tests/fuzz/fuzz_target.h"

using namespace weir;
using weir::test::mustHold;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto document = parseJson(test::inputOf(data, size));
    if (!document) {
        mustHold(!document.error().text().empty(), "a problem has words");
        return 0;
    }
    const auto policy = parsePolicy(*document);
    if (!policy) {
        mustHold(!policy.error().empty(), "a refused policy has problems");
        return 0;
    }
    policyWarnings(**policy);
    const auto effective = effectivePolicy(*document, "mx1", {"front"});
    mustHold(parsePolicy(effective).has_value(), "what a node gets is a policy too");
    const auto compiled = compilePolicy(effective, 1);
    if (!compiled) return 0;  // what only an engine can say
    Envelope envelope;
    envelope.sender = "a@example.org";
    envelope.recipients = {"b@example.net", "c@example.com"};
    const Message message("Subject: offer\r\nContent-Type: text/html\r\n\r\n<p>A free <b>offer</b></p>\r\n");
    DirectReader reader;
    Facts facts(envelope, message, reader);
    Json trace;
    mustHold(evaluate(**compiled, facts, &trace).outcomes.size() == 2, "an outcome for each recipient");
    return 0;
}
