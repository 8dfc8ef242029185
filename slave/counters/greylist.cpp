#include "slave/counters/greylist.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "slave/counters/rates.h"

namespace weir {
namespace {

// Clocks of nodes may differ by this; an attempt from further ahead comes from a clock that was wrong.
constexpr SharedSeconds kClockSkew = 60;
// A triplet that goes on passing is told to the cluster again after this part of its lifetime, not for each
// mail.
constexpr unsigned kRefreshes = 32;

SharedSeconds wholeSeconds(std::chrono::seconds time) {
    constexpr std::int64_t kMost = std::chrono::seconds(std::chrono::hours(24 * 366)).count();
    return static_cast<SharedSeconds>(std::clamp<std::int64_t>(time.count(), 0, kMost));
}

SharedSeconds after(SharedSeconds time, SharedSeconds seconds) {
    return seconds > UINT32_MAX - time ? UINT32_MAX : time + seconds;
}

SharedSeconds age(SharedSeconds time, SharedSeconds now) {
    return now > time ? now - time : 0;
}

SharedSeconds windowOf(const GreylistSettings& settings) {
    return std::max(wholeSeconds(settings.retryWindow), after(wholeSeconds(settings.delay), 60));
}

}  // namespace

Greylist::Greylist(std::size_t capacity, CountTable& networks, ChangeSignal& signal)
    : networks_(networks), signal_(signal), store_(capacity, signal) {}

TripletEntry Greylist::entryOf(const Store::Entry& entry) {
    const Triplet& triplet = entry.value;
    return {entry.key, triplet.round, triplet.first, triplet.passed, triplet.until};
}

GreylistAnswer Greylist::check(std::string_view clientAddress, std::string_view sender,
                               std::string_view recipient, const GreylistSettings& settings, TimePoint now) {
    const std::string network = clientNetwork(clientAddress, settings.v4Prefix, settings.v6Prefix);
    SharedKey networkKey{};
    if (settings.autoAllowAfter != 0) {
        networkKey = sharedKey({"greylist network", network, std::to_string(settings.lifetime.count())});
        if (networks_.peek(networkKey, settings.lifetime, now).total >= settings.autoAllowAfter) {
            networks_.keepAlive(networkKey, settings.lifetime, now);
            return {.pass = true, .autoAllowed = true};
        }
    }
    const SharedKey key = sharedKey({"greylist triplet", network, lowered(sender), lowered(recipient)});
    const GreylistAnswer answer = checkTriplet(key, settings, toSharedSeconds(now));
    if (answer.pass && !answer.known && settings.autoAllowAfter != 0)
        networks_.add(networkKey, 1, settings.lifetime, now);
    return answer;
}

// Another attempt, unless one is under way.
bool Greylist::begin(Triplet& triplet, const GreylistSettings& settings, SharedSeconds now) {
    const bool underWay = triplet.first != 0 && triplet.first <= after(now, kClockSkew) &&
                          age(triplet.first, now) <= windowOf(settings);
    if (underWay) return false;
    if (triplet.first != 0) ++triplet.round;
    triplet.first = now;
    triplet.until = std::max(triplet.until, after(now, windowOf(settings)));
    return true;
}

GreylistAnswer Greylist::checkTriplet(const SharedKey& key, const GreylistSettings& settings,
                                      SharedSeconds now) {
    const SharedSeconds delay = wholeSeconds(settings.delay), lifetime = wholeSeconds(settings.lifetime);
    auto shard = store_.hold(key);
    Store::Entry* entry = shard->find(key);
    if (!entry) entry = &shard->insert(key, {});
    Triplet& triplet = entry->value;
    const bool known = triplet.passed != 0 && age(triplet.passed, now) <= lifetime;
    const bool begun = !known && begin(triplet, settings, now);
    const SharedSeconds waited = age(triplet.first, now);
    if (!known && waited < delay) {
        shard->touch(*entry, rankOf(triplet));
        if (begun) shard.queue(*entry);
        return {.wait = std::chrono::seconds(delay - waited)};
    }
    if (!known || age(triplet.passed, now) > lifetime / kRefreshes) {
        triplet.passed = std::max(triplet.passed, now);
        triplet.until = std::max(triplet.until, after(now, lifetime));
        shard.queue(*entry);
    }
    shard->touch(*entry, rankOf(triplet));
    return {.pass = true, .known = known};
}

bool Greylist::put(const TripletEntry& incoming) {
    auto shard = store_.hold(incoming.key);
    Store::Entry* entry = shard->find(incoming.key);
    if (!entry) {
        const Triplet triplet{incoming.round, incoming.first, incoming.passed, incoming.until, false};
        shard->insert(incoming.key, triplet, rankOf(triplet));
        return true;
    }
    TripletEntry joined = entryOf(*entry);
    if (!join(joined, incoming)) return false;
    entry->value = {joined.round, joined.first, joined.passed, joined.until, entry->value.queued};
    shard->touch(*entry, rankOf(entry->value));
    return true;
}

void Greylist::merge(const std::vector<TripletEntry>& entries, TimePoint now) {
    const SharedSeconds seconds = toSharedSeconds(now);
    for (const TripletEntry& entry : entries)
        if (entry.until >= seconds && believable(entry.until, now) && put(entry)) signal_.changedHere();
}

void Greylist::load(const TripletEntry& entry) {
    put(entry);
}

void Greylist::take(std::vector<TripletEntry>& out, std::size_t limit) {
    store_.takeWhole(out, limit, entryOf);
}

void Greylist::giveBack(const std::vector<TripletEntry>& entries) {
    store_.giveBack(entries);
}

void Greylist::expire(TimePoint now) {
    store_.expireBefore(toSharedSeconds(now));
}

}  // namespace weir
