// What makes two attempts to send a mail the same mail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

// SHA-256 over sender, sorted recipients and the bytes received, each with its length in front. Recipients
// tried again in another order are the same mail.
std::string mailFingerprint(const std::string& sender, std::vector<std::string> recipients,
                            std::string_view bytes);

}  // namespace weir
