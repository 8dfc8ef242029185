#include "slave/filter/release_pass.h"

#include <algorithm>

#include "slave/quarantine/release_token.h"

namespace weir {
namespace {

constexpr std::size_t kMaxTried = 4;

// Signed instead of the body's digest alone, so that neither kind of pass is worth anything as the other.
std::string splitDigest(const std::string& bodyDigest) {
    return "split " + bodyDigest;
}

}  // namespace

std::optional<ReleasePass> findReleasePass(const Message& message, TimePoint now,
                                           const std::string& releaseKey) {
    const std::vector<std::string> values = message.header(kReleaseHeader);
    if (values.empty() || releaseKey.empty()) return std::nullopt;
    const std::string digest = releaseBodyDigest(message.body());
    for (std::size_t i = 0; i < std::min(values.size(), kMaxTried); ++i) {
        if (const auto item = verifyReleaseToken(values[i], digest, now, releaseKey))
            return ReleasePass{false, item->value};
        if (const auto mail = verifyReleaseToken(values[i], splitDigest(digest), now, releaseKey)) {
            return ReleasePass{true, mail->value};
        }
    }
    return std::nullopt;
}

std::string splitPassLine(const Message& message, const EventId& mail, TimePoint now,
                          const std::string& releaseKey) {
    if (releaseKey.empty()) return {};
    const std::string digest = splitDigest(releaseBodyDigest(message.body()));
    const std::string token =
        makeReleaseToken(ItemId{mail.value}, digest, now + kReleaseTokenLife, releaseKey);
    return std::string(kReleaseHeader) + ": " + token + "\r\n";
}

}  // namespace weir
