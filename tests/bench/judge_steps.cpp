// Judges a fixed set of mails with a fixed set of rules and prints nothing but how many: for
// valgrind --tool=callgrind --collect-atstart=no --toggle-collect=judgeAll, whose counts do not depend on
// what else the machine does. instructions_test.py runs it.
//
//   judge_steps [RULES]     that many mixed rules; 0 without it
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "common/mail/message.h"
#include "common/policy/facts.h"
#include "common/policy/policy_compiler.h"
#include "tests/bench/bench_rules.h"
#include "tests/bench/mail_mixture.h"

using namespace weir;

// Not inlined and with a plain name, so that valgrind finds it.
extern "C" [[gnu::noinline]] std::size_t judgeAll(const CompiledPolicy& policy,
                                                  const std::vector<std::string>& mails) {
    Envelope envelope;
    envelope.clientAddress = "192.0.2.1";
    envelope.sender = "a@example.org";
    envelope.recipients = {"b@example.com"};
    std::size_t delivered = 0;
    for (const std::string& bytes : mails) {
        const Message message(bytes);
        DirectReader reader;
        Facts facts(envelope, message, reader);
        delivered += evaluate(policy, facts).outcomes.size();
    }
    return delivered;
}

int main(int argc, char** argv) {
    const std::size_t rules = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 0;
    EngineBuilder engines;
    const auto policy = compilePolicy(Json::parse(bench::mixedRules(rules).policy), 1, engines);
    if (!policy) {
        std::fprintf(stderr, "%s\n", policy.error().front().text().c_str());
        return 1;
    }
    engines.waitIdle(std::chrono::steady_clock::now() + std::chrono::minutes(10));
    const std::vector<std::string> mails = bench::mailMixture(60);
    judgeAll(**policy, mails);  // what the first mail alone pays for: charsets, the magic database
    std::printf("%zu mails judged twice\n", judgeAll(**policy, mails));
}
