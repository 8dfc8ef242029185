#include "slave/counters/shared_counters.h"

#include <unordered_set>

#include "common/base/control.h"
#include "common/base/durable_file.h"
#include "common/base/log.h"
#include "common/wire/shared_messages.h"
#include "slave/counters/snapshot_file.h"

namespace weir {
namespace {

using Steady = std::chrono::steady_clock;

constexpr auto kTurn = std::chrono::milliseconds(1000);
constexpr std::uint64_t kFileBytes = 512u << 20;
constexpr int kSavingShare = 20;  // writing takes at most this part of the time

std::size_t left(std::size_t limit, std::size_t taken) {
    return taken < limit ? limit - taken : 0;
}

}  // namespace

SharedCounters::SharedCounters(Options options)
    : options_(std::move(options)),
      networks_(options_.capacity.networks, lives_, signal_),
      counts_(options_.capacity.counts, lives_, signal_),
      greylist_(options_.capacity.triplets, networks_, signal_),
      rates_(counts_),
      poison_(options_.capacity.poison, signal_) {
    createDirectoryDurably(options_.folder);
    load();
    saveDue_ = Steady::now() + options_.saveEvery;
}

void SharedCounters::load() {
    if (!std::filesystem::exists(file())) return;
    std::unordered_set<Column> used;
    SnapshotReader reader;
    reader.triplet = [this](const TripletEntry& entry) { greylist_.load(entry); };
    reader.network = [&](const CountEntry& entry) {
        used.insert(entry.column);
        networks_.load(entry);
    };
    reader.count = [&](const CountEntry& entry) {
        used.insert(entry.column);
        counts_.load(entry);
    };
    reader.poison = [this](const PoisonEntry& entry) { poison_.load(entry); };
    Expected<SnapshotHead> head = reader.read(readFile(file(), kFileBytes));
    if (!head) {
        logWarning("counters.unreadable", {{"file", file().string()},
                                           {"reason", head.error().text()},
                                           {"effect", "this node begins anew with what the master has"}});
        return;
    }
    const NodeId node = head->lives.empty() ? NodeId{} : head->lives.back().node;
    std::erase_if(head->lives, [&](const Life& life) { return !used.contains(life.life); });
    head->lives.push_back({newLife(), node});
    lives_.set(Lives(std::move(head->lives)));
    *position_.lock() = {head->state, head->cursor};
    sendAll();  // nobody knows what of it was sent
}

std::chrono::milliseconds SharedCounters::turn() {
    const TimePoint time = now();
    networks_.expire(time);
    counts_.expire(time);
    greylist_.expire(time);
    poison_.expire(time);
    if (Steady::now() >= saveDue_ && signal_.changes() != savedChanges_) save();
    return kTurn;
}

void SharedCounters::save() {
    const std::lock_guard lock(saving_);
    const Steady::time_point begun = Steady::now();
    saveDue_ = begun + options_.saveEvery;
    const std::uint64_t changes = signal_.changes();
    // Before the entries: what arrives meanwhile is asked for again.
    const Position position = this->position();
    SnapshotWriter writer(file(), {lives_.get()->all(), position.state, position.cursor});
    greylist_.visit([&](const TripletEntry& entry) { writer.add(entry); });
    networks_.visit([&](const CountEntry& entry) { writer.addNetwork(entry); });
    counts_.visit([&](const CountEntry& entry) { writer.addCount(entry); });
    poison_.visit([&](const PoisonEntry& entry) { writer.add(entry); });
    writer.commit();
    savedChanges_ = changes;
    *saved_.lock() = now();
    const Steady::duration took = Steady::now() - begun;
    saveDue_ = begun + std::max<Steady::duration>(options_.saveEvery, took * kSavingShare);
}

bool SharedCounters::anythingToSend() const {
    return signal_.waiting() != 0 || greylist_.sendingAll() || networks_.sendingAll() ||
           counts_.sendingAll() || poison_.sendingAll();
}

SharedEntries SharedCounters::take() {
    constexpr std::size_t kMost = SharedMessageLimits::kEntries;
    SharedEntries entries;
    const Steady::time_point begun = Steady::now();
    takenSince_ = signal_.since().value_or(begun);
    poison_.take(entries.poison, SharedMessageLimits::kPoison);
    greylist_.take(entries.triplets, left(kMost, entries.size()));
    networks_.take(entries.networks, left(kMost, entries.size()));
    counts_.take(entries.counts, left(kMost, entries.size()));
    if (entries.size() < kMost) signal_.waitsSince(begun);
    return entries;
}

void SharedCounters::giveBack(const SharedEntries& entries) {
    poison_.giveBack(entries.poison);
    greylist_.giveBack(entries.triplets);
    networks_.giveBack(entries.networks);
    counts_.giveBack(entries.counts);
    signal_.waitsSince(takenSince_);
}

void SharedCounters::merge(const SharedEntries& entries, TimePoint now) {
    if (controlOff("shared-merge")) return;
    poison_.merge(entries.poison, now);
    greylist_.merge(entries.triplets, now);
    networks_.merge(entries.networks, now);
    counts_.merge(entries.counts, now);
}

void SharedCounters::arrived(const std::string& state, std::uint64_t cursor) {
    heard(state);
    auto position = position_.lock();
    if (position->state == state) position->cursor = cursor;
}

void SharedCounters::heard(const std::string& state) {
    {
        auto position = position_.lock();
        if (position->state == state) return;
        *position = {state, 0};
    }
    sendAll();
}

void SharedCounters::sendAll() {
    greylist_.sendAll();
    networks_.sendAll();
    counts_.sendAll();
    poison_.sendAll();
}

SharedCountersStatus SharedCounters::status() const {
    SharedCountersStatus status{greylist_.status(), networks_.status(), counts_.status(),
                                poison_.status(),   signal_.waiting(),  {},
                                *saved_.lock()};
    if (const auto since = signal_.since())
        status.unsentAge = std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - *since);
    return status;
}

}  // namespace weir
