#include "slave/counters/count_table.h"

#include <algorithm>
#include <cmath>

namespace weir {
namespace {

constexpr std::int64_t kSlots = CountTable::kSlots;
constexpr std::int64_t kTenth = kSlots / 10;
constexpr std::int64_t kUseful = kSlots + kTenth;  // the oldest slot that a sum looks at
constexpr SharedSeconds kClockSkew = 60;
constexpr std::size_t kSpare =
    32;  // cells of a key beyond those of one node's window before looking for old ones

std::uint64_t saturated(std::uint64_t a, std::uint64_t b) {
    return a + b < a ? UINT64_MAX : a + b;
}

// How much of a slot lies in the window that ends now: the slot is `age` slots old, and `passed` of the
// present one has passed.
double partInWindow(std::int64_t age, double passed) {
    if (age < -kSlots || age > kSlots) return 0;
    return age == kSlots ? 1 - passed : 1;
}

// … in the window that ended a tenth ago.
double partEarlier(std::int64_t age, double passed) {
    if (age < kTenth || age > kUseful) return 0;
    if (age == kTenth) return passed;
    return age == kUseful ? 1 - passed : 1;
}

void addPart(std::uint64_t& whole, double& parts, std::uint64_t amount, double part) {
    if (part >= 1)
        whole = saturated(whole, amount);
    else if (part > 0)
        parts += static_cast<double>(amount) * part;
}

std::uint64_t together(std::uint64_t whole, double parts) {
    constexpr double kMost = 9e18;
    return saturated(whole, static_cast<std::uint64_t>(std::min(parts, kMost)));
}

}  // namespace

// Where in a window `now` is.
struct CountTable::Place {
    Place(std::chrono::seconds window, TimePoint now) : seconds(toSharedSeconds(now)) {
        const auto length = std::clamp(window, kShortest, kLongest).count();
        width = (length + kSlots - 1) / kSlots;
        const std::int64_t millis =
            std::clamp<std::int64_t>(toMillis(now), 0, std::int64_t{UINT32_MAX} * 1000);
        slot = millis / (width * 1000);
        passed = static_cast<double>(millis % (width * 1000)) / static_cast<double>(width * 1000);
    }
    SharedSeconds until() const {
        return static_cast<SharedSeconds>(
            std::min<std::int64_t>(UINT32_MAX, (slot + kUseful + 1) * width + kClockSkew));
    }
    SharedSeconds seconds;
    std::int64_t width, slot;
    double passed;
};

CountTable::CountTable(std::size_t capacity, const OwnLives& lives, ChangeSignal& signal)
    : lives_(lives), signal_(signal), store_(capacity, signal) {}

WindowCount CountTable::sum(const Counter& counter, const Place& place) {
    WindowCount count;
    double parts = 0, earlierParts = 0;
    for (const Cell& cell : counter.cells) {
        const std::int64_t age = place.slot - cell.slot;
        addPart(count.total, parts, cell.amount(), partInWindow(age, place.passed));
        addPart(count.earlier, earlierParts, cell.amount(), partEarlier(age, place.passed));
    }
    count.total = together(count.total, parts);
    count.earlier = together(count.earlier, earlierParts);
    return count;
}

void CountTable::prune(Counter& counter, SharedSeconds now) {
    std::erase_if(counter.cells, [&](const Cell& cell) { return cell.until < now; });
    if (counter.cells.size() < kCellsPerKey) return;
    counter.cells.erase(std::min_element(counter.cells.begin(), counter.cells.end(),
                                         [](const Cell& a, const Cell& b) { return a.until < b.until; }));
}

CountTable::Store::Entry& CountTable::entryOf(Store::Held& shard, const SharedKey& key) {
    Store::Entry* entry = shard->find(key);
    if (!entry) return shard->insert(key, {});
    shard->touch(*entry);
    return *entry;
}

void CountTable::addTo(Store::Held& shard, Store::Entry& entry, const Place& place, std::uint64_t amount) {
    std::vector<Cell>& cells = entry.value.cells;
    const auto slot = static_cast<std::uint32_t>(place.slot);
    const Column life = lives_.present();
    const auto found = std::find_if(cells.rbegin(), cells.rend(), [&](const Cell& cell) {
        return cell.slot == slot && cell.column == life;
    });
    if (found != cells.rend()) {
        found->set(saturated(found->amount(), amount), true);
    } else {
        if (cells.size() >= kSpare) prune(entry.value, place.seconds);
        Cell cell{life, 0, slot, place.until()};
        cell.set(amount, true);
        cells.push_back(cell);
        shard->weigh(entry, cells.size());
    }
    shard.queue(entry);
}

WindowCount CountTable::add(const SharedKey& key, std::uint64_t amount, std::chrono::seconds window,
                            TimePoint now) {
    if (amount == 0) return peek(key, window, now);
    const Place place(window, now);
    auto shard = store_.hold(key);
    Store::Entry& entry = entryOf(shard, key);
    addTo(shard, entry, place, amount);
    return sum(entry.value, place);
}

WindowCount CountTable::peek(const SharedKey& key, std::chrono::seconds window, TimePoint now) {
    auto shard = store_.hold(key);
    const Store::Entry* entry = shard->find(key);
    return entry ? sum(entry->value, Place(window, now)) : WindowCount{};
}

void CountTable::keepAlive(const SharedKey& key, std::chrono::seconds window, TimePoint now) {
    const Place place(window, now);
    auto shard = store_.hold(key);
    Store::Entry& entry = entryOf(shard, key);
    const Column life = lives_.present();
    const auto& cells = entry.value.cells;
    const bool counted = std::any_of(cells.begin(), cells.end(), [&](const Cell& cell) {
        return cell.slot == place.slot && cell.column == life;
    });
    if (!counted) addTo(shard, entry, place, 1);
}

void CountTable::put(Store::Held& shard, const CountEntry& incoming) {
    Store::Entry& entry = entryOf(shard, incoming.key);
    std::vector<Cell>& cells = entry.value.cells;
    const auto found = std::find_if(cells.begin(), cells.end(), [&](const Cell& cell) {
        return cell.slot == incoming.slot && cell.column == incoming.column;
    });
    if (found != cells.end()) {
        found->set(std::max(found->amount(), incoming.amount), found->unsent());
        found->until = std::max(found->until, incoming.until);
        return;
    }
    if (cells.size() >= kCellsPerKey) prune(entry.value, 0);
    Cell cell{incoming.column, 0, incoming.slot, incoming.until};
    cell.set(incoming.amount, false);
    cells.push_back(cell);
    shard->weigh(entry, cells.size());
}

void CountTable::merge(const std::vector<CountEntry>& entries, TimePoint now) {
    const auto lives = lives_.get();
    const SharedSeconds seconds = toSharedSeconds(now);
    for (CountEntry entry : entries) {
        if (entry.until < seconds || !believable(entry.until, now)) continue;
        entry.column = lives->here(entry.column);
        auto shard = store_.hold(entry.key);
        put(shard, entry);
        signal_.changedHere();
    }
}

void CountTable::load(const CountEntry& entry) {
    auto shard = store_.hold(entry.key);
    put(shard, entry);
}

void CountTable::take(std::vector<CountEntry>& out, std::size_t limit) {
    const auto lives = lives_.get();
    const auto full = [&] { return out.size() >= limit; };
    store_.take(
        full,
        [&](Store::Entry& entry) {
            for (Cell& cell : entry.value.cells) {
                if (!cell.unsent()) continue;
                if (full()) return false;
                if (lives->isOurs(cell.column))
                    out.push_back({entry.key, cell.column, cell.slot, cell.until, cell.amount()});
                cell.set(cell.amount(), false);
            }
            return true;
        },
        [&](Store::Entry& entry) {
            bool any = false;
            for (Cell& cell : entry.value.cells) {
                if (!lives->isOurs(cell.column)) continue;
                cell.set(cell.amount(), true);
                any = true;
            }
            return any;
        });
}

void CountTable::giveBack(const std::vector<CountEntry>& entries) {
    for (const CountEntry& each : entries) {
        auto shard = store_.hold(each.key);
        Store::Entry* entry = shard->find(each.key);
        if (!entry) continue;
        for (Cell& cell : entry->value.cells)
            if (cell.slot == each.slot && cell.column == each.column) cell.set(cell.amount(), true);
        shard.queue(*entry);
    }
}

void CountTable::expire(TimePoint now) {
    const SharedSeconds seconds = toSharedSeconds(now);
    store_.expire([&](Counter& counter) {
        std::erase_if(counter.cells, [&](const Cell& cell) { return cell.until < seconds; });
        return counter.cells.size();
    });
}

StoreStatus CountTable::status() const {
    StoreStatus status = store_.status();
    status.bytes += status.entries * sizeof(Cell);
    return status;
}

}  // namespace weir
