#include "master/db/tops_table.h"

#include <algorithm>
#include <charconv>

#include "common/base/ids.h"
#include "common/mail/ascii.h"
#include "master/db/counters_table.h"
#include "master/db/mails_table.h"

namespace weir::db {
namespace {

constexpr int kFoldedTogether = 32;  // waiting rows; a batch of the nodes makes one, seldom more
constexpr std::size_t kTextBytes = 1u << 20;

// "DAY KIND MAILS BYTES LENGTH NAME\n" for each: a name may hold any character.
void appendNumber(std::string& text, std::int64_t number) {
    text += std::to_string(number);
    text += ' ';
}

class TextReader {
  public:
    explicit TextReader(std::string_view text) : rest_(text) {}
    bool atEnd() const { return rest_.empty(); }

    std::int64_t number() {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        if (error != std::errc() || !rest_.starts_with(' ')) refuse();
        rest_.remove_prefix(1);
        return number;
    }
    std::string name() {
        const auto length = number();
        if (length < 0 || static_cast<std::uint64_t>(length) >= rest_.size()) refuse();
        std::string name(rest_.substr(0, static_cast<std::size_t>(length)));
        if (rest_[name.size()] != '\n') refuse();
        rest_.remove_prefix(name.size() + 1);
        return name;
    }

  private:
    [[noreturn]] static void refuse() {
        throw Error(ErrorCode::kInternal, "mail_tops_waiting: a text that this version did not write");
    }
    std::string_view rest_;
};

}  // namespace

std::size_t TopChanges::Hash::operator()(const Key& key) const {
    return std::hash<std::string>{}(key.name) ^ static_cast<std::size_t>(key.day * 3 + key.kind);
}

void TopChanges::addMail(const MailRow& mail, std::int64_t times) {
    const auto day = mail.time / kCounterMillis[static_cast<std::size_t>(CounterKind::kDay)];
    add(day, TopKind::kSender, mail.sender, mail.size, times);
    add(day, TopKind::kClient, mail.clientAddress, mail.size, times);
    for (const auto& recipient : splitWords(mail.recipients)) {
        add(day, TopKind::kRecipient, recipient, mail.size, times);
    }
}

void TopChanges::add(std::int64_t day, TopKind kind, std::string_view name, std::int64_t bytes,
                     std::int64_t times) {
    if (name.empty()) return;
    auto& amounts = amounts_[{day, static_cast<std::int64_t>(kind), lowered(name)}];
    amounts.mails += times;
    amounts.bytes += bytes * times;
}

void TopChanges::addText(std::string_view text) {
    for (TextReader in(text); !in.atEnd();) {
        const auto day = in.number(), kind = in.number(), mails = in.number(), bytes = in.number();
        auto& amounts = amounts_[{day, kind, in.name()}];
        amounts.mails += mails;
        amounts.bytes += bytes;
    }
}

std::vector<std::string> TopChanges::texts() const {
    std::vector<std::string> texts;
    for (const auto& [key, amounts] : amounts_) {
        if (texts.empty() || texts.back().size() > kTextBytes) texts.emplace_back();
        auto& text = texts.back();
        appendNumber(text, key.day);
        appendNumber(text, key.kind);
        appendNumber(text, amounts.mails);
        appendNumber(text, amounts.bytes);
        appendNumber(text, static_cast<std::int64_t>(key.name.size()));
        text += key.name;
        text += '\n';
    }
    return texts;
}

std::vector<const std::pair<const TopChanges::Key, TopChanges::Amounts>*> TopChanges::sorted() const {
    std::vector<const std::pair<const Key, Amounts>*> sorted;
    sorted.reserve(amounts_.size());
    for (const auto& one : amounts_) sorted.push_back(&one);
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
    return sorted;
}

Values TopChanges::rows() const {
    Values rows;
    rows.reserve(amounts_.size() * 5);
    for (const auto* one : sorted()) {
        rows.emplace_back(one->first.day);
        rows.emplace_back(one->first.kind);
        rows.emplace_back(one->first.name);
        rows.emplace_back(one->second.mails);
        rows.emplace_back(one->second.bytes);
    }
    return rows;
}

void addWaitingTops(Connection& connection, const std::vector<const std::string*>& texts) {
    Values flat;
    for (const auto* text : texts) {
        flat.emplace_back(newTimeUuid());
        flat.emplace_back(*text);
    }
    connection.insertRows("INSERT INTO mail_tops_waiting (id, amounts)", 2, flat);
}

bool foldTops(Connection& connection) {
    TopChanges changes;
    std::vector<std::string> ids;
    connection.query(
        "SELECT id, amounts FROM mail_tops_waiting ORDER BY id LIMIT ?" + std::string(connection.forUpdate()),
        {std::int64_t{kFoldedTogether}}, [&](const Row& row) {
            ids.push_back(row.text(0));
            changes.addText(row.text(1));
        });
    if (ids.empty()) return false;
    connection.upsertRows("mail_tops", {"day", "kind", "name", "mails", "bytes"}, {"day", "kind", "name"},
                          {"mails", "bytes"}, {}, changes.rows());
    for (const auto& id : ids) connection.execute("DELETE FROM mail_tops_waiting WHERE id = ?", {id});
    return true;
}

void eachTop(Connection& connection, TopKind kind, std::int64_t firstDay, std::int64_t lastDay, int limit,
             const std::function<void(const std::string&, std::int64_t, std::int64_t)>& each) {
    Values days = {static_cast<std::int64_t>(kind), firstDay, lastDay, static_cast<std::int64_t>(limit)};
    connection.query(
        "SELECT name, SUM(mails) AS total, SUM(bytes) FROM mail_tops "
        "WHERE kind = ? AND day >= ? AND day <= ? GROUP BY name HAVING SUM(mails) > 0 "
        "ORDER BY total DESC, name LIMIT ?",
        days, [&](const Row& row) { each(row.text(0), row.integer(1), row.integer(2)); });
}

}  // namespace weir::db
