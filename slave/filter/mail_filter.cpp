#include "slave/filter/mail_filter.h"

#include <optional>
#include <sstream>

#include "common/base/log.h"
#include "common/base/utf8.h"
#include "slave/auth/auth_results_owner.h"
#include "slave/filter/body_changes.h"
#include "slave/filter/inspection.h"
#include "slave/filter/mail_event.h"
#include "slave/filter/notice_text.h"
#include "slave/filter/outgoing_headers.h"
#include "slave/filter/release_pass.h"
#include "slave/filter/stored_items.h"

namespace weir {
namespace {

constexpr const char* kTryLater = "mail filter cannot take this mail now, try again later";

Verdict tempfail(std::string reason, std::string text) {
    return {VerdictKind::kTempfail, "", std::move(reason), "", 451, "4.7.1", std::move(text)};
}

}  // namespace

struct MailFilter::Case {
    Case(const Mail& m, QuarantineStore& quarantine)
        : mail(m), message(m.bytes), event(beginMailEvent(m, message)), items(quarantine) {
        event.stageMillis["parse"] = watch.millis();
    }
    Stopwatch watch;
    const Mail& mail;
    const Message message;
    MailEvent event;
    std::optional<ReleasePass> pass;
    Split split;
    StoredItems items;
    Inspected inspected;
    CompiledPolicyPtr policy;
    OutgoingMail outgoing;  // the mail that goes on
    Sequence sequence = 0;  // of the event; 0: not recorded
};

MailFilter::MailFilter(std::string nodeName, ActivePolicy& policy, Services& services,
                       QuarantineStore& quarantine, ReportQueue& report, Reinjector reinjector,
                       SigningKeys keys)
    : nodeName_(std::move(nodeName)),
      policy_(policy),
      services_(services),
      quarantine_(quarantine),
      report_(report),
      reinjector_(std::move(reinjector)),
      keys_(std::move(keys)) {}

MailAnswer MailFilter::judge(const Mail& mail, AnswerSlot& slot) {
    Case current(mail, quarantine_);
    // On error: tempfail. The rules have not spoken, and no verdict may be guessed.
    try {
        current.split = inspect(current);
    } catch (const std::exception& error) {
        defer(current, std::string("could not be evaluated: ") + error.what(), kTryLater);
    }
    // On error: tempfail. What is not on stable storage stays in the sender's hands.
    try {
        store(current);
    } catch (const std::exception& error) {
        counters_.notStored.fetch_add(1);
        defer(current, std::string("quarantine cannot store: ") + error.what(), kTryLater);
    }
    // On error: tempfail. Copies already accepted may arrive twice; none is lost.
    try {
        splitOff(current);
    } catch (const std::exception& error) {
        defer(current, std::string("cannot split off a copy: ") + error.what(), kTryLater);
    }
    // On error: counted, warned, and the mail goes on. A lost notice or report must not cost a mail.
    notify(current);
    report(current, slot);
    return answer(current);
}

MailAnswer MailFilter::refuse(const Mail& mail, const Verdict& verdict, AnswerSlot& slot) {
    Case current(mail, quarantine_);
    current.split = sameForAll(mail.envelope.recipients, verdict);
    report(current, slot);
    return answer(current);
}

void MailFilter::doubt(Sequence mail) {
    try {
        report_.append(InDoubtEvent{EventId{newTimeUuid()}, now(), {mail}});
    } catch (const std::exception& error) {
        logWarning("mail.doubt_not_recorded", {{"sequence", mail}, {"reason", error.what()}});
    }
}

Split MailFilter::inspect(Case& current) {
    const std::vector<std::string>& recipients = current.mail.envelope.recipients;
    const CompiledPolicyPtr policy = policy_.get();
    if (policy) current.event.revision = policy->revision();
    current.policy = policy;
    current.pass = findReleasePass(current.message, current.event.time, policy_.releaseKey());
    if (current.pass) {
        Verdict deliver;
        deliver.reason = (current.pass->split ? "split off mail " : "released item ") + current.pass->id;
        return sameForAll(recipients, deliver);
    }
    if (policy_.paused())
        return sameForAll(recipients, tempfail("the node is paused", "mail filter is paused"));
    if (!policy) return sameForAll(recipients, tempfail("no policy yet", "no policy yet"));

    MailEvent& event = current.event;
    current.inspected = inspectMail(current.mail.envelope, current.message, policy, services_, event.time);
    for (const std::string& why : current.inspected.failures) {
        counters_.scanFailures.fetch_add(1);
        logWarning("fact.unavailable", {{"qid", current.mail.envelope.queueId}, {"reason", why}});
    }
    event.viruses = current.inspected.viruses;
    event.stageMillis.insert(current.inspected.millis.begin(), current.inspected.millis.end());
    holdWhatCannotBeStripped(current.message, current.inspected.outcomes);
    return splitRecipients(recipients, current.inspected.outcomes);
}

void MailFilter::store(Case& current) {
    if (current.split.stores.empty()) return;
    const Stopwatch watch;
    current.items.store(current.split.stores, current.event, current.mail.bytes);
    current.event.stageMillis["store"] = watch.millis();
}

OutgoingMail MailFilter::outgoing(const Case& current, const Delivery& delivery) const {
    const Message& message = current.message;
    if (current.pass) return outgoingMail(message, passedChanges(message), {}, {});
    const PolicySections& sections = current.policy->sections();
    const std::string id = authservId(sections.authentication, services_.hostName());
    OutgoingMail mail = outgoingMail(message, outgoingChanges(message, delivery.changes), delivery.bodyOrders,
                                     fieldsToRemove(message.headers(), {id}));
    const std::string& results = current.inspected.authentication;
    if (!results.empty() && sections.authentication.writeHeader)
        mail.top.insert(mail.top.begin(), {kResultsHeader, results});
    mail.top.insert(mail.top.begin(), {kTraceHeader, traceOf(current, delivery)});
    signOutgoing(message, current.mail.envelope, current.inspected, sections, keys_, current.event.time,
                 mail);
    for (const std::string& what : mail.notDone)
        logWarning("mail.change_not_made", {{"qid", current.mail.envelope.queueId}, {"reason", what}});
    return mail;
}

void MailFilter::reinject(Case& current, const std::string& sender,
                          const std::vector<std::string>& recipients, const std::string& mail) {
    std::istringstream content(mail);
    const std::string pass =
        splitPassLine(Message(mail), current.event.id, current.event.time, policy_.releaseKey());
    const ReinjectResult result = reinjector_.send(sender, recipients, pass, content);
    if (result.outcome != ReinjectResult::Outcome::kSent)
        throw Error(ErrorCode::kUnavailable, "re-injection port: " + result.text);
    counters_.splitCopies.fetch_add(1);
}

void MailFilter::splitOff(Case& current) {
    const Split& split = current.split;
    const std::string& sender = current.mail.envelope.sender;
    if (split.reply == VerdictKind::kDeliver) {
        current.outgoing = outgoing(current, split.deliveries.front());
        for (std::size_t i = 1; i < split.deliveries.size(); ++i)
            reinject(current, sender, split.deliveries[i].recipients,
                     outgoing(current, split.deliveries[i]).whole(current.message));
    }
    if (!split.copies.empty())
        reinject(
            current, sender, split.copies,
            outgoingMail(current.message, passedChanges(current.message), {}, {}).whole(current.message));
}

void MailFilter::notify(Case& current) {
    for (const RaisedAlert& alert : current.split.alerts)
        logWarning("mail.alert", {{"qid", current.mail.envelope.queueId},
                                  {"rule", std::string_view(alert.rule)},
                                  {"text", std::string_view(alert.text)}});
    for (const NoticeOrder& order : current.split.notices) {
        try {
            reinject(current, "", {order.to},
                     noticeText(order, current.message, current.policy->sections().site, services_.hostName(),
                                current.event));
        } catch (const std::exception& error) {
            counters_.noticesNotSent.fetch_add(1);
            logWarning("notice.not_sent",
                       {{"qid", current.mail.envelope.queueId}, {"to", order.to}, {"reason", error.what()}});
        }
    }
}

// Another step failed: nothing of this mail stays here, and every recipient hears the same.
void MailFilter::defer(Case& current, const std::string& reason, const std::string& text) {
    logWarning("mail.deferred", {{"qid", current.mail.envelope.queueId}, {"reason", reason}});
    current.items.discard();
    current.split =
        sameForAll(current.mail.envelope.recipients, tempfail(std::string(cutUtf8(reason, 500)), text));
}

void MailFilter::report(Case& current, AnswerSlot& slot) {
    current.event.stageMillis["total"] = current.watch.millis();
    addOutcomes(current.event, current.split, current.items.ids());
    const Inspected& found = current.inspected;
    if (found.dmarc && found.sender)
        current.event.dmarc =
            withDisposition(*found.dmarc, *found.sender, leadingVerdict(current.split).kind);
    if (current.split.reply != VerdictKind::kTempfail) current.event.receivedReports = found.receivedReports;
    const Stopwatch watch;
    try {
        // A split-off copy was counted with the mail it came from.
        if (!current.pass || !current.pass->split) {
            current.sequence = report_.append(current.event, current.items.events(), &slot);
        }
    } catch (const std::exception& error) {
        counters_.notRecorded.fetch_add(1);
        logWarning("mail.not_recorded", {{"qid", current.mail.envelope.queueId}, {"reason", error.what()}});
    }
    current.event.stageMillis["report"] = watch.millis();
    current.items.commit(current.sequence != 0);
    counters_.countMail(leadingVerdict(current.split).kind, current.event);
    logMailVerdict(current.event, leadingVerdict(current.split), current.watch.millis());
}

MailAnswer MailFilter::answer(const Case& current) const {
    const Split& split = current.split;
    MailAnswer answer;
    answer.kind = split.reply;
    answer.sequence = current.sequence;
    if (split.reply == VerdictKind::kReject || split.reply == VerdictKind::kTempfail) {
        answer.code = split.replyVerdict.code;
        answer.status = split.replyVerdict.status;
        answer.text = split.replyVerdict.text;
    } else if (split.reply == VerdictKind::kDeliver) {
        answer.removed = split.removed;
        answer.added = split.added;
        answer.edits = current.outgoing.edits;
        answer.top = current.outgoing.top;
        answer.body = current.outgoing.body;
    }
    return answer;
}

std::string MailFilter::traceOf(const Case& current, const Delivery& delivery) const {
    return traceHeader(nodeName_, current.event.revision, delivery.rules, current.event.id);
}

}  // namespace weir
