#include "slave/quarantine/store_folder.h"

#include <sys/stat.h>

#include <algorithm>

#include "common/base/durable_file.h"
#include "common/base/error.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

// 24 of the 48 bits of milliseconds in the id: a shard holds the items of 4.7 hours.
constexpr std::size_t kShardDigits = 6;
constexpr std::chrono::hours kLeftover{1};  // a temporary file of this age has no living writer

const char* folderOf(StoreFolder::Mark mark) {
    return mark == StoreFolder::Mark::kPending ? "pending" : "releasing";
}

void check(const ItemId& id) {
    const bool lower =
        std::none_of(id.value.begin(), id.value.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!isUuid(id.value) || !lower) throw Error(ErrorCode::kNotFound, "'" + id.value + "' is no item id");
}

TimePoint modifiedAt(const struct stat& status) {
    return fromMillis(static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1000 +
                      status.st_mtim.tv_nsec / 1'000'000);
}

}  // namespace

TimePoint timeOf(const ItemId& id) {
    check(id);
    return fromMillis(std::stoll(id.value.substr(0, 8) + id.value.substr(9, 4), nullptr, 16));
}

StoreFolder::StoreFolder(fs::path root) : root_(std::move(root)) {
    for (const char* name : {"incoming", "items", "pending", "releasing"})
        createDirectoryDurably(root_ / name);
}

fs::path StoreFolder::incoming(const ItemId& id, const char* extension) const {
    check(id);
    return root_ / "incoming" / (id.value + extension);
}

fs::path StoreFolder::item(const ItemId& id, const char* extension) const {
    check(id);
    return root_ / "items" / shardOf(id) / (id.value + extension);
}

std::string StoreFolder::shardOf(const ItemId& id) {
    return id.value.substr(0, kShardDigits);
}

void StoreFolder::makeShardOf(const ItemId& id) const {
    createDirectoryDurably(root_ / "items" / shardOf(id));
}

void StoreFolder::mark(Mark mark, const ItemId& id) const {
    check(id);
    const fs::path path = root_ / folderOf(mark) / id.value;
    if (!fs::exists(path)) writeFileDurably(path, "");
}

void StoreFolder::unmark(Mark mark, const ItemId& id) const {
    check(id);
    removeFile(root_ / folderOf(mark) / id.value);
}

bool StoreFolder::isMarked(Mark mark, const ItemId& id) const {
    check(id);
    return fs::exists(root_ / folderOf(mark) / id.value);
}

std::vector<ItemId> StoreFolder::marked(Mark mark) const {
    std::vector<ItemId> ids;
    for (const auto& entry : fs::directory_iterator(root_ / folderOf(mark))) {
        const std::string name = entry.path().filename().string();
        if (isUuid(name)) ids.push_back(ItemId{name});
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::vector<std::string> StoreFolder::shards() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_ / "items"))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<ItemId> StoreFolder::idsIn(const std::string& shard) const {
    std::vector<ItemId> ids;
    std::error_code gone;  // the sweeper may remove an empty shard at any time
    for (const auto& entry : fs::directory_iterator(root_ / "items" / shard, gone)) {
        const fs::path& path = entry.path();
        if (path.extension() == ".json" && isUuid(path.stem().string()))
            ids.push_back(ItemId{path.stem().string()});
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

bool StoreFolder::look(const std::string& shard, const ItemId& id, StoreEntry& entry) const {
    struct stat status {};
    const fs::path folder = root_ / "items" / shard;
    if (::stat((folder / (id.value + ".json")).c_str(), &status) != 0) return false;
    entry.id = id;
    entry.stored = timeOf(id);
    entry.changed = modifiedAt(status);
    entry.hasBytes = ::stat((folder / (id.value + ".eml")).c_str(), &status) == 0;
    entry.bytes = entry.hasBytes ? static_cast<std::uint64_t>(status.st_size) : 0;
    return true;
}

void StoreFolder::tidy(const std::string& shard) const {
    const fs::path folder = root_ / "items" / shard;
    std::error_code gone;
    std::vector<fs::path> leftovers;
    for (const auto& entry : fs::directory_iterator(folder, gone)) {
        struct stat status {};
        if (entry.path().extension() == ".tmp" && ::stat(entry.path().c_str(), &status) == 0 &&
            modifiedAt(status) < now() - kLeftover)
            leftovers.push_back(entry.path());
    }
    for (const fs::path& path : leftovers) removeFile(path);
    // Fails while anything is in it, which is all we ask; the current shard may be needed at any moment.
    if (shard != shardOf(ItemId{newTimeUuid()})) fs::remove(folder, gone);
}

}  // namespace weir
