#include "common/wire/join_token.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "common/base/digest.h"

namespace weir {
namespace {

constexpr std::string_view kVersion = "weir1";
constexpr std::size_t kSecretDigits = 32;
constexpr std::size_t kDigestDigits = 64;
constexpr std::size_t kCheckDigits = 8;
constexpr std::size_t kLongest = 512;
constexpr std::int64_t kLastSecond = 253'402'300'799;  // of the year 9999

std::string checkOf(std::string_view text) {
    return sha256Hex(text).substr(0, kCheckDigits);
}

bool isHex(std::string_view text, std::size_t digits) {
    return text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t dot = text.find('.');
        parts.push_back(text.substr(0, dot));
        if (dot == std::string_view::npos) return parts;
        text.remove_prefix(dot + 1);
    }
}

}  // namespace

std::string toText(const JoinToken& token) {
    std::string text(kVersion);
    text += "." + token.cluster.value + "." + token.secret + "." + token.authorityFingerprint + "." +
            std::to_string(toMillis(token.expires) / 1000);
    return text + "." + checkOf(text);
}

Expected<JoinToken> joinTokenFromText(std::string_view whole) {
    const std::string_view text = trimmed(whole);
    if (text.empty()) return problem("token", "empty; paste the whole line that the console showed");
    if (text.size() > kLongest || !text.starts_with("weir"))
        return problem("token", "this is no enrollment token; it begins with \"weir1.\"");
    const auto parts = split(text);
    if (parts[0] != kVersion)
        return problem("token", "made by another version of Weir (" + std::string(parts[0].substr(0, 8)) +
                                    "); this one reads " + std::string(kVersion));
    if (parts.size() != 6 || parts[5] != checkOf(text.substr(0, text.rfind('.'))))
        return problem("token", "damaged when it was copied; paste the whole line again");
    std::int64_t seconds = 0;
    const auto read = std::from_chars(parts[4].data(), parts[4].data() + parts[4].size(), seconds);
    if (!isUuid(parts[1]) || !isHex(parts[2], kSecretDigits) || !isHex(parts[3], kDigestDigits) ||
        read.ec != std::errc{} || read.ptr != parts[4].data() + parts[4].size() || seconds < 0 ||
        seconds > kLastSecond)
        return problem("token", "not a token that a master makes");
    return JoinToken{ClusterId{std::string(parts[1])}, std::string(parts[2]), std::string(parts[3]),
                     fromMillis(seconds * 1000)};
}

}  // namespace weir
