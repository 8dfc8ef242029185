#include "slave/housekeeping.h"

#include "common/base/log.h"

namespace weir {
namespace {

constexpr std::size_t kBatch = 200;
constexpr std::chrono::milliseconds kPause = std::chrono::minutes(1);

}  // namespace

Housekeeping::Housekeeping(ActivePolicy& policy, QuarantineStore& quarantine, ReportQueue& report)
    : policy_(policy), quarantine_(quarantine), report_(report), sweeper_(quarantine) {}

std::chrono::milliseconds Housekeeping::turn() {
    const bool moreEvents = announce();
    const bool moreItems = sweep();
    const CompiledPolicyPtr policy = policy_.get();
    const ReportSection budget = policy ? policy->sections().report : ReportSection{};
    report_.setBudget(std::chrono::hours(24) * budget.days, budget.bytes);
    report_.keepWithinBudget(now());
    return moreEvents || moreItems ? std::chrono::milliseconds(0) : kPause;
}

bool Housekeeping::announce() {
    const std::vector<ItemEvent> events = quarantine_.unannounced(kBatch);
    if (events.empty()) return false;
    report_.append(events);
    for (const ItemEvent& event : events) quarantine_.announced(event.item, event.version);
    return events.size() == kBatch;
}

bool Housekeeping::sweep() {
    const CompiledPolicyPtr policy = policy_.get();
    const RetentionSection section = policy ? policy->sections().retention : RetentionSection{};
    Retention retention;
    if (policy)
        for (const auto& [name, queue] : policy->sections().queues)
            if (queue.retentionDays > 0)
                retention.queues[name] = std::chrono::hours(24) * queue.retentionDays;
    retention.keep = std::chrono::hours(24) * section.quarantineDays;
    retention.budgetBytes = section.quarantineBytes;
    const std::vector<ItemEvent> events = sweeper_.sweep(retention, now(), kBatch);
    if (events.empty()) return false;
    logInfo("quarantine.swept", {{"items", events.size()}, {"detail", events.front().detail}});
    report_.append(events);
    for (const ItemEvent& event : events) quarantine_.announced(event.item, event.version);
    return events.size() == kBatch;
}

}  // namespace weir
