// What makes two attempts to send a mail the same mail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Of the bytes received, this many at the front, where each mail has a trace of its own, and at the end.
inline constexpr std::size_t kFingerprintEnd = 8 * 1024;

// SHA-256 over sender, sorted recipients, each with its length in front, the mail's size and the bytes at its
// two ends. Recipients tried again in another order are the same mail.
std::string mailFingerprint(const std::string& sender, std::vector<std::string> recipients,
                            std::string_view bytes);

}  // namespace weir
