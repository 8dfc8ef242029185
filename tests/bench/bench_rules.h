// Sets of rules to measure filters with, made from a seed. They hold next to none of the mail mixture, so
// every rule is looked at for every mail.
#pragma once

#include <string>
#include <vector>

namespace weir::bench {

struct BenchRules {
    std::string name;
    std::string policy;                    // JSON, for weir-slave
    std::vector<std::string> expressions;  // what its rules look for in text, for other engines: syntax of
                                           // PCRE and RE2 alike, letters of either case
};

BenchRules noRules();
// 50 % phrases, 10 % URL domains, 10 % short regular expressions, 10 % lists of senders (5,000 entries in
// all), 5 % sender domains, 5 % client networks, 10 % attachment names.
BenchRules mixedRules(std::size_t count);
// Alternatives, gaps and classes as SpamAssassin's rules have them.
BenchRules expressionRules(std::size_t count);
BenchRules phraseRules(std::size_t count);

}  // namespace weir::bench
