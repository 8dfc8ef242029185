#include "common/policy/regex_refusal.h"

#include <catch2/catch.hpp>

#include "common/policy/regex_pattern.h"

using namespace weir;
using Catch::Contains;

namespace {

struct Row {
    const char* pattern;
    const char* what;
    const char* instead;  // said in the refusal; "" where there is no other way
    const char* written;  // the same, as the refusal says; nullptr where it is no single expression
};

// One row a construct, each as somebody would write it.
const std::vector<Row> kRows = {
    {"invoice(?= overdue)", "look-ahead", "(?:…)", "invoice(?: overdue)"},
    {"^(?=.*cheap)(?=.*pills)", "look-ahead", "conditions into \"all\"", nullptr},
    {"win(?!dows)", "negative look-ahead", "under \"not\"", nullptr},
    {"win(?!d)", "negative look-ahead", "(?:[^…]|\\z)", "win(?:[^d]|\\z)"},
    {"(?<=re: )urgent", "look-behind", "(?:…)", "(?:re: )urgent"},
    {"(?<!s)pam", "negative look-behind", "(?:\\A|[^…])", "(?:\\A|[^s])pam"},
    {"(a|b)c\\1", "back-reference \\1", "write out what may be repeated", "(?:aca|bcb)"},
    {"(?P<q>['\"])x(?P=q)", "a back-reference", "resembles", "(?:'x'|\"x\")"},
    {"(?P<q>['\"])x\\k<q>", "a back-reference", "use a list", nullptr},
    {"(['\"])x\\g{1}", "a back-reference", "use a list", nullptr},
    {"(['\"])x\\g1", "a back-reference", "use a list", nullptr},
    {"a++b", "a possessive repetition", "leave out the second +", "a+b"},
    {"a*+b", "a possessive repetition", "leave out the second +", "a*b"},
    {"a?+b", "a possessive repetition", "leave out the second +", "a?b"},
    {"a{2,3}+b", "a possessive repetition", "leave out the second +", "a{2,3}b"},
    {"(?>a+)b", "an atomic group", "(?:…)", "(?:a+)b"},
    {"\\((?:[^()]|(?R))*\\)", "recursion", "as many levels", "\\((?:[^()]|\\([^()]*\\))*\\)"},
    {"\\((?:[^()]|(?0))*\\)", "recursion", "as many levels", nullptr},
    {"(a|b)(?1)", "a call of another group", "write that group out", "(a|b)(a|b)"},
    {"(a|b)(?-1)", "a call of another group", "write that group out", nullptr},
    {"(?P<n>a|b)(?&n)", "a call of another group", "write that group out", nullptr},
    {"(?P<n>a|b)(?P>n)", "a call of another group", "write that group out", nullptr},
    {"(?P<n>a|b)\\g<n>", "a call of another group", "write that group out", nullptr},
    {"(?P<n>a|b)\\g'n'", "a call of another group", "write that group out", nullptr},
    {"(<)?a(?(1)>|$)", "a condition within the expression", "under \"any\"", "(?:<a>|a$)"},
    {"(?|(a)|(b))", "a group that numbers its branches alike", "(?:…)", "(?:(a)|(b))"},
    {"(?<name>a)", "a named group", "(?P<name>…)", "(?P<name>a)"},
    {"(?'name'a)", "a named group", "(?P<name>…)", "(?P<name>a)"},
    {"a(?#why)b", "a comment", "leave it out", "ab"},
    {"(?x) a b", "the flag x", "leave out the blanks", "ab"},
    {"(?ix:a b)", "the flag x", "leave out the blanks", "(?i:ab)"},
    {"a(?C1)b", "a callout", "", nullptr},
    {"a(*SKIP)b", "a verb", "leave it out", "ab"},
    {"(*UTF8)a", "a verb", "leave it out", "a"},
    {"\\Ga", "\\G", "\\A", "\\Aa"},
    {"a\\Kb", "\\K", "leave it out", "ab"},
    {"a\\Z", "\\Z", "\\n?\\z", "a\\n?\\z"},
    {"a\\Rb", "\\R", "(?:\\r\\n|[\\r\\n])", "a(?:\\r\\n|[\\r\\n])b"},
    {"a\\Xb", "\\X", "\\PM\\pM*", "a\\PM\\pM*b"},
    {"a\\Nb", "\\N", "[^\\n]", "a[^\\n]b"},
    {"a\\h+b", "\\h", "[\\t ]", "a[\\t ]+b"},
    {"a\\H+b", "\\H", "[^\\t ]", "a[^\\t ]+b"},
    {"a\\V+b", "\\V", "[^\\n\\v\\f\\r]", "a[^\\n\\v\\f\\r]+b"},
    {"\\e\\[", "\\e", "\\x1b", "\\x1b\\["},
    {"\\cA", "\\c", "two hexadecimal digits", "\\x01"},
    {"\\o{101}", "\\o", "\\x{…}", "\\x{41}"},
    {"\\u0041", "\\u", "\\x{…}", "\\x{41}"},
};

std::string problemOf(std::string_view pattern) {
    const auto checked = checkRegex(pattern);
    return checked ? "" : checked.error().text();
}

}  // namespace

TEST_CASE("what other engines have is refused with its name, the reason and the way to write it") {
    for (const Row& row : kRows) {
        CAPTURE(row.pattern);
        const std::string problem = problemOf(row.pattern);
        CHECK_THAT(problem, Catch::StartsWith(row.what));
        CHECK_THAT(problem, Contains(" is not possible: "));
        CHECK_THAT(problem, Contains(row.instead));
        if (row.written != nullptr) CHECK(problemOf(row.written) == "");
    }
}

TEST_CASE("what is escaped, quoted or in a class is not taken for such a construct") {
    // Each is wrong for a reason of its own, the missing bracket.
    for (const char* pattern : {"\\(?=a(", "[(?=]a(", "[](?=]a(", "[^](?=]a(", "\\Q(?=\\E(", "\\\\(",
                                "[\\1](", "a\\++(", "[+*]+(", "a{,2}+(", "(?i)(", "(?P<n>a)(", "(?s-m:a)("}) {
        CAPTURE(pattern);
        CHECK_THAT(problemOf(pattern), Contains("not a valid regular expression (RE2 syntax)"));
    }
    CHECK(foreignConstruct("").empty());
    CHECK(foreignConstruct("\\").empty());
    CHECK(foreignConstruct("(").empty());
    CHECK(foreignConstruct("[").empty());
    CHECK(foreignConstruct("(?").empty());
    CHECK(foreignConstruct("a{2").empty());
}

TEST_CASE("an expression that RE2 takes is not refused for what it looks like") {
    for (const char* pattern : {"\\(?=", "[(?=]", "\\Q(?=\\E", "a+?b", "a+ +b", "(?i)a(?-i)b", "(?P<n>a)",
                                "\\x{41}", "\\pL", "[[:alpha:]]", "\\bword\\b", "\\012"}) {
        CAPTURE(pattern);
        CHECK(problemOf(pattern) == "");
    }
}
