// What happens to a mail, for a set of its recipients.
#pragma once

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

// What one recipient gets. Recipients with equal outcomes share one copy of the mail.
struct Outcome {
    Verdict verdict;
    std::vector<HeaderChange> changes;      // only where the verdict delivers
    std::vector<std::string> copyQueues;    // kept as a copy in these queues beside the verdict, sorted
    std::vector<std::string> matchedRules;  // ids of all rules that matched, in order
    bool operator==(const Outcome&) const = default;
};

}  // namespace weir
