// The catalogs that the master gave this node (common/wire/PROTOCOL.md): what its rules look up in them.
//
// Each lies in the folder as one file (FORMAT.md) and is read at start, so a node has its last good ones with
// or without a master. A catalog that is damaged, or of a form that this program does not read, leaves the
// one before in service and is told in states(). None is needed to filter.
//
// apply() and failed() from one thread; everything else from any. What a mail took stays as it was for it.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/base/guarded.h"
#include "common/base/snapshot.h"
#include "common/learn/learned_model.h"
#include "common/policy/user_lists.h"

namespace weir {

struct CatalogState {
    std::string name;
    std::string digest;    // SHA-256 of what serves; empty: nothing yet
    std::string contents;  // how much is in it
    std::string unused;    // why nothing is looked up in what serves; empty: it is
    std::string problem;   // why there is no newer one; empty: none was missed
};

class Catalogs {
  public:
    // Makes the folder and reads what lies there. Throws Error when the folder cannot be made.
    explicit Catalogs(std::filesystem::path folder);

    // nullptr until the first one came.
    std::shared_ptr<const UserLists> userLists() const { return userLists_.get(); }
    std::shared_ptr<const LearnedModel> learned() const { return learned_.get(); }

    bool knows(const std::string& name) const { return readers_.contains(name); }
    CatalogState state(const std::string& name) const;  // of a catalog that this program knows
    std::vector<CatalogState> states() const;           // of all of them, by name

    // Lets the catalog's reader check the bytes, stores them durably, then lets them serve. A Problem: they
    // are refused, and nothing changed. Throws Error when they cannot be stored; nothing changed either.
    std::optional<Problem> apply(const std::string& name, const std::string& bytes);
    // Why a newer one could not be had; empty: what serves is what the master offers.
    void failed(const std::string& name, const std::string& why);

  private:
    struct Ready {
        std::function<void()> serve;
        std::string contents, unused;
    };
    using Reader = std::function<Expected<Ready>(const std::string& bytes)>;

    template <class T, class Contents>
    static Expected<Ready> ready(Expected<std::shared_ptr<const T>> read, Snapshot<T>& snapshot,
                                 Contents contents);
    void load(const std::string& name);
    void serveFile(CatalogState& state);
    std::filesystem::path fileOf(const std::string& name) const { return folder_ / name; }

    const std::filesystem::path folder_;
    std::map<std::string, Reader> readers_;  // by catalog
    Snapshot<UserLists> userLists_;
    Snapshot<LearnedModel> learned_;
    mutable Guarded<std::map<std::string, CatalogState>> states_;
};

}  // namespace weir
