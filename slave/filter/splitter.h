// The outcomes of all recipients of a mail, turned into what has to be done once for all of them.
//
// One recipient's rule never decides another's mail, but an MTA takes one answer for a whole mail. So: those
// who get the mail as the first deliverable recipient does stay in it; those who get it with other header
// changes are split off with a copy of their own; the others are removed from it. A tempfail for one is one
// for all (the mail comes back whole). A reject can be answered only when it is everyone's: the mail of the
// few who reject it is stored in the queue `rejected` instead.
#pragma once

#include <string>
#include <vector>

#include "common/mail/verdict.h"

namespace weir {

// Recipients with the same outcome: what the event tells.
struct RecipientGroup {
    Outcome outcome;
    std::vector<std::string> recipients;
    int store = -1;  // index into Split::stores, where this group's mail is quarantined
};

// Recipients that get one copy of the mail: the same changes.
struct Delivery {
    std::vector<HeaderChange> changes;
    std::vector<BodyOrder> bodyOrders;
    std::vector<std::string> recipients;  // after redirection, with the mailboxes that get a changed copy
    std::vector<std::string> rules;       // that matched for the first of them
};

// One quarantine item to be stored.
struct Storing {
    std::string queue, rule, reason;
    std::vector<std::string> recipients;
    bool copy = false;  // beside another verdict
};

struct Split {
    VerdictKind reply =
        VerdictKind::kDeliver;  // kDeliver, kDiscard (nobody is left in the mail), kReject, kTempfail
    Verdict replyVerdict;       // kReject, kTempfail: code, status and text
    std::vector<RecipientGroup> groups;  // in the envelope's order of their first recipients
    std::vector<Delivery> deliveries;    // [0] stays in the mail, the others are re-injected
    std::vector<Storing> stores;
    std::vector<std::string> removed;  // recipients to take out of the mail; only with kDeliver
    std::vector<std::string> added;    // mailboxes to put into it; only with kDeliver
    std::vector<std::string> copies;   // mailboxes that get the mail as it was received
    std::vector<NoticeOrder> notices;  // each once
    std::vector<RaisedAlert> alerts;   // each once
};

// `outcomes` has one entry a recipient.
Split splitRecipients(const std::vector<std::string>& recipients, const std::vector<Outcome>& outcomes);

// The same verdict for every recipient, in place of what the rules said.
Split sameForAll(const std::vector<std::string>& recipients, const Verdict& verdict);

}  // namespace weir
