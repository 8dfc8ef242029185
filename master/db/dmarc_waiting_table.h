// The table dmarc_waiting: what events bring for DMARC reports, kept as text until it is added up.
//
// A batch has thousands of mails, so intake only keeps their sightings, as one row of text, in the
// transaction that takes the batch in; DmarcRollup adds many such rows up in one of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct MailRow;

enum class DmarcWaiting : std::int64_t { kSightings = 0, kReport = 1 };

// Sightings of mails, each how many times.
class DmarcChanges {
  public:
    // `times` 1: this mail counts; -1: it does no longer.
    void addMail(const MailRow& mail, std::int64_t times);
    // One that texts() of another made. Throws Error kInternal when it is not that.
    void addText(std::string_view text);
    std::vector<std::string> texts() const;  // of about a megabyte at most each; none when there is nothing
    // `sighting`: JSON text of a DmarcSighting.
    void each(const std::function<void(std::int64_t day, const std::string& sighting, std::int64_t times)>&
                  each) const;

  private:
    std::map<std::pair<std::int64_t, std::string>, std::int64_t> times_;
};

void addDmarcWaiting(Connection& connection, DmarcWaiting kind, const std::vector<const std::string*>& texts);

struct DmarcWaitingRow {
    std::string id;
    DmarcWaiting kind{};
    std::string content;
};
// The oldest, at most `limit`; locked until the transaction ends.
std::vector<DmarcWaitingRow> lockDmarcWaiting(Connection& connection, int limit);
void removeDmarcWaiting(Connection& connection, const std::vector<DmarcWaitingRow>& rows);

}  // namespace weir::db
