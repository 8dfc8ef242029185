// The quarantine on this node's disk. FORMAT.md has the layout.
//
// The way of an item: store() puts bytes and metadata durably into incoming/; the caller appends the mail
// event; then commit() moves the pair to items/; then the MTA hears the reply. So what is in incoming/ at a
// start was never answered unless its event is in the report log: recover() decides.
//
// Every change of state is compare-and-set, durable before the call returns, and is returned as an ItemEvent
// that the caller appends to the report queue and then confirms with announced(). A change whose event did
// not get that far (a death in between, a full disk) is found again by unannounced().
//
// Thread-safe. Errors: kNotFound (no such item, or its bytes are gone), kConflict (its state forbids this),
// kNoSpace, kIo.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "common/base/ids.h"
#include "slave/quarantine/item.h"
#include "slave/quarantine/store_folder.h"

namespace weir {

class ReportQueue;

// What the filter knows about a mail it stores; the store adds id, size, sha256, state and version.
struct NewItem {
    EventId mail;
    TimePoint received{};
    Envelope envelope;  // with the recipients of this item only
    std::string subject, rule, reason, queue;
    bool copy = false;
};

struct QuarantineUsage {
    std::uint64_t items = 0;  // with bytes
    std::uint64_t bytes = 0;
    bool complete = false;  // false until the first count of the disk has ended
};

class QuarantineStore {
  public:
    // Makes the folder when missing and locks it (kConflict when another process has it).
    explicit QuarantineStore(std::filesystem::path folder);
    ~QuarantineStore();
    QuarantineStore(const QuarantineStore&) = delete;
    QuarantineStore& operator=(const QuarantineStore&) = delete;

    // What a death left behind; call once, before the first store(). An item in incoming/ whose mail event is
    // in the log, or which is older than the log reaches, is moved to items/; another was never answered and
    // is removed. A half-written one is removed. An item found `releasing` becomes `release-failed` ("outcome
    // unknown"). Everything is logged. The events of what changed, and all that were not announced before,
    // are in unannounced().
    void recover(const ReportQueue& log);

    // Durable at return, in incoming/. Throws kNoSpace or kIo: nothing is left; answer tempfail.
    Item store(const NewItem& item, std::string_view bytes);
    // After the mail event is durable. `announced`: its item event was appended, too. When the disk refuses
    // the move it is tried again later, at the latest at the next start: the item is safe where it is.
    void commit(const ItemId& id, bool announced = true);
    // Takes back what was stored but will not be answered as stored (another step failed).
    void discard(const ItemId& id);

    std::optional<Item> find(const ItemId& id) const;
    // The bytes. A stream that is open goes on when the item is deleted meanwhile. Throws kNotFound.
    std::unique_ptr<std::istream> open(const ItemId& id) const;
    // Up to `limit` items in order of id, after `after` (empty: from the first), tombstones included.
    std::vector<Item> list(const ItemId& after, std::size_t limit) const;
    QuarantineUsage usage() const;

    // stored, release-failed → releasing. `detail` says to whom when not to the envelope's recipients.
    ItemEvent beginRelease(const ItemId& id, const CommandId& command, const std::string& detail = {});
    // releasing → released | release-failed
    ItemEvent endRelease(const ItemId& id, bool released, const std::string& detail);
    // any state with bytes but releasing → deleted. The bytes go at once.
    ItemEvent remove(const ItemId& id, const CommandId& command, const std::string& detail);
    // the same → expired
    ItemEvent expire(const ItemId& id, const std::string& detail);
    // Says again, as a new version, what the item is, after a command that it cannot carry out: so an index
    // with another idea of it is put right. `detail` says why it was refused.
    ItemEvent refuse(const ItemId& id, const CommandId& command, const std::string& detail);
    // The event of a command that this item has already carried out; empty when it has not.
    std::optional<ItemEvent> answered(const ItemId& id, const CommandId& command) const;

    // The event of version `version` of the item is in the report queue.
    void announced(const ItemId& id, std::uint64_t version);
    // Events of changes not yet announced, at most `limit`. Append them, then confirm each with announced().
    std::vector<ItemEvent> unannounced(std::size_t limit) const;

    // For the sweeper: items in order of id, with what the directory knows, without reading the metadata.
    // Calls `visit` until it returns false. Items may come and go meanwhile.
    void visit(const std::function<bool(const StoreEntry&)>& visit) const;
    // Counts items and bytes on the disk once; the sweeper does it in its first turn.
    void count();
    // Removes the metadata of an item without bytes, unless a change of it is not announced yet. If its state
    // says that it should have bytes, it expires instead: that event is returned.
    std::optional<ItemEvent> removeTombstone(const ItemId& id);
    // Removes what dead writers left behind and shards without items.
    void tidy();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir
