// UUIDv7 (RFC 9562) as the 16 bytes that are a key in the database: their order is the order of time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::db {

// Empty for anything that is not a UUID of version 7 in its canonical form.
std::string uuidKey(std::string_view uuid);
std::string uuidText(std::string_view key);  // lower case; "" unless it has 16 bytes

// Milliseconds since the epoch in a key's first 48 bits, and the smallest key of a time.
std::int64_t keyMillis(std::string_view key);
std::string firstKey(std::int64_t millis);

}  // namespace weir::db
