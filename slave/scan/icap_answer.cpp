#include "slave/scan/icap_answer.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "slave/scan/scan_outcome.h"

namespace weir {
namespace {

constexpr std::uint64_t kMaxViolations = 1000;
constexpr std::size_t kLinesOfViolation = 4;
constexpr std::size_t kNameLine = 1;

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const std::size_t end = std::min(text.find(at), text.size());
        pieces.push_back(trimmed(text.substr(0, end)));
        if (end == text.size()) return pieces;
        text.remove_prefix(end + 1);
    }
}

class Names {
  public:
    explicit Names(const IcapLimits& limits) : limits_(limits) {}
    void add(std::string_view text) {
        std::string name = peerText(text, limits_.nameBytes);
        if (name.empty() || found_.size() == limits_.names) return;
        if (std::find(found_.begin(), found_.end(), name) == found_.end()) found_.push_back(std::move(name));
    }
    std::vector<std::string> take() { return std::move(found_); }

  private:
    const IcapLimits& limits_;
    std::vector<std::string> found_;
};

void addInfection(std::string_view value, Names& names) {
    for (const std::string_view part : split(value, ';')) {
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos) continue;
        if (equalIgnoringCase(trimmed(part.substr(0, equals)), "threat")) names.add(part.substr(equals + 1));
    }
}

void addViolations(std::string_view value, Names& names) {
    const std::vector<std::string_view> lines = split(value, '\n');
    const auto count = httpNumber(lines.front(), kMaxViolations);
    for (std::size_t i = 0; count && i < *count; ++i) {
        const std::size_t at = 1 + i * kLinesOfViolation + kNameLine;
        if (at < lines.size()) names.add(lines[at]);
    }
}

}  // namespace

Expected<IcapOptions> parseIcapOptions(const HttpHead& head, const IcapLimits& limits) {
    IcapOptions options;
    const auto text = [&](const char* name) {
        const std::string* value = head.field(name);
        return value ? peerText(*value) : std::string();
    };
    options.serviceTag = text("ISTag");
    options.service = text("Service");
    options.respmod = head.lists("Methods", "RESPMOD");
    options.reqmod = head.lists("Methods", "REQMOD");
    if (!options.respmod && !options.reqmod) return problem("Methods", "neither RESPMOD nor REQMOD");
    if (const std::string* value = head.field("Preview")) {
        const auto bytes = httpNumber(*value, UINT64_MAX);
        if (!bytes) return problem("Preview", "expected a number, found '" + peerText(*value, 60) + "'");
        options.preview = static_cast<std::size_t>(std::min<std::uint64_t>(*bytes, limits.preview));
    }
    if (const std::string* value = head.field("Options-TTL")) {
        const auto seconds = httpNumber(*value, UINT64_MAX);
        if (!seconds)
            return problem("Options-TTL", "expected a number, found '" + peerText(*value, 60) + "'");
        options.seconds = std::clamp(*seconds, limits.optionsAtLeast, limits.optionsSeconds);
    }
    return options;
}

std::vector<std::string> icapThreats(const HttpHead& head, const IcapLimits& limits) {
    Names names(limits);
    bool any = false;
    for (const auto& [name, value] : head.fields) {
        const bool infection = equalIgnoringCase(name, "X-Infection-Found");
        const bool violations = equalIgnoringCase(name, "X-Violations-Found");
        // A server may say with "no", or with a count of 0, that there is none.
        const bool id = equalIgnoringCase(name, "X-Virus-ID") && !equalIgnoringCase(value, "no");
        if (infection) addInfection(value, names);
        if (violations) addViolations(value, names);
        if (id) names.add(value);
        any = any || infection || (violations && value != "0") || id;
    }
    std::vector<std::string> found = names.take();
    if (any && found.empty()) found.emplace_back("unnamed");
    return found;
}

Expected<IcapInside> parseIcapInside(const HttpHead& head) {
    IcapInside inside;
    const std::string* value = head.field("Encapsulated");
    if (!value) return problem("Encapsulated", "missing");
    std::uint64_t before = 0;
    for (const std::string_view part : split(*value, ',')) {
        const std::size_t equals = std::min(part.find('='), part.size());
        const auto offset = httpNumber(part.substr(std::min(equals + 1, part.size())), UINT32_MAX);
        if (!offset || *offset < before || inside.body)
            return problem("Encapsulated", "found '" + peerText(*value, 80) + "'");
        before = *offset;
        const std::string_view name = part.substr(0, equals);
        if (name == "req-hdr" && !inside.request && !inside.response)
            inside.request = true;
        else if (name == "res-hdr" && !inside.response)
            inside.response = true;
        else if (name == "req-body" || name == "res-body" || name == "opt-body")
            inside.body = true;
        else if (name != "null-body")
            return problem("Encapsulated", "found '" + peerText(*value, 80) + "'");
    }
    return inside;
}

}  // namespace weir
