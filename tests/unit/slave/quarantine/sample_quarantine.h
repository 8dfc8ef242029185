// A quarantine with its report queue in a temporary folder, and mails to put into it.
#pragma once

#include <iterator>
#include <memory>
#include <string>

#include "common/wire/event.h"
#include "slave/quarantine/store.h"
#include "slave/report/report_queue.h"
#include "tests/support/temp_folder.h"

namespace weir::test {

inline NewItem sampleNewItem(const EventId& mail = {newTimeUuid()}) {
    NewItem item;
    item.mail = mail;
    item.received = now();
    item.envelope.clientAddress = "192.0.2.7";
    item.envelope.sender = "alice@example.org";
    item.envelope.recipients = {"bob@example.net", "carol@example.net"};
    item.envelope.queueId = "4bXk2";
    item.subject = "Grüße";
    item.rule = "hold";
    item.reason = "Hold risky attachments";
    item.queue = "attachments";
    return item;
}

inline MailEvent sampleMailEvent(const EventId& id) {
    MailEvent mail;
    mail.id = id;
    mail.time = now();
    return mail;
}

inline std::string textOf(std::istream& stream) {
    return {std::istreambuf_iterator<char>(stream), {}};
}

struct Quarantine {
    TempFolder folder;
    ReportQueue queue{{folder / "report"}};
    std::unique_ptr<QuarantineStore> store = std::make_unique<QuarantineStore>(folder / "quarantine");

    // As a new process finds it.
    void restart() {
        store.reset();
        store = std::make_unique<QuarantineStore>(folder / "quarantine");
        store->recover(queue);
    }
    // The whole way of a mail that is stored and answered.
    ItemId add(const std::string& bytes = "Subject: x\r\n\r\nbody\r\n") {
        const NewItem wanted = sampleNewItem();
        const Item item = store->store(wanted, bytes);
        queue.append(sampleMailEvent(wanted.mail), {toEvent(item)});
        store->commit(item.id);
        return item.id;
    }
    std::filesystem::path file(const ItemId& id, const char* extension) const {
        return folder / "quarantine" / "items" / StoreFolder::shardOf(id) / (id.value + extension);
    }
    std::size_t filesIn(const char* name) const {
        const auto path = folder / "quarantine" / name;
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(path), std::filesystem::directory_iterator()));
    }
};

}  // namespace weir::test
