// What store.cpp and store_recovery.cpp share. Not for others.
#pragma once

#include <initializer_list>
#include <mutex>
#include <set>
#include <string>

#include "common/base/durable_file.h"
#include "slave/quarantine/store.h"
#include "slave/quarantine/store_folder.h"

namespace weir {

struct QuarantineStore::State {
    explicit State(std::filesystem::path root)
        : folder((createDirectoryDurably(root), root)), lock(root), firstOwn{newTimeUuid()} {}

    // What the caller of change() wants.
    struct Wish {
        std::initializer_list<ItemState> from;
        ItemState to;
        std::string detail;
        CommandId command;
    };

    std::optional<Item> load(const ItemId& id) const;  // from items/, or incoming/
    Item loadOrThrow(const ItemId& id) const;
    // With `changes` held. Marks the item pending and writes the new version durably.
    Item change(Item item, const Wish& wish);
    void persist(const Item& item);
    // change() to a state without bytes, and the bytes go.
    ItemEvent drop(const ItemId& id, const Wish& wish);
    void removeBytes(const ItemId& id);

    bool move(const ItemId& id, bool announced);  // incoming/ → items/; false: the disk refused
    void moveLate();

    void holdInMemory(const ItemId& id, const std::string& metadata, std::string_view bytes);
    struct Held {
        ItemId id;
        std::string metadata, bytes;
    };
    Held held;

    StoreFolder folder;
    FolderLock lock;
    const ItemId firstOwn;  // every id made in this life is greater

    std::mutex changes;  // one change of state at a time

    mutable std::mutex usageMutex;
    QuarantineUsage usage;
    std::string countedThrough;  // shards of earlier lives up to here are in `usage`

    std::mutex lateMutex;
    std::set<std::pair<ItemId, bool>> late;  // commits that the disk refused
};

}  // namespace weir
