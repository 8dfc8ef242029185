// What rules raised for the operator, until somebody acknowledges it.
//
// Alerts come in with the mails that raised them (intake_transaction). The same text of the same rule is one
// open alert; raised again after it was acknowledged, it is a new one. Thread-safe. Throws Error kUnavailable
// when the database is away.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "master/db/database.h"
#include "master/service/audit.h"

namespace weir {

struct AlertQuery {
    std::string state;  // "open" (also when empty), "acknowledged" or "all"
    std::string rule;
    std::string text;  // part of it
    NodeId node;
    std::string cursor;
    int limit = 50;  // 1..500
};

struct Alert {
    std::string id, rule;
    std::string text;         // empty: all further texts of a rule that raised too many different ones
    std::uint64_t mails = 0;  // the log has the latest of them under this alert
    TimePoint first, last;
    std::vector<NodeId> nodes;
    TimePoint acknowledged;  // 0: open
    std::string acknowledgedBy;
};

struct AlertPage {
    std::vector<Alert> alerts;  // the latest raised first
    std::string next;           // empty: that was all
};

struct AcknowledgeResult {
    std::string id;
    bool ok = false;
    std::string detail;  // why not
};

class Alerts {
  public:
    explicit Alerts(db::Database& database) : database_(database) {}

    // Throws Error kInvalid for a state or cursor that is none.
    AlertPage find(const AlertQuery& query);
    std::uint64_t open();
    // Each on its own, with an audit row. An alert that is acknowledged already stays as it is.
    std::vector<AcknowledgeResult> acknowledge(const Actor& actor, const std::vector<std::string>& ids);

  private:
    db::Database& database_;
};

}  // namespace weir
