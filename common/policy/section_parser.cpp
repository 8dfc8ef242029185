#include "common/policy/section_parser.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/policy/action_text.h"
#include "common/policy/list_entry.h"
#include "common/policy/match_text.h"
#include "common/policy/policy_parser.h"

namespace weir {
namespace {

using Kind = SettingSpec::Kind;

std::string joined(std::span<const std::string_view> words) {
    std::string all;
    for (std::string_view one : words) all += (all.empty() ? "" : ", ") + std::string(one);
    return all;
}

bool isOneText(const std::string& text) {
    std::string buffer;
    return text.find('\0') == std::string::npos &&
           regexText(text, buffer).find("\xEF\xBF\xBD") == std::string_view::npos;
}

class SettingReader {
  public:
    SettingReader(const SettingSpec& spec, const Json& value, std::string where, ProblemList& problems)
        : spec_(spec), value_(value), where_(std::move(where)), problems_(problems) {}

    std::optional<SettingValues::Value> read() {
        switch (spec_.kind) {
            case Kind::kFlag:
                if (!value_.is_boolean()) return fail("expected true or false");
                return std::uint64_t{value_.get<bool>()};
            case Kind::kNumber:
            case Kind::kSize:
                return number();
            case Kind::kDecimal:
                return decimal();
            case Kind::kChoice: {
                const auto choice = std::find(spec_.choices.begin(), spec_.choices.end(), given());
                if (choice == spec_.choices.end()) return fail("expected one of " + joined(spec_.choices));
                return static_cast<std::uint64_t>(choice - spec_.choices.begin());
            }
            case Kind::kSocket:
                if (!isSocketAddress(given())) return fail("expected inet:HOST:PORT or unix:/PATH");
                return given();
            case Kind::kTexts:
                return texts();
            default:
                return text(value_, where_);
        }
    }

  private:
    std::nullopt_t fail(std::string what) {
        problems_.add(where_, std::move(what));
        return std::nullopt;
    }
    std::string given() const { return value_.is_string() ? value_.get<std::string>() : std::string(); }

    std::optional<SettingValues::Value> number() {
        std::optional<std::uint64_t> number;
        if (value_.is_number_integer() && (value_.is_number_unsigned() || value_.get<std::int64_t>() >= 0))
            number = value_.get<std::uint64_t>();
        const bool size = spec_.kind == Kind::kSize;
        if (value_.is_string() && size)
            if (const auto parsed = parseSize(given())) number = *parsed;
        const auto shown = [&](std::uint64_t n) { return size ? sizeText(n) : std::to_string(n); };
        if (!number || *number < spec_.low || *number > spec_.high)
            return fail("expected " + std::string(size ? "a size" : "a whole number") + " from " +
                        shown(spec_.low) + " to " + shown(spec_.high));
        return *number;
    }
    std::optional<SettingValues::Value> decimal() {
        Score score = 0;
        if (!value_.is_number() || !parseScore(value_.dump(), score))
            return fail("expected a number with at most three decimals");
        return score;
    }
    std::optional<SettingValues::Value> text(const Json& value, const std::string& where) {
        const std::size_t most = spec_.high == 0 ? 1000 : spec_.high;
        if (!value.is_string()) {
            problems_.add(where, std::string("expected a text, found ") + kindOf(value));
            return std::nullopt;
        }
        const auto& text = value.get_ref<const std::string&>();
        if (text.size() < spec_.low || text.size() > most || !isOneText(text)) {
            problems_.add(where, "expected a text of " + std::to_string(spec_.low) + " to " +
                                     std::to_string(most) + " bytes of UTF-8");
            return std::nullopt;
        }
        return checked(text, where);
    }
    std::optional<SettingValues::Value> checked(const std::string& text, const std::string& where) {
        if (spec_.check != nullptr)
            if (const auto fits = spec_.check(text); !fits) {
                problems_.add(where, fits.error().what);
                return std::nullopt;
            }
        return text;
    }
    std::optional<SettingValues::Value> texts() {
        if (!value_.is_array())
            return fail(std::string("expected an array of texts, found ") + kindOf(value_));
        if (value_.size() < spec_.low || value_.size() > spec_.high)
            return fail("expected " + std::to_string(spec_.low) + " to " + std::to_string(spec_.high) +
                        " texts");
        std::vector<std::string> all;
        for (std::size_t i = 0; i < value_.size(); ++i) {
            const std::string at = pointerTo(where_, i);
            if (!value_[i].is_string() || value_[i].get_ref<const std::string&>().size() > kEntryBytes) {
                problems_.add(at, "expected a text of at most " + std::to_string(kEntryBytes) + " bytes");
                return std::nullopt;
            }
            if (!checked(value_[i].get<std::string>(), at)) return std::nullopt;
            all.push_back(value_[i].get<std::string>());
        }
        return all;
    }

    const SettingSpec& spec_;
    const Json& value_;
    const std::string where_;
    ProblemList& problems_;
};

// One section, or one entry of a named one.
void parseSettings(const SectionSpec& spec, const std::string& entry, const Json& value,
                   const std::string& where, ProblemList& problems, PolicySections& sections) {
    if (!value.is_object())
        return problems.add(where, std::string("expected an object of settings, found ") + kindOf(value));
    MemberReader members(value, where, problems);
    members.text("comment");
    SettingValues values(spec.settings);
    bool good = true;
    for (const SettingSpec& one : spec.settings) {
        const Json* given = members.any(one.name.data());
        if (given == nullptr) {
            good = good && !one.required;
            if (one.required)
                problems.add(where, "needs \"" + std::string(one.name) + "\": " + std::string(one.help));
            continue;
        }
        auto read = SettingReader(one, *given, members.where(one.name), problems).read();
        good = good && read;
        if (read) values.set(one.name, std::move(*read));
    }
    members.done();
    // Even where a setting is wrong, so that rules that refer to the entry are not blamed too.
    const auto taken = spec.take(values, entry, sections);
    if (good && !taken)
        problems.add(taken.error().where.empty() ? where : pointerTo(where, taken.error().where),
                     taken.error().what);
}

void parseNamed(const SectionSpec& spec, const Json& value, const std::string& where, ProblemList& problems,
                PolicySections& sections) {
    if (!value.is_object())
        return problems.add(where,
                            std::string("expected an object of named entries, found ") + kindOf(value));
    if (value.size() > PolicyLimits::kNamed)
        return problems.add(where, "more than " + std::to_string(PolicyLimits::kNamed) + " entries");
    for (const auto& [name, entry] : value.items()) {
        if (name == "comment") continue;
        const std::string at = pointerTo(where, name);
        if (!isListName(name) && spec.name != "signing") {
            problems.add(at, "expected a name: lower-case letters, digits and hyphens, at most 64");
            continue;
        }
        parseSettings(spec, name, entry, at, problems, sections);
    }
}

}  // namespace

void parseSections(const Json* object, const std::string& where, ProblemList& problems,
                   PolicySections& sections) {
    if (object == nullptr) return;
    for (const auto& [name, value] : object->items()) {
        const std::string at = pointerTo(where, name);
        const SectionSpec* spec = findSection(name);
        if (spec == nullptr) {
            std::string known;
            for (const SectionSpec& one : policySections())
                known += (known.empty() ? "" : ", ") + std::string(one.name);
            problems.add(at, "unknown section; known are " + known);
        } else if (spec->named) {
            parseNamed(*spec, value, at, problems, sections);
        } else {
            parseSettings(*spec, "", value, at, problems, sections);
        }
    }
}

}  // namespace weir
