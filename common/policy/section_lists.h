// The parts of the one table of sections: policy_sections puts them together.
#pragma once

#include <span>

#include "common/policy/policy_sections.h"

namespace weir {

std::span<const SectionSpec> scannerSections();
std::span<const SectionSpec>
checkSections();  // authentication, DNS, lists, greylisting, rates, parsing, directory
std::span<const SectionSpec>
actionSections();                             // what actions refer to: queues, notices, disclaimers, signing
std::span<const SectionSpec> nodeSections();  // retention, report queue
std::span<const SectionSpec> reportSections();  // DMARC reports

std::span<const std::string_view> onFailureChoices();
// "on_failure" and "failure_score" of a section.
FailureChoice failureOf(const SettingValues& values);

// Checks of texts.
Expected<void> checkDomain(std::string_view text);
Expected<void> checkMailbox(std::string_view text);
Expected<void> checkPath(std::string_view text);

}  // namespace weir
