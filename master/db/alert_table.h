// The tables alerts and alert_mails: what rules raised for the operator.
//
// The same text of the same rule is one alert for as long as nobody acknowledged it: it counts the mails, and
// alert_mails links the latest of them. A rule has at most event_limits' kAlertTexts open alerts; what is
// more is added up in one with an empty text. So hostile mail cannot make them endless.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

constexpr std::int64_t kAlertMails = 500;    // linked mails of an alert
constexpr std::size_t kAlertTexts = 100;     // open alerts of a rule that are told apart
constexpr std::size_t kAlertTextSize = 500;  // bytes

struct AlertRow {
    std::string id;  // UUIDv7
    std::string rule, text;
    std::int64_t mails = 0, first = 0, last = 0;
    std::string nodes;              // joinedWords() of the ids
    std::int64_t acknowledged = 0;  // 0: open
    std::string acknowledgedBy;
};

// What a transaction raises, added up before it is written.
class AlertChanges {
  public:
    // `mails` of one node raised it between `first` and `last`; `mail`: the key of one of them, "" for none.
    void add(std::string rule, std::string text, const std::string& node, std::int64_t mails,
             std::int64_t first, std::int64_t last, const std::string& mail);
    void write(Connection& connection) const;

  private:
    struct Raised {
        std::int64_t mails = 0, first = 0, last = 0;
        std::set<std::string> nodes;
        std::vector<std::string> links;
    };
    std::map<std::pair<std::string, std::string>, Raised> raised_;  // by rule and text
    std::map<std::string, std::size_t> texts_;                      // of a rule
};

// A mail that counts no longer: taken out of the alerts that link it. An open alert that has no mail left
// goes.
void forgetAlertsOf(Connection& connection, const std::string& mail);

struct AlertFilter {
    enum class State { kOpen, kAcknowledged, kAll };
    State state = State::kOpen;
    std::string rule, node, text;  // text: part of it
};
// The latest first, from behind `after` (last, id).
std::vector<AlertRow> findAlerts(Connection& connection, const AlertFilter& filter,
                                 const std::optional<std::pair<std::int64_t, std::string>>& after, int limit);
std::int64_t openAlerts(Connection& connection);
std::optional<AlertRow> lockAlert(Connection& connection, const std::string& id);
// False when it is not open.
bool acknowledgeAlert(Connection& connection, const std::string& id, std::int64_t time,
                      const std::string& by);

}  // namespace weir::db
