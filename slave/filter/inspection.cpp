#include "slave/filter/inspection.h"

#include <algorithm>

#include "common/base/control.h"
#include "common/base/digest.h"
#include "common/mail/address.h"
#include "common/mail/ascii.h"
#include "slave/facts/parser_reader.h"
#include "slave/facts/received_reports.h"
#include "slave/filter/signing.h"

namespace weir {
namespace {

// In place of a parser that would be lost again.
class RefusingReader final : public ContentReader {
  public:
    explicit RefusingReader(std::string why) : why_(std::move(why)) {}
    Html html(std::string_view, const HtmlLimits&) override { return {{}, why_}; }
    std::vector<FileReading> files(const std::vector<File>& files) override {
        return std::vector<FileReading>(files.size(), FileReading{{}, {}, why_});
    }

  private:
    const std::string why_;
};

// The same content is the same danger, whoever sends it to whom.
std::string contentFingerprint(const Message& message) {
    return sha256Hex(message.body());
}

// The mail reaches the address for reports, or would, had no rule consumed it there.
bool bringsReports(const Envelope& envelope, const std::vector<Outcome>& outcomes,
                   const std::string& address) {
    if (address.empty()) return false;
    const std::string wanted = lowered(normalAddress(address));
    for (std::size_t i = 0; i < std::min(outcomes.size(), envelope.recipients.size()); ++i) {
        const VerdictKind kind = outcomes[i].verdict.kind;
        if ((kind == VerdictKind::kDeliver || kind == VerdictKind::kDiscard) &&
            lowered(normalAddress(envelope.recipients[i])) == wanted)
            return true;
    }
    return false;
}

void takeReports(AttachedReports found, OutsideFacts& outside, Inspected& inspected) {
    inspected.failures = std::move(found.failures);
    if (found.reports.empty()) return;
    const DmarcOutcome& dmarc = outside.authenticate().dmarc;
    for (AggregateReport& report : found.reports)
        inspected.receivedReports.push_back({std::move(report),
                                             dmarc.domain() != nullptr ? dmarc.domain()->fromDomain : "",
                                             dmarc.result == DmarcResult::kPass});
}

}  // namespace

Inspected inspectMail(const Envelope& envelope, const Message& message, const CompiledPolicyPtr& policy,
                      Services& services, TimePoint time, OutsideFacts::Use use, Json* trace) {
    Poison& poison = services.counters().poison();
    std::optional<PoisonMark> mark;
    if (poison.status().entries > 0 && !controlOff("poison"))
        mark = poison.find(contentFingerprint(message), time);
    ParserReader parser(services.parsers(), policy->sections().parsing);
    RefusingReader refusing(mark ? "not tried again, a parser failed on it before: " + mark->reason : "");
    ContentReader& reader = mark ? static_cast<ContentReader&>(refusing) : parser;
    OutsideFacts outside(envelope, message, *policy, services, services.of(policy), time, use);
    Facts facts(envelope, message, reader, &outside, time);
    const DmarcReportsSection& reports = policy->sections().dmarcReports;
    const bool real = use == OutsideFacts::Use::kMail;
    if (real && isReported(envelope, reports)) {
        FactGroups groups;
        groups.set(static_cast<std::size_t>(FactGroup::kAuthentication));
        outside.expect(groups);
    }
    if (mark) facts.setParserFailed();
    const Stopwatch watch;
    Inspected inspected;
    inspected.outcomes = evaluate(*policy, facts, trace).outcomes;
    if (real && sealingDomain(envelope, policy->sections()) && !controlOff("seal-authenticates"))
        outside.authenticate();
    if (parser.lost() && real)
        poison.mark(contentFingerprint(message), facts.content().failures().front(), time);
    if (real) inspected.dmarc = outside.sighting();
    if (real && !mark && bringsReports(envelope, inspected.outcomes, reports.receive)) {
        AttachedReports found = attachedReports(message, services.parsers(), policy->sections().parsing);
        if (found.lost) poison.mark(contentFingerprint(message), found.failures.back(), time);
        takeReports(std::move(found), outside, inspected);
    }
    double waited = 0;
    for (const auto& [stage, millis] : outside.waited()) waited += millis;
    inspected.millis = outside.waited();
    inspected.millis["rules"] = watch.millis() - waited;
    inspected.viruses = outside.viruses();
    inspected.failures.insert(inspected.failures.end(), outside.failures().begin(), outside.failures().end());
    if (const SenderAuthentication* sender = outside.authentication()) {
        inspected.authentication = sender->results;
        inspected.sender = *sender;
    }
    return inspected;
}

}  // namespace weir
