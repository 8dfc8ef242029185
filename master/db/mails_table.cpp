#include "master/db/mails_table.h"

#include <algorithm>
#include <utility>

#include "common/mail/ascii.h"
#include "master/db/mail_terms.h"
#include "master/db/sql_text.h"
#include "master/db/uuid_key.h"

namespace weir::db {
namespace {

constexpr const char* kColumns[] = {"id",       "time",       "node",     "place",          "sequence",
                                    "state",    "direction",  "verdict",  "rule",           "queue",
                                    "revision", "size",       "queue_id", "client_address", "client_name",
                                    "sender",   "recipients", "subject",  "message_id",     "fingerprint",
                                    "items",    "details"};
constexpr int kColumnCount = static_cast<int>(std::size(kColumns));
constexpr std::size_t kIdsTogether = 256;

void append(Values& flat, MailRow& m) {
    flat.emplace_back(Blob{m.id});
    flat.emplace_back(m.time);
    flat.emplace_back(m.node);
    flat.emplace_back(m.place);
    flat.emplace_back(m.sequence);
    flat.emplace_back(m.state);
    flat.emplace_back(m.direction);
    flat.emplace_back(m.verdict);
    flat.emplace_back(m.rule);
    flat.emplace_back(m.queue);
    flat.emplace_back(m.revision);
    flat.emplace_back(m.size);
    flat.emplace_back(std::move(m.queueId));
    flat.emplace_back(m.clientAddress);
    flat.emplace_back(std::move(m.clientName));
    flat.emplace_back(m.sender);
    flat.emplace_back(m.recipients);
    flat.emplace_back(std::move(m.subject));
    flat.emplace_back(std::move(m.messageId));
    flat.emplace_back(m.fingerprint);
    flat.emplace_back(m.items);
    flat.emplace_back(std::move(m.details));
}

template <class Key>
Rows sortedRows(int columns, std::vector<std::pair<Key, const Value*>>& rows) {
    std::sort(rows.begin(), rows.end());
    Rows sorted{columns, {}};
    sorted.starts.reserve(rows.size());
    for (const auto& [key, start] : rows) sorted.starts.push_back(start);
    return sorted;
}

}  // namespace

std::string joinedWords(const std::vector<std::string>& words) {
    if (words.empty()) return {};
    std::string text = "\n";
    for (const auto& word : words) {
        const auto start = text.size();
        text += word;
        std::replace(text.begin() + static_cast<std::ptrdiff_t>(start), text.end(), '\n', ' ');
        text += '\n';
    }
    return text;
}

std::vector<std::string> splitWords(std::string_view text) {
    std::vector<std::string> words;
    for (std::size_t start = 1; start < text.size();) {
        const auto end = std::min(text.find('\n', start), text.size());
        words.emplace_back(text.substr(start, end - start));
        start = end + 1;
    }
    return words;
}

std::vector<std::int64_t> termsOf(const MailRow& mail, const std::vector<std::string>& recipients) {
    const auto span = spanOf(keyMillis(mail.id));
    std::vector<std::int64_t> terms;
    terms.reserve(recipients.size() + 5);
    const auto add = [&](TermKind kind, std::string_view value) {
        if (!value.empty()) terms.push_back(mailTerm(kind, value, span));
    };
    add(TermKind::kSender, lowered(mail.sender));
    for (const auto& recipient : recipients) add(TermKind::kRecipient, lowered(recipient));
    add(TermKind::kQueueId, mail.queueId);
    add(TermKind::kMessageId, mail.messageId);
    add(TermKind::kClient, mail.clientAddress);
    add(TermKind::kFingerprint, mail.fingerprint);
    std::sort(terms.begin(), terms.end());
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    return terms;
}

std::string mailColumns(std::string_view prefix, bool withDetails) {
    std::string text;
    for (int i = 0; i < kColumnCount - (withDetails ? 0 : 1); ++i) {
        if (i > 0) text += ", ";
        text += prefix;
        text += kColumns[i];
    }
    return text;
}

MailRow readMail(const Row& row, bool withDetails) {
    MailRow m;
    m.id = row.text(0);
    m.time = row.integer(1);
    m.node = row.text(2);
    m.place = row.integer(3);
    m.sequence = row.integer(4);
    m.state = row.integer(5);
    m.direction = row.text(6);
    m.verdict = row.text(7);
    m.rule = row.text(8);
    m.queue = row.text(9);
    m.revision = row.integer(10);
    m.size = row.integer(11);
    m.queueId = row.text(12);
    m.clientAddress = row.text(13);
    m.clientName = row.text(14);
    m.sender = row.text(15);
    m.recipients = row.text(16);
    m.subject = row.text(17);
    m.messageId = row.text(18);
    m.fingerprint = row.text(19);
    m.items = row.text(20);
    if (withDetails) m.details = row.text(21);
    return m;
}

MailRows takeMailRows(const std::vector<MailRow*>& mails) {
    MailRows rows;
    rows.mails.reserve(mails.size() * std::size(kColumns));
    rows.terms.reserve(mails.size() * 7 * 2);
    for (auto* mail : mails) {
        append(rows.mails, *mail);
        for (const auto term : mail->terms) {
            rows.terms.emplace_back(term);
            rows.terms.emplace_back(Blob{mail->id});
        }
        rows.termsEnd.push_back(rows.terms.size());
    }
    return rows;
}

void insertMails(Connection& connection, const std::vector<ChosenMails>& mails) {
    static const std::string kInsert = "INSERT INTO mails (" + mailColumns("", true) + ")";
    std::vector<std::pair<std::string_view, const Value*>> rows;
    std::vector<std::pair<std::int64_t, const Value*>> terms;
    for (const auto& [all, indices] : mails) {
        for (const auto index : indices) {
            const auto* row = &all->mails[index * std::size(kColumns)];
            rows.emplace_back(std::get<Blob>(*row).bytes, row);
            for (auto t = index == 0 ? 0 : all->termsEnd[index - 1]; t < all->termsEnd[index]; t += 2) {
                terms.emplace_back(std::get<std::int64_t>(all->terms[t]), &all->terms[t]);
            }
        }
    }
    connection.insertRows(kInsert, sortedRows(kColumnCount, rows));
    connection.insertRows("INSERT INTO mail_terms (term, mail)", sortedRows(2, terms));
}

std::unordered_set<std::string> knownMails(Connection& connection, const std::vector<std::string>& ids) {
    std::unordered_set<std::string> known;
    for (std::size_t first = 0; first < ids.size(); first += kIdsTogether) {
        const auto count = std::min(kIdsTogether, ids.size() - first);
        Values values;
        for (std::size_t i = 0; i < count; ++i) values.emplace_back(Blob{ids[first + i]});
        connection.query("SELECT id FROM mails WHERE id IN " + placeholders(static_cast<int>(count), 1),
                         values, [&](const Row& row) { known.insert(row.text(0)); });
    }
    return known;
}

std::optional<MailRow> mailById(Connection& connection, const std::string& id) {
    std::optional<MailRow> found;
    connection.query("SELECT " + mailColumns("", true) + " FROM mails WHERE id = ?", {Blob{id}},
                     [&](const Row& row) { found = readMail(row, true); });
    return found;
}

std::vector<MailRow> mailsBySequence(Connection& connection, std::int64_t place, std::int64_t from,
                                     std::int64_t to) {
    std::vector<MailRow> found;
    connection.query("SELECT " + mailColumns("", false) +
                         " FROM mails WHERE place = ? AND sequence >= ? AND sequence <= ?",
                     {place, from, to}, [&](const Row& row) { found.push_back(readMail(row, false)); });
    return found;
}

bool hasLaterTry(Connection& connection, const MailRow& mail, std::int64_t until) {
    bool found = false;
    for (auto span = spanOf(keyMillis(mail.id)); span <= spanOf(until) && !found; ++span) {
        connection.query(
            "SELECT m.id FROM mail_terms t JOIN mails m ON m.id = t.mail "
            "WHERE t.term = ? AND t.mail > ? AND m.fingerprint = ? LIMIT 1",
            {mailTerm(TermKind::kFingerprint, mail.fingerprint, span), Blob{mail.id}, mail.fingerprint},
            [&](const Row&) { found = true; });
    }
    return found;
}

void addMailState(Connection& connection, const std::string& id, std::int64_t bits) {
    connection.execute("UPDATE mails SET state = state | ? WHERE id = ?", {bits, Blob{id}});
}

std::vector<InDoubtMail> inDoubtMails(Connection& connection) {
    std::vector<InDoubtMail> mails;
    connection.query("SELECT fingerprint, mail FROM in_doubt_mails ORDER BY mail", {}, [&](const Row& row) {
        mails.push_back({row.text(0), row.text(1)});
    });
    return mails;
}

void addInDoubt(Connection& connection, const InDoubtMail& mail) {
    connection.insertNewRows("INSERT INTO in_doubt_mails (fingerprint, mail)", 2,
                             {mail.fingerprint, Blob{mail.id}});
}

void removeInDoubt(Connection& connection, const InDoubtMail& mail) {
    connection.execute("DELETE FROM in_doubt_mails WHERE fingerprint = ? AND mail = ?",
                       {mail.fingerprint, Blob{mail.id}});
}

}  // namespace weir::db
