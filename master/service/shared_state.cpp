#include "master/service/shared_state.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t kLooks = 200'000;  // dead places and entries of the reader that one page passes over
constexpr std::size_t kExpiredPart = 50'000;  // places of a table that one expire() looks at
constexpr std::size_t kDead = 10'000;         // dead places that are not worth clearing away

// A triplet that passed is not thrown out by a flood of others.
std::uint8_t rankOf(const TripletEntry& entry) {
    return entry.passed != 0 ? 1 : 0;
}
template <class Entry>
std::uint8_t rankOf(const Entry&) {
    return 0;
}

}  // namespace

SharedState::State::State(const SharedCapacity& capacity)
    : triplets(capacity.triplets),
      networks(capacity.networks),
      counts(capacity.counts),
      poison(capacity.poison) {}

SharedState::SharedState(SharedCapacity capacity) : state_(newUuid()), guarded_(capacity) {}

template <class Value, class Entry>
bool SharedState::State::put(Table<Value>& table, const SharedTableKey& key, const Entry& entry,
                             Column sender) {
    auto* known = table.find(key);
    if (!known) {
        Value value;
        value.entry = entry;
        known = &table.insert(key, std::move(value), rankOf(entry));
    } else {
        if (!join(known->value.entry, entry)) return false;
        table.touch(*known, rankOf(known->value.entry));
    }
    known->value.place = ++last;
    // Where two nodes changed an entry, each needs the other's half.
    known->value.with = known->value.entry == entry ? sender : 0;
    list.push_back({last, key});
    return true;
}

bool SharedState::merge(const NodeId& node, Column sender, const SharedEntries& changes, TimePoint now) {
    if (changes.empty()) return false;
    const SharedSeconds seconds = toSharedSeconds(now);
    bool any = false;
    {
        auto state = guarded_.lock();
        const auto put = [&](auto& table, const SharedTableKey& key, const auto& entry) {
            if (entry.until < seconds || !believable(entry.until, now))
                ++state->refused;
            else
                any = state->put(table, key, entry, sender) || any;
        };
        const auto putCounts = [&](Table<Count>& table, const std::vector<CountEntry>& entries, Kind kind) {
            for (CountEntry entry : entries) {
                entry.column = columnOf(node, entry.column);
                put(table, {entry.key, entry.column, entry.slot, kind}, entry);
            }
        };
        for (const TripletEntry& entry : changes.triplets)
            put(state->triplets, {entry.key, 0, 0, kTriplet}, entry);
        putCounts(state->networks, changes.networks, kNetwork);
        putCounts(state->counts, changes.counts, kCount);
        for (const PoisonEntry& entry : changes.poison) put(state->poison, {entry.key, 0, 0, kPoison}, entry);
        state->compact();
    }
    if (any) changed_.notify_all();
    return any;
}

template <class Value>
const Value* SharedState::State::alive(Table<Value>& table, const Change& change) {
    const auto* known = table.find(change.key);
    return known && known->value.place == change.place ? &known->value : nullptr;
}

bool SharedState::State::isAlive(const Change& change) {
    switch (change.key.kind) {
        case kTriplet:
            return alive(triplets, change) != nullptr;
        case kNetwork:
            return alive(networks, change) != nullptr;
        case kCount:
            return alive(counts, change) != nullptr;
        default:
            return alive(poison, change) != nullptr;
    }
}

// False when there is no room for it in the page.
bool SharedState::State::append(const Change& change, Column reader, SharedEntries& out) {
    const auto take = [&](const auto* value, auto& entries, std::size_t limit) {
        if (!value || value->with == reader) return true;
        if (entries.size() >= limit || out.size() >= SharedMessageLimits::kEntries) return false;
        entries.push_back(value->entry);
        return true;
    };
    switch (change.key.kind) {
        case kTriplet:
            return take(alive(triplets, change), out.triplets, SIZE_MAX);
        case kNetwork:
            return take(alive(networks, change), out.networks, SIZE_MAX);
        case kCount:
            return take(alive(counts, change), out.counts, SIZE_MAX);
        default:
            return take(alive(poison, change), out.poison, SharedMessageLimits::kPoison);
    }
}

void SharedState::State::compact() {
    if (list.size() <= 2 * size() + kDead) return;
    std::deque<Change> kept;
    for (const Change& change : list)
        if (isAlive(change)) kept.push_back(change);
    list.swap(kept);
}

SharedState::Page SharedState::since(Column reader, std::uint64_t cursor) const {
    auto state = guarded_.lock();
    Page page;
    page.cursor = cursor > state->last ? 0 : cursor;
    auto at =
        std::upper_bound(state->list.begin(), state->list.end(), page.cursor,
                         [](std::uint64_t place, const Change& change) { return place < change.place; });
    std::size_t looks = 0;
    for (; at != state->list.end(); ++at, ++looks) {
        if (looks >= kLooks || !state->append(*at, reader, page.changes)) {
            page.more = true;
            return page;
        }
        page.cursor = at->place;
    }
    page.cursor = state->last;
    return page;
}

bool SharedState::waitBeyond(std::uint64_t cursor, std::chrono::steady_clock::time_point deadline) const {
    auto state = guarded_.lock();
    const std::uint64_t wakes = state->wakes;
    state.waitUntil(changed_, deadline, [&](const State& s) { return s.last > cursor || s.wakes != wakes; });
    return state->last > cursor;
}

void SharedState::wake() {
    ++guarded_.lock()->wakes;
    changed_.notify_all();
}

template <class Value>
void SharedState::State::expirePart(Table<Value>& table, std::size_t& from, SharedSeconds now) {
    if (from >= table.places()) from = 0;
    from = table.visit(from, kExpiredPart, [&](auto& entry) {
        if (entry.value.entry.until < now) table.erase(entry);
    });
}

void SharedState::expire(TimePoint now) {
    const SharedSeconds seconds = toSharedSeconds(now);
    auto state = guarded_.lock();
    state->expirePart(state->triplets, state->expiring[kTriplet], seconds);
    state->expirePart(state->networks, state->expiring[kNetwork], seconds);
    state->expirePart(state->counts, state->expiring[kCount], seconds);
    state->expirePart(state->poison, state->expiring[kPoison], seconds);
    state->compact();
}

SharedStateStatus SharedState::status() const {
    auto state = guarded_.lock();
    return {state->triplets.size(),
            state->networks.size(),
            state->counts.size(),
            state->poison.size(),
            state->last,
            state->triplets.evicted() + state->networks.evicted() + state->counts.evicted() +
                state->poison.evicted(),
            state->refused};
}

}  // namespace weir
