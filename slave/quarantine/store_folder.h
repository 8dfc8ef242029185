// Where the quarantine keeps what, and nothing about what it means (FORMAT.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"

namespace weir {

// One item of a shard, as the directory knows it.
struct StoreEntry {
    ItemId id;
    TimePoint stored{};  // from the id
    std::uint64_t bytes = 0;
    bool hasBytes = false;  // false: only the metadata is there
    TimePoint changed{};    // of the metadata file
};

class StoreFolder {
  public:
    // Empty files named after items: an item event that nobody confirmed yet; a release that has begun.
    enum class Mark { kPending, kReleasing };

    explicit StoreFolder(std::filesystem::path root);  // makes the folders

    // Ids come from the network, too: only UUIDs in lower case ever become a path. Throws kNotFound for
    // others.
    std::filesystem::path incoming(const ItemId& id, const char* extension) const;
    std::filesystem::path item(const ItemId& id, const char* extension) const;
    std::filesystem::path incomingFolder() const { return root_ / "incoming"; }
    void makeShardOf(const ItemId& id) const;

    void mark(Mark mark, const ItemId& id) const;  // durable
    void unmark(Mark mark, const ItemId& id) const;
    bool isMarked(Mark mark, const ItemId& id) const;
    std::vector<ItemId> marked(Mark mark) const;

    // Shards are stretches of time, in order; items of an earlier shard are older.
    std::vector<std::string> shards() const;
    static std::string shardOf(const ItemId& id);
    std::vector<ItemId> idsIn(const std::string& shard) const;  // in order
    // False when the item has gone meanwhile.
    bool look(const std::string& shard, const ItemId& id, StoreEntry& entry) const;
    // Removes what dead writers left in the shard, and the shard itself when nothing is in it.
    void tidy(const std::string& shard) const;

  private:
    std::filesystem::path root_;
};

// The time in a UUIDv7 (RFC 9562 section 5.7).
TimePoint timeOf(const ItemId& id);

}  // namespace weir
