// The quarantine items that one mail has stored on its way, until its answer is certain.
#pragma once

#include <string_view>
#include <vector>

#include "common/wire/event.h"
#include "slave/filter/splitter.h"
#include "slave/quarantine/store.h"

namespace weir {

class StoredItems {
  public:
    explicit StoredItems(QuarantineStore& quarantine) : quarantine_(quarantine) {}

    // One item for each of `wanted`, durable at return. Throws Error: what was stored before stays until
    // discard().
    void store(const std::vector<Storing>& wanted, const MailEvent& mail, std::string_view bytes);
    // The answer will be another one: nothing stays. Never throws; what cannot be removed now is removed at
    // the next start.
    void discard();
    // The mail's event is durable (`recorded`), or counted as missing. Never throws: bytes and event are
    // durable, so a move that fails now is made at the next start.
    void commit(bool recorded);

    std::vector<ItemId> ids() const;  // in the order of `wanted`
    std::vector<ItemEvent> events() const;
    bool empty() const { return items_.empty(); }

  private:
    QuarantineStore& quarantine_;
    std::vector<Item> items_;
};

}  // namespace weir
