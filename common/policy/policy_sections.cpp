#include "common/policy/policy_sections.h"

#include <algorithm>
#include <charconv>

#include "common/policy/section_lists.h"

namespace weir {
namespace {

constexpr Score kMostScore = 1'000'000'000;

}  // namespace

const char* toString(OnFailure choice) {
    return kOnFailure[static_cast<std::size_t>(choice)].data();
}

bool ScannerSection::operator==(const ScannerSection& other) const {
    return enabled == other.enabled && address == other.address && timeoutMillis == other.timeoutMillis &&
           maxBytes == other.maxBytes && connections == other.connections && service == other.service &&
           passwordFile == other.passwordFile;
}

PolicySections::PolicySections() {
    for (const SectionSpec& one : policySections())
        if (!one.named && !one.take(SettingValues(one.settings), "", *this))
            throw Error(ErrorCode::kInternal, "defaults of a section do not fit together");
}

std::span<const SectionSpec> policySections() {
    static const std::vector<SectionSpec> kAll = [] {
        std::vector<SectionSpec> all;
        for (const auto part :
             {scannerSections(), checkSections(), actionSections(), reportSections(), nodeSections()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return kAll;
}

const SectionSpec* findSection(std::string_view name) {
    for (const SectionSpec& one : policySections())
        if (one.name == name) return &one;
    return nullptr;
}

bool isSocketAddress(std::string_view text) {
    if (text.size() > 255) return false;
    for (char c : text)
        if (c <= ' ' || c > '~') return false;
    if (text.starts_with("unix:/")) return text.size() > 6;
    if (!text.starts_with("inet:")) return false;
    text.remove_prefix(5);
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const std::string_view digits = text.substr(colon + 1);
    unsigned port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return error == std::errc() && end == digits.data() + digits.size() && port >= 1 && port <= 65'535;
}

bool parseScore(std::string_view text, Score& score) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
    if (point == 0 || point > 7 || fraction.size() > 3 || (point < text.size() && fraction.empty()))
        return false;
    Score value = 0;
    std::string digits(text.substr(0, point));
    digits.append(fraction).append(3 - fraction.size(), '0');
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || digits.front() == '-' ||
        value > kMostScore)
        return false;
    score = negative ? -value : value;
    return true;
}

std::string scoreText(Score score) {
    const auto size = static_cast<std::uint64_t>(score < 0 ? -score : score);
    std::string text = (score < 0 ? "-" : "") + std::to_string(size / 1000);
    if (size % 1000 == 0) return text;
    std::string fraction = std::to_string(1000 + size % 1000).substr(1);
    while (fraction.ends_with('0')) fraction.pop_back();
    return text + "." + fraction;
}

}  // namespace weir
