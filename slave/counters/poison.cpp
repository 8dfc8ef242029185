#include "slave/counters/poison.h"

#include "common/base/utf8.h"
#include "common/wire/shared_messages.h"

namespace weir {
namespace {

SharedKey keyOf(std::string_view fingerprint) {
    return sharedKey({"poison", fingerprint});
}

}  // namespace

Poison::Poison(std::size_t capacity, ChangeSignal& signal) : signal_(signal), store_(capacity, signal) {}

PoisonEntry Poison::entryOf(const Store::Entry& entry) {
    return {entry.key, entry.value.since, entry.value.until, entry.value.reason};
}

std::optional<PoisonMark> Poison::find(std::string_view fingerprint, TimePoint now) {
    const SharedKey key = keyOf(fingerprint);
    auto shard = store_.hold(key);
    const Store::Entry* entry = shard->find(key);
    if (!entry || entry->value.until < toSharedSeconds(now)) return std::nullopt;
    return PoisonMark{fromMillis(std::int64_t{entry->value.since} * 1000), entry->value.reason};
}

bool Poison::put(Store::Held& shard, const PoisonEntry& incoming) {
    Store::Entry* entry = shard->find(incoming.key);
    if (!entry) {
        shard->insert(incoming.key, {incoming.since, incoming.until, incoming.reason, false});
        return true;
    }
    PoisonEntry joined = entryOf(*entry);
    if (!join(joined, incoming)) return false;
    entry->value = {joined.since, joined.until, std::move(joined.reason), entry->value.queued};
    shard->touch(*entry);
    return true;
}

void Poison::mark(std::string_view fingerprint, std::string_view reason, TimePoint now) {
    const PoisonEntry entry{keyOf(fingerprint), toSharedSeconds(now), toSharedSeconds(now + kKept),
                            validUtf8(reason, SharedMessageLimits::kReasonBytes)};
    auto shard = store_.hold(entry.key);
    if (put(shard, entry)) shard.queue(*shard->find(entry.key));
}

void Poison::merge(const std::vector<PoisonEntry>& entries, TimePoint now) {
    const SharedSeconds seconds = toSharedSeconds(now);
    for (const PoisonEntry& entry : entries) {
        if (entry.until < seconds || !believable(entry.until, now)) continue;
        auto shard = store_.hold(entry.key);
        if (put(shard, entry)) signal_.changedHere();
    }
}

void Poison::load(const PoisonEntry& entry) {
    auto shard = store_.hold(entry.key);
    put(shard, entry);
}

void Poison::take(std::vector<PoisonEntry>& out, std::size_t limit) {
    store_.takeWhole(out, limit, entryOf);
}

void Poison::giveBack(const std::vector<PoisonEntry>& entries) {
    store_.giveBack(entries);
}

void Poison::expire(TimePoint now) {
    store_.expireBefore(toSharedSeconds(now));
}

}  // namespace weir
