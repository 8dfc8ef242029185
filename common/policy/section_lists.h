// The parts of the one table of sections: policy_sections puts them together.
#pragma once

#include <span>
#include <string_view>

#include "common/policy/policy_sections.h"

namespace weir {

std::span<const SectionSpec> scannerSections();
std::span<const SectionSpec>
checkSections();  // authentication, DNS, lists, greylisting, rates, parsing, directory
std::span<const SectionSpec>
actionSections();                             // what actions refer to: queues, notices, disclaimers, signing
std::span<const SectionSpec> nodeSections();  // retention, report queue
std::span<const SectionSpec> reportSections();  // DMARC reports

// "on_failure" and "failure_score" of a section: the words in the order of OnFailure, the setting, the two
// as read.
inline constexpr std::string_view kOnFailure[] = {"tempfail", "skip", "quarantine", "score"};
inline constexpr SettingSpec kFailureScore{
    .name = "failure_score",
    .kind = SettingSpec::Kind::kDecimal,
    .help = "Added to the score of the mail where on_failure is score.",
    .fallback = "0"};
FailureChoice failureOf(const SettingValues& values);

// Checks of texts.
Expected<void> checkDomain(std::string_view text);
Expected<void> checkMailbox(std::string_view text);
Expected<void> checkPath(std::string_view text);

}  // namespace weir
