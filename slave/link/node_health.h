// What this node tells the master about itself with every sync. One thread.
#pragma once

#include <filesystem>

#include "common/wire/messages.h"
#include "slave/link/master_link.h"

namespace weir {

class NodeHealth {
  public:
    NodeHealth(std::filesystem::path storage, const ActivePolicy& policy, const ReportQueue& reports,
               const QuarantineStore& quarantine, const NodeFacts& facts);

    // Everything but what the sync loop knows: epoch, refused, commands in hand, urgency.
    SyncRequest describe(const NodeIdentity& identity) const;

  private:
    SpoolState spool() const;
    DiskState disk() const;

    const std::filesystem::path storage_;
    const ActivePolicy& policy_;
    const ReportQueue& reports_;
    const QuarantineStore& quarantine_;
    const NodeFacts& facts_;
    const std::vector<std::string> capabilities_;
};

}  // namespace weir
