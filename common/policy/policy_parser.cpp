#include "common/policy/policy_parser.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "common/policy/action_parser.h"
#include "common/policy/action_text.h"
#include "common/policy/list_entry.h"
#include "common/policy/match_text.h"

namespace weir {

bool isLevelName(std::string_view name) {
    if (name.starts_with("group:")) return isIdentifier(name.substr(6));
    return name.starts_with("node:") && isIdentifier(name.substr(5));
}

tl::expected<PolicyPtr, PolicyProblems> parsePolicy(const Json& document) {
    return PolicyParser().parse(document);
}

tl::expected<PolicyPtr, PolicyProblems> PolicyParser::parse(const Json& document) {
    if (!document.is_object()) {
        problems_.add("", std::string("expected a policy object, found ") + kindOf(document));
        return tl::unexpected<PolicyProblems>(problems_.take());
    }
    MemberReader members(document, "", problems_);
    members.text("comment");
    policy_.lists = lists(members.object("lists"), "/lists");
    // Sections first: rules refer to them.
    parseSections(members.object("sections"), "/sections", problems_, policy_.sections);
    policy_.rules = rules(members.array("rules"), "/rules", {{}, policy_.sections});
    levels(members.object("levels"), "/levels");
    members.done();
    if (!problems_.empty()) return tl::unexpected<PolicyProblems>(problems_.take());
    return std::make_shared<const ParsedPolicy>(std::move(policy_));
}

PolicyParser::Lists PolicyParser::lists(const Json* object, const std::string& where) {
    Lists lists;
    if (object == nullptr) return lists;
    for (const auto& [name, value] : object->items()) list(name, value, pointerTo(where, name), lists);
    return lists;
}

void PolicyParser::list(const std::string& name, const Json& value, const std::string& where, Lists& lists) {
    if (!isListName(name))
        problems_.add(where, "expected a list name: lower-case letters, digits and hyphens, at most 64");
    if (!value.is_object())
        return problems_.add(where, std::string("expected a list object, found ") + kindOf(value));
    MemberReader members(value, where, problems_);
    members.text("comment");
    const std::string* kindName = members.text("kind");
    const Json* entries = members.array("entries");
    members.done();
    const ListKindSpec* kind = kindName == nullptr ? nullptr : findListKind(*kindName);
    if (kind == nullptr) {
        std::string known;
        for (const ListKindSpec& one : listKinds())
            known += (known.empty() ? "" : ", ") + std::string(one.name);
        return problems_.add(pointerTo(where, "kind"), "expected a kind of list: " + known);
    }
    // Named even when entries are wrong, so that rules that refer to it are not blamed too.
    PolicyList& list = lists[name];
    list.kind = kind->kind;
    if (entries == nullptr) {
        if (!value.contains("entries")) problems_.add(where, "a list needs \"entries\"");
        return;
    }
    if (!countEntries(entries->size())) return;
    list.entries.reserve(entries->size());
    for (std::size_t i = 0; i < entries->size(); ++i) {
        const Json& entry = (*entries)[i];
        const auto at = [&] { return pointerTo(pointerTo(where, "entries"), i); };
        if (!entry.is_string()) {
            problems_.add(at(), std::string("expected a text, found ") + kindOf(entry));
            continue;
        }
        auto canonical = canonicalEntry(list.kind, *entry.get_ptr<const std::string*>());
        if (canonical) {
            list.entries.push_back(std::move(*canonical));
        } else {
            problems_.add(at(), canonical.error().what);
        }
    }
}

bool PolicyParser::countEntries(std::size_t more) {
    const bool before = entriesSeen_ <= PolicyLimits::kEntries;
    entriesSeen_ += more;
    if (entriesSeen_ <= PolicyLimits::kEntries) return true;
    if (before)
        problems_.add("/lists", "lists and arrays have more than " + std::to_string(PolicyLimits::kEntries) +
                                    " entries together");
    return false;
}

std::vector<Rule> PolicyParser::rules(const Json* array, const std::string& where, const Scope& scope) {
    std::vector<Rule> rules;
    if (array == nullptr) return rules;
    const bool before = rulesSeen_ <= PolicyLimits::kRules;
    rulesSeen_ += array->size();
    if (rulesSeen_ > PolicyLimits::kRules) {
        if (before) problems_.add(where, "more than " + std::to_string(PolicyLimits::kRules) + " rules");
        return rules;
    }
    std::set<std::string> ids;
    for (std::size_t i = 0; i < array->size(); ++i) {
        auto one = rule((*array)[i], pointerTo(where, i), scope);
        if (!one) continue;
        if (!ids.insert(one->id).second)
            problems_.add(pointerTo(one->where, "id"), "another rule has the id \"" + one->id + "\"");
        rules.push_back(std::move(*one));
    }
    return rules;
}

std::optional<Rule> PolicyParser::rule(const Json& value, const std::string& where, const Scope& scope) {
    if (!value.is_object()) {
        problems_.add(where, std::string("expected a rule object, found ") + kindOf(value));
        return std::nullopt;
    }
    Rule rule;
    rule.where = where;
    MemberReader members(value, where, problems_);
    const std::string* id = members.text("id");
    if (id == nullptr || !isIdentifier(*id)) {
        problems_.add(members.where("id"), "expected an id: letters, digits, dots, hyphens, at most 64");
    } else {
        rule.id = *id;
    }
    const std::string* name = members.text("name");
    if (name != nullptr && !isHeaderValue(*name, PolicyLimits::kNameBytes))
        problems_.add(members.where("name"), "expected one line of at most 200 bytes");
    rule.name = name == nullptr ? rule.id : *name;
    members.text("comment");
    rule.enabled = members.boolean("enabled", true);
    rule.stop = members.boolean("stop", false);
    if (const std::string* direction = members.text("direction")) {
        if (*direction != "inbound" && *direction != "outbound")
            problems_.add(members.where("direction"), "expected inbound or outbound; leave it out for both");
        rule.direction = *direction == "outbound" ? Direction::kOutbound : Direction::kInbound;
    }
    if (const Json* nodes = members.array("nodes")) ruleNodes(*nodes, members.where("nodes"), rule);
    if (const Json* when = members.any("when")) {
        ConditionParser conditions(
            [&](const std::string& list) -> const PolicyList* {
                if (const auto found = scope.own.find(list); found != scope.own.end()) return &found->second;
                const auto found = policy_.lists.find(list);
                return found == policy_.lists.end() ? nullptr : &found->second;
            },
            scope.sections, [this](std::size_t more) { return countEntries(more); }, problems_);
        rule.when = conditions.parse(*when, members.where("when"));
    }
    rule.actions = actions(members.array("then"), members.where("then"), scope.sections);
    members.done();
    return rule;
}

void PolicyParser::ruleNodes(const Json& array, const std::string& where, Rule& rule) {
    if (array.empty())
        problems_.add(where, "expected at least one node or group; leave it out for all nodes");
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (array[i].is_string() && isLevelName(*array[i].get_ptr<const std::string*>())) {
            rule.nodes.push_back(array[i].get<std::string>());
        } else {
            problems_.add(pointerTo(where, i), "expected \"group:NAME\" or \"node:NAME\"");
        }
    }
}

std::vector<Action> PolicyParser::actions(const Json* array, const std::string& where,
                                          const PolicySections& sections) {
    std::vector<Action> actions;
    if (array == nullptr || array->empty() || array->size() > PolicyLimits::kActions) {
        problems_.add(where,
                      "expected an array of 1 to " + std::to_string(PolicyLimits::kActions) + " actions");
        return actions;
    }
    for (std::size_t i = 0; i < array->size(); ++i)
        if (auto one = parseAction((*array)[i], pointerTo(where, i), sections, problems_))
            actions.push_back(std::move(*one));
    return actions;
}

void PolicyParser::levels(const Json* object, const std::string& where) {
    if (object == nullptr) return;
    for (const auto& [name, value] : object->items()) level(name, value, pointerTo(where, name));
}

void PolicyParser::level(const std::string& name, const Json& value, const std::string& where) {
    if (!isLevelName(name))
        return problems_.add(where, "expected a level named \"group:NAME\" or \"node:NAME\"");
    if (!value.is_object())
        return problems_.add(where, std::string("expected a level object, found ") + kindOf(value));
    MemberReader members(value, where, problems_);
    members.text("comment");
    PolicyLevel level;
    level.lists = lists(members.object("lists"), members.where("lists"));
    for (const auto& [list, own] : level.lists) {
        const auto above = policy_.lists.find(list);
        if (above != policy_.lists.end() && above->second.kind != own.kind)
            problems_.add(pointerTo(members.where("lists"), list),
                          std::string("the cluster's list of this name is of kind ") +
                              toString(above->second.kind) + "; a level can only change its entries");
    }
    level.sections = policy_.sections;
    parseSections(members.object("sections"), members.where("sections"), problems_, level.sections);
    level.rules = rules(members.array("rules"), members.where("rules"), {level.lists, level.sections});
    for (const Rule& one : level.rules)
        if (!one.nodes.empty())
            problems_.add(pointerTo(one.where, "nodes"), "a rule of a level has no nodes");
    members.done();
    policy_.levels.emplace(name, std::move(level));
}

}  // namespace weir
