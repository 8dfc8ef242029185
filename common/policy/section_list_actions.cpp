// What actions refer to (declared in section_lists.h).
#include "common/mail/macro_text.h"
#include "common/policy/action_text.h"
#include "common/policy/section_lists.h"

namespace weir {
namespace {

using Kind = SettingSpec::Kind;

constexpr std::string_view kPositions[] = {"after", "before"};

Expected<void> checkOptionalMailbox(std::string_view text) {
    return text.empty() ? Expected<void>() : checkMailbox(text);
}
Expected<void> checkLine(std::string_view text) {
    if (text.empty() || isHeaderValue(text, text.size())) return {};
    return problem("", "expected one line without control characters");
}
// `ofFile`: also macros of a stripped attachment; elsewhere these have no value.
Expected<void> checkMacros(const SettingValues& values, const char* setting, MacroPlace place,
                           bool ofFile = false) {
    const auto parsed = MacroText::parse(values.text(setting), "", place, ofFile);
    if (!parsed) return problem(setting, parsed.error().what);
    return {};
}
Expected<void> checkSelector(std::string_view text) {
    if (isIdentifier(text)) return {};
    return problem("", "expected a selector: letters, digits, dots, hyphens");
}

constexpr SettingSpec kSite[] = {
    {.name = "administrator",
     .kind = Kind::kText,
     .help = "Mailbox that notices to the administrator go to.",
     .fallback = "",
     .high = 254,
     .check = checkOptionalMailbox},
    {.name = "notice_from",
     .kind = Kind::kText,
     .help = "Mailbox that notices come from.",
     .fallback = "",
     .high = 254,
     .check = checkOptionalMailbox},
};

constexpr SettingSpec kQueue[] = {
    {.name = "label",
     .kind = Kind::kText,
     .help = "What the queue is for: the console shows it beside the name.",
     .fallback = "",
     .high = 100,
     .check = checkLine},
    {.name = "retention_days",
     .kind = Kind::kNumber,
     .help =
         "Mail in this queue is deleted after so many days; 0: as quarantine_days of the section retention "
         "says. The disk budget holds for all queues together.",
     .fallback = "0",
     .high = 3650},
};

constexpr SettingSpec kNotice[] = {
    {.name = "subject",
     .kind = Kind::kText,
     .help = "Subject, with macros.",
     .fallback = "Weir: ${subject}",
     .low = 1,
     .high = 400,
     .check = checkLine},
    {.name = "text",
     .kind = Kind::kLongText,
     .help = "Text, with macros such as ${sender}, ${recipient}, ${rule}.",
     .low = 1,
     .high = 20000,
     .required = true},
    {.name = "attach_headers",
     .kind = Kind::kFlag,
     .help = "Attach the header block of the mail it is about.",
     .fallback = "false",
     .high = 1},
};

constexpr SettingSpec kDisclaimer[] = {
    {.name = "text",
     .kind = Kind::kLongText,
     .help = "What is added to plain text, with macros.",
     .low = 1,
     .high = 20000,
     .required = true},
    {.name = "html",
     .kind = Kind::kLongText,
     .help = "What is added to HTML, an HTML fragment with macros; empty: the text.",
     .fallback = "",
     .high = 50000},
    {.name = "position",
     .kind = Kind::kChoice,
     .help = "Where it stands.",
     .fallback = "after",
     .choices = kPositions},
    {.name = "separator",
     .kind = Kind::kText,
     .help = "Line between the mail and the text; empty: none.",
     .fallback = "",
     .high = 200,
     .check = checkLine},
};

constexpr SettingSpec kSigning[] = {
    {.name = "selectors",
     .kind = Kind::kTexts,
     .help = "Selectors to sign with, one signature each. Each node has their keys, made there with "
             "weir-slave dkim-key make: "
             "SELECTOR.DOMAIN.pem in its key folder.",
     .low = 1,
     .high = 8,
     .required = true,
     .check = checkSelector},
    {.name = "seal",
     .kind = Kind::kFlag,
     .help = "Also seal inbound mail with ARC (RFC 8617), with the first selector.",
     .fallback = "false",
     .high = 1},
};

constexpr SectionSpec kSections[] = {
    {"site", "Site", "The people in charge.", kSite,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.site = {values.text("administrator"), values.text("notice_from")};
         return {};
     }},
    {"queues", "Quarantine queues", "The queues that rules may hold mail in.", kQueue,
     [](const SettingValues& values, const std::string& name, PolicySections& into) -> Expected<void> {
         if (!isQueueName(name))
             return problem("", "expected a queue name: lower-case letters, digits, hyphens, at most 32");
         into.queues[name] = {values.text("label"), values.integer("retention_days")};
         return {};
     },
     true, "Name of the queue: lower-case letters, digits and hyphens."},
    {"notices", "Notices", "Texts that the actions notify and strip write.", kNotice,
     [](const SettingValues& values, const std::string& name, PolicySections& into) -> Expected<void> {
         into.notices[name] = {values.text("subject"), values.text("text"), values.flag("attach_headers")};
         if (auto subject = checkMacros(values, "subject", MacroPlace::kHeader); !subject) return subject;
         return checkMacros(values, "text", MacroPlace::kPlain, true);
     },
     true, "Name of the notice, by which rules know it."},
    {"disclaimers", "Disclaimers", "Texts that the action disclaimer adds.", kDisclaimer,
     [](const SettingValues& values, const std::string& name, PolicySections& into) -> Expected<void> {
         into.disclaimers[name] = {values.text("text"), values.text("html"), values.number("position") == 1,
                                   values.text("separator")};
         if (auto text = checkMacros(values, "text", MacroPlace::kPlain); !text) return text;
         return checkMacros(values, "html", MacroPlace::kHtml);
     },
     true, "Name of the disclaimer, by which rules know it."},
    {"signing", "DKIM signing", "Domains whose outbound mail is signed (RFC 6376).", kSigning,
     [](const SettingValues& values, const std::string& name, PolicySections& into) -> Expected<void> {
         if (auto domain = checkDomain(name); !domain) return domain;
         into.signing[name] = {values.texts("selectors"), values.flag("seal")};
         return {};
     },
     true, "The domain of the From header."},
};

}  // namespace

std::span<const SectionSpec> actionSections() {
    return kSections;
}

}  // namespace weir
