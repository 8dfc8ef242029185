#include "slave/filter/splitter.h"

#include <algorithm>

#include "common/policy/policy_parser.h"

namespace weir {
namespace {

template <class T, class Same>
T& findOrAdd(std::vector<T>& all, Same same, T fresh) {
    const auto found = std::find_if(all.begin(), all.end(), same);
    if (found != all.end()) return *found;
    return all.emplace_back(std::move(fresh));
}

std::vector<RecipientGroup> grouped(const std::vector<std::string>& recipients,
                                    const std::vector<Outcome>& outcomes) {
    std::vector<RecipientGroup> groups;
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        auto& group = findOrAdd(
            groups, [&](const RecipientGroup& g) { return g.outcome == outcomes[i]; },
            RecipientGroup{outcomes[i], {}});
        group.recipients.push_back(recipients[i]);
    }
    return groups;
}

const RecipientGroup* firstOf(const std::vector<RecipientGroup>& groups, VerdictKind kind) {
    for (const RecipientGroup& group : groups) {
        if (group.outcome.verdict.kind == kind) return &group;
    }
    return nullptr;
}

// Everyone's mail comes back, so nothing of it is delivered, stored or changed now.
void tempfailAll(Split& split, const RecipientGroup& cause) {
    split.reply = VerdictKind::kTempfail;
    split.replyVerdict = cause.outcome.verdict;
    const std::string whom = cause.recipients.front();
    for (RecipientGroup& group : split.groups) {
        group.outcome.changes.clear();
        group.outcome.bodyOrders.clear();
        group.outcome.redirect.clear();
        group.outcome.copyQueues.clear();
        group.outcome.copies.clear();
        group.outcome.notices.clear();
        group.outcome.alerts.clear();
        if (group.outcome.verdict.kind == VerdictKind::kTempfail) continue;
        group.outcome.verdict = split.replyVerdict;
        group.outcome.verdict.reason = "deferred together with " + whom + ": " + split.replyVerdict.reason;
    }
}

// A reject that cannot be answered, since others get the mail.
void storeInsteadOfReject(Verdict& verdict) {
    verdict.kind = VerdictKind::kQuarantine;
    verdict.queue = kRejectedQueue;
    verdict.reason = "rejected (" + std::to_string(verdict.code) + " " + verdict.text +
                     "), but others get this mail: " + verdict.reason;
}

int addStore(std::vector<Storing>& stores, const Storing& wanted,
             const std::vector<std::string>& recipients) {
    Storing& store = findOrAdd(
        stores,
        [&](const Storing& s) {
            return s.queue == wanted.queue && s.copy == wanted.copy && s.rule == wanted.rule &&
                   s.reason == wanted.reason;
        },
        wanted);
    store.recipients.insert(store.recipients.end(), recipients.begin(), recipients.end());
    return static_cast<int>(&store - stores.data());
}

template <class T>
void addOnce(std::vector<T>& all, const T& one) {
    if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

// The group's mail goes on, in the delivery of those who get the same.
void deliver(Split& split, const RecipientGroup& group) {
    const Outcome& outcome = group.outcome;
    auto& delivery = findOrAdd(
        split.deliveries,
        [&](const Delivery& d) { return d.changes == outcome.changes && d.bodyOrders == outcome.bodyOrders; },
        Delivery{outcome.changes, outcome.bodyOrders, {}, outcome.matchedRules});
    if (!outcome.redirect.empty()) {
        addOnce(delivery.recipients, outcome.redirect);
    } else {
        for (const std::string& one : group.recipients) delivery.recipients.push_back(one);
    }
    for (const CopyOrder& copy : outcome.copies)
        if (copy.changed) addOnce(delivery.recipients, copy.to);
}

void addGroup(Split& split, RecipientGroup& group) {
    const Verdict& verdict = group.outcome.verdict;
    for (const std::string& queue : group.outcome.copyQueues) {
        addStore(split.stores, Storing{queue, "", "kept as a copy", {}, true}, group.recipients);
    }
    const bool delivers = verdict.kind == VerdictKind::kDeliver;
    if (verdict.kind == VerdictKind::kQuarantine) {
        group.store = addStore(split.stores, Storing{verdict.queue, verdict.rule, verdict.reason, {}, false},
                               group.recipients);
    } else if (delivers) {
        deliver(split, group);
    }
    for (const CopyOrder& copy : group.outcome.copies)
        if (!copy.changed || !delivers) addOnce(split.copies, copy.to);
    for (const NoticeOrder& one : group.outcome.notices) addOnce(split.notices, one);
    for (const RaisedAlert& one : group.outcome.alerts) addOnce(split.alerts, one);
}

}  // namespace

Split splitRecipients(const std::vector<std::string>& recipients, const std::vector<Outcome>& outcomes) {
    Split split;
    split.groups = grouped(recipients, outcomes);
    if (const RecipientGroup* cause = firstOf(split.groups, VerdictKind::kTempfail)) {
        tempfailAll(split, RecipientGroup(*cause));
        return split;
    }
    const auto rejects = std::count_if(
        split.groups.begin(), split.groups.end(),
        [](const RecipientGroup& group) { return group.outcome.verdict.kind == VerdictKind::kReject; });
    if (rejects > 0 && static_cast<std::size_t>(rejects) == split.groups.size()) {
        split.reply = VerdictKind::kReject;
        split.replyVerdict = split.groups.front().outcome.verdict;
    }
    for (RecipientGroup& group : split.groups) {
        Verdict& verdict = group.outcome.verdict;
        if (verdict.kind == VerdictKind::kReject && split.reply != VerdictKind::kReject)
            storeInsteadOfReject(verdict);
        addGroup(split, group);
    }
    if (split.reply == VerdictKind::kReject) return split;
    if (split.deliveries.empty()) {
        split.reply = VerdictKind::kDiscard;
        return split;
    }
    const auto& staying = split.deliveries.front().recipients;
    const auto isIn = [](const std::vector<std::string>& all, const std::string& one) {
        return std::find(all.begin(), all.end(), one) != all.end();
    };
    for (const std::string& recipient : recipients)
        if (!isIn(staying, recipient)) split.removed.push_back(recipient);
    for (const std::string& recipient : staying)
        if (!isIn(recipients, recipient)) split.added.push_back(recipient);
    return split;
}

Split sameForAll(const std::vector<std::string>& recipients, const Verdict& verdict) {
    Outcome outcome;
    outcome.verdict = verdict;
    return splitRecipients(recipients, std::vector<Outcome>(recipients.size(), outcome));
}

}  // namespace weir
