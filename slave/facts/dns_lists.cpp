#include "slave/facts/dns_lists.h"

#include <algorithm>
#include <optional>

#include "common/policy/network.h"
#include "slave/dns/dns_name.h"

namespace weir {
namespace {

// Of an address its reverse name without the zone of reverse names (RFC 5782, sections 2.1 and 2.4).
std::optional<std::string> queryName(const DnsListSection& list, const std::string& value) {
    const std::string& zone = list.zone;
    if (const auto reverse = reverseDnsName(value)) {
        const std::size_t end =
            reverse->ends_with(".in-addr.arpa") ? reverse->size() - 13 : reverse->size() - 9;
        return normalDnsName(reverse->substr(0, end) + "." + zone);
    }
    const auto name = normalDnsName(value);
    return name ? normalDnsName(*name + "." + zone) : std::nullopt;
}

bool isIn(const std::string& address, const std::string& network) {
    const auto bytes = parseAddress(address);
    const auto wanted = parseNetwork(network);
    return bytes && wanted && masked(*bytes, wanted->length) == wanted->address;
}

void addOnce(std::vector<std::string>& all, std::string one) {
    if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
}

void take(const std::string& name, const DnsListSection& list, const std::string& record,
          DnsListResult& result) {
    if (!isIn(record, "127.0.0.0/8") || isIn(record, "127.255.255.0/24")) {
        result.failure = "the list " + name + " refuses to answer: " + record;
        return;
    }
    if (list.codes.empty()) {
        addOnce(result.hits, name);
        result.score = std::max(result.score, list.weight);
    }
    for (const DnsListSection::Code& code : list.codes) {
        if (!isIn(record, code.network)) continue;
        addOnce(result.hits, name);
        addOnce(result.hits, name + ":" + code.meaning);
        result.score = std::max(result.score, code.weight);
    }
}

std::vector<std::string> queriesOf(const DnsListSection& list, const std::vector<std::string>& values,
                                   const DnsListLimits& limits) {
    std::vector<std::string> queries;
    for (const std::string& value : values) {
        if (queries.size() >= limits.names) break;
        if (auto query = queryName(list, value)) addOnce(queries, std::move(*query));
    }
    return queries;
}

}  // namespace

void expectDnsList(const DnsListSection& list, const std::vector<std::string>& values, DnsSource& dns,
                   const DnsListLimits& limits) {
    for (const std::string& query : queriesOf(list, values, limits)) dns.expect(query, DnsType::kA);
}

DnsListResult askDnsList(const std::string& name, const DnsListSection& list,
                         const std::vector<std::string>& values, DnsSource& dns,
                         const DnsListLimits& limits) {
    DnsListResult result;
    for (const std::string& query : queriesOf(list, values, limits)) {
        const DnsAnswer answer = dns.lookup(query, DnsType::kA);
        if (answer.state == DnsAnswer::State::kTempError)
            result.failure = "the list " + name + " did not answer: " + answer.detail;
        for (const std::string& record : answer.records) take(name, list, record, result);
    }
    return result;
}

}  // namespace weir
