#include "slave/milter/direction.h"

#include <algorithm>
#include <charconv>

namespace weir {

Expected<DirectionRule> DirectionRule::make(const std::vector<std::string>& networks,
                                            const std::vector<std::string>& ports) {
    DirectionRule rule;
    for (const std::string& text : networks) {
        const auto network = parseNetwork(text);
        if (!network) return problem({}, "\"" + text + "\": " + network.error().what);
        rule.networks_.push_back(*network);
    }
    for (const std::string& text : ports) {
        unsigned port = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
        if (error != std::errc{} || end != text.data() + text.size() || port == 0 || port > 65535) {
            return problem({}, "expected a port from 1 to 65535, found \"" + text + "\"");
        }
        rule.ports_.push_back(text);
    }
    return rule;
}

Direction DirectionRule::of(const Envelope& envelope, const std::string& daemonPort) const {
    if (!envelope.authUser.empty() || envelope.clientAddress.empty()) return Direction::kOutbound;
    if (std::find(ports_.begin(), ports_.end(), daemonPort) != ports_.end()) return Direction::kOutbound;
    const auto address = parseAddress(envelope.clientAddress);
    const bool inside =
        address && std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
            return masked(*address, network.length) == network.address;
        });
    return inside ? Direction::kOutbound : Direction::kInbound;
}

}  // namespace weir
