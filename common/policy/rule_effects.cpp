#include "common/policy/rule_effects.h"

#include <algorithm>

#include "common/policy/match_text.h"

namespace weir {
namespace {

// A notice to somebody who can be anybody helps spammers to write to third parties.
bool isOurs(const Envelope& envelope) {
    return envelope.direction == Direction::kOutbound || !envelope.authUser.empty();
}

}  // namespace

std::optional<Verdict> RuleEffects::apply(const Action& action, Outcome& outcome) {
    using Kind = HeaderChange::Kind;
    const auto value = [&] { return expanded(action.text, MacroPlace::kHeader); };
    switch (action.kind) {
        case ActionKind::kDeliver:
            return verdict(VerdictKind::kDeliver, action);
        case ActionKind::kQuarantine:
            return verdict(VerdictKind::kQuarantine, action);
        case ActionKind::kDiscard:
            return verdict(VerdictKind::kDiscard, action);
        case ActionKind::kReject:
            return replied(VerdictKind::kReject, action, rule_.name);
        case ActionKind::kTempfail:
            return replied(VerdictKind::kTempfail, action, rule_.name);
        case ActionKind::kAddHeader:
            outcome.changes.push_back({Kind::kAdd, action.name, value()});
            break;
        case ActionKind::kReplaceHeader:
            outcome.changes.push_back({Kind::kReplace, action.name, value()});
            break;
        case ActionKind::kRemoveHeader:
            outcome.changes.push_back({Kind::kRemove, action.name, ""});
            break;
        case ActionKind::kTagSubject:
            outcome.changes.push_back({Kind::kTagSubject, "Subject", value()});
            break;
        case ActionKind::kKeep:
            outcome.copyQueues.push_back(action.queue);
            break;
        case ActionKind::kCopy:
            outcome.copies.push_back({action.to, action.changed});
            break;
        case ActionKind::kRedirect:
            outcome.redirect = action.to;
            break;
        case ActionKind::kStrip:
            strip(action, outcome);
            break;
        case ActionKind::kDisclaimer:
            disclaimer(action, outcome);
            break;
        case ActionKind::kDisarm: {
            BodyOrder change;
            change.kind = BodyOrder::Kind::kDisarm;
            change.remoteImages = action.remoteImages;
            change.links = action.links;
            outcome.bodyOrders.push_back(std::move(change));
            break;
        }
        case ActionKind::kScore:
            score_ += action.score;
            remarks_.push_back("score " + scoreText(action.score) + ": rule " + rule_.id);
            break;
        case ActionKind::kSkip:
            for (FactGroup one : action.groups) {
                skipped_.set(static_cast<std::size_t>(one));
                remarks_.push_back(std::string("skip ") + toString(one) + ": rule " + rule_.id);
            }
            break;
        case ActionKind::kGreylist:
            return greylist(action);
        case ActionKind::kRateLimit:
            return limitRate(action);
        case ActionKind::kNotify:
            notify(action, outcome);
            break;
        case ActionKind::kAlert:
            outcome.alerts.push_back({rule_.id, value()});
            break;
    }
    return std::nullopt;
}

std::string RuleEffects::expanded(const std::string& text, MacroPlace place, const std::string& queue) const {
    return expandMacros(text, place, source(queue));
}

Verdict RuleEffects::verdict(VerdictKind kind, const Action& action) const {
    Verdict verdict;
    verdict.kind = kind;
    verdict.rule = rule_.id;
    verdict.reason = rule_.name;
    verdict.queue = action.queue;
    return verdict;
}

Verdict RuleEffects::replied(VerdictKind kind, const Action& action, std::string reason) const {
    Verdict verdict = this->verdict(kind, action);
    verdict.reason = std::move(reason);
    const bool reject = kind == VerdictKind::kReject;
    verdict.code = action.code != 0 ? action.code : reject ? 550 : 451;
    verdict.status = !action.status.empty() ? action.status : reject ? "5.7.1" : "4.7.1";
    verdict.text = expanded(action.text, MacroPlace::kReply);
    return verdict;
}

std::optional<Verdict> RuleEffects::greylist(const Action& action) {
    if (facts_.source() == nullptr) {
        remarks_.push_back("greylisting is known only on a node");
        return std::nullopt;
    }
    const GreylistWait answer = facts_.source()->greylist(bits_.recipient());
    remarks_.push_back("greylist: " + answer.note);
    if (answer.wait.count() <= 0) return std::nullopt;
    return replied(VerdictKind::kTempfail, action, "greylisted: " + answer.note);
}

std::optional<Verdict> RuleEffects::limitRate(const Action& action) {
    if (facts_.source() == nullptr) {
        remarks_.push_back("rates are known only on a node");
        return std::nullopt;
    }
    const RateAnswer answer = facts_.source()->rate(action.name, bits_.recipient());
    const std::string said = "rate " + action.name + ": " + std::to_string(answer.count) + " of " +
                             std::to_string(program_.sections_.rates.at(action.name).limit);
    remarks_.push_back(said);
    if (!answer.over) return std::nullopt;
    return replied(action.over, action, said);
}

// The attachments that conditions of the rule found, in an affirmative place.
void RuleEffects::collectOwners(std::uint32_t index, std::vector<std::uint32_t>& owners) const {
    const ConditionNode& node = program_.nodes[index];
    if (node.kind == Condition::Kind::kNot) return;
    for (std::uint32_t i = node.first; i < node.first + node.count; ++i)
        collectOwners(program_.children[i], owners);
    if (node.kind != Condition::Kind::kTest) return;
    const auto& found = bits_.owners(node.predicate);
    owners.insert(owners.end(), found.begin(), found.end());
}

std::vector<std::uint32_t> RuleEffects::matchedAttachments() const {
    std::vector<std::uint32_t> owners;
    if (rule_.condition) collectOwners(*rule_.condition, owners);
    std::sort(owners.begin(), owners.end());
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    return owners;
}

void RuleEffects::strip(const Action& action, Outcome& outcome) {
    BodyOrder change;
    change.kind = BodyOrder::Kind::kStrip;
    change.queue = action.queue;
    if (!action.all) change.attachments = matchedAttachments();
    if (change.attachments.empty())
        for (std::uint32_t i = 0; i < facts_.message().attachments().size(); ++i)
            change.attachments.push_back(i);
    if (change.attachments.empty()) return;
    if (!action.notice.empty())
        change.text =
            expandMailMacros(program_.sections_.notices.at(action.notice).text, source(action.queue));
    outcome.bodyOrders.push_back(std::move(change));
    outcome.copyQueues.push_back(action.queue);
}

void RuleEffects::disclaimer(const Action& action, Outcome& outcome) {
    const DisclaimerSection& section = program_.sections_.disclaimers.at(action.name);
    BodyOrder change;
    change.kind = BodyOrder::Kind::kDisclaimer;
    change.text = expanded(section.text, MacroPlace::kPlain);
    if (!section.html.empty()) change.html = expanded(section.html, MacroPlace::kHtml);
    change.before = section.before;
    change.separator = section.separator;
    outcome.bodyOrders.push_back(std::move(change));
}

void RuleEffects::notify(const Action& action, Outcome& outcome) {
    const NoticeSection& section = program_.sections_.notices.at(action.notice);
    std::string to = action.to;
    if (to == "administrator") {
        to = program_.sections_.site.administrator;
    } else if (to == "recipient") {
        to = bits_.recipient();
    } else if (to == "sender") {
        to = isOurs(facts_.envelope()) ? facts_.envelope().sender : "";
        if (to.empty()) remarks_.push_back("no notice to the sender: from outside, or without an address");
    }
    if (to.empty()) return;
    outcome.notices.push_back({to, expanded(section.subject, MacroPlace::kHeader),
                               expanded(section.text, MacroPlace::kPlain), section.attachHeaders});
}

}  // namespace weir
