// Does what the master asks: release, delete, list-items (durable there), fetch, simulate (somebody waits).
//
// Two lanes, one thread and one connection each, so that a release whose SMTP server is slow does not hold up
// a preview. The result of a durable command is sent until the master has it. A command may come again (its
// answer was lost, or either side restarted): its id is then found in the item's history and answered as
// before. Thread-safe.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/base/guarded.h"
#include "common/base/worker.h"
#include "common/wire/messages.h"
#include "slave/link/link_health.h"
#include "slave/link/master_link.h"
#include "slave/link/node_client.h"
#include "slave/quarantine/releaser.h"

namespace weir {

class Commands {
  public:
    Commands(IdentityStore& identity, const NodeClientOptions& client, const ActivePolicy& policy,
             ReportQueue& reports, QuarantineStore& quarantine, const ReinjectorSettings& reinject,
             Simulate simulate);
    ~Commands();

    void start();
    void stop();
    // What a sync answer brought. Those that are in hand already are left out.
    void take(std::vector<Command> commands);
    std::vector<CommandId> inHand() const;

  private:
    struct Lane {
        explicit Lane(IdentityStore& identity, const NodeClientOptions& options)
            : client(identity, options) {}
        NodeClient client;
        Guarded<std::deque<Command>> waiting;
        std::unique_ptr<Worker> worker;
        Backoff backoff;
        Sequence after = 0;  // … not before the master has the events up to here
        std::string unsent;  // the result of the first waiting one, while it cannot be sent
    };

    std::chrono::milliseconds turn(Lane& lane, bool durable);
    CommandResult execute(Lane& lane, const Command& command, bool& answered);
    CommandResult changeItem(const Command& command, const Json& arguments);
    CommandResult release(const Command& command, const Json& arguments);
    CommandResult remove(const Command& command, const Json& arguments);
    CommandResult listItems(Lane& lane);
    void fetch(Lane& lane, const Command& command, const Json& arguments);
    CommandResult announce(const ItemEvent& event, bool ok);
    void finish(Lane& lane);

    const ActivePolicy& policy_;
    ReportQueue& reports_;
    QuarantineStore& quarantine_;
    Releaser releaser_;
    const Simulate simulate_;
    Lane durable_, transient_;
    mutable Guarded<std::set<CommandId>> inHand_;
};

}  // namespace weir
