#include "slave/quarantine/store.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include "common/base/control.h"
#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "common/base/error.h"
#include "common/base/log.h"
#include "slave/quarantine/store_state.h"

namespace weir {
namespace {

constexpr std::uint64_t kMetadataLimit = 64u << 20;
constexpr std::size_t kHistoryLimit = 200;

using Mark = StoreFolder::Mark;

Item parse(const std::filesystem::path& path) {
    const Expected<Item> item = itemFromJsonText(readFile(path, kMetadataLimit));
    if (!item) throw Error(ErrorCode::kIo, path.string() + " is damaged: " + item.error().text());
    return *item;
}

}  // namespace

QuarantineStore::QuarantineStore(std::filesystem::path folder)
    : state_(std::make_unique<State>(std::move(folder))) {}

QuarantineStore::~QuarantineStore() = default;

Item QuarantineStore::store(const NewItem& wanted, std::string_view bytes) {
    Item item;
    item.id.value = newTimeUuid();
    item.mail = wanted.mail;
    item.received = wanted.received;
    item.envelope = wanted.envelope;
    item.subject = wanted.subject;
    item.rule = wanted.rule;
    item.reason = wanted.reason;
    item.queue = wanted.queue;
    item.copy = wanted.copy;
    item.size = bytes.size();
    item.sha256 = sha256Hex(bytes);
    item.history.push_back({1, now(), ItemState::kStored, wanted.reason, {}});
    const std::string metadata = toJsonText(item);
    if (controlOff("quarantine-durable")) {
        state_->holdInMemory(item.id, metadata, bytes);
        return item;
    }
    writeFilesDurably({{state_->folder.incoming(item.id, ".eml"), bytes},
                       {state_->folder.incoming(item.id, ".json"), metadata}});
    return item;
}

// Only for the control run: the wrong way on purpose. The newest item is in memory alone until the next one
// comes.
void QuarantineStore::State::holdInMemory(const ItemId& id, const std::string& metadata,
                                          std::string_view bytes) {
    std::lock_guard lock(changes);
    if (!held.id.empty()) {
        folder.makeShardOf(held.id);
        std::ofstream(folder.item(held.id, ".eml"), std::ios::binary) << held.bytes;
        std::ofstream(folder.item(held.id, ".json")) << held.metadata;
    }
    held = {id, metadata, std::string(bytes)};
}

void QuarantineStore::commit(const ItemId& id, bool announced) {
    if (controlOff("quarantine-durable")) return;
    state_->moveLate();
    if (state_->move(id, announced)) return;
    std::lock_guard lock(state_->lateMutex);
    state_->late.emplace(id, announced);
}

bool QuarantineStore::State::move(const ItemId& id, bool announced) {
    try {
        folder.makeShardOf(id);
        if (!announced) folder.mark(Mark::kPending, id);
        const auto from = folder.incoming(id, ".eml");
        // The metadata last: it is what makes the item one of items/.
        if (std::filesystem::exists(from)) renameFile(from, folder.item(id, ".eml"));
        std::error_code deleted;  // while it waited for its move
        const std::uintmax_t bytes = std::filesystem::file_size(folder.item(id, ".eml"), deleted);
        const auto metadata = folder.incoming(id, ".json");
        if (std::filesystem::exists(metadata)) renameFile(metadata, folder.item(id, ".json"));
        // Items of earlier lives that only now reach a shard are counted with it, or here when it has been
        // counted.
        std::lock_guard lock(usageMutex);
        if (!deleted && (id > firstOwn || StoreFolder::shardOf(id) <= countedThrough)) {
            ++usage.items;
            usage.bytes += bytes;
        }
        return true;
    } catch (const Error& error) {
        logWarning("quarantine.commit-late", {{"item", id.value}, {"error", error.what()}});
    } catch (const std::filesystem::filesystem_error& error) {
        logWarning("quarantine.commit-late", {{"item", id.value}, {"error", error.what()}});
    }
    return false;
}

void QuarantineStore::State::moveLate() {
    std::set<std::pair<ItemId, bool>> waiting;
    {
        std::lock_guard lock(lateMutex);
        waiting.swap(late);
    }
    for (const auto& [id, announced] : waiting) {
        if (move(id, announced)) continue;
        std::lock_guard lock(lateMutex);
        late.emplace(id, announced);
    }
}

void QuarantineStore::discard(const ItemId& id) {
    removeFile(state_->folder.incoming(id, ".json"));
    removeFile(state_->folder.incoming(id, ".eml"));
}

std::optional<Item> QuarantineStore::State::load(const ItemId& id) const {
    for (const auto& path : {folder.item(id, ".json"), folder.incoming(id, ".json")})
        if (std::filesystem::exists(path)) return parse(path);
    return std::nullopt;
}

Item QuarantineStore::State::loadOrThrow(const ItemId& id) const {
    if (auto item = load(id)) return *std::move(item);
    throw Error(ErrorCode::kNotFound, "no item " + id.value + " on this node");
}

std::optional<Item> QuarantineStore::find(const ItemId& id) const {
    return state_->load(id);
}

std::unique_ptr<std::istream> QuarantineStore::open(const ItemId& id) const {
    for (const auto& path : {state_->folder.item(id, ".eml"), state_->folder.incoming(id, ".eml")}) {
        auto stream = std::make_unique<std::ifstream>(path, std::ios::binary);
        if (stream->is_open()) return stream;
    }
    throw Error(ErrorCode::kNotFound, "the bytes of item " + id.value + " are not on this node");
}

std::vector<Item> QuarantineStore::list(const ItemId& after, std::size_t limit) const {
    std::vector<Item> items;
    for (const std::string& shard : state_->folder.shards()) {
        if (shard < StoreFolder::shardOf(after)) continue;
        for (const ItemId& id : state_->folder.idsIn(shard)) {
            if (id <= after) continue;
            if (items.size() == limit) return items;
            try {
                if (auto item = state_->load(id)) items.push_back(*std::move(item));
            } catch (const Error& error) {
                logError("quarantine.unreadable", {{"item", id.value}, {"error", error.what()}});
            }
        }
    }
    return items;
}

void QuarantineStore::visit(const std::function<bool(const StoreEntry&)>& visit) const {
    StoreEntry entry;
    for (const std::string& shard : state_->folder.shards())
        for (const ItemId& id : state_->folder.idsIn(shard))
            if (state_->folder.look(shard, id, entry) && !visit(entry)) return;
}

Item QuarantineStore::State::change(Item item, const Wish& wish) {
    if (std::find(wish.from.begin(), wish.from.end(), item.state) == wish.from.end())
        throw Error(ErrorCode::kConflict, "item " + item.id.value + " is " + toString(item.state) +
                                              ", so it cannot become " + toString(wish.to));
    item.state = wish.to;
    ++item.version;
    item.history.push_back({item.version, now(), wish.to, wish.detail, wish.command});
    if (item.history.size() > kHistoryLimit) item.history.erase(item.history.begin() + 1);
    persist(item);
    return item;
}

// The mark first: a version that is on the disk without one would never be announced.
void QuarantineStore::State::persist(const Item& item) {
    folder.mark(Mark::kPending, item.id);
    const auto path = std::filesystem::exists(folder.item(item.id, ".json"))
                          ? folder.item(item.id, ".json")
                          : folder.incoming(item.id, ".json");
    writeFileDurably(path, toJsonText(item));
}

ItemEvent QuarantineStore::beginRelease(const ItemId& id, const CommandId& command,
                                        const std::string& detail) {
    std::lock_guard lock(state_->changes);
    const Item before = state_->loadOrThrow(id);
    state_->folder.mark(Mark::kReleasing, id);
    try {
        return toEvent(state_->change(
            before,
            {{ItemState::kStored, ItemState::kReleaseFailed}, ItemState::kReleasing, detail, command}));
    } catch (const Error&) {
        if (before.state != ItemState::kReleasing) state_->folder.unmark(Mark::kReleasing, id);
        throw;
    }
}

ItemEvent QuarantineStore::endRelease(const ItemId& id, bool released, const std::string& detail) {
    std::lock_guard lock(state_->changes);
    const Item item = state_->loadOrThrow(id);
    const CommandId command = item.history.empty() ? CommandId{} : item.history.back().command;
    const Item ended = state_->change(item, {{ItemState::kReleasing},
                                             released ? ItemState::kReleased : ItemState::kReleaseFailed,
                                             detail,
                                             command});
    state_->folder.unmark(Mark::kReleasing, id);
    return toEvent(ended);
}

ItemEvent QuarantineStore::remove(const ItemId& id, const CommandId& command, const std::string& detail) {
    return state_->drop(id, {{ItemState::kStored, ItemState::kReleased, ItemState::kReleaseFailed},
                             ItemState::kDeleted,
                             detail,
                             command});
}

ItemEvent QuarantineStore::expire(const ItemId& id, const std::string& detail) {
    return state_->drop(id, {{ItemState::kStored, ItemState::kReleased, ItemState::kReleaseFailed},
                             ItemState::kExpired,
                             detail,
                             {}});
}

ItemEvent QuarantineStore::State::drop(const ItemId& id, const Wish& wish) {
    std::lock_guard lock(changes);
    const Item before = loadOrThrow(id);
    if (!before.hasBytes()) removeBytes(id);  // a death came between tombstone and bytes
    Item after;
    try {
        after = change(before, wish);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kNoSpace) throw;
        // On a full disk the bytes must go first, to make room for the tombstone.
        removeBytes(id);
        after = change(before, wish);
    }
    removeBytes(id);
    return toEvent(after);
}

void QuarantineStore::State::removeBytes(const ItemId& id) {
    removeDurably(folder.incoming(id, ".eml"));  // there and not yet counted when commit() came too late
    std::error_code missing;
    const std::uintmax_t bytes = std::filesystem::file_size(folder.item(id, ".eml"), missing);
    if (missing) return;
    removeDurably(folder.item(id, ".eml"));
    std::lock_guard lock(usageMutex);
    const bool counted = id > firstOwn || StoreFolder::shardOf(id) <= countedThrough;
    if (!counted || usage.items == 0) return;
    --usage.items;
    usage.bytes -= std::min<std::uint64_t>(usage.bytes, bytes);
}

ItemEvent QuarantineStore::refuse(const ItemId& id, const CommandId& command, const std::string& detail) {
    std::lock_guard lock(state_->changes);
    Item item = state_->loadOrThrow(id);
    const ItemState state = item.state;
    return toEvent(state_->change(std::move(item), {{state}, state, detail, command}));
}

std::optional<ItemEvent> QuarantineStore::answered(const ItemId& id, const CommandId& command) const {
    if (command.empty()) return std::nullopt;
    const auto item = state_->load(id);
    if (!item) return std::nullopt;
    const bool known = std::any_of(item->history.begin(), item->history.end(),
                                   [&](const ItemChange& change) { return change.command == command; });
    return known ? std::optional(toEvent(*item)) : std::nullopt;
}

void QuarantineStore::announced(const ItemId& id, std::uint64_t version) {
    std::lock_guard lock(state_->changes);
    const auto item = state_->load(id);
    if (!item || item->version <= version) state_->folder.unmark(Mark::kPending, id);
}

std::vector<ItemEvent> QuarantineStore::unannounced(std::size_t limit) const {
    std::vector<ItemEvent> events;
    for (const ItemId& id : state_->folder.marked(Mark::kPending)) {
        if (events.size() == limit) break;
        std::lock_guard lock(state_->changes);
        if (const auto item = state_->load(id))
            events.push_back(toEvent(*item));
        else
            state_->folder.unmark(Mark::kPending, id);
    }
    return events;
}

QuarantineUsage QuarantineStore::usage() const {
    std::lock_guard lock(state_->usageMutex);
    return state_->usage;
}

void QuarantineStore::count() {
    state_->moveLate();
    {
        std::lock_guard lock(state_->usageMutex);
        if (state_->usage.complete) return;
    }
    for (const std::string& shard : state_->folder.shards()) {
        // No item of this shard may go while it is counted.
        std::lock_guard changes(state_->changes);
        QuarantineUsage found;
        StoreEntry entry;
        for (const ItemId& id : state_->folder.idsIn(shard)) {
            if (id > state_->firstOwn || !state_->folder.look(shard, id, entry) || !entry.hasBytes) continue;
            ++found.items;
            found.bytes += entry.bytes;
        }
        std::lock_guard lock(state_->usageMutex);
        state_->usage.items += found.items;
        state_->usage.bytes += found.bytes;
        state_->countedThrough = shard;
    }
    std::lock_guard lock(state_->usageMutex);
    state_->usage.complete = true;
}

void QuarantineStore::tidy() {
    for (const std::string& shard : state_->folder.shards()) state_->folder.tidy(shard);
}

std::optional<ItemEvent> QuarantineStore::removeTombstone(const ItemId& id) {
    {
        std::lock_guard lock(state_->changes);
        const Item item = state_->loadOrThrow(id);
        if (!item.hasBytes()) {
            if (!state_->folder.isMarked(Mark::kPending, id)) removeFile(state_->folder.item(id, ".json"));
            return std::nullopt;
        }
    }
    return expire(id, "its bytes are missing on this node's disk");
}

}  // namespace weir
