#include "master/db/learned_tokens_table.h"

#include <algorithm>

#include "master/db/sql_text.h"

namespace weir::db {
namespace {

constexpr std::size_t kTogether = 256;

// Databases know only numbers with a sign: the order stays with the highest bit turned.
std::int64_t keyOf(std::uint64_t token) {
    return static_cast<std::int64_t>(token ^ (std::uint64_t{1} << 63));
}

std::uint64_t tokenOf(std::int64_t key) {
    return static_cast<std::uint64_t>(key) ^ (std::uint64_t{1} << 63);
}

// "token IN (…)" for 256 at a time: the last ones again where there are fewer, so that it is one statement.
void inPieces(const std::vector<std::uint64_t>& tokens, const std::function<void(Values)>& each) {
    for (std::size_t at = 0; at < tokens.size(); at += kTogether) {
        Values values;
        values.reserve(kTogether + 1);
        for (std::size_t i = 0; i < kTogether; ++i)
            values.emplace_back(keyOf(tokens[std::min(at + i, tokens.size() - 1)]));
        each(std::move(values));
    }
}

std::string whereTokens() {
    return " WHERE token IN " + placeholders(static_cast<int>(kTogether), 1);
}

std::int64_t knownTokens(Connection& connection, const std::vector<std::uint64_t>& tokens) {
    std::int64_t known = 0;
    inPieces(tokens, [&](const Values& values) {
        connection.query("SELECT COUNT(*) FROM learned_tokens" + whereTokens(), values,
                         [&](const Row& row) { known += row.integer(0); });
    });
    return known;
}

LearnedTokenRow readToken(const Row& row) {
    return {tokenOf(row.integer(0)), row.integer(1), row.integer(2)};
}

}  // namespace

std::int64_t countTokens(Connection& connection, const std::vector<std::uint64_t>& tokens, bool spam,
                         std::int64_t change, std::int64_t day) {
    if (tokens.empty()) return 0;
    const std::int64_t known = knownTokens(connection, tokens);
    Values flat;
    flat.reserve(tokens.size() * 5);
    for (const std::uint64_t token : tokens) {
        flat.emplace_back(keyOf(token));
        flat.emplace_back(std::int64_t{spam});
        flat.emplace_back(std::int64_t{!spam});
        flat.emplace_back(day);
        flat.emplace_back(change);
    }
    connection.upsertRows("learned_tokens", {"token", "spam", "ham", "seen", "born"}, {"token"},
                          {"spam", "ham"}, {"seen"}, flat);
    return static_cast<std::int64_t>(tokens.size()) - known;
}

std::int64_t takeBackTokens(Connection& connection, const std::vector<std::uint64_t>& tokens, bool spam,
                            std::int64_t change) {
    const std::string column = spam ? "spam" : "ham";
    std::int64_t gone = 0;
    inPieces(tokens, [&](Values values) {
        const std::string where = whereTokens();
        Values counted = values;
        counted.emplace_back(change);
        connection.execute("UPDATE learned_tokens SET " + column + " = " + column + " - 1" + where +
                               " AND born <= ? AND " + column + " > 0",
                           counted);
        gone += static_cast<std::int64_t>(
            connection.execute("DELETE FROM learned_tokens" + where + " AND spam = 0 AND ham = 0", values));
    });
    return gone;
}

std::vector<LearnedTokenRow> learnedTokens(Connection& connection, std::uint64_t first, int limit) {
    std::vector<LearnedTokenRow> rows;
    connection.query("SELECT token, spam, ham FROM learned_tokens WHERE token >= ? ORDER BY token LIMIT ?",
                     {keyOf(first), std::int64_t{limit}},
                     [&](const Row& row) { rows.push_back(readToken(row)); });
    return rows;
}

std::vector<LearnedTokenRow> rarestTokens(Connection& connection, int limit) {
    std::vector<LearnedTokenRow> rows;
    connection.query("SELECT token, spam, ham FROM learned_tokens ORDER BY spam + ham, seen, token LIMIT ?",
                     {std::int64_t{limit}}, [&](const Row& row) { rows.push_back(readToken(row)); });
    return rows;
}

std::int64_t dropTokens(Connection& connection, const std::vector<std::uint64_t>& tokens, std::int64_t most) {
    std::int64_t gone = 0;
    inPieces(tokens, [&](Values values) {
        values.emplace_back(most);
        gone += static_cast<std::int64_t>(connection.execute(
            "DELETE FROM learned_tokens" + whereTokens() + " AND spam + ham <= ?", values));
    });
    return gone;
}

void addDigests(Connection& connection, const std::vector<std::string>& digests, bool spam,
                std::int64_t change) {
    Values flat;
    for (std::size_t i = 0; i < digests.size(); ++i) {
        flat.emplace_back(change);
        flat.emplace_back(static_cast<std::int64_t>(i));
        flat.emplace_back(std::int64_t{spam});
        flat.emplace_back(Blob{digests[i]});
    }
    if (!flat.empty())
        connection.insertRows("INSERT INTO learned_digests (change_number, place, spam, digest)", 4, flat);
}

std::int64_t dropDigestsOf(Connection& connection, std::int64_t change) {
    return static_cast<std::int64_t>(
        connection.execute("DELETE FROM learned_digests WHERE change_number = ?", {change}));
}

std::int64_t dropOldestDigests(Connection& connection, std::int64_t count) {
    if (count <= 0) return 0;
    std::int64_t change = -1, place = -1;
    connection.query("SELECT change_number, place FROM learned_digests ORDER BY change_number, place LIMIT ?",
                     {count}, [&](const Row& row) {
                         change = row.integer(0);
                         place = row.integer(1);
                     });
    return static_cast<std::int64_t>(connection.execute(
        "DELETE FROM learned_digests WHERE change_number < ? OR (change_number = ? AND place <= ?)",
        {change, change, place}));
}

void eachDigest(Connection& connection, bool spam,
                const std::function<void(const std::string& digest)>& each) {
    connection.query("SELECT digest FROM learned_digests WHERE spam = ? ORDER BY change_number, place",
                     {std::int64_t{spam}}, [&](const Row& row) { each(row.text(0)); });
}

}  // namespace weir::db
