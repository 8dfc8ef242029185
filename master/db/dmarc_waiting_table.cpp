#include "master/db/dmarc_waiting_table.h"

#include <charconv>

#include "common/base/ids.h"
#include "master/db/mails_table.h"

namespace weir::db {
namespace {

constexpr std::size_t kTextBytes = 1u << 20;
constexpr std::int64_t kDayMillis = 86'400'000;

}  // namespace

void DmarcChanges::addMail(const MailRow& mail, std::int64_t times) {
    if (!mail.dmarc.empty()) times_[{mail.time / kDayMillis, mail.dmarc}] += times;
}

// "DAY TIMES LENGTH TEXT\n" for each.
void DmarcChanges::addText(std::string_view text) {
    const auto refuse = [] {
        throw Error(ErrorCode::kInternal, "dmarc_waiting: a text that this version did not write");
    };
    const auto number = [&] {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (error != std::errc() || !text.starts_with(' ')) refuse();
        text.remove_prefix(1);
        return number;
    };
    while (!text.empty()) {
        const auto day = number(), times = number(), length = number();
        if (length < 0 || static_cast<std::uint64_t>(length) >= text.size()) refuse();
        const auto size = static_cast<std::size_t>(length);
        if (text[size] != '\n') refuse();
        times_[{day, std::string(text.substr(0, size))}] += times;
        text.remove_prefix(size + 1);
    }
}

std::vector<std::string> DmarcChanges::texts() const {
    std::vector<std::string> texts;
    for (const auto& [key, times] : times_) {
        if (texts.empty() || texts.back().size() > kTextBytes) texts.emplace_back();
        texts.back() += std::to_string(key.first) + " " + std::to_string(times) + " " +
                        std::to_string(key.second.size()) + " " + key.second + "\n";
    }
    return texts;
}

void DmarcChanges::each(
    const std::function<void(std::int64_t, const std::string&, std::int64_t)>& each) const {
    for (const auto& [key, times] : times_) each(key.first, key.second, times);
}

void addDmarcWaiting(Connection& connection, DmarcWaiting kind,
                     const std::vector<const std::string*>& texts) {
    Values flat;
    for (const auto* text : texts) {
        flat.emplace_back(newTimeUuid());
        flat.emplace_back(static_cast<std::int64_t>(kind));
        flat.emplace_back(*text);
    }
    if (!flat.empty()) connection.insertRows("INSERT INTO dmarc_waiting (id, kind, content)", 3, flat);
}

std::vector<DmarcWaitingRow> lockDmarcWaiting(Connection& connection, int limit) {
    std::vector<DmarcWaitingRow> rows;
    connection.query(
        "SELECT id, kind, content FROM dmarc_waiting ORDER BY id LIMIT ?" +
            std::string(connection.forUpdate()),
        {std::int64_t{limit}}, [&](const Row& row) {
            rows.push_back({row.text(0), static_cast<DmarcWaiting>(row.integer(1)), row.text(2)});
        });
    return rows;
}

void removeDmarcWaiting(Connection& connection, const std::vector<DmarcWaitingRow>& rows) {
    for (const auto& row : rows) connection.execute("DELETE FROM dmarc_waiting WHERE id = ?", {row.id});
}

}  // namespace weir::db
