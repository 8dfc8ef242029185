#include "common/base/json_checked_builder.h"

namespace weir {

std::string JsonCheckedBuilder::where() const {
    std::string pointer;
    for (const Level& level : levels_) {
        pointer += '/';
        if (level.container->is_array()) {
            // An outer array already holds the element that is being read; the innermost waits for its next
            // one.
            const std::size_t size = level.container->size();
            pointer += std::to_string(&level == &levels_.back() ? size : size - 1);
            continue;
        }
        for (const char c : level.key) {
            if (c == '~')
                pointer += "~0";
            else if (c == '/')
                pointer += "~1";
            else
                pointer += c;
        }
    }
    return pointer;
}

bool JsonCheckedBuilder::refuse(std::string what) {
    what_ = std::move(what);
    return false;
}

Json* JsonCheckedBuilder::place(Json value) {
    if (levels_.empty()) {
        root_ = std::move(value);
        return &root_;
    }
    Level& level = levels_.back();
    if (level.container->is_array()) {
        level.container->push_back(std::move(value));
        return &level.container->back();
    }
    *level.member = std::move(value);
    return level.member;
}

bool JsonCheckedBuilder::add(Json value) {
    if (++values_ > limits_.values) return refuse("more than " + std::to_string(limits_.values) + " values");
    place(std::move(value));
    return true;
}

bool JsonCheckedBuilder::open(Json container) {
    if (levels_.size() >= limits_.depth)
        return refuse("nested deeper than " + std::to_string(limits_.depth) + " levels");
    if (++values_ > limits_.values) return refuse("more than " + std::to_string(limits_.values) + " values");
    Json* placed = place(std::move(container));
    levels_.push_back({placed, {}, nullptr});
    return true;
}

bool JsonCheckedBuilder::close() {
    levels_.pop_back();
    return true;
}

bool JsonCheckedBuilder::key(string_t& value) {
    Level& level = levels_.back();
    level.key = value;
    const auto [member, isNew] = level.container->emplace(std::move(value), nullptr);
    if (!isNew) return refuse("the member occurs twice");
    level.member = &*member;
    return true;
}

bool JsonCheckedBuilder::parse_error(std::size_t position, const std::string&, const Json::exception& error) {
    // The library's text begins with its own error number and repeats the position.
    std::string text = error.what();
    if (const auto at = text.rfind(" - "); at != std::string::npos) text = text.substr(at + 3);
    what_ = "not JSON at byte " + std::to_string(position) + ": " + text;
    return false;
}

}  // namespace weir
