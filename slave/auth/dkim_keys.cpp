#include "slave/auth/dkim_keys.h"

#include "slave/auth/domain_name.h"

namespace weir {

std::string dkimKeyName(const std::string& domain, const std::string& selector) {
    const std::string name = selector + "._domainkey." + domain;
    return asciiDomain(name).value_or(name);
}

void DkimKeys::expect(const std::string& domain, const std::string& selector) {
    const std::string name = dkimKeyName(domain, selector);
    if (!answers_.contains(name)) source_.expect(name, DnsType::kTxt);
}

const DkimKeyAnswer& DkimKeys::find(const std::string& domain, const std::string& selector) {
    const std::string name = dkimKeyName(domain, selector);
    const auto found = answers_.find(name);
    if (found != answers_.end()) return found->second;
    if (answers_.size() >= limits_.names) {
        static const DkimKeyAnswer tooMany{DkimKeyAnswer::State::kTempError, {}, "too many different keys"};
        return tooMany;
    }
    return answers_.emplace(name, lookup(name)).first->second;
}

DkimKeyAnswer DkimKeys::lookup(const std::string& name) {
    DkimKeyAnswer answer;
    const DnsAnswer dns = source_.lookup(name, DnsType::kTxt);
    if (dns.state == DnsAnswer::State::kTempError) {
        answer.state = DkimKeyAnswer::State::kTempError;
        answer.detail = dns.detail;
        return answer;
    }
    std::size_t tried = 0;
    for (const std::string& record : dns.records) {
        if (!looksLikeDkimKey(record)) continue;
        answer.state = DkimKeyAnswer::State::kFound;
        if (++tried > limits_.keysPerName) break;
        auto key = DkimKey::parse(record, limits_.key);
        if (key) {
            answer.keys.push_back(std::move(*key));
        } else if (answer.detail.empty()) {
            answer.detail = key.error().text();
        }
    }
    return answer;
}

}  // namespace weir
