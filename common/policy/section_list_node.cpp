// What a node keeps (declared in section_lists.h).
#include "common/policy/section_lists.h"

namespace weir {
namespace {

using Kind = SettingSpec::Kind;

constexpr SettingSpec kRetention[] = {
    {.name = "quarantine_days",
     .kind = Kind::kNumber,
     .help = "Quarantined mail older than this is deleted.",
     .fallback = "30",
     .low = 1,
     .high = 3650},
    {.name = "quarantine_size",
     .kind = Kind::kSize,
     .help = "Disk budget of the quarantine on one node; past it the oldest mail is deleted first.",
     .fallback = "10G",
     .low = 1048576,
     .high = 1125899906842624ull},
};

constexpr SettingSpec kReport[] = {
    {.name = "days",
     .kind = Kind::kNumber,
     .help = "How long a node keeps events that the master has not taken; older ones fold into counters.",
     .fallback = "14",
     .low = 1,
     .high = 365},
    {.name = "size",
     .kind = Kind::kSize,
     .help = "Disk budget of those events on one node.",
     .fallback = "2G",
     .low = 1048576,
     .high = 1125899906842624ull},
};

constexpr SectionSpec kSections[] = {
    {"retention", "Quarantine retention", "How long and how much quarantined mail a node keeps.", kRetention,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.retention = {values.integer("quarantine_days"), values.number("quarantine_size")};
         return {};
     }},
    {"report", "Report queue", "What a node keeps while the master is away.", kReport,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.report = {values.integer("days"), values.number("size")};
         return {};
     }},
};

}  // namespace

std::span<const SectionSpec> nodeSections() {
    return kSections;
}

}  // namespace weir
