// SPF (RFC 7208): whether a client may send for a domain.
//
// Pure but for what the DnsSource answers. Everything a record can make us do is bounded by SpfLimits, so
// that neither many terms nor many names nor macros cost more than a few hundred look-ups and some kilobytes.
#pragma once

#include <cstddef>
#include <ctime>
#include <string>

#include "slave/auth/spf_record.h"
#include "slave/dns/dns_source.h"

namespace weir {

// "none", "neutral" … as in RFC 8601 section 2.7.2.
enum class SpfResult { kNone, kNeutral, kPass, kFail, kSoftFail, kTempError, kPermError };
const char* toString(SpfResult result);

struct SpfLimits {
    unsigned lookups = 10;      // terms that ask DNS (section 4.6.4); an include nests at most that deep
    unsigned voidLookups = 2;   // of them those that find nothing
    std::size_t mxNames = 10;   // names of one mx; more are a permerror
    std::size_t ptrNames = 10;  // names of the client's address; more are left out
    std::size_t expansionBytes = 4'096;  // of a macro string
    std::size_t explanationBytes = 500;  // what is longer is cut
    SpfRecordLimits record;
};

struct SpfQuestion {
    std::string address;  // of the client: IPv4 or IPv6; IPv4-mapped is IPv4
    std::string helo;     // as the client said it
    std::string
        sender;  // of MAIL FROM, without brackets; empty (a bounce): postmaster at the HELO name is checked
    std::string receiver;  // our host name, for %{r}
    std::time_t time = 0;  // for %{t}
    bool explain = true;   // look up the explanation of a fail
};

struct SpfOutcome {
    SpfResult result = SpfResult::kNone;
    bool helo = false;      // the HELO name was checked, since the sender was empty
    std::string domain;     // the one checked, in A-labels; as received where it is no domain name
    std::string mechanism;  // the term that decided, as published ("-all"); empty: none did
    std::string
        explanation;     // of a fail, where the domain gives one: printable ASCII; do not trust what it says
    std::string detail;  // why there is no other result: none, temperror, permerror
    unsigned lookups = 0;  // terms that asked DNS
    unsigned voidLookups = 0;
    unsigned questions = 0;  // asked of the DnsSource
};

// check_host() for MAIL FROM; for the HELO name alone (section 2.3), leave the sender empty. An address that
// cannot be read is kPermError.
SpfOutcome checkHost(const SpfQuestion& question, DnsSource& dns, const SpfLimits& limits = {});

}  // namespace weir
