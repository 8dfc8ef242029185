// Cluster < group < node: which lists, settings and rules one node gets (declared in policy.h).
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "common/policy/policy.h"

namespace weir {
namespace {

// The levels a node is in that the document has, the weakest first: its groups by name, then the node itself.
std::vector<const Json*> levelsOf(const Json& document, const std::string& node,
                                  std::vector<std::string> groups) {
    std::vector<const Json*> levels;
    const auto all = document.find("levels");
    if (all == document.end()) return levels;
    std::sort(groups.begin(), groups.end());
    const auto take = [&](const std::string& name) {
        if (const auto found = all->find(name); found != all->end()) levels.push_back(&*found);
    };
    for (const std::string& one : groups) take("group:" + one);
    if (!node.empty()) take("node:" + node);
    return levels;
}

bool concerns(const Json& rule, const std::string& node, const std::vector<std::string>& groups) {
    const auto nodes = rule.find("nodes");
    if (nodes == rule.end()) return true;
    return std::any_of(nodes->begin(), nodes->end(), [&](const Json& one) {
        const std::string& name = one.get_ref<const std::string&>();
        return (!node.empty() && name == "node:" + node) ||
               std::any_of(groups.begin(), groups.end(),
                           [&](const std::string& g) { return name == "group:" + g; });
    });
}

// Settings one by one, so that a node may differ in one and still follow the cluster in the others.
void mergeSections(Json& into, const Json& level) {
    const auto sections = level.find("sections");
    if (sections == level.end()) return;
    for (const auto& [name, settings] : sections->items())
        for (const auto& [setting, value] : settings.items())
            if (setting != "comment") into["sections"][name][setting] = value;
}

void mergeLists(Json& into, const Json& level) {
    const auto lists = level.find("lists");
    if (lists == level.end()) return;
    for (const auto& [name, list] : lists->items()) into["lists"][name] = list;
}

// A rule with the id of a rule above takes its place; the others run before those above, in their own order.
void mergeRules(Json& into, const Json& level) {
    const auto rules = level.find("rules");
    if (rules == level.end()) return;
    std::map<std::string_view, std::size_t> above;  // place of each id
    for (std::size_t i = 0; i < into["rules"].size(); ++i)
        above[into["rules"][i].at("id").get_ref<const std::string&>()] = i;
    Json merged = Json::array();
    std::vector<std::pair<std::size_t, const Json*>> replaced;
    for (const Json& one : *rules) {
        const auto found = above.find(one.at("id").get_ref<const std::string&>());
        if (found == above.end()) {
            merged.push_back(one);
        } else {
            replaced.emplace_back(found->second, &one);
        }
    }
    for (const auto& [place, one] : replaced) into["rules"][place] = *one;
    for (Json& one : into["rules"]) merged.push_back(std::move(one));
    into["rules"] = std::move(merged);
}

void collectNodes(const Json& rules, std::set<std::string>& names) {
    for (const Json& rule : rules) {
        const auto nodes = rule.find("nodes");
        if (nodes == rule.end()) continue;
        for (const Json& one : *nodes) names.insert(one.get<std::string>());
    }
}

}  // namespace

Json effectivePolicy(const Json& document, const std::string& nodeName,
                     const std::vector<std::string>& groups) {
    Json effective = Json::object();
    effective["lists"] = document.value("lists", Json::object());
    effective["sections"] = document.value("sections", Json::object());
    effective["rules"] = Json::array();
    if (const auto rules = document.find("rules"); rules != document.end())
        for (const Json& one : *rules)
            if (concerns(one, nodeName, groups)) effective["rules"].push_back(one);
    for (const Json* level : levelsOf(document, nodeName, groups)) {
        mergeLists(effective, *level);
        mergeSections(effective, *level);
        mergeRules(effective, *level);
    }
    for (Json& one : effective["rules"]) one.erase("nodes");
    return effective;
}

std::vector<std::string> referredNodes(const Json& document) {
    std::set<std::string> names;
    if (const auto rules = document.find("rules"); rules != document.end()) collectNodes(*rules, names);
    if (const auto levels = document.find("levels"); levels != document.end())
        for (const auto& [name, level] : levels->items()) names.insert(name);
    return {names.begin(), names.end()};
}

}  // namespace weir
