// A hash table that is never larger than its capacity: what was changed longest ago makes room.
//
// Entries have a weight, 1 unless weigh() says another, and a rank. While the weights add up to more than the
// capacity the oldest entry goes: of rank 0 while those hold more than half of the capacity, else of rank 1.
// So a flood of entries of rank 0 costs those of rank 1 at most the upper half of the room.
//
// Keys may be chosen by an enemy: buckets depend on a secret of the process. Memory is taken as entries come;
// they lie in one piece, so that an entry's place stays the same until it goes. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "common/wire/shared_entry.h"

namespace weir {

// A key of a table: 128 bits of a digest, and what else tells entries apart.
struct SharedTableKey {
    SharedKey key{};
    Column column = 0;
    std::uint32_t slot = 0;
    std::uint32_t kind = 0;
    bool operator==(const SharedTableKey&) const = default;
};
std::uint64_t secretHash(const SharedKey& key);
std::uint64_t secretHash(const SharedTableKey& key);

template <class Key, class Value>
class SharedTable {
  public:
    class Entry {
      public:
        Key key{};
        Value value{};

      private:
        friend class SharedTable;
        std::uint32_t chain = kNone, older = kNone, newer = kNone;
        std::uint32_t weight = 0;  // 0: this place is free
        std::uint8_t rank = 0;
    };

    explicit SharedTable(std::size_t capacity) : capacity_(capacity == 0 ? 1 : capacity) {}

    // Pointers to entries are good until the next insert().
    Entry* find(const Key& key) {
        if (buckets_.empty()) return nullptr;
        for (std::uint32_t at = buckets_[bucketOf(key)]; at != kNone; at = entries_[at].chain)
            if (entries_[at].key == key) return &entries_[at];
        return nullptr;
    }
    // `key` must not be there yet.
    Entry& insert(const Key& key, Value value, std::uint8_t rank = 0) {
        const std::uint32_t at = freePlace();
        if (buckets_.size() < size_ + 1) rehash();
        Entry& entry = entries_[at];
        entry.key = key;
        entry.value = std::move(value);
        entry.weight = 1;
        entry.rank = rank;
        std::uint32_t& bucket = buckets_[bucketOf(key)];
        entry.chain = bucket;
        bucket = at;
        link(at);
        ++size_;
        makeRoom(at);
        return entries_[at];
    }
    // It was changed: the newest now.
    void touch(Entry& entry, std::uint8_t rank = 0) {
        const std::uint32_t at = placeOf(entry);
        unlink(at);
        entry.rank = rank;
        link(at);
    }
    // May throw out others, never this entry.
    void weigh(Entry& entry, std::size_t weight) {
        List& list = lists_[entry.rank];
        list.weight -= entry.weight;
        entry.weight = static_cast<std::uint32_t>(weight == 0 ? 1 : weight);
        list.weight += entry.weight;
        makeRoom(placeOf(entry));
    }
    void erase(Entry& entry) {
        const std::uint32_t at = placeOf(entry);
        std::uint32_t* place = &buckets_[bucketOf(entry.key)];
        while (*place != at) place = &entries_[*place].chain;
        *place = entry.chain;
        unlink(at);
        entry.value = Value{};
        entry.weight = 0;
        entry.chain = free_;
        free_ = at;
        --size_;
    }

    // Visits entries in the order of their places: from place `from`, at most `places` of them. The place to
    // go on from; places() when that was the last. `visit(Entry&)` may erase its entry and must not insert.
    template <class Visit>
    std::size_t visit(std::size_t from, std::size_t places, Visit visit) {
        const std::size_t end = std::min(entries_.size(), from + places);
        for (; from < end; ++from)
            if (entries_[from].weight != 0) visit(entries_[from]);
        return from;
    }
    std::size_t places() const { return entries_.size(); }

    std::size_t size() const { return size_; }
    std::size_t weight() const { return lists_[0].weight + lists_[1].weight; }
    std::size_t weight(std::uint8_t rank) const { return lists_[rank].weight; }
    std::uint64_t evicted() const { return evicted_; }
    // Of the table itself, without what values hold elsewhere.
    std::size_t bytes() const {
        return entries_.capacity() * sizeof(Entry) + buckets_.capacity() * sizeof(std::uint32_t);
    }

  private:
    static constexpr std::uint32_t kNone = UINT32_MAX;
    struct List {
        std::uint32_t oldest = kNone, newest = kNone;
        std::size_t weight = 0;
    };

    std::uint32_t placeOf(const Entry& entry) const {
        return static_cast<std::uint32_t>(&entry - entries_.data());
    }
    std::size_t bucketOf(const Key& key) const {
        return static_cast<std::size_t>(secretHash(key)) & (buckets_.size() - 1);
    }
    std::uint32_t freePlace() {
        if (free_ != kNone) {
            const std::uint32_t at = free_;
            free_ = entries_[at].chain;
            return at;
        }
        entries_.emplace_back();
        return static_cast<std::uint32_t>(entries_.size() - 1);
    }
    void rehash() {
        buckets_.assign(buckets_.empty() ? 16 : buckets_.size() * 2, kNone);
        for (std::uint32_t at = 0; at < entries_.size(); ++at) {
            if (entries_[at].weight == 0) continue;
            std::uint32_t& bucket = buckets_[bucketOf(entries_[at].key)];
            entries_[at].chain = bucket;
            bucket = at;
        }
    }
    void link(std::uint32_t at) {
        List& list = lists_[entries_[at].rank];
        entries_[at].older = list.newest;
        entries_[at].newer = kNone;
        (list.newest == kNone ? list.oldest : entries_[list.newest].newer) = at;
        list.newest = at;
        list.weight += entries_[at].weight;
    }
    void unlink(std::uint32_t at) {
        Entry& entry = entries_[at];
        List& list = lists_[entry.rank];
        (entry.older == kNone ? list.oldest : entries_[entry.older].newer) = entry.newer;
        (entry.newer == kNone ? list.newest : entries_[entry.newer].older) = entry.older;
        list.weight -= entry.weight;
    }
    void makeRoom(std::uint32_t except) {
        while (weight() > capacity_ && size_ > 1) {
            const bool first = lists_[0].weight > capacity_ / 2 || lists_[1].oldest == kNone;
            std::uint32_t at = lists_[first ? 0 : 1].oldest;
            if (at == except) at = entries_[at].newer;
            if (at == kNone) at = lists_[first ? 1 : 0].oldest;
            erase(entries_[at]);
            ++evicted_;
        }
    }

    const std::size_t capacity_;
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> buckets_;  // a power of two; the first of each chain
    std::uint32_t free_ = kNone;          // chain of free places
    List lists_[2];
    std::size_t size_ = 0;
    std::uint64_t evicted_ = 0;
};

}  // namespace weir
