#include "common/policy/rule_fields.h"

#include <vector>

#include "common/policy/field_lists.h"

namespace weir {
namespace {

using enum Operator;

constexpr OperatorSpec kOperators[] = {
    {kIs, "is", "is", "text", "Equal to one value."},
    {kIn, "in", "is in", "list",
     "One of a list: \"@name\" refers to a list, an array holds the entries themselves."},
    {kMatches, "matches", "matches", "glob",
     "The whole value fits a wildcard pattern: * is any text, ? one character. Also \"@name\" or an array."},
    {kContains, "contains", "contains", "phrase",
     "The phrase occurs anywhere; a line break in the mail counts as a space. Also \"@name\" or an array."},
    {kRegex, "regex", "matches the expression", "regex",
     "RE2 syntax, found anywhere, upper and lower case alike unless it begins with (?-i). Also \"@name\" or "
     "an "
     "array. No look-around, no back-references: those cannot be searched in linear time."},
    {kLess, "less", "is less than", "number", "Less than the number. Sizes may be written 500K, 10M, 2G."},
    {kGreater, "greater", "is greater than", "number",
     "Greater than the number. Sizes may be written 500K, 10M, 2G."},
    {kBetween, "between", "is between", "range", "An array of two numbers, both included."},
    {kExists, "exists", "exists", "flag", "true: there is a value that is not empty; false: there is none."},
    {kCount, "count", "counts", "count",
     "Occurrences of the entries of a dictionary, each times its weight, are at least at_least (and at most "
     "at_most, if "
     "given): {\"of\": \"@name\" or an array, \"at_least\": 3}."},
    {kResembles, "resembles", "resembles", "list",
     "Looks like an entry without being it: exchanged letters, look-alike characters, one or two changes. "
     "Also "
     "\"@name\" or an array."},
    {kWithin, "within", "is within", "time",
     "Days of the week and times of day in a time zone: {\"days\": [\"mon\", \"fri\"], \"from\": \"08:00\", "
     "\"to\": "
     "\"18:00\", \"zone\": \"Europe/Paris\"}. Past midnight where to is before from."},
};

constexpr ListKindSpec kListKinds[] = {
    {ListKind::kAddress, "address", "Addresses",
     "name@domain, @domain for everyone there, @.domain for everyone in the domains below it.",
     "@partner.example"},
    {ListKind::kDomain, "domain", "Domains",
     "example.com is that name alone, .example.com every name below it.", ".example.com"},
    {ListKind::kNetwork, "network", "Networks", "IPv4 or IPv6 address, or network/length without host bits.",
     "192.0.2.0/24"},
    {ListKind::kGlob, "glob", "Wildcard patterns",
     "* is any text, ? one character; the whole value must fit.", "*.exe"},
    {ListKind::kPhrase, "phrase", "Phrases",
     "Text found anywhere; case and runs of white space do not matter.", "wire transfer"},
    {ListKind::kRegex, "regex", "Regular expressions", "RE2 syntax, found anywhere.",
     "invoice[-_ ]?[0-9]{4,}"},
    {ListKind::kText, "text", "Values", "The whole value is equal; case does not matter.", "application/zip"},
    {ListKind::kDictionary, "dictionary", "Weighted dictionary",
     "A phrase, a regular expression between slashes, or an identifier in braces such as {iban}; a weight "
     "and an "
     "asterisk may stand in front.",
     "3*wire transfer"},
};

constexpr const char* kKindNames[] = {"address", "domain", "network", "text",  "choice",
                                      "number",  "size",   "flag",    "score", "time"};

constexpr const char* kCostNames[] = {"envelope", "headers", "text",   "decoding",
                                      "parsing",  "network", "scanner"};

constexpr const char* kGroupNames[] = {
    "message", "parsing",   "authentication",    "dns-lists", "virus", "rspamd",     "spamd",
    "learned", "directory", "recipient-servers", "location",  "rates", "user-lists", "run"};
static_assert(std::size(kGroupNames) == kFactGroups);

constexpr FactGroup kSkippable[] = {FactGroup::kVirus, FactGroup::kRspamd, FactGroup::kSpamd,
                                    FactGroup::kDnsLists, FactGroup::kAuthentication};

// One table of several arrays: nobody reads a file of nine hundred lines.
std::vector<FieldSpec> allFields() {
    std::vector<FieldSpec> all;
    for (const auto part : {envelopeFields(), contentFields(), outsideFields()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

template <class Spec, std::size_t N>
const Spec* findNamed(const Spec (&table)[N], std::string_view name) {
    for (const Spec& one : table)
        if (one.name == name) return &one;
    return nullptr;
}

}  // namespace

std::span<const FieldSpec> ruleFields() {
    static const std::vector<FieldSpec> kAll = allFields();
    return kAll;
}
std::span<const OperatorSpec> ruleOperators() {
    return kOperators;
}
std::span<const ListKindSpec> listKinds() {
    return kListKinds;
}

// The tables are in the order of their enumerations (a unit test holds them to it).
const FieldSpec& fieldSpec(Field field) {
    return ruleFields()[static_cast<std::size_t>(field)];
}
const char* toString(FieldKind kind) {
    return kKindNames[static_cast<std::size_t>(kind)];
}
const char* toString(FieldCost cost) {
    return kCostNames[static_cast<std::size_t>(cost)];
}
const char* toString(Operator op) {
    return kOperators[static_cast<std::size_t>(op)].name.data();
}
const char* toString(ListKind kind) {
    return kListKinds[static_cast<std::size_t>(kind)].name.data();
}
const char* toString(FactGroup group) {
    return kGroupNames[static_cast<std::size_t>(group)];
}
std::span<const FactGroup> skippableGroups() {
    return kSkippable;
}

const FieldSpec* findField(std::string_view name) {
    for (const FieldSpec& one : ruleFields())
        if (one.name == name) return &one;
    return nullptr;
}
const OperatorSpec* findOperator(std::string_view name) {
    return findNamed(kOperators, name);
}
const ListKindSpec* findListKind(std::string_view name) {
    return findNamed(kListKinds, name);
}

ListKind listKindFor(FieldKind field, Operator op) {
    if (op == kMatches) return ListKind::kGlob;
    if (op == kContains) return ListKind::kPhrase;
    if (op == kRegex) return ListKind::kRegex;
    if (op == kCount) return ListKind::kDictionary;
    if (field == FieldKind::kAddress) return ListKind::kAddress;
    if (field == FieldKind::kDomain) return ListKind::kDomain;
    if (field == FieldKind::kNetwork) return ListKind::kNetwork;
    return ListKind::kText;
}

}  // namespace weir
