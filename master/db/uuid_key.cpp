#include "master/db/uuid_key.h"

#include <algorithm>

#include "common/base/ids.h"

namespace weir::db {
namespace {

constexpr std::size_t kKeyBytes = 16;

int digitOf(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c - 'A' + 10;
}

}  // namespace

std::string uuidKey(std::string_view uuid) {
    if (!isUuid(uuid) || uuid[14] != '7') return {};
    std::string key;
    key.reserve(kKeyBytes);
    for (std::size_t i = 0; i < uuid.size();) {
        if (uuid[i] == '-') {
            ++i;
            continue;
        }
        key += static_cast<char>(digitOf(uuid[i]) * 16 + digitOf(uuid[i + 1]));
        i += 2;
    }
    return key;
}

std::string uuidText(std::string_view key) {
    if (key.size() != kKeyBytes) return {};
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < key.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        const auto byte = static_cast<unsigned char>(key[i]);
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::int64_t keyMillis(std::string_view key) {
    std::int64_t millis = 0;
    for (std::size_t i = 0; i < 6 && i < key.size(); ++i)
        millis = millis << 8 | static_cast<unsigned char>(key[i]);
    return millis;
}

std::string firstKey(std::int64_t millis) {
    constexpr std::int64_t kLast = (std::int64_t{1} << 48) - 1;
    millis = std::clamp<std::int64_t>(millis, 0, kLast);
    std::string key(kKeyBytes, '\0');
    for (std::size_t i = 0; i < 6; ++i) key[i] = static_cast<char>(millis >> (8 * (5 - i)) & 0xff);
    return key;
}

}  // namespace weir::db
