#include "common/wire/messages.h"

#include <charconv>
#include <cstdlib>

namespace weir {
namespace {

// Peers this many minor versions apart still work together.
constexpr int kMinorDistance = 2;

bool readNumber(std::string_view text, int& number) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size() && number >= 0 && number < 1000;
}

bool isNameByte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string toText(const ProtocolVersion& version) {
    return std::to_string(version.major) + "." + std::to_string(version.minor);
}

Expected<ProtocolVersion> protocolVersionFromText(std::string_view text) {
    const std::size_t dot = text.find('.');
    ProtocolVersion version;
    if (dot != std::string_view::npos && readNumber(text.substr(0, dot), version.major) &&
        readNumber(text.substr(dot + 1), version.minor))
        return version;
    return problem("protocol", "expected a version like \"1.0\"");
}

bool compatible(const ProtocolVersion& ours, const ProtocolVersion& theirs) {
    return ours.major == theirs.major && std::abs(ours.minor - theirs.minor) <= kMinorDistance;
}

bool isNodeName(std::string_view text) {
    if (text.empty() || text.size() > WireLimits::kNameBytes || !isNameByte(text.front())) return false;
    for (const char c : text)
        if (!isNameByte(c) && c != '.' && c != '_' && c != '-') return false;
    return true;
}

}  // namespace weir
