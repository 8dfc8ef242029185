// What the checks of mail work with (declared in section_lists.h).
#include <algorithm>

#include "common/mail/address.h"
#include "common/mail/ascii.h"
#include "common/policy/action_text.h"
#include "common/policy/list_entry.h"
#include "common/policy/network.h"
#include "common/policy/section_lists.h"

namespace weir {
namespace {

using Kind = SettingSpec::Kind;

constexpr std::string_view kAsks[] = {"client",      "client-name", "helo",    "sender-domain",
                                      "from-domain", "url-domain",  "url-host"};
constexpr std::string_view kKeys[] = {"client",    "client-network",   "sender", "sender-domain", "user",
                                      "recipient", "recipient-domain", "from",   "header"};
constexpr std::string_view kCounts[] = {"messages", "recipients", "bytes"};

Expected<void> checkServer(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (parseAddress(text) || (colon != std::string_view::npos && parseAddress(text.substr(0, colon)) &&
                               isSocketAddress("inet:" + std::string(text))))
        return {};
    return problem("", "expected an IP address, with :PORT where it is not 53");
}

// "127.0.0.2 word", "127.0.0.0/24 word 2.5".
Expected<DnsListSection::Code> readCode(std::string_view text) {
    DnsListSection::Code code;
    std::vector<std::string> words(1);
    for (char c : text) {
        if (c != ' ') {
            words.back() += c;
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    code.weight = -1;
    if (words.size() < 2 || words.size() > 3 || !isQueueName(words[1]) ||
        (words.size() == 3 && (!parseScore(words[2], code.weight) || code.weight < 0)))
        return problem(
            "", "expected an answer, a word for it and perhaps a weight, such as \"127.0.0.2 sbl 4.5\"");
    const auto network = parseNetwork(words[0]);
    if (!network) return tl::unexpected<Problem>(network.error());
    code.network = toText(*network);
    code.meaning = words[1];
    return code;
}
Expected<void> checkCode(std::string_view text) {
    const auto code = readCode(text);
    if (!code) return tl::unexpected<Problem>(code.error());
    return {};
}
Expected<void> checkAuthservId(std::string_view text) {
    if (text.empty()) return {};
    return checkDomain(text);
}
Expected<void> checkHeader(std::string_view text) {
    if (text.empty() || isRuleHeaderName(text)) return {};
    return problem("", "expected a header name");
}
Expected<void> checkUrl(std::string_view text) {
    if (text.empty() || text.starts_with("ldap://") || text.starts_with("ldaps://") ||
        text.starts_with("ldapi://"))
        return {};
    return problem("", "expected an address such as ldaps://ldap.example.com");
}

Expected<void> checkMailServer(std::string_view text) {
    if (isSocketAddress("inet:" + std::string(text))) return {};
    return problem("", "expected HOST:PORT, such as mail.example.com:25");
}

constexpr SettingSpec kDns[] = {
    {.name = "servers",
     .kind = Kind::kTexts,
     .help = "DNS servers, ADDRESS or ADDRESS:PORT; none: those of the node's system.",
     .fallback = "",
     .high = 8,
     .check = checkServer},
    {.name = "timeout_ms",
     .kind = Kind::kNumber,
     .help = "Milliseconds for one query, all tries together.",
     .fallback = "2000",
     .low = 50,
     .high = 30000},
    {.name = "wait_ms",
     .kind = Kind::kNumber,
     .help = "Milliseconds that all queries of one mail may take together.",
     .fallback = "8000",
     .low = 100,
     .high = 60000},
    {.name = "queries",
     .kind = Kind::kNumber,
     .help = "Queries that one mail may cause.",
     .fallback = "100",
     .low = 10,
     .high = 1000},
};

constexpr SettingSpec kAuthentication[] = {
    {.name = "authserv_id",
     .kind = Kind::kText,
     .help = "Name that Authentication-Results fields of this cluster bear; empty: the node's host name. "
             "Incoming fields that bear it are forged and removed.",
     .fallback = "",
     .high = 253,
     .check = checkAuthservId},
    {.name = "on_failure",
     .kind = Kind::kChoice,
     .help = "What a rule that needs a result does when DNS does not answer: refuse for now, go on with the "
             "result temperror, hold the mail in the queue \"unscanned\", or add failure_score and go on.",
     .fallback = "skip",
     .choices = kOnFailure},
    kFailureScore,
    {.name = "write_header",
     .kind = Kind::kFlag,
     .help = "Add an Authentication-Results field (RFC 8601) to inbound mail that was authenticated.",
     .fallback = "true",
     .high = 1},
    {.name = "trusted_sealers",
     .kind = Kind::kTexts,
     .help = "Domains whose whole ARC chain counts as a passed DMARC: forwarders and list servers that you "
             "trust.",
     .fallback = "",
     .high = 1000,
     .check = checkDomain},
};

constexpr SettingSpec kDnsList[] = {
    {.name = "zone",
     .kind = Kind::kText,
     .help = "Zone of the list, such as zen.spamhaus.org.",
     .low = 1,
     .high = 200,
     .required = true,
     .check = checkDomain},
    {.name = "asks",
     .kind = Kind::kChoice,
     .help = "What is looked up: the client's address or name, the HELO name, the domain of the envelope "
             "sender or of From, or the registered domain or host of each link.",
     .fallback = "client",
     .choices = kAsks},
    {.name = "codes",
     .kind = Kind::kTexts,
     .help = "What answers mean: address or network, word, and a weight if it is not the list's own, such as "
             "\"127.0.0.2 sbl 4.5\". Other answers then count as not listed.",
     .fallback = "",
     .high = 100,
     .check = checkCode},
    {.name = "weight",
     .kind = Kind::kDecimal,
     .help = "Added to dns-list.score where the list has the mail.",
     .fallback = "1"},
    {.name = "on_failure",
     .kind = Kind::kChoice,
     .help = "What a rule that needs the list does when it does not answer: refuse for now, go on, hold the "
             "mail in the queue \"unscanned\", or add failure_score and go on.",
     .fallback = "skip",
     .choices = kOnFailure},
    kFailureScore,
};

constexpr SettingSpec kGreylisting[] = {
    {.name = "delay_s",
     .kind = Kind::kNumber,
     .help = "Seconds before a second try is let through.",
     .fallback = "300",
     .low = 1,
     .high = 86400},
    {.name = "retry_h",
     .kind = Kind::kNumber,
     .help = "Hours within which the second try must come.",
     .fallback = "48",
     .low = 1,
     .high = 720},
    {.name = "lifetime_days",
     .kind = Kind::kNumber,
     .help = "Days that a passed triplet stays known after its last mail.",
     .fallback = "36",
     .low = 1,
     .high = 365},
    {.name = "ipv4_prefix",
     .kind = Kind::kNumber,
     .help = "Bits of an IPv4 address that count as one client.",
     .fallback = "24",
     .low = 8,
     .high = 32},
    {.name = "ipv6_prefix",
     .kind = Kind::kNumber,
     .help = "Bits of an IPv6 address that count as one client.",
     .fallback = "64",
     .low = 16,
     .high = 128},
    {.name = "auto_allow",
     .kind = Kind::kNumber,
     .help = "Passed triplets after which a client network is not greylisted any more; 0: never.",
     .fallback = "5",
     .high = 1000},
};

constexpr SettingSpec kRate[] = {
    {.name = "key",
     .kind = Kind::kChoice,
     .help = "What is counted separately: each client, client network (of greylisting), sender, and so on; "
             "header counts equal values of one header.",
     .fallback = "sender",
     .choices = kKeys},
    {.name = "header",
     .kind = Kind::kText,
     .help = "Name of the header, where key is header.",
     .fallback = "",
     .high = 64,
     .check = checkHeader},
    {.name = "counts",
     .kind = Kind::kChoice,
     .help = "What is counted.",
     .fallback = "messages",
     .choices = kCounts},
    {.name = "window_s",
     .kind = Kind::kNumber,
     .help = "Seconds that count together.",
     .fallback = "3600",
     .low = 1,
     .high = 604800},
    {.name = "limit",
     .kind = Kind::kNumber,
     .help = "More than this within the window is over the limit.",
     .low = 1,
     .high = 1125899906842624ull,
     .required = true},
    {.name = "burst",
     .kind = Kind::kNumber,
     .help = "Allowed above the limit for a tenth of the window.",
     .fallback = "0",
     .high = 1125899906842624ull},
};

constexpr SettingSpec kParsing[] = {
    {.name = "on_failure",
     .kind = Kind::kChoice,
     .help = "What a rule that needs it does when a parser process fails on the mail: refuse for now, go on "
             "without, hold the mail in the queue \"unscanned\", or add failure_score and go on.",
     .fallback = "quarantine",
     .choices = kOnFailure},
    kFailureScore,
    {.name = "timeout_ms",
     .kind = Kind::kNumber,
     .help = "Milliseconds for all parts of one mail.",
     .fallback = "5000",
     .low = 100,
     .high = 60000},
    {.name = "depth",
     .kind = Kind::kNumber,
     .help = "Archives inside archives that are opened.",
     .fallback = "8",
     .low = 1,
     .high = 32},
    {.name = "entries",
     .kind = Kind::kNumber,
     .help = "Files of all archives of one attachment that are looked at.",
     .fallback = "10000",
     .low = 10,
     .high = 1000000},
    {.name = "unpacked",
     .kind = Kind::kSize,
     .help = "Bytes that one attachment may unpack to.",
     .fallback = "100M",
     .low = 1048576,
     .high = 4294967296ull},
    {.name = "ratio",
     .kind = Kind::kNumber,
     .help = "How many times larger an entry may be than it is packed, beyond the first megabyte.",
     .fallback = "200",
     .low = 10,
     .high = 10000},
};

constexpr SettingSpec kRecipientServer[] = {
    {.name = "domains",
     .kind = Kind::kTexts,
     .help = "Recipient domains whose addresses this server knows. Another server may not have them too.",
     .low = 1,
     .high = 1000,
     .required = true,
     .check = checkDomain},
    {.name = "server",
     .kind = Kind::kText,
     .help = "The mail server that the mail is delivered to in the end, HOST:PORT. It must refuse, in answer "
             "to RCPT TO, addresses that are not there.",
     .high = 255,
     .required = true,
     .check = checkMailServer},
    {.name = "on_failure",
     .kind = Kind::kChoice,
     .help = "What a rule that needs it does when it does not answer and the address was not known before: "
             "refuse for now, go on without a value, hold the mail in the queue \"unscanned\", or add "
             "failure_score and go on.",
     .fallback = "tempfail",
     .choices = kOnFailure},
    kFailureScore,
    {.name = "timeout_ms",
     .kind = Kind::kNumber,
     .help = "Milliseconds to wait for the answer about one address. All addresses of one mail together have "
             "20 seconds; those that are left then count as not answered.",
     .fallback = "5000",
     .low = 100,
     .high = 60000},
    {.name = "keep_h",
     .kind = Kind::kNumber,
     .help =
         "Hours for which an address that is there is not asked for again; while the server is away it is "
         "believed for a week more.",
     .fallback = "24",
     .low = 1,
     .high = 720},
    {.name = "keep_unknown_min",
     .kind = Kind::kNumber,
     .help = "Minutes for which an address that is not there is not asked for again.",
     .fallback = "30",
     .low = 1,
     .high = 10080},
};

constexpr SettingSpec kDirectory[] = {
    {.name = "enabled",
     .kind = Kind::kFlag,
     .help = "Ask the directory when a rule looks at groups. While this is off, those conditions hold for no "
             "mail.",
     .fallback = "false",
     .high = 1},
    {.name = "url",
     .kind = Kind::kText,
     .help = "Address of the directory: ldaps://HOST or ldap://HOST:PORT.",
     .fallback = "",
     .high = 255,
     .check = checkUrl},
    {.name = "bind_dn",
     .kind = Kind::kText,
     .help = "Name to log in with; empty: anonymous.",
     .fallback = "",
     .high = 500},
    {.name = "password_file",
     .kind = Kind::kText,
     .help = "File on the node with the password.",
     .fallback = "",
     .high = 255,
     .check = checkPath},
    {.name = "base",
     .kind = Kind::kText,
     .help = "Where the search begins, such as dc=example,dc=com.",
     .fallback = "",
     .high = 500},
    {.name = "filter",
     .kind = Kind::kText,
     .help = "Filter for one address, which stands for %s.",
     .fallback = "(mail=%s)",
     .low = 1,
     .high = 500},
    {.name = "group_attribute",
     .kind = Kind::kText,
     .help = "Attribute that names the groups of the entry found.",
     .fallback = "memberOf",
     .low = 1,
     .high = 100},
    {.name = "on_failure",
     .kind = Kind::kChoice,
     .help =
         "What a rule that needs it does when it does not answer: refuse for now, go on as if the address "
         "was not there, hold the mail in the queue \"unscanned\", or add failure_score and go on.",
     .fallback = "tempfail",
     .choices = kOnFailure},
    kFailureScore,
    {.name = "timeout_ms",
     .kind = Kind::kNumber,
     .help = "Milliseconds to wait for an answer.",
     .fallback = "3000",
     .low = 100,
     .high = 60000},
    {.name = "cache_s",
     .kind = Kind::kNumber,
     .help = "Seconds that an answer is remembered.",
     .fallback = "300",
     .high = 86400},
};

constexpr SettingSpec kLocation[] = {
    {.name = "country_file",
     .kind = Kind::kText,
     .help = "MaxMind database of countries on the node, such as GeoLite2-Country.mmdb; empty: none.",
     .fallback = "",
     .high = 255,
     .check = checkPath},
    {.name = "asn_file",
     .kind = Kind::kText,
     .help = "MaxMind database of autonomous systems on the node, such as GeoLite2-ASN.mmdb; empty: none.",
     .fallback = "",
     .high = 255,
     .check = checkPath},
};

constexpr SectionSpec kSections[] = {
    {"dns", "DNS", "The resolver of the nodes.", kDns,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.dns = {values.texts("servers"), values.integer("timeout_ms"), values.integer("wait_ms"),
                     static_cast<unsigned>(values.number("queries"))};
         return {};
     }},
    {"authentication", "Sender authentication",
     "SPF, DKIM, DMARC and ARC, computed when a rule looks at them.", kAuthentication,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.authentication = {values.text("authserv_id"), failureOf(values), values.flag("write_header"),
                                values.texts("trusted_sealers")};
         return {};
     }},
    {"dns-lists", "DNS lists", "Block and allow lists that are asked over DNS.", kDnsList,
     [](const SettingValues& values, const std::string& name, PolicySections& into) -> Expected<void> {
         DnsListSection& list = into.dnsLists[name];
         list.zone = values.text("zone");
         list.asks = static_cast<DnsListSection::Asks>(values.number("asks"));
         list.weight = values.thousandths("weight");
         list.failure = failureOf(values);
         list.codes.clear();
         for (const std::string& text : values.texts("codes")) {
             list.codes.push_back(readCode(text).value());
             if (list.codes.back().weight < 0) list.codes.back().weight = list.weight;
         }
         return {};
     },
     true, "Short name of the list, by which rules know it."},
    {"greylisting", "Greylisting", "What the action greylist does, for the whole cluster.", kGreylisting,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.greylisting = {values.integer("delay_s"),
                             values.integer("retry_h"),
                             values.integer("lifetime_days"),
                             static_cast<unsigned>(values.number("ipv4_prefix")),
                             static_cast<unsigned>(values.number("ipv6_prefix")),
                             static_cast<unsigned>(values.number("auto_allow"))};
         return {};
     }},
    {"rates", "Rates", "Counters of the whole cluster that rules look at and limit.", kRate,
     [](const SettingValues& values, const std::string& name, PolicySections& into) -> Expected<void> {
         RateSection& rate = into.rates[name];
         rate = {static_cast<RateSection::Key>(values.number("key")),
                 values.text("header"),
                 static_cast<RateSection::Counts>(values.number("counts")),
                 values.integer("window_s"),
                 values.number("limit"),
                 values.number("burst")};
         const bool ofHeader = rate.key == RateSection::Key::kHeader;
         if (ofHeader && rate.header.empty())
             return problem("header", "expected the name of the header that is the key");
         if (!ofHeader && !rate.header.empty()) return problem("header", "is only for the key header");
         return {};
     },
     true, "Name of the rate, by which rules know it."},
    {"parsing", "Parsers",
     "The processes that read HTML, archives and documents, apart from everything else.", kParsing,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.parsing = {failureOf(values),
                         values.integer("timeout_ms"),
                         static_cast<unsigned>(values.number("depth")),
                         values.number("entries"),
                         values.number("unpacked"),
                         static_cast<unsigned>(values.number("ratio"))};
         return {};
     }},
    {"directory", "Directory", "The LDAP directory that knows users and their groups.", kDirectory,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.directory = {values.flag("enabled"),         values.text("url"),  values.text("bind_dn"),
                           values.text("password_file"),   values.text("base"), values.text("filter"),
                           values.text("group_attribute"), failureOf(values),   values.integer("timeout_ms"),
                           values.integer("cache_s")};
         if (into.directory.enabled && into.directory.url.empty())
             return problem("url", "expected the address of the directory");
         if (into.directory.filter.find("%s") == std::string::npos)
             return problem("filter", "expected %s where the address goes");
         return {};
     }},
    {"recipient-servers", "Recipient servers",
     "Mail servers that are asked with RCPT TO whether an address is there.", kRecipientServer,
     [](const SettingValues& values, const std::string& name, PolicySections& into) -> Expected<void> {
         RecipientServerSection& one = into.recipientServers[name];
         one = {values.texts("domains"),      values.text("server"),    failureOf(values),
                values.integer("timeout_ms"), values.integer("keep_h"), values.integer("keep_unknown_min")};
         for (std::string& domain : one.domains) domain = lowered(domain);
         for (const auto& [other, section] : into.recipientServers)
             for (const std::string& domain : section.domains)
                 if (other != name && std::count(one.domains.begin(), one.domains.end(), domain) != 0)
                     return problem("domains", domain + " is already asked of \"" + other + "\"");
         return {};
     },
     true, "Short name of the server."},
    {"location", "Location", "Files that know the country and the network of an address.", kLocation,
     [](const SettingValues& values, const std::string&, PolicySections& into) -> Expected<void> {
         into.location = {values.text("country_file"), values.text("asn_file")};
         return {};
     }},
};

}  // namespace

std::span<const SectionSpec> checkSections() {
    return kSections;
}

Expected<void> checkDomain(std::string_view text) {
    const auto entry = canonicalEntry(ListKind::kDomain, text);
    if (!entry) return tl::unexpected<Problem>(entry.error());
    if (entry->starts_with('.')) return problem("", "expected a domain, without a dot in front");
    return {};
}

Expected<void> checkMailbox(std::string_view text) {
    const AddressParts parts = splitAddress(text);
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c != 0x7F && c != '<' && c != '>' && c != '"' && c != ',';
    });
    if (!plain || parts.local.empty() || parts.domain.empty() || text.size() > 254)
        return problem("", "expected a mail address such as name@example.com");
    return checkDomain(parts.domain);
}

Expected<void> checkPath(std::string_view text) {
    if (text.empty() || (text.starts_with('/') && text.find('\0') == std::string_view::npos)) return {};
    return problem("", "expected the full path of a file on the node");
}

}  // namespace weir
