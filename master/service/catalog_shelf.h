// The catalogs that this master offers to its nodes (common/wire/PROTOCOL.md), by name.
//
// In memory alone: whoever makes a catalog puts it here at start and whenever it changed. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/guarded.h"
#include "common/wire/messages.h"

namespace weir {

class CatalogShelf {
  public:
    // `wake` ends the wait of all syncs (NodeRegistry::wake); without it the nodes hear with their next sync.
    explicit CatalogShelf(std::function<void()> wake = {});

    // Offers these bytes from now on; the same bytes again change nothing. Throws Error kLimit above 64 MiB,
    // and for more names than a sync answer holds.
    void put(std::string name, std::string bytes);

    std::vector<CatalogOffer> offers() const;                                 // by name
    std::shared_ptr<const std::string> bytes(const std::string& name) const;  // nullptr: there is none

    // How often what is offered has changed.
    std::uint64_t version() const;

  private:
    struct Catalog {
        std::string digest;
        std::shared_ptr<const std::string> bytes;
    };
    struct State {
        std::map<std::string, Catalog> catalogs;
        std::uint64_t version = 0;
    };
    const std::function<void()> wake_;
    mutable Guarded<State> state_;
};

}  // namespace weir
