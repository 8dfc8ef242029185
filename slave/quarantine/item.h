// One stored mail: the bytes as received and what is known about them.
//
// On disk an item is a pair of files, <id>.eml (the bytes, exactly) and <id>.json (this struct; FORMAT.md).
// When the bytes are gone (deleted, expired) the .json stays for a while as a tombstone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/json.h"
#include "common/mail/envelope.h"
#include "common/wire/event.h"

namespace weir {

enum class ItemState { kStored, kReleasing, kReleased, kReleaseFailed, kDeleted, kExpired };
const char* toString(
    ItemState state);  // "stored", "releasing", "released", "release-failed", "deleted", "expired"
bool itemStateFromText(const std::string& text, ItemState& state);

// One change of state, oldest first in Item::history.
struct ItemChange {
    std::uint64_t version = 0;
    TimePoint time{};
    ItemState state = ItemState::kStored;
    std::string detail;  // who asked, why it failed, which budget made it go
    CommandId command;   // the command that asked, if one
};

struct Item {
    ItemId id;     // UUIDv7: sorts by the time of storing
    EventId mail;  // the mail event it belongs to
    TimePoint received{};
    Envelope envelope;    // recipients: only those whose verdict stored this item
    std::string subject;  // decoded, at most 512 bytes
    std::string rule, reason, queue;
    bool copy = false;       // kept beside delivery
    std::uint64_t size = 0;  // of the bytes
    std::string sha256;      // of the bytes, hex
    ItemState state = ItemState::kStored;
    std::uint64_t version = 1;
    std::vector<ItemChange> history;

    bool hasBytes() const { return state != ItemState::kDeleted && state != ItemState::kExpired; }
};

std::string toJsonText(const Item& item);
Expected<Item> itemFromJsonText(const std::string& text);

// The item as it is now, as an event; detail and command are those of the newest change.
ItemEvent toEvent(const Item& item);

}  // namespace weir
