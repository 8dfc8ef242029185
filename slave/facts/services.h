// Whom a node asks about its mails: resolver, parser processes, scanners, directory, counters, catalogs.
// One for the process.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/base/guarded.h"
#include "common/policy/policy_evaluator.h"
#include "slave/counters/shared_counters.h"
#include "slave/dns/resolver.h"
#include "slave/lookup/catalogs.h"
#include "slave/lookup/directory.h"
#include "slave/lookup/location.h"
#include "slave/lookup/recipient_server.h"
#include "slave/parser/parser_pool.h"
#include "slave/scan/scanners.h"

namespace weir {

// Those that a policy sets up. Immutable; kept as long as a mail is judged by it.
struct PolicyServices {
    Scanners scanners;
    std::shared_ptr<Resolver> resolver;
    std::shared_ptr<Directory> directory;  // nullptr: not enabled
    std::shared_ptr<Location> location;
    std::map<std::string, std::shared_ptr<RecipientServer>> recipientServers;  // by domain
};
using PolicyServicesPtr = std::shared_ptr<const PolicyServices>;

class Services {
  public:
    // `hostName`: ours, for SPF macros and Authentication-Results. `counters` and `catalogs` must
    // outlive it.
    Services(std::string hostName, ParserPoolSettings parsers, SharedCounters& counters, Catalogs& catalogs);

    // Those of this policy: made at its first mail, from those of the policy before where nothing changed.
    // Any thread.
    PolicyServicesPtr of(const CompiledPolicyPtr& policy);
    // Those last made, for the node's status; nullptr before the first.
    PolicyServicesPtr present() const;

    ParserPool& parsers() { return parsers_; }
    SharedCounters& counters() { return counters_; }
    Catalogs& catalogs() { return catalogs_; }
    const std::string& hostName() const { return hostName_; }

  private:
    struct Made {
        CompiledPolicyPtr policy;
        PolicyServicesPtr services;
    };
    const std::string hostName_;
    ParserPool parsers_;
    SharedCounters& counters_;
    Catalogs& catalogs_;
    mutable Guarded<Made> made_;
};

inline constexpr const char* kClamd = "antivirus";
inline constexpr const char* kIcap = "icap";
inline constexpr const char* kRspamd = "rspamd";
inline constexpr const char* kSpamd = "spamd";

}  // namespace weir
