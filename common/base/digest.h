// SHA-256 (FIPS 180-4), HMAC (RFC 2104) and their text forms.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace weir {

std::string toHex(std::string_view bytes);
std::string toBase64Url(std::string_view bytes);  // RFC 4648 section 5, no padding
// Empty on anything that is not base64url.
std::string fromBase64Url(std::string_view text);

std::string sha256Hex(std::string_view bytes);                         // 64 lower-case digits
std::string hmacSha256(std::string_view key, std::string_view bytes);  // 32 raw bytes

// Equal in constant time, for secrets.
bool equalSecret(std::string_view a, std::string_view b);

// Incremental SHA-256.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    void add(std::string_view bytes);
    std::string bytes();  // 32 raw bytes; ends it
    std::string hex();    // ends it
    Sha256 copy() const;  // what was added so far, to be continued apart

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir
