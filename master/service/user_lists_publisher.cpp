#include "master/service/user_lists_publisher.h"

#include <vector>

#include "common/base/log.h"
#include "common/policy/user_lists.h"
#include "master/db/user_list_table.h"

namespace weir {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetween{1000};
constexpr milliseconds kLook{2000};

}  // namespace

void UserListsPublisher::start() {
    publish();
    worker_ = std::make_unique<Worker>("user-lists", [this] { return turn(); });
}

void UserListsPublisher::wake() {
    if (worker_) worker_->wake();
}

void UserListsPublisher::stop() {
    if (worker_) worker_->stop();
}

milliseconds UserListsPublisher::turn() {
    const auto since = std::chrono::steady_clock::now() - published_;
    if (since < kBetween) return std::chrono::ceil<milliseconds>(kBetween - since);
    if (database_.available()) publish();
    return kLook;
}

void UserListsPublisher::publish() {
    std::vector<UserListEntry> entries;
    std::int64_t version = 0;
    database_.read([&](db::Connection& connection) {
        entries.clear();
        version = db::userListState(connection).version;
        if (version == version_) return;
        db::eachUserListRow(connection, [&](db::UserListRow row) {
            const auto kind = row.kind == "allow" ? UserListKind::kAllow : UserListKind::kBlock;
            entries.push_back({std::move(row.owner), kind, std::move(row.sender)});
        });
    });
    if (version == version_) return;
    const auto count = entries.size();
    auto bytes = userListsBytes(std::move(entries));
    const auto size = bytes.size();
    shelf_.put(kUserListsCatalog, std::move(bytes));
    version_ = version;
    published_ = std::chrono::steady_clock::now();
    logInfo("user_lists.published", {{"version", version}, {"entries", count}, {"bytes", size}});
}

}  // namespace weir
