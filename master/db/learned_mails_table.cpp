#include "master/db/learned_mails_table.h"

#include "master/db/search_text.h"

namespace weir::db {
namespace {

constexpr std::size_t kTokenBytes = 8;
constexpr const char* kColumns =
    "sha256, change_number, spam, learned, learned_by, subject, item, token_count";

LearnedMailRow readMail(const Row& row) {
    return {row.text(0), row.integer(1), row.integer(2) != 0, row.integer(3),
            row.text(4), row.text(5),    row.text(6),         row.integer(7)};
}

std::optional<LearnedMailRow> oneMail(Connection& connection, const std::string& rest, const Values& values) {
    std::optional<LearnedMailRow> found;
    connection.query("SELECT " + std::string(kColumns) + " FROM learned_mails " + rest, values,
                     [&](const Row& row) { found = readMail(row); });
    return found;
}

LearnedState readState(Connection& connection, std::string_view rest) {
    LearnedState state;
    connection.query(
        "SELECT spam, ham, tokens, digests, last_change, changed FROM learned_state WHERE id = 1" +
            std::string(rest),
        {}, [&](const Row& row) {
            state = {row.integer(0), row.integer(1), row.integer(2),
                     row.integer(3), row.integer(4), row.integer(5)};
        });
    return state;
}

// Little-endian, one after the other.
std::string packed(const std::vector<std::uint64_t>& tokens) {
    std::string bytes;
    bytes.reserve(tokens.size() * kTokenBytes);
    for (const std::uint64_t token : tokens)
        for (std::size_t i = 0; i < kTokenBytes; ++i) bytes += static_cast<char>(token >> (8 * i) & 0xff);
    return bytes;
}

std::vector<std::uint64_t> unpacked(const std::string& bytes) {
    std::vector<std::uint64_t> tokens;
    tokens.reserve(bytes.size() / kTokenBytes);
    for (std::size_t at = 0; at + kTokenBytes <= bytes.size(); at += kTokenBytes) {
        std::uint64_t token = 0;
        for (std::size_t i = kTokenBytes; i-- > 0;)
            token = token << 8 | static_cast<unsigned char>(bytes[at + i]);
        tokens.push_back(token);
    }
    return tokens;
}

}  // namespace

LearnedState learnedState(Connection& connection) {
    return readState(connection, "");
}

LearnedState lockLearned(Connection& connection) {
    return readState(connection, connection.forUpdate());
}

void putLearnedState(Connection& connection, const LearnedState& state) {
    connection.execute(
        "UPDATE learned_state SET spam = ?, ham = ?, tokens = ?, digests = ?, last_change = ?, changed = ? "
        "WHERE id = 1",
        {state.spam, state.ham, state.tokens, state.digests, state.change, state.changed});
}

std::optional<LearnedMailRow> learnedMail(Connection& connection, const std::string& sha256) {
    return oneMail(connection, "WHERE sha256 = ?", {sha256});
}

std::optional<LearnedMailRow> oldestLearnedMail(Connection& connection) {
    return oneMail(connection, "ORDER BY change_number LIMIT 1", {});
}

std::vector<std::uint64_t> tokensOfLearnedMail(Connection& connection, const std::string& sha256) {
    std::vector<std::uint64_t> tokens;
    connection.query("SELECT tokens FROM learned_mails WHERE sha256 = ?", {sha256},
                     [&](const Row& row) { tokens = unpacked(row.text(0)); });
    return tokens;
}

void putLearnedMail(Connection& connection, const LearnedMailRow& row,
                    const std::vector<std::uint64_t>& tokens) {
    connection.upsertRows(
        "learned_mails",
        {"sha256", "change_number", "spam", "learned", "learned_by", "subject", "item", "token_count",
         "tokens"},
        {"sha256"}, {},
        {"change_number", "spam", "learned", "learned_by", "subject", "item", "token_count", "tokens"},
        Values{row.sha256, row.change, std::int64_t{row.spam}, row.learned, row.by, row.subject, row.item,
               static_cast<std::int64_t>(tokens.size()), Blob{packed(tokens)}});
}

void dropLearnedMail(Connection& connection, const std::string& sha256) {
    connection.execute("DELETE FROM learned_mails WHERE sha256 = ?", {sha256});
}

std::vector<LearnedMailRow> findLearnedMails(Connection& connection, const LearnedMailFilter& filter,
                                             std::int64_t before, int limit) {
    Conditions where(connection.dialect());
    if (filter.spam) where.add("spam = ?", {std::int64_t{*filter.spam}});
    where.contains({"subject"}, filter.text);
    where.equals("sha256", filter.sha256);
    if (before > 0) where.add("change_number < ?", {before});
    auto values = where.values();
    values.emplace_back(std::int64_t{limit});
    std::vector<LearnedMailRow> rows;
    connection.query("SELECT " + std::string(kColumns) + " FROM learned_mails WHERE " + where.sql() +
                         " ORDER BY change_number DESC LIMIT ?",
                     values, [&](const Row& row) { rows.push_back(readMail(row)); });
    return rows;
}

}  // namespace weir::db
