// What a start finds after a death.
#include <map>
#include <set>

#include "common/base/durable_file.h"
#include "common/base/error.h"
#include "common/base/log.h"
#include "slave/quarantine/store_state.h"
#include "slave/report/report_queue.h"

namespace weir {
namespace {

using Mark = StoreFolder::Mark;

struct Pair {
    bool bytes = false, metadata = false;
};

// incoming/ as it is; leftovers of writers go at once.
std::map<ItemId, Pair> readIncoming(const StoreFolder& folder) {
    std::map<ItemId, Pair> pairs;
    std::vector<std::filesystem::path> leftovers;
    for (const auto& entry : std::filesystem::directory_iterator(folder.incomingFolder())) {
        const std::filesystem::path& path = entry.path();
        const std::string stem = path.stem().string();
        if (path.extension() == ".tmp") leftovers.push_back(path);
        if (!isUuid(stem)) continue;
        if (path.extension() == ".eml") pairs[ItemId{stem}].bytes = true;
        if (path.extension() == ".json") pairs[ItemId{stem}].metadata = true;
    }
    for (const auto& path : leftovers) removeFile(path);
    return pairs;
}

}  // namespace

void QuarantineStore::recover(const ReportQueue& log) {
    State& s = *state_;
    std::map<ItemId, Item> whole;
    std::set<EventId> mails;
    for (const auto& [id, pair] : readIncoming(s.folder)) {
        // The move to items/ had begun: after a power loss either half may have arrived.
        const bool bytesMoved = std::filesystem::exists(s.folder.item(id, ".eml"));
        const bool metadataMoved = std::filesystem::exists(s.folder.item(id, ".json"));
        if (metadataMoved) {
            s.move(id, false);
        } else if (!pair.metadata || !(pair.bytes || bytesMoved)) {
            logInfo("quarantine.half-item-removed", {{"item", id.value}});
            discard(id);
        } else {
            try {
                Item item = s.loadOrThrow(id);
                mails.insert(item.mail);
                whole.emplace(id, std::move(item));
            } catch (const Error& error) {
                logError("quarantine.unreadable", {{"item", id.value}, {"error", error.what()}});
            }
        }
    }
    const std::set<EventId> known = log.find(mails);
    const auto reach = whole.empty() ? std::nullopt : log.reachesBackTo();
    for (const auto& [id, item] : whole) {
        // Where the log cannot tell, the mail may have been answered: better twice than lost.
        const bool unknowable = !reach || item.received < *reach;
        if (known.contains(item.mail) || unknowable) {
            logInfo("quarantine.item-kept", {{"item", id.value}, {"mail", item.mail.value}});
            s.move(id, false);
        } else {
            logInfo("quarantine.unanswered-removed", {{"item", id.value}, {"mail", item.mail.value}});
            discard(id);
        }
    }
    for (const ItemId& id : s.folder.marked(Mark::kReleasing)) {
        const auto item = s.load(id);
        if (item && item->state == ItemState::kReleasing) {
            logWarning("quarantine.release-unknown", {{"item", id.value}});
            endRelease(id, false, "outcome unknown: the node stopped while it was sending this mail");
        } else {
            s.folder.unmark(Mark::kReleasing, id);
        }
    }
}

}  // namespace weir
