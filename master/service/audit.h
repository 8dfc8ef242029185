// Who changed what, from where, with before and after: written in the same transaction as the change.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/json.h"
#include "master/db/database.h"

namespace weir {

// The one who does something. Services that change take it and pass it on to audit.
struct Actor {
    std::string name;     // user or API token; "system" for what the master does by itself
    std::string via;      // "session", "token", "node", "command line", "system"
    std::string address;  // IP address; empty for the command line and the system
    std::string role;
};
Actor systemActor();

struct AuditEntry {
    std::string id;  // UUIDv7: sorted by time
    TimePoint time;
    Actor actor;
    std::string action;         // "policy.publish", "node.remove", "quarantine.release"
    std::string object;         // "revision 4", "node mx1", "item 0190…"
    std::string before, after;  // JSON text; empty for null
};

struct AuditQuery {
    std::string actor, action,
        object;  // exact; action also "policy." for all that begin so; object: substring
    std::optional<TimePoint> from, to;  // from <= time < to
    std::string cursor;                 // of the page before; empty: the newest
    int limit = 50;
};
struct AuditPage {
    std::vector<AuditEntry> entries;  // newest first
    std::string next;                 // empty: that was all
};

class Audit {
  public:
    explicit Audit(db::Database& database) : database_(database) {}

    // `before` and `after` must not hold secrets. Each is cut to a note of its size above 256 kB of text.
    static void record(db::Connection& connection, const Actor& actor, std::string_view action,
                       std::string_view object, const Json& before, const Json& after);
    // For what is no change in the database but must be on record all the same: a download, a failed login.
    void note(const Actor& actor, std::string_view action, std::string_view object, const Json& after);

    AuditPage find(const AuditQuery& query) const;

  private:
    db::Database& database_;
};

}  // namespace weir
