#include "slave/facts/services.h"

#include <algorithm>
#include <fstream>
#include <map>

#include "common/base/log.h"
#include "common/config/settings.h"

namespace weir {
namespace {

constexpr unsigned kMostConnections = 64;  // of one pool

std::string firstLine(const std::string& path) {
    if (path.empty()) return {};
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line))
        logWarning("scanner.password_file", {{"path", path}, {"reason", "cannot be read"}});
    return line;
}

ScannerSettings settingsOf(ScannerKind kind, const ScannerSection& section) {
    ScannerSettings settings;
    settings.kind = kind;
    settings.address = section.address;
    settings.timeout = std::chrono::milliseconds(section.timeoutMillis);
    settings.maxBytes = section.maxBytes;
    settings.connections = std::min(section.connections, kMostConnections);
    if (kind == ScannerKind::kRspamd) settings.password = firstLine(section.passwordFile);
    if (kind == ScannerKind::kSpamd) settings.user = section.service;
    if (kind == ScannerKind::kIcap) settings.service = section.service;
    return settings;
}

std::map<std::string, ScannerSettings> scannersOf(const PolicySections& sections) {
    std::map<std::string, ScannerSettings> all;
    const auto add = [&](const char* name, ScannerKind kind, const ScannerSection& section) {
        if (section.enabled) all[name] = settingsOf(kind, section);
    };
    add(kClamd, ScannerKind::kClamd, sections.antivirus);
    add(kIcap, ScannerKind::kIcap, sections.icap);
    add(kRspamd, ScannerKind::kRspamd, sections.rspamd);
    add(kSpamd, ScannerKind::kSpamd, sections.spamd);
    return all;
}

DnsServers serversOf(const DnsSection& section) {
    DnsServers servers;
    for (const std::string& one : section.servers)
        servers.addresses += (servers.addresses.empty() ? "" : ",") + one;
    servers.timeout = std::chrono::milliseconds(section.timeoutMillis);
    return servers;
}

std::shared_ptr<Directory> directoryOf(const DirectorySection& section,
                                       const std::shared_ptr<Directory>& before) {
    if (!section.enabled) return nullptr;
    DirectorySettings settings;
    settings.url = section.url;
    settings.bindDn = section.bindDn;
    settings.passwordFile = section.passwordFile;
    settings.base = section.base;
    settings.filter = section.filter;
    settings.groupAttribute = section.groupAttribute;
    settings.timeout = std::chrono::milliseconds(section.timeoutMillis);
    settings.remember = std::chrono::seconds(section.cacheSeconds);
    return before && before->settings() == settings ? before : std::make_shared<Directory>(settings);
}

std::shared_ptr<Location> locationOf(const LocationSection& section,
                                     const std::shared_ptr<Location>& before) {
    const bool same =
        before && before->countryFile() == section.countryFile && before->asnFile() == section.asnFile;
    return same ? before : std::make_shared<Location>(section.countryFile, section.asnFile);
}

using RecipientServers = std::map<std::string, std::shared_ptr<RecipientServer>>;

// What is remembered stays where a server's settings stay.
RecipientServers recipientServersOf(const PolicySections& sections, const RecipientServers& before,
                                    const std::string& hostName) {
    RecipientServers all;
    for (const auto& [name, section] : sections.recipientServers) {
        RecipientServerSettings settings;
        const auto server = parseSocketName(section.server);
        settings.host = server ? server->host : section.server;
        settings.port = static_cast<std::uint16_t>(server ? server->port : 0);
        settings.heloName = hostName;
        settings.timeout = std::chrono::milliseconds(section.timeoutMillis);
        settings.keepDeliverable = std::chrono::hours(section.keepHours);
        settings.keepUndeliverable = std::chrono::minutes(section.keepUnknownMinutes);
        std::shared_ptr<RecipientServer> kept;
        for (const std::string& domain : section.domains)
            if (const auto old = before.find(domain);
                !kept && old != before.end() && old->second->settings() == settings)
                kept = old->second;
        if (!kept) kept = std::make_shared<RecipientServer>(std::move(settings));
        for (const std::string& domain : section.domains) all[domain] = kept;
    }
    return all;
}

bool sameServers(const DnsSection& a, const DnsSection& b) {
    return a.servers == b.servers && a.timeoutMillis == b.timeoutMillis;
}

}  // namespace

Services::Services(std::string hostName, ParserPoolSettings parsers, SharedCounters& counters,
                   Catalogs& catalogs)
    : hostName_(std::move(hostName)),
      parsers_(std::move(parsers)),
      counters_(counters),
      catalogs_(catalogs) {}

PolicyServicesPtr Services::of(const CompiledPolicyPtr& policy) {
    auto made = made_.lock();
    if (made->policy == policy) return made->services;
    const PolicySections& sections = policy->sections();
    static const PolicyServices kNone;
    const PolicyServices& before = made->services ? *made->services : kNone;
    auto services = std::make_shared<PolicyServices>();
    services->scanners = Scanners(scannersOf(sections), before.scanners);
    services->directory = directoryOf(sections.directory, before.directory);
    services->location = locationOf(sections.location, before.location);
    services->recipientServers = recipientServersOf(sections, before.recipientServers, hostName_);
    if (before.resolver && sameServers(made->policy->sections().dns, sections.dns)) {
        services->resolver = before.resolver;
    } else {
        ResolverSettings settings;
        settings.servers = serversOf(sections.dns);
        services->resolver = std::make_shared<Resolver>(settings);
    }
    *made = {policy, services};
    return services;
}

PolicyServicesPtr Services::present() const {
    return made_.lock()->services;
}

}  // namespace weir
