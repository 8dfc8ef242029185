// The servers that are asked about the whole mail (declared in section_lists.h).
#include "common/policy/section_lists.h"

namespace weir {
namespace {

using Kind = SettingSpec::Kind;

Expected<void> checkService(std::string_view text) {
    for (char c : text)
        if (c <= ' ' || c > '~') return problem("", "expected printable ASCII without space");
    return {};
}

// What every scanner has, alike but for its defaults.
constexpr SettingSpec enabled(std::string_view help) {
    return {.name = "enabled", .kind = Kind::kFlag, .help = help, .fallback = "false", .high = 1};
}
constexpr SettingSpec address(std::string_view fallback) {
    return {.name = "address",
            .kind = Kind::kSocket,
            .help = "Where it listens, seen from the node: inet:HOST:PORT or unix:/PATH.",
            .fallback = fallback};
}
constexpr SettingSpec onFailure(std::string_view fallback) {
    return {.name = "on_failure",
            .kind = Kind::kChoice,
            .help =
                "What a rule that needs it does when there is no answer: refuse for now, go on as if nothing "
                "was found, hold the mail in the queue \"unscanned\", or add failure_score and go on.",
            .fallback = fallback,
            .choices = kOnFailure};
}
constexpr SettingSpec maxSize(std::string_view fallback) {
    return {.name = "max_size",
            .kind = Kind::kSize,
            .help = "Larger mail is not sent to it and counts as a failure.",
            .fallback = fallback,
            .low = 1024,
            .high = 4294967296ull};
}
constexpr SettingSpec kTimeout{.name = "timeout_ms",
                               .kind = Kind::kNumber,
                               .help = "Milliseconds to wait for the answer about one mail.",
                               .fallback = "10000",
                               .low = 100,
                               .high = 120000};
constexpr SettingSpec kConnections{.name = "connections",
                                   .kind = Kind::kNumber,
                                   .help = "Mails that one node has it look at at the same time.",
                                   .fallback = "8",
                                   .low = 1,
                                   .high = 256};

constexpr std::string_view kForViruses =
    "Ask it when a rule looks at a virus. While this is off, those conditions hold for no mail.";

constexpr SettingSpec kAntivirus[] = {
    enabled(kForViruses),
    address("inet:127.0.0.1:3310"),
    onFailure("tempfail"),
    kFailureScore,
    kTimeout,
    maxSize("25M"),
    kConnections,
};

constexpr SettingSpec kIcap[] = {
    enabled(kForViruses),
    address("inet:127.0.0.1:1344"),
    onFailure("tempfail"),
    kFailureScore,
    kTimeout,
    maxSize("25M"),
    kConnections,
    {.name = "service",
     .kind = Kind::kText,
     .help = "Name of the service, the path of its URL.",
     .fallback = "avscan",
     .low = 1,
     .high = 200,
     .check = checkService},
};

constexpr SettingSpec kRspamd[] = {
    enabled("Ask it when a rule looks at rspamd.score, rspamd.symbol or rspamd.action. While this is off, "
            "those conditions hold for no mail."),
    address("inet:127.0.0.1:11333"),
    onFailure("skip"),
    kFailureScore,
    kTimeout,
    maxSize("10M"),
    kConnections,
    {.name = "password_file",
     .kind = Kind::kText,
     .help = "File on the node with the password, where rspamd wants one; empty: none.",
     .fallback = "",
     .high = 255,
     .check = checkPath},
};

constexpr SettingSpec kSpamd[] = {
    enabled("Ask it when a rule looks at spamd.score or spamd.symbol. While this is off, those conditions "
            "hold for no mail."),
    address("inet:127.0.0.1:783"),
    onFailure("skip"),
    kFailureScore,
    kTimeout,
    maxSize("1M"),
    kConnections,
    {.name = "user",
     .kind = Kind::kText,
     .help = "User whose preferences spamd takes; empty: its own.",
     .fallback = "",
     .high = 64,
     .check = checkService},
};

ScannerSection scannerOf(const SettingValues& values) {
    ScannerSection section;
    section.enabled = values.flag("enabled");
    section.address = values.text("address");
    section.failure = failureOf(values);
    section.timeoutMillis = values.integer("timeout_ms");
    section.maxBytes = values.number("max_size");
    section.connections = static_cast<unsigned>(values.number("connections"));
    return section;
}

constexpr SectionSpec kSections[] = {
    {"antivirus", "Virus scanner", "The clamd that virus conditions ask.", kAntivirus,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.antivirus = scannerOf(values);
         return {};
     }},
    {"icap", "ICAP scanner",
     "A scanner behind ICAP (RFC 3507) that virus conditions ask too, at the same time as clamd.", kIcap,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.icap = scannerOf(values);
         into.icap.service = values.text("service");
         return {};
     }},
    {"rspamd", "Rspamd", "The rspamd whose score and symbols rules can look at.", kRspamd,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.rspamd = scannerOf(values);
         into.rspamd.passwordFile = values.text("password_file");
         return {};
     }},
    {"spamd", "SpamAssassin", "The spamd whose score and tests rules can look at.", kSpamd,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.spamd = scannerOf(values);
         into.spamd.service = values.text("user");
         return {};
     }},
};

}  // namespace

std::span<const SectionSpec> scannerSections() {
    return kSections;
}

FailureChoice failureOf(const SettingValues& values) {
    return {static_cast<OnFailure>(values.number("on_failure")), values.thousandths("failure_score")};
}

}  // namespace weir
