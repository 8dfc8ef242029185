#include "master/service/user_lists_desk.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::string_view kRemove = "user-list.remove";

// "9.a@b.examplec@d.example": the size of the owner, owner and sender of the last one of a page.
std::string cursorOf(const db::UserListRow& row) {
    return std::to_string(row.owner.size()) + "." + row.owner + row.sender;
}

std::optional<db::UserListKey> placeOf(const std::string& cursor) {
    if (cursor.empty()) return std::nullopt;
    const auto dot = cursor.find('.');
    std::size_t size = 0;
    const char* const end = cursor.data() + std::min(dot, cursor.size());
    const auto read = std::from_chars(cursor.data(), end, size);
    if (dot == std::string::npos || read.ec != std::errc() || read.ptr != end ||
        size > cursor.size() - dot - 1)
        throw Error(ErrorCode::kInvalid, "cursor: not one of the user lists");
    return db::UserListKey(cursor.substr(dot + 1, size), cursor.substr(dot + 1 + size));
}

// As it would be stored; what is no address is looked for as it is.
std::string folded(const std::string& address) {
    const auto entry = userListEntry(address, "block", address);
    return entry ? entry->owner : lowered(address);
}

db::UserListFilter filterOf(const UserListQuery& query) {
    if (!query.kind.empty() && query.kind != "allow" && query.kind != "block")
        throw Error(ErrorCode::kInvalid, "kind: is not allow or block");
    return {folded(query.owner), folded(query.sender), query.kind, query.text};
}

std::uint64_t count(std::int64_t number) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(number, 0));
}

}  // namespace

UserListsDesk::UserListsDesk(db::Database& database, CatalogShelf& shelf, const UserListLimits& limits)
    : database_(database), limits_(limits), publisher_(database, shelf) {}

void UserListsDesk::start() {
    publisher_.start();
}

void UserListsDesk::stop() {
    publisher_.stop();
}

UserListPage UserListsDesk::find(const UserListQuery& query) {
    const auto filter = filterOf(query);
    const auto after = placeOf(query.cursor);
    const auto limit = static_cast<std::size_t>(std::clamp(query.limit, 1, 500));
    UserListPage page;
    database_.read([&](db::Connection& connection) {
        page = {};
        auto rows = db::findUserLists(connection, filter, after, static_cast<int>(limit) + 1);
        // One more than asked for tells whether there is a next page.
        if (rows.size() > limit) {
            rows.pop_back();
            page.next = cursorOf(rows.back());
        }
        page.counts.entries = count(db::userListState(connection).size.entries);
        if (!filter.owner.empty()) page.counts.owners[filter.owner] = 0;
        for (auto& row : rows) {
            page.counts.owners.try_emplace(row.owner, 0);
            page.items.push_back({std::move(row.owner), std::move(row.kind), std::move(row.sender),
                                  fromMillis(row.added), std::move(row.addedBy)});
        }
        for (auto& [owner, entries] : page.counts.owners)
            entries = count(db::userListSize(connection, owner));
    });
    return page;
}

UserListAnswer UserListsDesk::add(const Actor& actor, const std::vector<UserListLine>& lines) {
    return change(actor, lines, "user-list.add");
}

UserListAnswer UserListsDesk::remove(const Actor& actor, const std::vector<UserListLine>& lines) {
    return change(actor, lines, kRemove);
}

Expected<UserListAnswer> UserListsDesk::import(const Actor& actor, std::string_view text) {
    const auto lines = readUserListText(text);
    if (!lines) return tl::unexpected<Problem>(lines.error());
    return change(actor, *lines, "user-list.import");
}

UserListAnswer UserListsDesk::change(const Actor& actor, const std::vector<UserListLine>& lines,
                                     std::string_view action) {
    UserListAnswer answer;
    bool changed = false;
    database_.transaction([&](db::Connection& connection) {
        answer = {};
        UserListChange work(connection, actor, limits_);
        for (const auto& line : lines)
            answer.results.push_back(action == kRemove ? work.remove(line) : work.put(line));
        changed = work.write(action);
        answer.counts = {work.entries(), work.owners()};
    });
    if (changed) publisher_.wake();
    return answer;
}

}  // namespace weir
