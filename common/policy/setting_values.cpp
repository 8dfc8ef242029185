#include "common/policy/setting_values.h"

#include <algorithm>
#include <charconv>

#include "common/policy/list_entry.h"
#include "common/policy/policy_sections.h"

namespace weir {
namespace {

using Kind = SettingSpec::Kind;

constexpr const char* kKindNames[] = {"flag",   "number", "size",      "decimal", "choice",
                                      "socket", "text",   "long-text", "texts"};

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> all;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) all.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

SettingValues::Value fallbackOf(const SettingSpec& spec) {
    switch (spec.kind) {
        case Kind::kFlag:
            return std::uint64_t{spec.fallback == "true"};
        case Kind::kNumber: {
            std::uint64_t number = 0;
            std::from_chars(spec.fallback.data(), spec.fallback.data() + spec.fallback.size(), number);
            return number;
        }
        case Kind::kSize:
            return spec.fallback.empty() ? 0 : parseSize(spec.fallback).value();
        case Kind::kDecimal: {
            Score score = 0;
            parseScore(spec.fallback, score);
            return score;
        }
        case Kind::kChoice: {
            const auto choice = std::find(spec.choices.begin(), spec.choices.end(), spec.fallback);
            return static_cast<std::uint64_t>(choice - spec.choices.begin());
        }
        case Kind::kTexts:
            return words(spec.fallback);
        default:
            return std::string(spec.fallback);
    }
}

}  // namespace

const char* toString(Kind kind) {
    return kKindNames[static_cast<std::size_t>(kind)];
}

SettingValues::SettingValues(std::span<const SettingSpec> specs) {
    for (const SettingSpec& one : specs) values_[one.name] = fallbackOf(one);
}

const SettingValues::Value& SettingValues::at(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw Error(ErrorCode::kInternal, "no setting " + std::string(name));
    return found->second;
}

std::uint64_t SettingValues::number(std::string_view name) const {
    return std::get<std::uint64_t>(at(name));
}
std::int64_t SettingValues::thousandths(std::string_view name) const {
    return std::get<std::int64_t>(at(name));
}
const std::string& SettingValues::text(std::string_view name) const {
    return std::get<std::string>(at(name));
}
const std::vector<std::string>& SettingValues::texts(std::string_view name) const {
    return std::get<std::vector<std::string>>(at(name));
}

void SettingValues::set(std::string_view name, Value value) {
    const auto found = values_.find(name);
    if (found == values_.end() || found->second.index() != value.index())
        throw Error(ErrorCode::kInternal, "setting of another kind: " + std::string(name));
    found->second = std::move(value);
}

}  // namespace weir
