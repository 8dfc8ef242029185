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

// One comparison of one field.
struct Test {
    Field field = Field::kSender;
    std::string argument;  // of a header: its name in lower case
    Operator op = Operator::kIs;
    std::vector<std::string> entries;  // literal operands in canonical form; empty with a list
    std::string list;                  // name of the list; empty with literals
    std::uint64_t low = 0, high = 0;   // numbers: the range that holds, both included
    bool flag = true;                  // exists, or a flag field
};

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
    std::string text;  // reply text, header value or subject tag
    std::string name;  // of a header
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
};

struct ParsedPolicy {
    std::map<std::string, PolicyList> lists;
    std::vector<Rule> rules;
    PolicySections sections;
    std::map<std::string, PolicyLevel> levels;  // by "group:…" or "node:…"
};

}  // namespace weir
