// What DNS says about one name: the answers that sender authentication and block lists work from.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace weir {

enum class DnsType { kA, kAaaa, kMx, kTxt, kPtr };
const char* toString(DnsType type);

struct DnsAnswer {
    enum class State {
        kFound,      // there are records of this type
        kNoData,     // the name exists, without records of this type
        kNoName,     // the name does not exist (NXDOMAIN)
        kTempError,  // no usable answer now: time-out, SERVFAIL, refused, malformed
    };
    State state = State::kTempError;
    // A and AAAA: addresses in text form. TXT: each record's strings joined (any bytes). PTR: names. MX:
    // exchange names, the lowest preference first. Names are without the final dot, in lower case.
    std::vector<std::string> records;
    std::chrono::seconds ttl{0};
    std::string detail;  // kTempError: why, for the operator

    bool found() const { return state == State::kFound; }
};

// Somewhere to ask. lookup() waits for the answer at most as long as the source allows and never throws; a
// name that is no DNS name (longer than 253 bytes, a label of none or over 63) is kNoName.
class DnsSource {
  public:
    virtual ~DnsSource() = default;
    virtual DnsAnswer lookup(const std::string& name, DnsType type) = 0;
    // The answer will be wanted soon: it may be fetched meanwhile. Costs nothing where a source cannot.
    virtual void expect(const std::string&, DnsType) {}
};

}  // namespace weir
