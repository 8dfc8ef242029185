// The services around intake on one database, for tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "master/db/database.h"
#include "master/db/tops_table.h"
#include "master/service/certificate_authority.h"
#include "master/service/command_queue.h"
#include "master/service/event_ingest.h"
#include "master/service/mail_log.h"
#include "master/service/node_registry.h"
#include "master/service/quarantine_desk.h"
#include "master/service/statistics.h"
#include "tests/support/each_database.h"
#include "tests/support/sample_events.h"
#include "tests/support/temp_folder.h"

namespace weir::test {

struct IntakeHouse {
    // The CA of an earlier house on the same database, when there was one.
    explicit IntakeHouse(db::Database& db, const std::filesystem::path& earlier = {})
        : database(db),
          authority(earlier.empty() ? folder / "ca" : earlier),
          registry(database, authority),
          commands(database, registry),
          ingest(database, commands),
          log(database),
          statistics(database),
          desk(database, commands) {}

    Sequence take(std::vector<WireEvent> events) { return ingest.take({node, epoch, std::move(events)}); }

    std::int64_t number(const std::string& sql) {
        std::int64_t result = -1;
        database.read([&](db::Connection& c) {
            c.query(sql, {}, [&](const db::Row& row) { result = row.integer(0); });
        });
        return result;
    }
    // Mails counted in the statistics, over all of one kind of bucket.
    std::int64_t counted(db::Values kind = {std::int64_t{2}}) {
        std::int64_t result = -1;
        database.read([&](db::Connection& c) {
            c.query("SELECT COALESCE(SUM(mails), 0) FROM mail_counters WHERE kind = ?", kind,
                    [&](const db::Row& row) { result = row.integer(0); });
        });
        return result;
    }
    void foldTops() {
        for (bool waiting = true; waiting;) {
            database.transaction([&](db::Connection& c) { waiting = db::foldTops(c); });
        }
    }
    std::int64_t logged() { return number("SELECT COUNT(*) FROM mails"); }

    TempFolder folder;
    db::Database& database;
    CertificateAuthority authority;
    NodeRegistry registry;
    CommandQueue commands;
    EventIngest ingest;
    MailLog log;
    Statistics statistics;
    QuarantineDesk desk;
    NodeId node{newUuid()};
    SpoolEpoch epoch{newUuid()};
};

inline std::vector<WireEvent> someMails(Sequence from, Sequence to) {
    std::vector<WireEvent> events;
    for (auto sequence = from; sequence <= to; ++sequence) {
        events.push_back(wireEvent(sequence, sampleMail("s" + std::to_string(sequence) + "@sender.example",
                                                        {"r@recipient.example"})));
    }
    return events;
}

inline std::vector<WireEvent> part(const std::vector<WireEvent>& events, std::size_t from, std::size_t to) {
    return {events.begin() + static_cast<std::ptrdiff_t>(from),
            events.begin() + static_cast<std::ptrdiff_t>(to)};
}

}  // namespace weir::test
