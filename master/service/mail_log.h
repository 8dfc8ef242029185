// The searchable log of all mails: who, what, which verdict, and one mail's whole story.
//
// Exact searches (address, domain, queue id, message id, client) go through an index of terms; the others
// read the log backwards for a bounded time and then hand back a cursor, so a page may be short, or even
// empty, and have a `next` all the same. Thread-safe. Throws Error kUnavailable when the database is away.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "common/mail/envelope.h"
#include "master/db/database.h"

namespace weir {

// Empty texts do not restrict. Addresses: exact without regard to case, or "@domain".
struct MailQuery {
    std::string text;  // part of sender, recipient or subject
    std::string sender, recipient, subject, client, verdict, rule, queue, direction, queueId, messageId;
    NodeId node;
    std::string alert;                  // id: of the mails that raised it, the latest
    std::optional<TimePoint> from, to;  // from <= time < to
    std::string cursor;
    int limit = 50;  // 1..500
};

struct LoggedMail {
    EventId id;
    TimePoint time;
    NodeId node;
    std::string queueId, direction, clientAddress, clientName, sender;
    std::vector<std::string> recipients;
    std::string subject, messageId;
    std::uint64_t size = 0;
    std::string verdict, rule, queue;  // of the most severe outcome
    std::uint64_t revision = 0;
    std::vector<ItemId> items;
    bool superseded = false;  // the client tried again: counted there
    bool inDoubt = false;     // the client may not have heard the answer
};

struct MailPage {
    std::vector<LoggedMail> mails;  // newest first
    std::string next;               // empty: that was all
};

struct StoryLine {
    TimePoint time;
    std::string text;
    NodeId node;        // empty: happened on the master
    std::string actor;  // empty: nobody asked for it
};

struct MailStory {
    LoggedMail mail;
    // JSON text of an object: helo, auth_user, tls_version, outcomes, viruses, attachments, stages,
    // fingerprint; members as in GET /mails/{id}.
    std::string details;
    std::vector<StoryLine> story;
};

class MailLog {
  public:
    explicit MailLog(db::Database& database) : database_(database) {}

    // Throws Error kInvalid for a cursor that is none.
    MailPage find(const MailQuery& query);
    std::optional<MailStory> get(const EventId& id);

  private:
    db::Database& database_;
};

}  // namespace weir
