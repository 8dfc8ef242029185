// DNS in memory, for tests: names with their TXT records, and names that get no answer.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "slave/dns/dns_source.h"

namespace weir::test {

class Zone : public DnsSource {
  public:
    std::map<std::string, std::vector<std::string>> txt;
    std::set<std::string> silent;
    std::vector<std::string> asked, expected;

    DnsAnswer lookup(const std::string& name, DnsType type) override {
        asked.push_back(name);
        DnsAnswer answer;
        answer.state = DnsAnswer::State::kNoName;
        if (silent.contains(name)) {
            answer.state = DnsAnswer::State::kTempError;
            answer.detail = "time-out";
        } else if (const auto found = txt.find(name); found != txt.end()) {
            answer.state = type == DnsType::kTxt ? DnsAnswer::State::kFound : DnsAnswer::State::kNoData;
            if (answer.found()) answer.records = found->second;
        }
        return answer;
    }
    void expect(const std::string& name, DnsType) override { expected.push_back(name); }
};

}  // namespace weir::test
