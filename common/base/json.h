// JSON from outside: strict, bounded, and with the path in every error.
//
// Depth and size are bounded before anything is built; duplicate keys, invalid UTF-8 and trailing bytes are
// refused. Problem::where is a JSON pointer (RFC 6901).
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"

namespace weir {

using Json = nlohmann::json;

struct JsonLimits {
    std::size_t bytes = 16u << 20;
    std::size_t depth = 64;
    std::size_t values = 2'000'000;
};

Expected<Json> parseJson(std::string_view text, const JsonLimits& limits = {});

// Text of a value; invalid UTF-8 in strings becomes U+FFFD instead of throwing. indent < 0: one line.
std::string toText(const Json& value, int indent = -1);
// Object members in a fixed order (nlohmann sorts keys), so the digest of equal documents is equal.
std::string canonicalText(const Json& value);

// Reads one JSON object member by member and remembers the first problem, so that a parser stays a list of
// fields. After a problem every getter returns its fallback. In `strict` mode finish() also refuses members
// that nobody asked for (documents a person writes); the wire is read without it (unknown fields are
// ignored).
class JsonReader {
  public:
    enum class Unknown { kRefuse, kIgnore };
    JsonReader(const Json& object, std::string where, Unknown unknown);

    bool has(const char* name) const;
    std::string text(const char* name);                             // required
    std::string text(const char* name, std::string_view fallback);  // optional
    std::int64_t integer(const char* name, std::int64_t low, std::int64_t high);
    std::int64_t integer(const char* name, std::int64_t low, std::int64_t high, std::int64_t fallback);
    bool boolean(const char* name, bool fallback);
    std::vector<std::string> texts(const char* name);  // optional array of strings
    const Json* object(const char* name);              // optional; nullptr when absent
    const Json* array(const char* name);               // optional; nullptr when absent
    const Json* any(const char* name);                 // optional, any type

    std::string where(const char* name) const;  // JSON pointer of a member
    void fail(const char* name, std::string what);
    const std::optional<Problem>& finish();

  private:
    const Json* member(const char* name);
    const Json& object_;
    std::string where_;
    Unknown unknown_;
    std::set<std::string, std::less<>> asked_;
    std::optional<Problem> problem_;
};

}  // namespace weir
