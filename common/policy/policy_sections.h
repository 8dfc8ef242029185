// The settings sections of a policy, declared once: name, default, range, help; and the plain values that the
// rest of Weir works from. A named section holds any number of entries with the same settings, each under its
// own name.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/policy/setting_values.h"

namespace weir {

// What to do when a fact cannot be computed.
enum class OnFailure { kTempfail, kSkip, kQuarantine, kScore };
const char* toString(OnFailure choice);

// A score in thousandths: exact, and equal on every machine.
using Score = std::int64_t;

struct FailureChoice {
    OnFailure choice = OnFailure::kTempfail;
    Score score = 0;  // kScore: what is added
};

// A server that is asked about the whole mail.
struct ScannerSection {
    bool enabled = false;
    std::string address;  // inet:HOST:PORT or unix:PATH
    FailureChoice failure;
    int timeoutMillis = 10'000;
    std::uint64_t maxBytes = 25u << 20;
    unsigned connections = 8;
    std::string service;       // icap: path of the service; spamd: user
    std::string passwordFile;  // rspamd: on the node
    bool operator==(const ScannerSection&) const;
};
struct DnsSection {
    std::vector<std::string> servers;  // address or address:port; empty: the system's
    int timeoutMillis = 2'000;         // of one query, all tries together
    int waitMillis = 8'000;            // of one mail
    unsigned queries = 100;            // of one mail
};
struct AuthenticationSection {
    std::string authservId;  // empty: the node's host name
    FailureChoice failure{OnFailure::kSkip};
    bool writeHeader = true;
    std::vector<std::string> trustedSealers;  // domains whose ARC chain stands in for DMARC
};
struct DnsListSection {
    enum class Asks { kClient, kClientName, kHelo, kSenderDomain, kFromDomain, kUrlDomain, kUrlHost };
    struct Code {
        std::string network;  // answer, as an address or network
        std::string meaning;  // word
        Score weight = 0;
    };
    std::string zone;
    Asks asks = Asks::kClient;
    std::vector<Code> codes;  // empty: every answer in 127.0.0.0/8 but 127.255.255.0/24
    Score weight = 1000;      // where no code says otherwise
    FailureChoice failure{OnFailure::kSkip};
};
struct GreylistingSection {
    int delaySeconds = 300;
    int retryHours = 48;
    int lifetimeDays = 36;
    unsigned ipv4Prefix = 24, ipv6Prefix = 64;
    unsigned autoAllow = 5;  // passed triplets of a client network after which it is let through; 0: never
};
struct RateSection {
    enum class Key {
        kClient,
        kClientNetwork,
        kSender,
        kSenderDomain,
        kUser,
        kRecipient,
        kRecipientDomain,
        kFrom,
        kHeader
    };
    enum class Counts { kMessages, kRecipients, kBytes };
    Key key = Key::kSender;
    std::string header;  // kHeader
    Counts counts = Counts::kMessages;
    int windowSeconds = 3'600;
    std::uint64_t limit = 0;
    std::uint64_t burst = 0;
};
struct ParsingSection {
    FailureChoice failure{OnFailure::kQuarantine};
    int timeoutMillis = 5'000;
    unsigned depth = 8;
    std::uint64_t entries = 10'000;
    std::uint64_t unpacked = 100u << 20;
    unsigned ratio = 200;
};
struct DisclaimerSection {
    std::string text, html;
    bool before = false;
    std::string separator;
};
struct NoticeSection {
    std::string subject, text;
    bool attachHeaders = false;
};
struct DirectorySection {
    bool enabled = false;
    std::string url;  // ldap:// or ldaps://
    std::string bindDn, passwordFile, base, filter, groupAttribute;
    FailureChoice failure{OnFailure::kTempfail};
    int timeoutMillis = 3'000;
    int cacheSeconds = 300;
};
struct RecipientServerSection {
    std::vector<std::string> domains;
    std::string server;  // HOST:PORT
    FailureChoice failure{OnFailure::kTempfail};
    int timeoutMillis = 5'000;
    int keepHours = 24;           // that an address is there
    int keepUnknownMinutes = 30;  // that it is not
};
struct LocationSection {
    std::string countryFile, asnFile;  // MaxMind databases on the node
};
struct SiteSection {
    std::string administrator;  // address that notices go to
    std::string noticeFrom;     // address that notices come from
};
struct QueueSection {
    std::string label;
    int retentionDays = 0;  // 0: as the section retention says
};
struct SigningSection {
    std::vector<std::string> selectors;
    bool seal = false;  // also ARC
};
struct DmarcReportsSection {
    bool enabled = false;
    std::string organization, from, contact;
    std::string receive;  // address; empty: none are read
    std::vector<std::string> skipDomains;
};
struct RetentionSection {
    int quarantineDays = 30;
    std::uint64_t quarantineBytes = 10ull << 30;  // disk budget of one node
};
struct ReportSection {
    int days = 14;  // budget of the report queue of one node
    std::uint64_t bytes = 2ull << 30;
};

template <class Entry>
using Named = std::map<std::string, Entry>;

struct PolicySections {
    ScannerSection antivirus, icap, rspamd, spamd;
    DnsSection dns;
    AuthenticationSection authentication;
    GreylistingSection greylisting;
    ParsingSection parsing;
    DirectorySection directory;
    LocationSection location;
    SiteSection site;
    DmarcReportsSection dmarcReports;
    RetentionSection retention;
    ReportSection report;
    Named<DnsListSection> dnsLists;
    Named<RateSection> rates;
    Named<RecipientServerSection> recipientServers;
    Named<DisclaimerSection> disclaimers;
    Named<NoticeSection> notices;
    Named<QueueSection> queues;
    Named<SigningSection> signing;  // by domain

    // Every section with the defaults of the table.
    PolicySections();
};

struct SectionSpec {
    std::string_view name;
    std::string_view label;
    std::string_view help;
    std::span<const SettingSpec> settings;
    // Gives the values to `sections`; `entry` is the name in a named section. A problem where settings do not
    // fit together: its `where` is a setting's name.
    Expected<void> (*take)(const SettingValues& values, const std::string& entry, PolicySections& sections);
    bool named = false;
    std::string_view entryHelp = {};  // what an entry's name is
};
std::span<const SectionSpec> policySections();
const SectionSpec* findSection(std::string_view name);

// "inet:HOST:PORT" or "unix:/PATH".
bool isSocketAddress(std::string_view text);

// "4.5", "-2": thousandths; nothing where it is no number of at most three decimals within ±1,000,000.
bool parseScore(std::string_view text, Score& score);
std::string scoreText(Score score);

}  // namespace weir
