#include "slave/quarantine/sweeper.h"

#include <algorithm>
#include <optional>
#include <string>

#include "common/base/error.h"
#include "common/base/log.h"

namespace weir {
namespace {

constexpr std::chrono::hours kFullWalk{6};

std::string hoursText(std::chrono::hours hours) {
    return hours.count() % 24 == 0 ? std::to_string(hours.count() / 24) + " days"
                                   : std::to_string(hours.count()) + " hours";
}

}  // namespace

std::chrono::hours Sweeper::keepOf(const StoreEntry& entry, const Retention& retention, TimePoint now) {
    if (retention.queues.empty()) return retention.keep;
    std::chrono::hours shortest = retention.keep;
    for (const auto& [queue, keep] : retention.queues) shortest = std::min(shortest, keep);
    if (entry.stored >= now - shortest) return retention.keep;
    auto known = queueOf_.find(entry.id.value);
    if (known == queueOf_.end()) {
        const std::optional<Item> item = store_.find(entry.id);
        if (!item) return retention.keep;
        known = queueOf_.emplace(entry.id.value, item->queue).first;
    }
    const auto own = retention.queues.find(known->second);
    return own == retention.queues.end() ? retention.keep : own->second;
}

std::vector<ItemEvent> Sweeper::sweep(const Retention& retention, TimePoint now, std::size_t limit) {
    store_.count();
    const bool fullWalk = now - lastFullWalk_ >= kFullWalk;
    std::vector<ItemEvent> events;
    std::optional<Error> failure;
    const auto attempt = [&](const ItemId& id, const auto& action) {
        try {
            if (std::optional<ItemEvent> event = action()) events.push_back(*std::move(event));
        } catch (const Error& error) {
            // Being released, or gone meanwhile: the next sweep sees it again, if there is anything to see.
            if (error.code() == ErrorCode::kConflict || error.code() == ErrorCode::kNotFound) return;
            logError("quarantine.sweep-failed", {{"item", id.value}, {"error", error.what()}});
            failure = error;
        }
    };
    store_.visit([&](const StoreEntry& entry) {
        const std::chrono::hours keep = entry.hasBytes ? keepOf(entry, retention, now) : retention.keep;
        const bool old = entry.stored < now - keep;
        const bool over = store_.usage().bytes > retention.budgetBytes;
        if (!entry.hasBytes) {
            if (entry.changed < now - retention.tombstones)
                attempt(entry.id, [&] { return store_.removeTombstone(entry.id); });
        } else if (old) {
            attempt(entry.id, [&]() -> std::optional<ItemEvent> {
                queueOf_.erase(entry.id.value);
                return store_.expire(entry.id, "older than " + hoursText(keep));
            });
        } else if (over) {
            attempt(entry.id, [&]() -> std::optional<ItemEvent> {
                return store_.expire(entry.id, "oldest when the quarantine was over its budget of " +
                                                   std::to_string(retention.budgetBytes >> 20) + " MiB");
            });
        } else if (!fullWalk && entry.stored >= now - retention.keep) {
            return false;  // all that follow are younger
        }
        return !failure && events.size() < limit;
    });
    if (fullWalk && !failure && events.size() < limit) {
        store_.tidy();
        // Items also go by release or by hand; what is still there is read again.
        queueOf_.clear();
        lastFullWalk_ = now;
    }
    if (failure && events.empty()) throw *failure;
    return events;
}

}  // namespace weir
