// Rate counters of the whole cluster: how much of something a key had in a window of time.
//
// `name` tells counters apart (the rule's id, say), `key` is what is counted for: a client, its network
// (clientNetwork), a sender, user, recipient, domain or header value, as the rule makes it; the amount is
// messages, recipients or bytes. A counter with another window is another counter. Any number of threads.
#pragma once

#include <string>
#include <string_view>

#include "slave/counters/count_table.h"

namespace weir {

// At most `limit` in any `window`. Up to `burst` more are let through as long as the count is above the limit
// for at most a tenth of the window; then nothing more until it is back at the limit. So no window ever has
// more than limit and burst together.
struct RateLimit {
    std::uint64_t limit = 0;
    std::uint64_t burst = 0;
    std::chrono::seconds window{3600};
};

// Whether a mail that is already in `count` is beyond the limit: the count is above limit and burst together,
// or above the limit now and a tenth of the window ago.
bool overLimit(const RateLimit& limit, const WindowCount& count);

class Rates {
  public:
    explicit Rates(CountTable& counts) : counts_(counts) {}

    // The cluster's count with this amount. What is refused is counted, too, when the caller adds before it
    // decides; one that wants only what passed to count uses peek() and adds afterwards.
    WindowCount add(std::string_view name, std::string_view key, std::uint64_t amount,
                    std::chrono::seconds window, TimePoint now);
    WindowCount peek(std::string_view name, std::string_view key, std::chrono::seconds window, TimePoint now);

  private:
    CountTable& counts_;
};

// The network of a client's address, as a key: the first `v4Prefix` or `v6Prefix` bits and which of the two.
// The text itself when it is no address.
std::string clientNetwork(std::string_view address, unsigned v4Prefix = 24, unsigned v6Prefix = 64);

}  // namespace weir
