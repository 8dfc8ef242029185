// The heart of the slave: inspect → store → split off → notify → report → answer.
//
// What the answer takes out of the MTA's hands is on stable storage when judge() returns, and the answer is
// made of nothing but its return value: the caller's reply to the MTA is the last act. Any number of threads.
#pragma once

#include <string>

#include "slave/facts/services.h"
#include "slave/filter/active_policy.h"
#include "slave/filter/filter_counters.h"
#include "slave/filter/mail.h"
#include "slave/filter/outgoing_mail.h"
#include "slave/filter/signing.h"
#include "slave/filter/splitter.h"
#include "slave/quarantine/reinjector.h"
#include "slave/quarantine/store.h"
#include "slave/report/answer_slots.h"
#include "slave/report/report_queue.h"

namespace weir {

class MailFilter {
  public:
    MailFilter(std::string nodeName, ActivePolicy& policy, Services& services, QuarantineStore& quarantine,
               ReportQueue& report, Reinjector reinjector, SigningKeys keys);

    // The envelope has at least one recipient. `slot` holds the event's sequence until the caller clears it.
    // Never throws for what a mail, a disk, a scanner or the re-injection port does: that is an answer, too.
    MailAnswer judge(const Mail& mail, AnswerSlot& slot);

    // The same for a mail that was not taken in whole (too large, no room): `verdict` is a reject or
    // tempfail.
    MailAnswer refuse(const Mail& mail, const Verdict& verdict, AnswerSlot& slot);
    // The MTA did not hear the answer whose event this is, so the mail will come again. Never throws.
    void doubt(Sequence mail);

    FilterCounters& counters() { return counters_; }
    const SigningKeys& keys() const { return keys_; }

  private:
    struct Case;  // one mail on its way through
    Split inspect(Case& current);
    void store(Case& current);
    void splitOff(Case& current);
    void notify(Case& current);
    OutgoingMail outgoing(const Case& current, const Delivery& delivery) const;
    void reinject(Case& current, const std::string& sender, const std::vector<std::string>& recipients,
                  const std::string& mail);
    void report(Case& current, AnswerSlot& slot);
    void defer(Case& current, const std::string& reason, const std::string& text);
    MailAnswer answer(const Case& current) const;
    std::string traceOf(const Case& current, const Delivery& delivery) const;

    const std::string nodeName_;
    ActivePolicy& policy_;
    Services& services_;
    QuarantineStore& quarantine_;
    ReportQueue& report_;
    const Reinjector reinjector_;
    SigningKeys keys_;
    FilterCounters counters_;
};

}  // namespace weir
