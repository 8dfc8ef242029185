// Reports that the cluster sends and receives (declared in section_lists.h).
#include "common/policy/section_lists.h"

namespace weir {
namespace {

using Kind = SettingSpec::Kind;

Expected<void> checkMailboxIfAny(std::string_view text) {
    if (text.empty()) return {};
    return checkMailbox(text);
}

constexpr SettingSpec kDmarcReports[] = {
    {.name = "enabled",
     .kind = Kind::kFlag,
     .help =
         "Send each domain that asks for it a daily DMARC report about the mail in its name that came from "
         "outside. While this is on, DMARC is evaluated for all such mail.",
     .fallback = "false",
     .high = 1},
    {.name = "org_name",
     .kind = Kind::kText,
     .help = "Your organization's name in the reports.",
     .fallback = "",
     .high = 200},
    {.name = "from",
     .kind = Kind::kText,
     .help = "Address that the reports come from. Its domain is the receiver's name in them.",
     .fallback = "",
     .high = 254,
     .check = checkMailboxIfAny},
    {.name = "contact",
     .kind = Kind::kText,
     .help = "What the reports say about how to reach you, such as the address of a page; may be empty.",
     .fallback = "",
     .high = 200},
    {.name = "skip_domains",
     .kind = Kind::kTexts,
     .help = "Domains that get no report, such as your own. The domain where the DMARC record is counts.",
     .fallback = "",
     .high = 1000,
     .check = checkDomain},
    {.name = "receive",
     .kind = Kind::kText,
     .help =
         "Address at which the reports of others about your domains arrive (rua in your DMARC records). They "
         "are read on their way and go on as the rules say; empty: none are read.",
     .fallback = "",
     .high = 254,
     .check = checkMailboxIfAny},
};

constexpr SectionSpec kSections[] = {
    {"dmarc-reports", "DMARC reports",
     "Aggregate reports (RFC 7489): to the owners of domains about mail in their name, and from others about "
     "your "
     "domains. The master sends them, see [mail] in master.toml.",
     kDmarcReports,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         DmarcReportsSection& reports = into.dmarcReports;
         reports = {values.flag("enabled"), values.text("org_name"), values.text("from"),
                    values.text("contact"), values.text("receive"),  values.texts("skip_domains")};
         if (reports.enabled && reports.organization.empty())
             return problem("org_name", "expected the name of your organization");
         if (reports.enabled && reports.from.empty())
             return problem("from", "expected the address that the reports come from");
         return {};
     }},
};

}  // namespace

std::span<const SectionSpec> reportSections() {
    return kSections;
}

}  // namespace weir
