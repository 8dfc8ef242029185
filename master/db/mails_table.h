// The tables mails, mail_terms and in_doubt_mails.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

// Bits of MailRow::state.
constexpr std::int64_t kMailSuperseded = 1;
constexpr std::int64_t kMailInDoubt = 2;

struct MailRow {
    std::string id;  // uuidKey()
    std::int64_t time = 0;
    std::string node;
    std::int64_t place = 0, sequence = 0, state = 0;
    std::string direction, verdict, rule, queue;  // of the most severe outcome
    std::int64_t revision = 0, size = 0;
    std::string queueId, clientAddress, clientName, sender;
    std::string recipients;  // joinedWords() of the addresses
    std::string subject, messageId, fingerprint;
    std::string items;                                        // joinedWords() of item ids
    std::string details;                                      // JSON text of an object
    std::vector<std::int64_t> terms;                          // written, not read back
    std::vector<std::pair<std::string, std::string>> alerts;  // rule and text; for alert_table.h
    // What it adds to the DMARC reports: JSON texts for dmarc_waiting, not in the table but within `details`.
    std::string dmarc;
    std::vector<std::string> receivedReports;
};

// Words that hold no newline, as "\nfirst\nsecond\n": so that each can be found whole by a pattern. "" for
// none.
std::string joinedWords(const std::vector<std::string>& words);
std::vector<std::string> splitWords(std::string_view text);

// All terms of a mail, from its columns and its key.
std::vector<std::int64_t> termsOf(const MailRow& mail, const std::vector<std::string>& recipients);

// Columns of a SELECT that readMail() understands, each with `prefix` ("m.").
std::string mailColumns(std::string_view prefix, bool withDetails);
MailRow readMail(const Row& row, bool withDetails);

// Mails as rows of both tables, ready to be written. Making them costs as much as writing them, so that is
// done before the transaction.
struct MailRows {
    Values mails;  // flat
    Values terms;  // flat, those of one mail together
    std::vector<std::size_t>
        termsEnd;  // by mail: how many values of `terms` there are up to the end of its own
};
// Takes the texts that only the table needs out of `mails`: queue id, client name, subject, message id,
// details.
MailRows takeMailRows(const std::vector<MailRow*>& mails);
// Some of them, by index.
struct ChosenMails {
    const MailRows* rows;
    std::vector<std::size_t> indices;
};
// All together, in the order of the keys, so that neighbours are written together. Throws Error kConflict
// when one is there already.
void insertMails(Connection& connection, const std::vector<ChosenMails>& mails);
// Those of `ids` that are there.
std::unordered_set<std::string> knownMails(Connection& connection, const std::vector<std::string>& ids);

std::optional<MailRow> mailById(Connection& connection, const std::string& id);
std::vector<MailRow> mailsBySequence(Connection& connection, std::int64_t place, std::int64_t from,
                                     std::int64_t to);
// Another mail of the same fingerprint with a later key, `until` milliseconds at the latest.
bool hasLaterTry(Connection& connection, const MailRow& mail, std::int64_t until);
void addMailState(Connection& connection, const std::string& id, std::int64_t bits);

// Mails that the client may try again.
struct InDoubtMail {
    std::string fingerprint, id;
};
std::vector<InDoubtMail> inDoubtMails(Connection& connection);
void addInDoubt(Connection& connection, const InDoubtMail& mail);
void removeInDoubt(Connection& connection, const InDoubtMail& mail);

}  // namespace weir::db
