// Whether a mail leaves the organisation or comes in: from who sends it, never from an address in it.
#pragma once

#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/mail/envelope.h"
#include "common/policy/network.h"

namespace weir {

class DirectionRule {
  public:
    // `networks` as in parseNetwork(); `ports` are local ports of the MTA (submission). Problem: an entry
    // that cannot be read.
    static Expected<DirectionRule> make(const std::vector<std::string>& networks,
                                        const std::vector<std::string>& ports);

    // Outbound: an authenticated user, a listener of `ports`, local submission, or a client of `networks`.
    Direction of(const Envelope& envelope, const std::string& daemonPort) const;

  private:
    std::vector<Network> networks_;
    std::vector<std::string> ports_;
};

}  // namespace weir
