// What happens in the database when batches of events are taken in. One object for one run of a transaction.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "master/db/alert_table.h"
#include "master/db/counters_table.h"
#include "master/db/dmarc_waiting_table.h"
#include "master/db/intake_table.h"
#include "master/db/tops_table.h"
#include "master/service/read_event.h"
#include "master/service/sequence_ranges.h"

namespace weir {

class CommandQueue;

struct ReadBatch {
    NodeId node;
    SpoolEpoch epoch;
    std::int64_t place = 0;
    std::vector<ReadEvent> events;  // by sequence, each once
    // The mails among them, and what they are in the tables if all of them are new, which is the rule.
    std::vector<const db::MailRow*> mails;
    db::MailRows mailRows;
    db::Values counterRows;
    std::vector<std::string> tops;   // texts of db::TopChanges
    std::vector<std::string> dmarc;  // texts of db::DmarcChanges
    std::int64_t storedTo = 0;       // the answer: set by IntakeTransaction
};

// Fills `mails` and the rows from `events`, which then stay where they are.
void prepareRows(ReadBatch& batch);

class IntakeTransaction {
  public:
    // `checkIds`: mails whose id is in the log already (from another life of a spool) are looked up first and
    // left out; without it such a mail is Error kConflict.
    IntakeTransaction(db::Connection& connection, CommandQueue& commands, bool checkIds);

    void apply(const std::vector<ReadBatch*>& batches);

  private:
    struct Place {
        NodeId node;
        SpoolEpoch epoch;
        std::int64_t place = 0, storedBefore = 0, storedTo = 0;
        std::vector<db::MissingRange> missingBefore;
        SequenceRanges missing;
        bool jumped = false;
    };
    struct Doubt {
        std::int64_t place;
        const InDoubtEvent* event;
    };
    struct Fold {
        Place* place;
        const FoldEvent* event;
    };

    void lockPlaces(const std::vector<ReadBatch*>& batches);
    bool isNew(Place& place, std::int64_t sequence);
    void collect(Place& place, const ReadEvent& event);
    void collectGap(Place& place, std::int64_t sequence, const GapEvent& gap);
    void leaveOutKnownMails();
    void insertMails();
    void raiseAlerts();
    void addCounters();
    void addReceivedReports();
    void count(const db::MailRow& mail, std::int64_t times);
    void applyFolds();
    void supersedeEarlierTries();
    void applyDoubts();
    void supersede(const db::MailRow& mail);
    void addItems();
    void writePlaces();

    db::Connection& connection_;
    CommandQueue& commands_;
    const bool checkIds_;
    const std::int64_t now_;
    std::map<std::int64_t, Place> places_;
    std::map<std::string, db::IntakeRow> nodes_;
    struct NewMails {
        const ReadBatch* batch;
        std::vector<std::size_t> indices;  // into its `mails`
    };
    std::vector<NewMails> mails_;
    std::vector<const db::ItemRow*> items_;
    std::vector<db::ItemRow> foldedItems_;
    std::vector<db::ItemHistoryRow> history_;
    std::vector<Doubt> doubts_;
    std::vector<Fold> folds_;
    std::vector<db::UnreadableEvent> unreadable_;
    db::CounterChanges counters_;
    db::TopChanges tops_;
    db::DmarcChanges dmarc_;
};

}  // namespace weir
