// Sends a stored mail on its way: releasing (durable) → SMTP → released or release-failed.
//
// Never tried twice blindly: the same command answers with what it did before, an item found `releasing`
// after a death is release-failed, and so is one whose connection broke after the final dot; an operator
// decides.
#pragma once

#include <string>
#include <vector>

#include "slave/quarantine/reinjector.h"
#include "slave/quarantine/store.h"

namespace weir {

class Releaser {
  public:
    Releaser(QuarantineStore& store, Reinjector reinjector)
        : store_(store), reinjector_(std::move(reinjector)) {}

    // Releases to the envelope's recipients of the item, or to `recipients` when not empty. Returns the event
    // of the state it ended in (released, or release-failed with the reason): append it, then announced().
    // Blocks for as long as SMTP takes. Throws kNotFound, kConflict (state), kUnavailable (no release key
    // yet), kNoSpace, kIo.
    ItemEvent release(const ItemId& id, const std::vector<std::string>& recipients, const CommandId& command,
                      const std::string& releaseKey);

  private:
    ReinjectResult send(const Item& item, const std::vector<std::string>& to, const std::string& releaseKey);

    QuarantineStore& store_;
    Reinjector reinjector_;
};

}  // namespace weir
