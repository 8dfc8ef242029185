// Block and allow lists that are asked over DNS (RFC 5782).
#pragma once

#include <string>
#include <vector>

#include "common/policy/policy_sections.h"
#include "slave/dns/dns_source.h"

namespace weir {

struct DnsListLimits {
    std::size_t names = 20;  // of one mail that one list is asked about
};

struct DnsListResult {
    std::vector<std::string>
        hits;             // the list's name, then NAME:MEANING of each code that answered; each once
    Score score = 0;      // the highest weight of those codes; 0 where nothing is listed
    std::string failure;  // why it could not be asked about everything; empty when it could
};

// What is looked up of `values` (addresses or names, as the list asks for) without waiting.
void expectDnsList(const DnsListSection& list, const std::vector<std::string>& values, DnsSource& dns,
                   const DnsListLimits& limits = {});

// A list that answers something else than 127.0.0.0/8, or with 127.255.255.0/24, refuses to answer (a public
// resolver, too many queries): that is a failure and no hit.
DnsListResult askDnsList(const std::string& name, const DnsListSection& list,
                         const std::vector<std::string>& values, DnsSource& dns,
                         const DnsListLimits& limits = {});

}  // namespace weir
