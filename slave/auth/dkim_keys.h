// The keys that the signatures of one mail name, each looked up once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "slave/auth/dkim_key.h"
#include "slave/dns/dns_source.h"

namespace weir {

struct DkimKeysLimits {
    DkimKeyLimits key;
    std::size_t keysPerName = 4;  // TXT records of one name that are tried, in the order of the answer
    std::size_t names = 64;       // different keys of one mail; further ones are a kTempError
};

struct DkimKeyAnswer {
    enum class State { kFound, kNone, kTempError };
    State state = State::kNone;
    std::vector<DkimKey> keys;  // kFound: those that can be used, possibly none
    std::string detail;         // kTempError: why. kFound without keys: what is wrong with the first record
};

// Refers to the source, which must outlive it. Not thread-safe.
class DkimKeys {
  public:
    explicit DkimKeys(DnsSource& source, const DkimKeysLimits& limits = {})
        : source_(source), limits_(limits) {}

    // The key will be wanted soon.
    void expect(const std::string& domain, const std::string& selector);
    // Records that are no key (another use of TXT at the name) are passed over; of several keys each is
    // there, since RFC 6376, section 6.1.2, lets a verifier try them in turn. Valid as long as this.
    const DkimKeyAnswer& find(const std::string& domain, const std::string& selector);

  private:
    DkimKeyAnswer lookup(const std::string& name);
    DnsSource& source_;
    const DkimKeysLimits limits_;
    std::map<std::string, DkimKeyAnswer> answers_;
};

// selector._domainkey.domain, labels that are not ASCII in their A-label form (RFC 8616).
std::string dkimKeyName(const std::string& domain, const std::string& selector);

}  // namespace weir
