// What happens to a mail, for a set of its recipients.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir {

// In order of severity: where several final actions match, the greatest wins.
enum class VerdictKind { kDeliver, kQuarantine, kDiscard, kReject, kTempfail };
const char* toString(VerdictKind kind);  // "deliver", "quarantine", "discard", "reject", "tempfail"
bool verdictFromText(const std::string& text, VerdictKind& kind);

struct Verdict {
    VerdictKind kind = VerdictKind::kDeliver;
    std::string rule;    // id of the rule that decided; empty for the default (deliver)
    std::string reason;  // for people: rule name, or what could not be evaluated
    std::string queue;   // quarantine: name of the queue
    int code = 0;        // reject, tempfail: SMTP code, e.g. 550
    std::string status;  // reject, tempfail: enhanced code (RFC 3463), e.g. "5.7.1"
    std::string text;    // reject, tempfail: text of the reply
    bool operator==(const Verdict&) const = default;
};

// A change of the header block, in the order in which they are to be made.
struct HeaderChange {
    enum class Kind { kAdd, kReplace, kRemove, kTagSubject };
    Kind kind = Kind::kAdd;
    std::string name;   // header name; "Subject" for kTagSubject
    std::string value;  // UTF-8; the writer encodes (RFC 2047) and folds (RFC 5322) it
    bool operator==(const HeaderChange&) const = default;
};

// A change of the body, in the order in which they are to be made. Texts are final: macros are expanded.
struct BodyOrder {
    enum class Kind { kStrip, kDisarm, kDisclaimer };
    Kind kind = Kind::kStrip;
    std::vector<std::uint32_t> attachments;  // kStrip: indexes into Message::attachments(), sorted
    std::string queue;       // kStrip: keeps the mail as received; holds it where that cannot be done
    std::string text, html;  // kStrip: text of the notice, empty for the usual one; kDisclaimer
    bool before = false;     // kDisclaimer
    std::string separator;   // kDisclaimer
    bool remoteImages = true, links = true;  // kDisarm
    bool operator==(const BodyOrder&) const = default;
};

// A copy to another mailbox, beside the verdict.
struct CopyOrder {
    std::string to;
    bool changed = false;  // with the changes, where the mail is delivered
    auto operator<=>(const CopyOrder&) const = default;
};

// A mail to be written about this one.
struct NoticeOrder {
    std::string to;
    std::string subject, text;
    bool attachHeaders = false;
    auto operator<=>(const NoticeOrder&) const = default;
};

// Something that a rule wants the operator to see.
struct RaisedAlert {
    std::string rule;  // id
    std::string text;  // one line
    auto operator<=>(const RaisedAlert&) const = default;
};

// What one recipient gets. Recipients with equal outcomes share one copy of the mail.
struct Outcome {
    Verdict verdict;
    std::vector<HeaderChange> changes;  // only where the verdict delivers, as bodyOrders and redirect
    std::vector<BodyOrder> bodyOrders;
    std::string redirect;                 // mailbox in place of the recipient; empty: the recipient
    std::vector<std::string> copyQueues;  // kept as a copy in these queues beside the verdict, sorted
    std::vector<CopyOrder> copies;        // sorted
    std::vector<NoticeOrder> notices;     // sorted
    std::vector<RaisedAlert> alerts;
    std::vector<std::string> matchedRules;  // ids of all rules that matched, in order
    std::int64_t score = 0;                 // thousandths
    bool operator==(const Outcome&) const = default;
};

// What is done beside the verdict, for people: "add X-Class: bulk", "redirect to a@b.example", "strip 2
// attachments" …
std::vector<std::string> changeTexts(const Outcome& outcome);

}  // namespace weir
