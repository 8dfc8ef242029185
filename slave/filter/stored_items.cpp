#include "slave/filter/stored_items.h"

#include "common/base/log.h"

namespace weir {

void StoredItems::store(const std::vector<Storing>& wanted, const MailEvent& mail, std::string_view bytes) {
    for (const Storing& each : wanted) {
        NewItem item{mail.id,   mail.time,   mail.envelope, mail.subject,
                     each.rule, each.reason, each.queue,    each.copy};
        item.envelope.recipients = each.recipients;
        items_.push_back(quarantine_.store(item, bytes));
    }
}

void StoredItems::discard() {
    for (const Item& item : items_) {
        try {
            quarantine_.discard(item.id);
        } catch (const std::exception& error) {
            logWarning("quarantine.discard_failed", {{"item", item.id.value}, {"reason", error.what()}});
        }
    }
    items_.clear();
}

void StoredItems::commit(bool recorded) {
    for (const Item& item : items_) {
        try {
            quarantine_.commit(item.id, recorded);
        } catch (const std::exception& error) {
            logWarning("quarantine.commit_failed", {{"item", item.id.value}, {"reason", error.what()}});
        }
    }
}

std::vector<ItemId> StoredItems::ids() const {
    std::vector<ItemId> ids;
    for (const Item& item : items_) ids.push_back(item.id);
    return ids;
}

std::vector<ItemEvent> StoredItems::events() const {
    std::vector<ItemEvent> events;
    for (const Item& item : items_) events.push_back(toEvent(item));
    return events;
}

}  // namespace weir
