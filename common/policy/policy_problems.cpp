#include "common/policy/policy_problems.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace weir {

std::string pointerTo(const std::string& parent, std::string_view member) {
    std::string pointer = parent + '/';
    for (char c : member) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

std::string pointerTo(const std::string& parent, std::size_t index) {
    return parent + '/' + std::to_string(index);
}

const char* kindOf(const Json& value) {
    switch (value.type()) {
        case Json::value_t::null:
            return "null";
        case Json::value_t::object:
            return "an object";
        case Json::value_t::array:
            return "an array";
        case Json::value_t::string:
            return "a text";
        case Json::value_t::boolean:
            return "true or false";
        default:
            return "a number";
    }
}

void ProblemList::add(std::string where, std::string what) {
    if (++count_ <= kMost) problems_.push_back({std::move(where), std::move(what)});
}

PolicyProblems ProblemList::take() {
    if (count_ > kMost) problems_.push_back({"", "and " + std::to_string(count_ - kMost) + " more problems"});
    return std::move(problems_);
}

MemberReader::MemberReader(const Json& object, std::string where, ProblemList& problems)
    : object_(object), where_(std::move(where)), problems_(problems) {}

const Json* MemberReader::any(const char* name) {
    asked_.push_back(name);
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
}

const Json* MemberReader::typed(const char* name, bool right(const Json&), const char* expected) {
    const Json* value = any(name);
    if (value == nullptr || right(*value)) return value;
    problems_.add(where(name), std::string("expected ") + expected + ", found " + kindOf(*value));
    return nullptr;
}

const Json* MemberReader::object(const char* name) {
    return typed(
        name, [](const Json& v) { return v.is_object(); }, "an object");
}

const Json* MemberReader::array(const char* name) {
    return typed(
        name, [](const Json& v) { return v.is_array(); }, "an array");
}

bool MemberReader::boolean(const char* name, bool fallback) {
    const Json* value = typed(
        name, [](const Json& v) { return v.is_boolean(); }, "true or false");
    return value == nullptr ? fallback : value->get<bool>();
}

const std::string* MemberReader::text(const char* name) {
    const Json* value = typed(
        name, [](const Json& v) { return v.is_string(); }, "a text");
    return value == nullptr ? nullptr : value->get_ptr<const std::string*>();
}

void MemberReader::done() {
    for (const auto& [name, value] : object_.items()) {
        if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
        std::string known;
        for (std::string_view one : asked_) known += (known.empty() ? "" : ", ") + std::string(one);
        problems_.add(where(name), "unknown member; known are " + known);
    }
}

}  // namespace weir
