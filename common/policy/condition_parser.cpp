#include "common/policy/condition_parser.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/policy/action_text.h"
#include "common/policy/list_entry.h"
#include "common/policy/match_text.h"
#include "common/policy/policy_parser.h"
#include "common/policy/time_frame.h"

namespace weir {
namespace {

bool isNumber(FieldKind kind) {
    return kind == FieldKind::kNumber || kind == FieldKind::kSize || kind == FieldKind::kScore;
}

// "is, in, exists": the operators a field has.
std::string operatorsOf(const FieldSpec& spec) {
    std::string names;
    for (const OperatorSpec& one : ruleOperators())
        if (spec.operators.has(one.op)) names += (names.empty() ? "" : ", ") + std::string(one.name);
    return names;
}

Condition testCondition(Test test, std::string where) {
    Condition condition;
    condition.kind = Condition::Kind::kTest;
    condition.test = std::move(test);
    condition.where = std::move(where);
    return condition;
}

// A group of one is that one.
Condition grouped(Condition::Kind kind, std::vector<Condition> children, const std::string& where) {
    if (children.size() == 1 && kind != Condition::Kind::kNot) return std::move(children.front());
    Condition condition;
    condition.kind = kind;
    condition.children = std::move(children);
    condition.where = where;
    return condition;
}

}  // namespace

std::optional<Condition> ConditionParser::parse(const Json& node, const std::string& where,
                                                std::size_t depth) {
    if (!node.is_object() || node.empty()) {
        problems_.add(
            where,
            std::string("expected a condition such as {\"sender\":{\"is\":\"a@example.com\"}}, found ") +
                (node.is_object() ? "an empty object" : kindOf(node)));
        return std::nullopt;
    }
    if (depth > PolicyLimits::kNesting) {
        problems_.add(where, "conditions nest deeper than " + std::to_string(PolicyLimits::kNesting));
        return std::nullopt;
    }
    std::vector<Condition> children;
    bool good = true;
    for (const auto& [name, value] : node.items()) {
        auto child = member(name, value, pointerTo(where, name), depth);
        good = good && child;
        if (child) children.push_back(std::move(*child));
    }
    if (!good) return std::nullopt;
    return grouped(Condition::Kind::kAll, std::move(children), where);
}

std::optional<Condition> ConditionParser::member(const std::string& name, const Json& value,
                                                 const std::string& where, std::size_t depth) {
    if (name == "all") return group(Condition::Kind::kAll, value, where, depth);
    if (name == "any") return group(Condition::Kind::kAny, value, where, depth);
    if (name != "not") return field(name, value, where);
    auto child = parse(value, where, depth + 1);
    if (!child) return std::nullopt;
    std::vector<Condition> children;
    children.push_back(std::move(*child));
    return grouped(Condition::Kind::kNot, std::move(children), where);
}

std::optional<Condition> ConditionParser::group(Condition::Kind kind, const Json& value,
                                                const std::string& where, std::size_t depth) {
    if (!value.is_array() || value.empty()) {
        problems_.add(where, std::string("expected an array of conditions, found ") +
                                 (value.is_array() ? "an empty one" : kindOf(value)));
        return std::nullopt;
    }
    std::vector<Condition> children;
    for (std::size_t i = 0; i < value.size(); ++i)
        if (auto child = parse(value[i], pointerTo(where, i), depth + 1))
            children.push_back(std::move(*child));
    if (children.size() != value.size()) return std::nullopt;
    return grouped(kind, std::move(children), where);
}

std::optional<Condition> ConditionParser::field(const std::string& name, const Json& value,
                                                const std::string& where) {
    const std::size_t colon = name.find(':');
    const FieldSpec* spec = findField(std::string_view(name).substr(0, colon));
    if (spec == nullptr) {
        problems_.add(where, "unknown field \"" + boundedText(name, 100) + "\"");
        return std::nullopt;
    }
    const auto argument = this->argument(*spec, name, where);
    if (!argument) return std::nullopt;
    if (!value.is_object() || value.empty()) {
        problems_.add(where, "expected an operator (" + operatorsOf(*spec) + ") with its operand, found " +
                                 (value.is_object() ? "an empty object" : kindOf(value)));
        return std::nullopt;
    }
    std::vector<Condition> tests;
    bool good = true;
    for (const auto& [op, operand] : value.items()) {
        const std::string at = pointerTo(where, op);
        auto one = test(*spec, *argument, op, operand, at);
        good = good && one;
        if (one) tests.push_back(testCondition(std::move(*one), at));
    }
    if (!good) return std::nullopt;
    return grouped(Condition::Kind::kAll, std::move(tests), where);
}

std::optional<std::string> ConditionParser::argument(const FieldSpec& spec, const std::string& name,
                                                     const std::string& where) {
    const std::size_t colon = name.find(':');
    const std::string argument = colon == std::string::npos ? "" : name.substr(colon + 1);
    if (!spec.argument) {
        if (colon == std::string::npos) return argument;
        problems_.add(where, "the field " + std::string(spec.name) + " takes nothing after a colon");
        return std::nullopt;
    }
    if (spec.field == Field::kRate) {
        if (sections_.rates.contains(argument)) return argument;
        problems_.add(where, "there is no rate \"" + boundedText(argument, 100) + "\" in the section rates");
        return std::nullopt;
    }
    if (isRuleHeaderName(argument)) return foldedText(argument);
    problems_.add(where, "expected a header name after the colon, as in \"header:List-Id\"");
    return std::nullopt;
}

std::optional<Test> ConditionParser::test(const FieldSpec& spec, const std::string& argument,
                                          const std::string& op, const Json& operand,
                                          const std::string& where) {
    const OperatorSpec* known = findOperator(op);
    if (known == nullptr || !spec.operators.has(known->op)) {
        problems_.add(where, (known == nullptr ? "unknown operator \"" + boundedText(op, 100) + "\""
                                               : std::string(spec.name) + " has no operator " + op) +
                                 "; it has " + operatorsOf(spec));
        return std::nullopt;
    }
    Test test;
    test.field = spec.field;
    test.argument = argument;
    test.op = known->op;
    bool good = false;
    if (known->op == Operator::kExists || spec.kind == FieldKind::kFlag) {
        good = operand.is_boolean();
        if (good) test.flag = operand.get<bool>();
        if (!good) problems_.add(where, std::string("expected true or false, found ") + kindOf(operand));
    } else if (known->op == Operator::kWithin) {
        good = parseTimeFrame(operand, where, problems_, test.frame);
    } else if (known->op == Operator::kCount) {
        good = count(test, operand, where);
    } else if (isNumber(spec.kind)) {
        good = range(spec, test, operand, where);
    } else {
        good = entries(spec, test, operand, where);
    }
    if (!good) return std::nullopt;
    return test;
}

bool ConditionParser::entries(const FieldSpec& spec, Test& test, const Json& operand,
                              const std::string& where) {
    const ListKind kind = listKindFor(spec.kind, test.op);
    if (test.op == Operator::kIs) return entry(spec, test, operand, where);
    if (operand.is_array()) {
        if (operand.empty()) {
            problems_.add(where, "expected at least one entry in the array");
            return false;
        }
        if (!countEntries_(operand.size())) return false;
        bool good = true;
        for (std::size_t i = 0; i < operand.size(); ++i)
            good = entry(spec, test, operand[i], pointerTo(where, i)) && good;
        return good;
    }
    if (!operand.is_string()) {
        problems_.add(where,
                      std::string("expected \"@name\" of a list or an array, found ") + kindOf(operand));
        return false;
    }
    const std::string& text = *operand.get_ptr<const std::string*>();
    const bool reference =
        spec.field != Field::kDnsbl && text.starts_with('@') && isListName(std::string_view(text).substr(1));
    const bool listOnly = test.op == Operator::kIn || test.op == Operator::kResembles;
    if (!reference && !listOnly) return entry(spec, test, operand, where);
    if (!reference) {
        problems_.add(where, "expected \"@name\" of a list or an array of values");
        return false;
    }
    test.list = text.substr(1);
    const PolicyList* list = findList_(test.list);
    if (list == nullptr) {
        problems_.add(where, "there is no list \"" + test.list + "\"");
        return false;
    }
    if (list->kind == kind) return true;
    problems_.add(where, "the list \"" + test.list + "\" is of kind " + toString(list->kind) + "; " +
                             std::string(spec.name) + " " + toString(test.op) + " takes kind " +
                             toString(kind));
    return false;
}

bool ConditionParser::entry(const FieldSpec& spec, Test& test, const Json& value, const std::string& where) {
    if (!value.is_string()) {
        problems_.add(where, std::string("expected a text, found ") + kindOf(value));
        return false;
    }
    const std::string& text = *value.get_ptr<const std::string*>();
    if (spec.kind == FieldKind::kChoice) return choice(spec, test, text, where);
    if (spec.field == Field::kDnsbl && !sections_.dnsLists.contains(text.substr(0, text.find(':')))) {
        problems_.add(where, "there is no list \"" + boundedText(text.substr(0, text.find(':')), 100) +
                                 "\" in the section dns-lists");
        return false;
    }
    if (test.op == Operator::kIs && spec.kind == FieldKind::kAddress && text.starts_with('@')) {
        problems_.add(where, "is takes one address; use in for a list, or " + std::string(spec.name) +
                                 ".domain for a domain");
        return false;
    }
    auto canonical = canonicalEntry(listKindFor(spec.kind, test.op), text);
    if (!canonical) {
        problems_.add(where, canonical.error().what);
        return false;
    }
    test.entries.push_back(std::move(*canonical));
    return true;
}

bool ConditionParser::choice(const FieldSpec& spec, Test& test, const std::string& text,
                             const std::string& where) {
    std::string known;
    for (std::string_view one : spec.choices) {
        if (one == text) {
            test.entries.push_back(text);
            return true;
        }
        known += (known.empty() ? "" : ", ") + std::string(one);
    }
    problems_.add(where, "expected one of " + known);
    return false;
}

bool ConditionParser::count(Test& test, const Json& operand, const std::string& where) {
    if (!operand.is_object()) {
        problems_.add(where,
                      std::string("expected an object with of and at_least, found ") + kindOf(operand));
        return false;
    }
    MemberReader members(operand, where, problems_);
    const Json* of = members.any("of");
    const Json* low = members.any("at_least");
    const Json* high = members.any("at_most");
    members.done();
    const FieldSpec& plain = *findField("recipient.count");  // whole numbers
    if (of == nullptr || low == nullptr) {
        problems_.add(where, "needs \"of\", a dictionary, and \"at_least\", a number");
        return false;
    }
    const auto least = number(plain, *low, members.where("at_least"));
    const auto most = high == nullptr ? std::optional<std::uint64_t>(UINT64_MAX)
                                      : number(plain, *high, members.where("at_most"));
    if (!least || !most) return false;
    if (*least == 0 || *least > *most) {
        problems_.add(where, "at_least is 1 or more, and not above at_most");
        return false;
    }
    test.low = *least;
    test.high = *most;
    return entries(fieldSpec(test.field), test, *of, members.where("of"));
}

std::optional<std::uint64_t> ConditionParser::number(const FieldSpec& spec, const Json& value,
                                                     const std::string& where) {
    constexpr std::uint64_t kMost = UINT64_MAX >> 1;
    if (spec.kind == FieldKind::kScore) {
        Score score = 0;
        if (value.is_number() && parseScore(value.dump(), score))
            return kScoreZero + static_cast<std::uint64_t>(score);
        problems_.add(where, "expected a number with at most three decimals");
        return std::nullopt;
    }
    if (value.is_number_integer() && (value.is_number_unsigned() || value.get<std::int64_t>() >= 0)) {
        if (value.get<std::uint64_t>() <= kMost) return value.get<std::uint64_t>();
    } else if (value.is_string() && spec.kind == FieldKind::kSize) {
        const auto size = parseSize(*value.get_ptr<const std::string*>());
        if (size) return *size;
        problems_.add(where, size.error().what);
        return std::nullopt;
    }
    problems_.add(where, spec.kind == FieldKind::kSize
                             ? "expected a size: a whole number of bytes or a text such as 10M"
                             : "expected a whole number, 0 or more");
    return std::nullopt;
}

bool ConditionParser::range(const FieldSpec& spec, Test& test, const Json& operand,
                            const std::string& where) {
    constexpr std::uint64_t kNone = UINT64_MAX;
    if (test.op == Operator::kBetween) {
        if (!operand.is_array() || operand.size() != 2) {
            problems_.add(where, "expected an array of two numbers");
            return false;
        }
        const auto low = number(spec, operand[0], pointerTo(where, std::size_t{0}));
        const auto high = number(spec, operand[1], pointerTo(where, std::size_t{1}));
        if (!low || !high) return false;
        if (*low > *high) problems_.add(where, "the first number is greater than the second");
        test.low = *low;
        test.high = *high;
        return *low <= *high;
    }
    const auto value = number(spec, operand, where);
    if (!value) return false;
    switch (test.op) {
        case Operator::kLess:
            if (*value == 0) problems_.add(where, "nothing is less than 0");
            test.high = *value - 1;
            return *value != 0;
        case Operator::kGreater:
            test.low = *value + 1;
            test.high = kNone;
            return true;
        default:
            test.low = test.high = *value;
            return true;
    }
}

}  // namespace weir
