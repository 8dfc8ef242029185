#include "slave/filter/fingerprint.h"

#include <algorithm>

#include "common/base/digest.h"

namespace weir {

std::string mailFingerprint(const std::string& sender, std::vector<std::string> recipients,
                            std::string_view bytes) {
    std::sort(recipients.begin(), recipients.end());
    Sha256 digest;
    const auto add = [&](std::string_view field) {
        digest.add(std::to_string(field.size()) + ":");
        digest.add(field);
    };
    add(sender);
    digest.add(std::to_string(recipients.size()) + ":");
    for (const std::string& recipient : recipients) add(recipient);
    digest.add(std::to_string(bytes.size()) + ":");
    const std::size_t end = std::min(kFingerprintEnd, bytes.size());
    digest.add(bytes.substr(0, end));
    digest.add(bytes.substr(std::max(end, bytes.size() - end)));
    return digest.hex();
}

}  // namespace weir
