// The settings sections of a policy, declared once: name, default, range, help and where the value goes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// What to do when a fact cannot be computed.
enum class OnFailure { kTempfail, kSkip, kQuarantine };
const char* toString(OnFailure choice);

struct AntivirusSection {
    bool enabled = false;
    std::string address = "inet:127.0.0.1:3310";  // inet:HOST:PORT or unix:PATH
    OnFailure onFailure = OnFailure::kTempfail;
    int timeoutMillis = 10'000;
    std::uint64_t maxBytes = 25u << 20;
};
struct RetentionSection {
    int quarantineDays = 30;
    std::uint64_t quarantineBytes = 10ull << 30;  // disk budget of one node
};
struct ReportSection {
    int days = 14;  // budget of the report queue of one node
    std::uint64_t bytes = 2ull << 30;
};

struct PolicySections {
    AntivirusSection antivirus;
    RetentionSection retention;
    ReportSection report;
};

struct SettingSpec {
    enum class Kind { kFlag, kNumber, kSize, kChoice, kSocket };
    std::string_view name;
    Kind kind;
    std::string_view help;
    std::uint64_t low = 0, high = 0;                 // kNumber, kSize
    std::span<const std::string_view> choices = {};  // kChoice
    // The value of the setting in `sections`, as number (flags 0 or 1, choices their index) or as text.
    std::uint64_t (*number)(const PolicySections&) = nullptr;
    std::string (*text)(const PolicySections&) = nullptr;
    void (*setNumber)(PolicySections&, std::uint64_t) = nullptr;
    void (*setText)(PolicySections&, const std::string&) = nullptr;
};
const char* toString(SettingSpec::Kind kind);

struct SectionSpec {
    std::string_view name;
    std::string_view label;
    std::string_view help;
    std::span<const SettingSpec> settings;
};
std::span<const SectionSpec> policySections();
const SectionSpec* findSection(std::string_view name);

// "inet:HOST:PORT" or "unix:/PATH".
bool isSocketAddress(std::string_view text);

}  // namespace weir
