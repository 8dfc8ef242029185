#include "master/service/user_lists_change.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace weir {
namespace {

// So that an audit row of the longest addresses stays below what the audit keeps in full.
constexpr std::size_t kChangesOfAuditRow = 250;

// In the catalog: its own line, and the owner's, as if each had one.
std::int64_t bytesOf(const UserListEntry& entry) {
    constexpr std::size_t kWords = 14;
    return static_cast<std::int64_t>(entry.owner.size() + entry.sender.size() + kWords);
}
constexpr std::size_t kBytesBesideEntries = 64;  // the catalog's first and last line

UserListResult refused(const UserListLine& line, std::string why) {
    return {line.line, line.owner, line.kind, line.sender, UserListOutcome::kRefused, std::move(why)};
}

Expected<UserListEntry> checked(const UserListLine& line, std::string_view kind) {
    if (!line.wrong.empty()) return problem("", line.wrong);
    return userListEntry(line.owner, kind, line.sender);
}

// Collects changes and writes an audit row whenever there are enough.
class AuditRows {
  public:
    AuditRows(db::Connection& connection, const Actor& actor, std::string_view action)
        : connection_(connection), actor_(actor), action_(action) {}

    void add(const db::UserListKey& key, const std::optional<std::string>& before,
             const std::optional<std::string>& after) {
        note(before_, key, before);
        note(after_, key, after);
        owners_.insert(key.first);
        if (++changes_ == kChangesOfAuditRow) flush();
    }
    void flush() {
        if (changes_ == 0) return;
        const std::string object = owners_.size() == 1
                                       ? "user list of " + *owners_.begin()
                                       : "user lists of " + std::to_string(owners_.size()) + " owners";
        Audit::record(connection_, actor_, action_, object, before_.empty() ? Json() : before_,
                      after_.empty() ? Json() : after_);
        before_ = after_ = Json::array();
        owners_.clear();
        changes_ = 0;
    }

  private:
    static void note(Json& list, const db::UserListKey& key, const std::optional<std::string>& kind) {
        if (kind) list.push_back({{"owner", key.first}, {"kind", *kind}, {"sender", key.second}});
    }
    db::Connection& connection_;
    const Actor& actor_;
    const std::string_view action_;
    Json before_ = Json::array(), after_ = Json::array();
    std::set<std::string> owners_;
    std::size_t changes_ = 0;
};

}  // namespace

const char* toString(UserListOutcome outcome) {
    switch (outcome) {
        case UserListOutcome::kAdded:
            return "added";
        case UserListOutcome::kChanged:
            return "changed";
        case UserListOutcome::kPresent:
            return "present";
        case UserListOutcome::kRemoved:
            return "removed";
        case UserListOutcome::kRefused:
            break;
    }
    return "refused";
}

UserListChange::UserListChange(db::Connection& connection, const Actor& actor, const UserListLimits& limits)
    : connection_(connection), actor_(actor), limits_(limits), before_(db::lockUserLists(connection).size) {}

UserListResult UserListChange::put(const UserListLine& line) {
    const auto entry = checked(line, line.kind);
    if (!entry) return refused(line, entry.error().text());
    auto& list = listOf(entry->owner);
    const std::string kind = toString(entry->kind);
    UserListResult result{line.line, entry->owner, kind, entry->sender, UserListOutcome::kPresent, {}};
    const auto found = list.find(entry->sender);
    if (found != list.end() && found->second == kind) return result;
    if (found != list.end()) {
        result.outcome = UserListOutcome::kChanged;
        remember({entry->owner, entry->sender}, found->second);
        found->second = kind;
        return result;
    }
    if (auto why = noRoomFor(*entry, list); !why.empty()) return refused(line, std::move(why));
    result.outcome = UserListOutcome::kAdded;
    remember({entry->owner, entry->sender}, std::nullopt);
    list.emplace(entry->sender, kind);
    grow(*entry, 1);
    return result;
}

UserListResult UserListChange::remove(const UserListLine& line) {
    const auto entry = checked(line, toString(UserListKind::kBlock));
    if (!entry) return refused(line, entry.error().text());
    auto& list = listOf(entry->owner);
    const auto found = list.find(entry->sender);
    if (found == list.end()) return refused(line, "no such entry");
    UserListResult result{line.line, entry->owner, found->second, entry->sender, UserListOutcome::kRemoved,
                          {}};
    remember({entry->owner, entry->sender}, found->second);
    list.erase(found);
    grow(*entry, -1);
    return result;
}

void UserListChange::grow(const UserListEntry& entry, int by) {
    grown_.entries += by;
    grown_.bytes += by * bytesOf(entry);
}

// Empty: there is room.
std::string UserListChange::noRoomFor(const UserListEntry& entry, const Senders& list) const {
    if (list.size() >= limits_.ownerEntries)
        return entry.owner + " has " + std::to_string(list.size()) + " entries, the most an owner may have";
    if (entries() >= limits_.entries)
        return "the lists have " + std::to_string(entries()) + " entries, the most there may be in all";
    const auto bytes = static_cast<std::uint64_t>(before_.bytes + grown_.bytes + bytesOf(entry));
    if (bytes + kBytesBesideEntries > limits_.bytes)
        return "with it the lists would take more than " + std::to_string(limits_.bytes) +
               " bytes, the most in all";
    return {};
}

bool UserListChange::write(std::string_view action) {
    std::vector<db::UserListRow> rows;
    std::vector<db::UserListKey> gone;
    AuditRows audit(connection_, actor_, action);
    const auto time = toMillis(now());
    for (const auto& [key, before] : kindsBefore_) {
        const auto after = kindNow(key);
        if (before == after) continue;
        if (after)
            rows.push_back({key.first, *after, key.second, time, actor_.name.substr(0, 64)});
        else
            gone.push_back(key);
        audit.add(key, before, after);
    }
    audit.flush();
    if (rows.empty() && gone.empty()) return false;
    db::changeUserLists(connection_, rows, gone, grown_);
    return true;
}

std::map<std::string, std::uint64_t> UserListChange::owners() const {
    std::map<std::string, std::uint64_t> counts;
    for (const auto& [owner, list] : lists_) counts.emplace(owner, list.size());
    return counts;
}

UserListChange::Senders& UserListChange::listOf(const std::string& owner) {
    const auto [at, isNew] = lists_.try_emplace(owner);
    if (isNew)
        for (auto& row : db::userListOf(connection_, owner))
            at->second.emplace(std::move(row.sender), std::move(row.kind));
    return at->second;
}

void UserListChange::remember(const db::UserListKey& key, const std::optional<std::string>& kind) {
    kindsBefore_.try_emplace(key, kind);
}

std::optional<std::string> UserListChange::kindNow(const db::UserListKey& key) const {
    const auto& list = lists_.at(key.first);
    const auto found = list.find(key.second);
    return found == list.end() ? std::nullopt : std::optional<std::string>(found->second);
}

}  // namespace weir
