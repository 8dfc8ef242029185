// A checked policy as a tree: what the parser accepted and the compiler works from. Plain values.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/mail/envelope.h"
#include "common/mail/verdict.h"
#include "common/policy/policy_sections.h"
#include "common/policy/rule_fields.h"

namespace weir {

// A named set. Entries are in the canonical form of their kind (list_entry.h).
struct PolicyList {
    ListKind kind = ListKind::kText;
    std::vector<std::string> entries;
};

// Days and times of day in a time zone.
struct TimeFrame {
    unsigned days = 0x7F;  // bit 0: Sunday … bit 6: Saturday
    unsigned from = 0,
             to = 24 * 60;     // minutes of the day; to is not included, and before from: past midnight
    std::string zone = "UTC";  // of the time zone database
    bool operator==(const TimeFrame&) const = default;
};

// One comparison of one field.
struct Test {
    Field field = Field::kSender;
    std::string argument;  // of a header: its name in lower case; of a rate: its name
    Operator op = Operator::kIs;
    std::vector<std::string> entries;  // literal operands in canonical form; empty with a list
    std::string list;                  // name of the list; empty with literals
    // Numbers, scores (see kScoreZero) and counts: the range that holds, both included.
    std::uint64_t low = 0, high = 0;
    bool flag = true;  // exists, or a flag field
    TimeFrame frame;   // within
};

// Scores are compared as numbers from here on: thousandths above it, or below.
inline constexpr std::uint64_t kScoreZero = 1ull << 40;

struct Condition {
    enum class Kind { kAll, kAny, kNot, kTest };
    Kind kind = Kind::kAll;
    std::vector<Condition> children;  // kNot has one
    Test test;                        // kTest
    std::string where;                // JSON pointer into the document
};

struct Action {
    ActionKind kind = ActionKind::kDeliver;
    std::string queue;
    int code = 0;
    std::string status;
    std::string text;  // reply text, header value, subject tag, alert: with macros
    std::string name;  // of a header, a disclaimer, a rate
    std::string to;    // copy, redirect: mailbox; notify: also administrator, sender, recipient
    std::string notice;
    bool changed = false;                    // copy: with the changes
    bool all = false;                        // strip: all attachments
    bool remoteImages = true, links = true;  // disarm
    Score score = 0;
    std::vector<FactGroup> groups;              // skip
    VerdictKind over = VerdictKind::kTempfail;  // rate-limit
};

struct Rule {
    std::string id;
    std::string name;  // the id where none was given
    bool enabled = true;
    std::optional<Direction> direction;  // absent: both
    std::vector<std::string> nodes;      // "group:…", "node:…"; empty: all
    std::optional<Condition> when;       // absent: always
    std::vector<Action> actions;
    bool stop = false;
    std::string where;  // JSON pointer of the rule
};

// What a group or a node has of its own.
struct PolicyLevel {
    std::map<std::string, PolicyList> lists;
    std::vector<Rule> rules;
    PolicySections sections;  // the cluster's with its own over them
};

struct ParsedPolicy {
    std::map<std::string, PolicyList> lists;
    std::vector<Rule> rules;
    PolicySections sections;
    std::map<std::string, PolicyLevel> levels;  // by "group:…" or "node:…"
};

}  // namespace weir
