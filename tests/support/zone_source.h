// A DnsSource that answers from records a test gives it.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/mail/url_host.h"
#include "slave/dns/dns_name.h"
#include "slave/dns/dns_source.h"

namespace weir::test {

class ZoneSource : public DnsSource {
  public:
    // MX: in the order of their preferences.
    ZoneSource& add(const std::string& name, DnsType type, const std::string& record) {
        records_[{lowerName(name), type}].push_back(record);
        return *this;
    }
    ZoneSource& txt(const std::string& name, const std::string& record) {
        return add(name, DnsType::kTxt, record);
    }
    ZoneSource& a(const std::string& name, const std::string& record) {
        return add(name, DnsType::kA, record);
    }
    ZoneSource& alias(const std::string& name, const std::string& target) {
        aliases_[lowerName(name)] = lowerName(target);
        return *this;
    }
    // Types of this name that have no record cannot be answered.
    ZoneSource& fail(const std::string& name) {
        failing_.insert(lowerName(name));
        return *this;
    }

    DnsAnswer lookup(const std::string& name, DnsType type) override {
        asked.push_back({name, type});
        auto normal = normalDnsName(name);
        if (!normal) return {DnsAnswer::State::kNoName, {}, {}, ""};
        for (int aliases = 0;; ++aliases) {
            const auto alias = aliases_.find(*normal);
            if (alias == aliases_.end()) break;
            if (aliases == 10) return {DnsAnswer::State::kTempError, {}, {}, "a loop of aliases"};
            normal = alias->second;
        }
        const auto found = records_.find({*normal, type});
        if (found != records_.end())
            return {DnsAnswer::State::kFound, found->second, std::chrono::seconds(60), ""};
        if (failing_.contains(*normal)) return {DnsAnswer::State::kTempError, {}, {}, "time-out"};
        const bool exists = std::any_of(records_.begin(), records_.end(), [&](const auto& entry) {
            return isWithin(entry.first.first, *normal);
        });
        return {exists ? DnsAnswer::State::kNoData : DnsAnswer::State::kNoName, {}, {}, ""};
    }
    void expect(const std::string& name, DnsType type) override { expected.push_back({name, type}); }

    bool wasAsked(const std::string& name, DnsType type) const {
        return std::find(asked.begin(), asked.end(), std::pair(name, type)) != asked.end();
    }

    std::vector<std::pair<std::string, DnsType>> asked, expected;

  private:
    static std::string lowerName(std::string name) { return normalDnsName(name).value_or(name); }
    std::map<std::pair<std::string, DnsType>, std::vector<std::string>> records_;
    std::map<std::string, std::string> aliases_;
    std::set<std::string> failing_;
};

}  // namespace weir::test
