#include "slave/filter/signing.h"

#include <optional>

#include "common/base/log.h"
#include "common/mail/address.h"
#include "common/mail/mailbox_list.h"
#include "slave/auth/arc_seal.h"

namespace weir {
namespace {

struct LoadedKey {
    std::shared_ptr<const SigningKey> key;
    std::filesystem::file_time_type written{};
};

std::optional<std::string> fromDomain(const Message& message) {
    for (const std::string& value : message.header("From"))
        for (const Mailbox& one : readMailboxes(value)) return std::string(splitAddress(one.address).domain);
    return std::nullopt;
}

using Keys = std::vector<std::shared_ptr<const SigningKey>>;

// `held` keeps the keys that the signers point to.
std::vector<DkimSigner> signersOf(const std::string& domain, const SigningSection& section,
                                  const SigningKeys& keys, Keys& held, OutgoingMail& mail) {
    std::vector<DkimSigner> signers;
    for (const std::string& selector : section.selectors) {
        auto key = keys.find(selector, domain);
        if (!key) {
            mail.notDone.push_back("no signing key " + selector + "." + domain + ".pem");
            continue;
        }
        held.push_back(std::move(key));
        DkimSigner signer;
        signer.key = held.back().get();
        signer.domain = domain;
        signer.selector = selector;
        signers.push_back(std::move(signer));
    }
    return signers;
}

void addOnTop(OutgoingMail& mail, const std::vector<AddedField>& fields) {
    std::vector<TopHeader> top;
    for (const AddedField& one : fields) top.push_back({one.name, one.value});
    mail.top.insert(mail.top.begin(), top.begin(), top.end());
}

void sign(const std::string& domain, const SigningSection& section, const Message& received,
          const SigningKeys& keys, TimePoint time, OutgoingMail& mail) {
    Keys held;
    const std::vector<DkimSigner> signers = signersOf(domain, section, keys, held, mail);
    if (signers.empty()) return;
    const std::string whole = mail.whole(received);
    const Message sent(whole);
    CanonicalMail canonical(sent.headers(), sent.body());
    const auto fields = signDkim(canonical, signers, usualDkimSettings(), time);
    if (!fields) {
        mail.notDone.push_back("not signed: " + fields.error().text());
    } else {
        addOnTop(mail, *fields);
    }
}

void seal(const std::string& domain, const SigningSection& section, const Message& received,
          const Inspected& inspected, const SigningKeys& keys, TimePoint time, OutgoingMail& mail) {
    Keys held;
    SigningSection first = section;
    first.selectors.resize(1);
    const std::vector<DkimSigner> signers = signersOf(domain, first, keys, held, mail);
    if (signers.empty()) return;
    const std::string whole = mail.whole(received);
    const Message sent(whole);
    CanonicalMail canonical(sent.headers(), sent.body());
    const ArcSeal sealed = sealArc(canonical, inspected.sender->arc, signers.front(),
                                   inspected.authentication, usualArcSettings(), time);
    if (sealed.fields.empty()) mail.notDone.push_back("not sealed: " + sealed.notSealed);
    addOnTop(mail, sealed.fields);
}

}  // namespace

struct SigningKeys::State {
    explicit State(std::filesystem::path given) : folder(std::move(given)) {}
    const std::filesystem::path folder;
    Guarded<std::map<std::string, LoadedKey>> loaded;
};

SigningKeys::SigningKeys(std::filesystem::path folder) : state_(std::make_unique<State>(std::move(folder))) {}
SigningKeys::~SigningKeys() = default;
SigningKeys::SigningKeys(SigningKeys&&) noexcept = default;

std::shared_ptr<const SigningKey> SigningKeys::find(const std::string& selector,
                                                    const std::string& domain) const {
    const std::string name = selector + "." + domain + ".pem";
    const std::filesystem::path path = state_->folder / name;
    std::error_code missing;
    const auto found = std::filesystem::last_write_time(path, missing);
    const auto written = missing ? std::filesystem::file_time_type{} : found;
    auto loaded = state_->loaded.lock();
    const auto known = loaded->find(name);
    if (known != loaded->end() && known->second.written == written) return known->second.key;
    LoadedKey fresh{nullptr, written};
    try {
        fresh.key = std::make_shared<const SigningKey>(SigningKey::fromFile(path));
    } catch (const std::exception& error) {
        logWarning("signing.key_refused", {{"file", path.string()}, {"reason", error.what()}});
    }
    return loaded->insert_or_assign(name, std::move(fresh)).first->second.key;
}

std::vector<std::string> missingKeys(const PolicySections& sections, const SigningKeys& keys) {
    std::vector<std::string> missing;
    for (const auto& [domain, section] : sections.signing)
        for (const std::string& selector : section.selectors)
            if (!keys.find(selector, domain)) missing.push_back(selector + "." + domain + ".pem");
    return missing;
}

std::optional<std::string> sealingDomain(const Envelope& envelope, const PolicySections& sections) {
    if (envelope.direction != Direction::kInbound || envelope.recipients.empty()) return std::nullopt;
    std::string domain(splitAddress(normalAddress(envelope.recipients.front())).domain);
    const auto section = sections.signing.find(domain);
    if (section == sections.signing.end() || !section->second.seal) return std::nullopt;
    return domain;
}

void signOutgoing(const Message& received, const Envelope& envelope, const Inspected& inspected,
                  const PolicySections& sections, const SigningKeys& keys, TimePoint time,
                  OutgoingMail& mail) {
    if (sections.signing.empty()) return;
    try {
        if (envelope.direction == Direction::kOutbound) {
            const auto domain = fromDomain(received);
            const auto section = domain ? sections.signing.find(*domain) : sections.signing.end();
            if (section != sections.signing.end()) sign(*domain, section->second, received, keys, time, mail);
            return;
        }
        const auto domain = sealingDomain(envelope, sections);
        if (!domain || !inspected.sender) return;
        seal(*domain, sections.signing.at(*domain), received, inspected, keys, time, mail);
    } catch (const std::exception& error) {
        mail.notDone.push_back(std::string("not signed: ") + error.what());
    }
}

}  // namespace weir
