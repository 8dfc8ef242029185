#include "slave/facts/outside_facts.h"

#include <algorithm>
#include <cmath>

#include "common/mail/address.h"
#include "common/mail/ascii.h"
#include "common/mail/mailbox_list.h"
#include "common/policy/rule.h"
#include "slave/facts/dns_lists.h"
#include "slave/facts/learned_score.h"

namespace weir {
namespace {

constexpr std::size_t kMostFromAddresses = 20;  // that are looked up in user lists

FieldValues textsOf(std::vector<std::string> texts) {
    FieldValues values;
    values.texts = std::move(texts);
    values.present = !values.texts.empty();
    return values;
}

FieldValues scoreOf(double score) {
    FieldValues values;
    const double bounded = std::clamp(score, -1e6, 1e6);
    values.numbers.push_back(kScoreZero + static_cast<std::uint64_t>(std::llround(bounded * 1000)));
    values.present = true;
    return values;
}

FieldValues numberOf(std::uint64_t number) {
    FieldValues values;
    values.numbers.push_back(number);
    values.present = true;
    return values;
}

MailDnsBudget budgetOf(const DnsSection& section) {
    MailDnsBudget budget;
    budget.queries = section.queries;
    budget.wait = std::chrono::milliseconds(section.waitMillis);
    budget.oneWait = std::min(budget.oneWait, budget.wait);
    return budget;
}

std::vector<std::string> fromAddresses(const Message& message) {
    std::vector<std::string> addresses;
    for (const HeaderField& field : message.headers())
        if (equalIgnoringCase(field.name, "From"))
            for (Mailbox& one : readMailboxes(field.value)) addresses.push_back(std::move(one.address));
    return addresses;
}

bool has(const FactGroups& groups, FactGroup one) {
    return groups.test(static_cast<std::size_t>(one));
}

}  // namespace

OutsideFacts::OutsideFacts(const Envelope& envelope, const Message& message, const CompiledPolicy& policy,
                           Services& services, PolicyServicesPtr asked, TimePoint time, Use use)
    : envelope_(envelope),
      message_(message),
      policy_(policy),
      services_(services),
      asked_(std::move(asked)),
      time_(time),
      use_(use),
      userLists_(services.catalogs().userLists()),
      learned_(services.catalogs().learned()),
      dns_(*asked_->resolver, budgetOf(policy.sections().dns)) {}
OutsideFacts::~OutsideFacts() = default;

void OutsideFacts::start(const char* name) {
    Scan& one = scans_[name];
    if (one.ticket) return;
    if (const ScannerPoolPtr pool = asked_->scanners.find(name))
        one.ticket = pool->start({message_.bytes(), envelope_});
}

void OutsideFacts::expect(const FactGroups& groups) {
    if (has(groups, FactGroup::kVirus)) {
        start(kClamd);
        start(kIcap);
    }
    if (has(groups, FactGroup::kRspamd)) start(kRspamd);
    if (has(groups, FactGroup::kSpamd)) start(kSpamd);
    if (has(groups, FactGroup::kAuthentication)) expectAuthentication(envelope_, message_, dns_);
    if (has(groups, FactGroup::kDnsLists))
        for (const auto& [name, list] : policy_.sections().dnsLists)
            if (list.asks == DnsListSection::Asks::kClient)
                expectDnsList(list, {envelope_.clientAddress}, dns_);
}

const ScanOutcome* OutsideFacts::scan(const char* name, const char* stage) {
    start(name);
    Scan& one = scans_[name];
    if (one.ticket && one.outcome == nullptr) {
        const Stopwatch watch;
        one.outcome = &one.ticket->wait();
        waited_[stage] += watch.millis();
    }
    return one.outcome;
}

void OutsideFacts::addFailure(const char* name, const ScannerSection& section, const ScanOutcome& outcome,
                              FactAnswer& answer) {
    using State = ScanOutcome::State;
    if (outcome.state != State::kUnavailable && outcome.state != State::kTooLarge) return;
    const std::string why = std::string(name) + ": " + outcome.detail;
    answer.failures.push_back({why, section.failure});
    if (failed_.insert(name).second) failures_.push_back(why);
}

FactAnswer OutsideFacts::virus(Field field) {
    const PolicySections& sections = policy_.sections();
    FactAnswer answer;
    // Both are asked before either is waited for.
    start(kClamd);
    start(kIcap);
    const std::pair<const char*, const ScannerSection*> scanners[] = {{kClamd, &sections.antivirus},
                                                                      {kIcap, &sections.icap}};
    if (!sections.antivirus.enabled && !sections.icap.enabled)
        answer.note = "the sections antivirus and icap are not enabled";
    std::vector<std::string> names;
    for (const auto& [name, section] : scanners) {
        const ScanOutcome* outcome = scan(name, "virus");
        if (outcome == nullptr) continue;
        addFailure(name, *section, *outcome, answer);
        if (outcome->state == ScanOutcome::State::kFound)
            names.insert(names.end(), outcome->names.begin(), outcome->names.end());
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    viruses_ = names;
    answer.values = textsOf(std::move(names));
    if (field == Field::kVirusFound) answer.values.texts.clear();
    return answer;
}

FactAnswer OutsideFacts::spam(Field field, const char* name, const ScannerSection& section) {
    FactAnswer answer;
    const ScanOutcome* outcome = scan(name, name);
    if (outcome == nullptr) {
        answer.note = std::string("the section ") + name + " is not enabled";
        return answer;
    }
    addFailure(name, section, *outcome, answer);
    if (!answer.failures.empty()) return answer;
    switch (field) {
        case Field::kRspamdScore:
        case Field::kSpamdScore:
            answer.values = scoreOf(outcome->score);
            break;
        case Field::kRspamdAction:
            answer.values = textsOf({outcome->action});
            break;
        default: {
            std::vector<std::string> symbols;
            for (const Symbol& one : outcome->symbols) symbols.push_back(one.name);
            answer.values = textsOf(std::move(symbols));
        }
    }
    return answer;
}

const SenderAuthentication& OutsideFacts::authenticate() {
    if (!authentication_) {
        const Stopwatch watch;
        authentication_ = authenticateSender(envelope_, message_, policy_.sections().authentication,
                                             services_.hostName(), time_, dns_);
        waited_["authentication"] += watch.millis();
    }
    return *authentication_;
}

std::optional<DmarcSighting> OutsideFacts::sighting() {
    const DmarcReportsSection& section = policy_.sections().dmarcReports;
    if (!isReported(envelope_, section)) return std::nullopt;
    const SenderAuthentication& found = authenticate();
    const Stopwatch watch;
    auto sighting = dmarcSighting(found, envelope_, section, dns_);
    waited_["authentication"] += watch.millis();
    return sighting;
}

FactAnswer OutsideFacts::authenticationValues(Field field) {
    const SenderAuthentication& found = authenticate();
    FactAnswer answer;
    answer.values = textsOf(found.values(field));
    if (const std::string why = found.temporaryError(field); !why.empty())
        answer.failures.push_back({why, policy_.sections().authentication.failure});
    return answer;
}

// What a list is asked about.
std::vector<std::string> OutsideFacts::listed(const DnsListSection& list, MailContent& content) {
    using Asks = DnsListSection::Asks;
    std::vector<std::string> values;
    const auto add = [&](const std::string& value) {
        if (!value.empty()) values.push_back(value);
    };
    switch (list.asks) {
        case Asks::kClient:
            add(envelope_.clientAddress);
            break;
        case Asks::kClientName:
            if (envelope_.clientName != "unknown") add(envelope_.clientName);
            break;
        case Asks::kHelo:
            add(envelope_.helo);
            break;
        case Asks::kSenderDomain:
            add(domainOf(envelope_.sender));
            break;
        case Asks::kFromDomain:
            for (const std::string& one : fromAddresses(message_)) add(domainOf(one));
            break;
        case Asks::kUrlDomain:
            for (const UrlParts& one : content.urls()) add(one.domain.empty() ? one.host.name : one.domain);
            break;
        case Asks::kUrlHost:
            for (const UrlParts& one : content.urls()) add(one.host.name);
            break;
    }
    return values;
}

FactAnswer OutsideFacts::dnsLists(Field field, MailContent& content) {
    const std::string key = "dns-lists";
    if (!known_.contains(key)) {
        const Stopwatch watch;
        FactAnswer& all = known_[key];
        const auto& lists = policy_.sections().dnsLists;
        for (const auto& [name, list] : lists) expectDnsList(list, listed(list, content), dns_);
        Score sum = 0;
        for (const auto& [name, list] : lists) {
            DnsListResult result = askDnsList(name, list, listed(list, content), dns_);
            sum += result.score;
            for (std::string& hit : result.hits) all.values.texts.push_back(std::move(hit));
            if (!result.failure.empty()) all.failures.push_back({result.failure, list.failure});
        }
        all.values.present = !all.values.texts.empty();
        all.values.numbers.push_back(kScoreZero + static_cast<std::uint64_t>(sum));
        waited_["dns-lists"] += watch.millis();
    }
    FactAnswer answer = known_[key];
    if (field == Field::kDnsbl) answer.values.numbers.clear();
    if (field == Field::kDnsblScore) {
        answer.values.texts.clear();
        answer.values.present = true;
    }
    return answer;
}

FactAnswer OutsideFacts::directory(const std::string& address) {
    FactAnswer answer;
    if (!asked_->directory) {
        answer.note = "the section directory is not enabled";
        return answer;
    }
    if (address.empty()) return answer;
    const Stopwatch watch;
    const DirectoryAnswer found = asked_->directory->find(normalAddress(address));
    waited_["directory"] += watch.millis();
    answer.values = textsOf(found.groups);
    answer.values.present = found.state == DirectoryAnswer::State::kKnown;
    if (found.state == DirectoryAnswer::State::kUnavailable) {
        const std::string why = "directory: " + found.detail;
        answer.failures.push_back({why, policy_.sections().directory.failure});
        if (failed_.insert("directory").second) failures_.push_back(why);
    }
    return answer;
}

FactAnswer OutsideFacts::verification(const std::string& recipient) {
    FactAnswer answer;
    const std::string domain = domainOf(recipient);
    const auto server = asked_->recipientServers.find(domain);
    if (server == asked_->recipientServers.end()) {
        answer.note = "the section recipient-servers names no server for " + domain;
        return answer;
    }
    const Stopwatch watch;
    const ProbeAnswer found = server->second->find(normalAddress(recipient), askingLeft_);
    waited_["recipient-servers"] += watch.millis();
    answer.note = found.text;
    switch (found.state) {
        case ProbeAnswer::State::kDeliverable:
            answer.values = textsOf({"deliverable"});
            break;
        case ProbeAnswer::State::kUndeliverable:
            answer.values = textsOf({"undeliverable"});
            break;
        case ProbeAnswer::State::kUnsaid:
        case ProbeAnswer::State::kUnavailable:
            const std::string why = "recipient server: " + found.text;
            for (const auto& [name, section] : policy_.sections().recipientServers)
                if (std::count(section.domains.begin(), section.domains.end(), domain) != 0)
                    answer.failures.push_back({why, section.failure});
            if (failed_.insert("recipient-servers").second) failures_.push_back(why);
    }
    return answer;
}

FactAnswer OutsideFacts::location(Field field) {
    FactAnswer answer;
    const Location::Answer found = asked_->location->find(envelope_.clientAddress);
    answer.note = found.problem;
    if (field == Field::kClientAsn) {
        if (found.asn != 0) answer.values = numberOf(found.asn);
    } else if (!found.country.empty()) {
        answer.values = textsOf({found.country});
    }
    return answer;
}

FactAnswer OutsideFacts::userList(const std::string& recipient) {
    FactAnswer answer;
    if (!userLists_) {
        answer.note = "this node has no user lists yet";
        return answer;
    }
    std::vector<std::string> from = fromAddresses(message_);
    if (from.size() > kMostFromAddresses) from.resize(kMostFromAddresses);
    const auto decide = [&](const std::string& address) {
        return userLists_->decide(recipient, envelope_.sender, address);
    };
    std::optional<UserListKind> kind = decide(from.size() == 1 ? from.front() : std::string());
    // Which of several a reader believes nobody knows: each may block, and none allows.
    for (std::size_t i = 0; from.size() > 1 && i < from.size() && kind != UserListKind::kBlock; ++i)
        if (decide(from[i]) == UserListKind::kBlock) kind = UserListKind::kBlock;
    if (kind) answer.values = textsOf({*kind == UserListKind::kAllow ? "allowed" : "blocked"});
    return answer;
}

FactAnswer OutsideFacts::values(const FieldSpec& field, const std::string& argument,
                                const std::string& recipient, MailContent& content) {
    const PolicySections& sections = policy_.sections();
    switch (field.group) {
        case FactGroup::kVirus:
            return virus(field.field);
        case FactGroup::kRspamd:
            return spam(field.field, kRspamd, sections.rspamd);
        case FactGroup::kSpamd:
            return spam(field.field, kSpamd, sections.spamd);
        case FactGroup::kAuthentication:
            return authenticationValues(field.field);
        case FactGroup::kDnsLists:
            return dnsLists(field.field, content);
        case FactGroup::kDirectory:
            return directory(field.perRecipient ? recipient : envelope_.sender);
        case FactGroup::kRecipientServers:
            return verification(recipient);
        case FactGroup::kLocation:
            return location(field.field);
        case FactGroup::kUserLists:
            return userList(recipient);
        case FactGroup::kLearned:
            return learnedScore(field.field, learned_.get(), message_, content);
        case FactGroup::kRates: {
            FactAnswer answer;
            answer.values = numberOf(rate(argument, recipient).count);
            return answer;
        }
        default:
            return {};
    }
}

GreylistWait OutsideFacts::greylist(const std::string& recipient) {
    if (use_ == Use::kTry) return {std::chrono::seconds(0), "not tried in a test"};
    const GreylistingSection& section = policy_.sections().greylisting;
    GreylistSettings settings;
    settings.delay = std::chrono::seconds(section.delaySeconds);
    settings.retryWindow = std::chrono::hours(section.retryHours);
    settings.lifetime = std::chrono::hours(24 * section.lifetimeDays);
    settings.v4Prefix = section.ipv4Prefix;
    settings.v6Prefix = section.ipv6Prefix;
    settings.autoAllowAfter = section.autoAllow;
    const GreylistAnswer answer = services_.counters().greylist().check(
        envelope_.clientAddress, envelope_.sender, recipient, settings, time_);
    if (!answer.pass)
        return {std::max(answer.wait, std::chrono::seconds(1)),
                std::to_string(answer.wait.count()) + " s to wait"};
    return {std::chrono::seconds(0), answer.autoAllowed ? "the client's network is known"
                                     : answer.known     ? "known"
                                                        : "came again in time"};
}

// What a rate counts for; nothing where the mail has no such thing.
std::optional<std::string> OutsideFacts::rateKey(const RateSection& rate,
                                                 const std::string& recipient) const {
    using Key = RateSection::Key;
    const GreylistingSection& networks = policy_.sections().greylisting;
    std::string key;
    switch (rate.key) {
        case Key::kClient:
            key = envelope_.clientAddress;
            break;
        case Key::kClientNetwork:
            key = clientNetwork(envelope_.clientAddress, networks.ipv4Prefix, networks.ipv6Prefix);
            break;
        case Key::kSender:
            key = lowered(normalAddress(envelope_.sender));
            break;
        case Key::kSenderDomain:
            key = domainOf(envelope_.sender);
            break;
        case Key::kUser:
            key = lowered(envelope_.authUser);
            break;
        case Key::kRecipient:
            key = lowered(normalAddress(recipient));
            break;
        case Key::kRecipientDomain:
            key = domainOf(recipient);
            break;
        case Key::kFrom:
        case Key::kHeader: {
            const std::vector<std::string> values =
                message_.header(rate.key == Key::kFrom ? "From" : rate.header);
            key = values.empty() ? "" : lowered(values.front());
            break;
        }
    }
    if (key.empty()) return std::nullopt;
    return key;
}

RateAnswer OutsideFacts::rate(const std::string& name, const std::string& recipient) {
    const RateSection& section = policy_.sections().rates.at(name);
    const auto key = rateKey(section, recipient);
    if (!key) return {};
    RateAnswer& answer = rates_[name + '\n' + *key];
    if (answer.count != 0) return answer;  // this mail is counted once for each key
    const bool ofRecipient =
        section.key == RateSection::Key::kRecipient || section.key == RateSection::Key::kRecipientDomain;
    std::uint64_t amount = 1;
    if (section.counts == RateSection::Counts::kRecipients && !ofRecipient)
        amount = envelope_.recipients.size();
    if (section.counts == RateSection::Counts::kBytes) amount = message_.bytes().size();
    const std::chrono::seconds window(section.windowSeconds);
    Rates& rates = services_.counters().rates();
    const WindowCount count = use_ == Use::kTry ? rates.peek(name, *key, window, time_)
                                                : rates.add(name, *key, amount, window, time_);
    answer.over = overLimit({section.limit, section.burst, window}, count);
    answer.count = count.total;
    return answer;
}

}  // namespace weir
