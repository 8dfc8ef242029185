#include "common/policy/policy_diff.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace weir {
namespace {

constexpr std::size_t kWholeList = 200;
constexpr std::size_t kShownEntries = 100;

Json change(const char* kind, const char* what, const std::string& id, const std::string& name, Json before,
            Json after) {
    return {{"kind", kind},
            {"what", what},
            {"id", id},
            {"name", name},
            {"before", std::move(before)},
            {"after", std::move(after)}};
}

using Show = Json (*)(const Json& value, const Json* other, const char* only);

Json whole(const Json& value, const Json*, const char*) {
    return value;
}

// A long list is shown by what the other one has not.
Json listView(const Json& list, const Json* other, const char* only) {
    const Json& entries = list.at("entries");
    const std::size_t longest = std::max(entries.size(), other == nullptr ? 0 : other->at("entries").size());
    if (longest <= kWholeList) return list;
    std::set<std::string_view> others;
    if (other != nullptr)
        for (const Json& one : other->at("entries")) others.insert(one.get_ref<const std::string&>());
    Json shown = Json::array();
    for (const Json& one : entries) {
        if (shown.size() == kShownEntries) break;
        if (!others.contains(one.get_ref<const std::string&>())) shown.push_back(one);
    }
    return {{"kind", list.at("kind")}, {"count", entries.size()}, {only, std::move(shown)}};
}

void diffMembers(const Json& before, const Json& after, const char* group, const char* what, Show show,
                 Json& out) {
    const Json none = Json::object();
    const auto b = before.find(group);
    const auto a = after.find(group);
    const Json& olds = b == before.end() ? none : *b;
    const Json& news = a == after.end() ? none : *a;
    for (const auto& [id, value] : olds.items())
        if (!news.contains(id))
            out.push_back(change("removed", what, id, id, show(value, nullptr, "removed"), nullptr));
    for (const auto& [id, value] : news.items()) {
        const auto old = olds.find(id);
        if (old == olds.end()) {
            out.push_back(change("added", what, id, id, nullptr, show(value, nullptr, "added")));
        } else if (*old != value) {
            out.push_back(
                change("changed", what, id, id, show(*old, &value, "removed"), show(value, &*old, "added")));
        }
    }
}

struct Place {
    std::size_t position = 0;  // from 0
    const Json* rule = nullptr;
};
using Places = std::map<std::string, Place>;

Places placesOf(const Json& document) {
    Places places;
    const auto rules = document.find("rules");
    if (rules == document.end()) return places;
    for (std::size_t i = 0; i < rules->size(); ++i)
        places[(*rules)[i].at("id").get<std::string>()] = {i, &(*rules)[i]};
    return places;
}

std::string nameOf(const Json& rule) {
    return rule.value("name", rule.at("id").get<std::string>());
}

// Rules that left the order the others keep: those outside a longest run of common rules whose order is the
// same on both sides.
std::set<std::string> movedRules(const Places& before, const Places& after) {
    std::vector<std::pair<std::size_t, std::string>> common;  // by the new order: old position, id
    for (const auto& [id, place] : after)
        if (before.contains(id)) common.emplace_back(place.position, id);
    std::sort(common.begin(), common.end());
    for (auto& [position, id] : common) position = before.at(id).position;

    std::vector<std::size_t>
        ends;  // index in `common` of the smallest end of an increasing run of each length
    std::vector<std::ptrdiff_t> previous(common.size(), -1);
    for (std::size_t i = 0; i < common.size(); ++i) {
        const auto at = std::lower_bound(ends.begin(), ends.end(), i, [&](std::size_t a, std::size_t b) {
            return common[a].first < common[b].first;
        });
        if (at != ends.begin()) previous[i] = static_cast<std::ptrdiff_t>(*(at - 1));
        if (at == ends.end()) {
            ends.push_back(i);
        } else {
            *at = i;
        }
    }
    std::set<std::string> moved;
    for (const auto& [position, id] : common) moved.insert(id);
    for (std::ptrdiff_t i = ends.empty() ? -1 : static_cast<std::ptrdiff_t>(ends.back()); i >= 0;
         i = previous[static_cast<std::size_t>(i)])
        moved.erase(common[static_cast<std::size_t>(i)].second);
    return moved;
}

void diffRules(const Json& before, const Json& after, Json& out) {
    const Places olds = placesOf(before);
    const Places news = placesOf(after);
    const std::set<std::string> moved = movedRules(olds, news);
    std::vector<std::pair<std::size_t, Json>> changes;  // shown in the order of the rules
    for (const auto& [id, old] : olds)
        if (!news.contains(id))
            changes.emplace_back(old.position,
                                 change("removed", "rule", id, nameOf(*old.rule), *old.rule, nullptr));
    for (const auto& [id, now] : news) {
        const auto old = olds.find(id);
        if (old == olds.end()) {
            changes.emplace_back(now.position,
                                 change("added", "rule", id, nameOf(*now.rule), nullptr, *now.rule));
            continue;
        }
        if (*old->second.rule != *now.rule)
            changes.emplace_back(
                now.position, change("changed", "rule", id, nameOf(*now.rule), *old->second.rule, *now.rule));
        if (moved.contains(id))
            changes.emplace_back(now.position, change("moved", "rule", id, nameOf(*now.rule),
                                                      {{"position", old->second.position + 1}},
                                                      {{"position", now.position + 1}}));
    }
    std::stable_sort(changes.begin(), changes.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [position, one] : changes) out.push_back(std::move(one));
}

}  // namespace

Json policyDiff(const Json& before, const Json& after) {
    Json changes = Json::array();
    diffRules(before, after, changes);
    diffMembers(before, after, "lists", "list", listView, changes);
    diffMembers(before, after, "sections", "section", whole, changes);
    diffMembers(before, after, "levels", "level", whole, changes);
    return changes;
}

}  // namespace weir
