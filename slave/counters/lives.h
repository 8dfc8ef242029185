// The lives of this node's process: whose columns are its own (common/wire/shared_entry.h).
//
// On a node a column of its own is named after the life, in the cluster after node and life: so that it can
// count before it has an identity.
#pragma once

#include <atomic>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/base/snapshot.h"
#include "common/wire/shared_entry.h"

namespace weir {

struct Life {
    Column life = 0;
    NodeId node;  // who this machine was then; empty: not known yet
    bool operator==(const Life&) const = default;
};

// Immutable.
class Lives {
  public:
    static constexpr std::size_t kMost = 4096;  // remembered

    // The last of `all` is the present one.
    explicit Lives(std::vector<Life> all);

    const std::vector<Life>& all() const { return all_; }
    Column present() const { return all_.back().life; }
    const NodeId& node() const { return all_.back().node; }
    // The name here of a column of the cluster.
    Column here(Column inCluster) const;
    // May be sent as this node's own.
    bool isOurs(Column here) const { return ours_.contains(here); }
    // The lives after this machine learned that it is `node`: those before it was anybody become that node's,
    // and one that was another node ends.
    Lives identified(const NodeId& node) const;

  private:
    std::vector<Life> all_;
    std::unordered_map<Column, Column> here_;
    std::unordered_set<Column> ours_;
};

// The lives as they are now. Thread-safe.
class OwnLives {
  public:
    OwnLives() { set(Lives({})); }
    std::shared_ptr<const Lives> get() const { return lives_.get(); }
    Column present() const { return present_.load(std::memory_order_relaxed); }
    void set(Lives lives);
    void identify(const NodeId& node);

  private:
    std::mutex changing_;
    Snapshot<Lives> lives_;
    std::atomic<Column> present_{0};
};

}  // namespace weir
