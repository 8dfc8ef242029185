#include "common/policy/policy_sections.h"

#include <charconv>

namespace weir {
namespace {

constexpr std::string_view kOnFailure[] = {"tempfail", "skip", "quarantine"};
constexpr std::uint64_t kMegabyte = 1u << 20;
constexpr std::uint64_t kGigabyte = 1u << 30;
constexpr std::uint64_t kTerabyte = kGigabyte << 10;

using Kind = SettingSpec::Kind;
using Sections = PolicySections;

const SettingSpec kAntivirus[] = {
    {.name = "enabled",
     .kind = Kind::kFlag,
     .help = "Ask the scanner when a rule looks at a virus. While this is off, virus conditions hold for no "
             "mail.",
     .high = 1,
     .number = [](const Sections& s) -> std::uint64_t { return s.antivirus.enabled; },
     .setNumber = [](Sections& s, std::uint64_t v) { s.antivirus.enabled = v != 0; }},
    {.name = "address",
     .kind = Kind::kSocket,
     .help = "Where clamd listens on the node: inet:HOST:PORT or unix:/PATH.",
     .text = [](const Sections& s) { return s.antivirus.address; },
     .setText = [](Sections& s, const std::string& v) { s.antivirus.address = v; }},
    {.name = "on_failure",
     .kind = Kind::kChoice,
     .help = "What a rule that needs the scanner does when there is no answer: refuse for now, go on as if "
             "nothing "
             "was found, or hold the mail in the queue \"unscanned\".",
     .high = 2,
     .choices = kOnFailure,
     .number = [](const Sections& s) -> std::uint64_t {
         return static_cast<std::uint64_t>(s.antivirus.onFailure);
     },
     .setNumber = [](Sections& s, std::uint64_t v) { s.antivirus.onFailure = static_cast<OnFailure>(v); }},
    {.name = "timeout_ms",
     .kind = Kind::kNumber,
     .help = "Milliseconds to wait for the scanner's answer about one mail.",
     .low = 100,
     .high = 120'000,
     .number = [](const Sections& s) { return static_cast<std::uint64_t>(s.antivirus.timeoutMillis); },
     .setNumber = [](Sections& s, std::uint64_t v) { s.antivirus.timeoutMillis = static_cast<int>(v); }},
    {.name = "max_size",
     .kind = Kind::kSize,
     .help =
         "Larger mail is not sent to the scanner and counts as a failure. Not above clamd's StreamMaxLength.",
     .low = 1024,
     .high = 4 * kGigabyte,
     .number = [](const Sections& s) { return s.antivirus.maxBytes; },
     .setNumber = [](Sections& s, std::uint64_t v) { s.antivirus.maxBytes = v; }},
};

const SettingSpec kRetention[] = {
    {.name = "quarantine_days",
     .kind = Kind::kNumber,
     .help = "Quarantined mail older than this is deleted.",
     .low = 1,
     .high = 3650,
     .number = [](const Sections& s) { return static_cast<std::uint64_t>(s.retention.quarantineDays); },
     .setNumber = [](Sections& s, std::uint64_t v) { s.retention.quarantineDays = static_cast<int>(v); }},
    {.name = "quarantine_size",
     .kind = Kind::kSize,
     .help = "Disk budget of the quarantine on one node; past it the oldest mail is deleted first.",
     .low = kMegabyte,
     .high = 1024 * kTerabyte,
     .number = [](const Sections& s) { return s.retention.quarantineBytes; },
     .setNumber = [](Sections& s, std::uint64_t v) { s.retention.quarantineBytes = v; }},
};

const SettingSpec kReport[] = {
    {.name = "days",
     .kind = Kind::kNumber,
     .help = "How long a node keeps events that the master has not taken; older ones fold into counters.",
     .low = 1,
     .high = 365,
     .number = [](const Sections& s) { return static_cast<std::uint64_t>(s.report.days); },
     .setNumber = [](Sections& s, std::uint64_t v) { s.report.days = static_cast<int>(v); }},
    {.name = "size",
     .kind = Kind::kSize,
     .help = "Disk budget of those events on one node.",
     .low = kMegabyte,
     .high = 1024 * kTerabyte,
     .number = [](const Sections& s) { return s.report.bytes; },
     .setNumber = [](Sections& s, std::uint64_t v) { s.report.bytes = v; }},
};

const SectionSpec kSections[] = {
    {"antivirus", "Virus scanner", "The clamd that virus conditions ask.", kAntivirus},
    {"retention", "Quarantine retention", "How long and how much quarantined mail a node keeps.", kRetention},
    {"report", "Report queue", "What a node keeps while the master is away.", kReport},
};

constexpr const char* kKindNames[] = {"flag", "number", "size", "choice", "socket"};

}  // namespace

const char* toString(OnFailure choice) {
    return kOnFailure[static_cast<std::size_t>(choice)].data();
}
const char* toString(SettingSpec::Kind kind) {
    return kKindNames[static_cast<std::size_t>(kind)];
}

std::span<const SectionSpec> policySections() {
    return kSections;
}

const SectionSpec* findSection(std::string_view name) {
    for (const SectionSpec& one : kSections)
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

}  // namespace weir
