// Mails that cost a careless reader time or memory out of proportion to their size, each for any n.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace weir::test {

struct MailBomb {
    std::string name;
    std::size_t n = 0;  // for bench and tests: the mail has up to some megabytes at 4 n
    std::function<std::string(std::size_t)> make;
    std::vector<std::string> cuts = {};  // words that Message::cuts() has at 4 n with the default limits
};

std::vector<MailBomb> mailBombs();

}  // namespace weir::test
