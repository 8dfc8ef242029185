#include "common/policy/action_parser.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "common/mail/macro_text.h"
#include "common/policy/action_text.h"
#include "common/policy/match_text.h"
#include "common/policy/policy_parser.h"
#include "common/policy/section_lists.h"

namespace weir {
namespace {

// Weir's own headers: a rule must not write what says where a mail came through or that it was released.
bool isReserved(std::string_view header) {
    return foldedText(header).starts_with("x-weir-");
}

class ActionReader {
  public:
    ActionReader(const ActionSpec& spec, const std::string& where, const PolicySections& sections,
                 ProblemList& problems)
        : spec_(spec), where_(where), sections_(sections), problems_(problems) {
        action_.kind = spec.action;
    }

    std::optional<Action> read(const Json& object) {
        MemberReader members(object, where_, problems_);
        for (const ParameterSpec& one : spec_.parameters) {
            if (const Json* value = members.any(one.name.data())) {
                parameter(one, *value, members.where(one.name));
            } else if (one.required) {
                fail(where_, std::string(spec_.name) + " needs \"" + std::string(one.name) +
                                 "\": " + std::string(one.help));
            } else if (!one.fallback.empty()) {
                parameter(one, Json(one.fallback), members.where(one.name));
            }
        }
        for (const auto& [name, value] : object.items()) unknown(name, members);
        if (!good_) return std::nullopt;
        return action_;
    }

  private:
    void fail(const std::string& where, std::string what) {
        problems_.add(where, std::move(what));
        good_ = false;
    }
    void unknown(const std::string& name, const MemberReader& members) {
        std::string known;
        for (const ParameterSpec& one : spec_.parameters) {
            if (one.name == name) return;
            known += (known.empty() ? "" : ", ") + std::string(one.name);
        }
        fail(members.where(name), "unknown parameter; " + std::string(spec_.name) +
                                      (known.empty() ? " has none" : " has " + known));
    }
    void parameter(const ParameterSpec& spec, const Json& value, const std::string& where) {
        if (spec.kind == "code") return code(value, where);
        if (spec.kind == "decimal") return score(value, where);
        if (spec.kind == "flag") return flag(spec, value, where);
        if (spec.kind == "groups") return groups(value, where);
        if (!value.is_string()) return fail(where, std::string("expected a text, found ") + kindOf(value));
        const std::string& text = *value.get_ptr<const std::string*>();
        if (spec.kind == "queue") {
            if (!isQueueName(text)) fail(where, "expected a queue name: " + std::string(spec.help));
            action_.queue = text;
        } else if (spec.kind == "status") {
            const char statusClass = spec_.action == ActionKind::kReject ? '5' : '4';
            if (!isEnhancedStatus(text, statusClass)) fail(where, "expected an " + std::string(spec.help));
            action_.status = text;
        } else if (spec.kind == "header") {
            if (!isRuleHeaderName(text))
                fail(where, "expected a header name: printable ASCII without space and colon");
            if (isReserved(text)) fail(where, "headers that begin with X-Weir- are written by Weir alone");
            action_.name = text;
        } else if (spec.kind == "text" || spec.kind == "value") {
            this->text(spec, text, where);
        } else if (spec.kind == "address" || spec.kind == "notify") {
            mailbox(spec, text, where);
        } else if (spec.kind == "choice") {
            choice(spec, text, where);
        } else {
            name(spec, text, where);
        }
    }
    void text(const ParameterSpec& spec, const std::string& text, const std::string& where) {
        const bool tag = spec_.action == ActionKind::kTagSubject;
        const std::size_t limit = tag ? PolicyLimits::kTagBytes : PolicyLimits::kValueBytes;
        if (spec.kind == "text" && !isReplyText(text))
            fail(where, "expected one line of printable ASCII, at most 400 bytes");
        if (spec.kind == "value" && !isHeaderValue(text, limit))
            fail(where,
                 "expected one line without control characters, 1 to " + std::to_string(limit) + " bytes");
        const MacroPlace place = spec.kind == "text" ? MacroPlace::kReply : MacroPlace::kHeader;
        if (const auto macros = MacroText::parse(text, "", place); !macros) fail(where, macros.error().what);
        action_.text = text;
    }
    void mailbox(const ParameterSpec& spec, const std::string& text, const std::string& where) {
        action_.to = text;
        if (spec.kind == "notify") {
            if (text == "administrator") {
                if (sections_.site.administrator.empty())
                    fail(where, "the section site names no administrator to write to");
                return;
            }
            if (text == "sender" || text == "recipient") return;
        }
        if (const auto fits = checkMailbox(text); !fits) fail(where, fits.error().what);
    }
    void choice(const ParameterSpec& spec, const std::string& text, const std::string& where) {
        if (std::find(spec.choices.begin(), spec.choices.end(), text) == spec.choices.end()) {
            std::string known;
            for (std::string_view one : spec.choices) known += (known.empty() ? "" : ", ") + std::string(one);
            return fail(where, "expected one of " + known);
        }
        action_.changed = action_.changed || text == "changed";
        action_.all = action_.all || text == "all";
        if (text == "reject") action_.over = VerdictKind::kReject;
    }
    // Something that a section has under a name.
    void name(const ParameterSpec& spec, const std::string& text, const std::string& where) {
        const auto refers = [&](const auto& entries, const char* section) {
            if (!entries.contains(text))
                fail(where, "there is no \"" + boundedText(text, 100) + "\" in the section " + section);
        };
        if (spec.kind == "notice") {
            refers(sections_.notices, "notices");
            action_.notice = text;
        } else if (spec.kind == "rate") {
            refers(sections_.rates, "rates");
            action_.name = text;
        } else {
            refers(sections_.disclaimers, "disclaimers");
            action_.name = text;
        }
    }
    void score(const Json& value, const std::string& where) {
        constexpr Score kMost = 1'000'000;
        if (!value.is_number() || !parseScore(value.dump(), action_.score) || action_.score > kMost ||
            action_.score < -kMost)
            fail(where, "expected a number from -1000 to 1000 with at most three decimals");
    }
    void flag(const ParameterSpec& spec, const Json& value, const std::string& where) {
        const bool fallback = value.is_string() && value.get_ref<const std::string&>() == spec.fallback;
        if (!value.is_boolean() && !fallback) return fail(where, "expected true or false");
        const bool yes = fallback ? spec.fallback == "true" : value.get<bool>();
        (spec.name == "links" ? action_.links : action_.remoteImages) = yes;
    }
    void groups(const Json& value, const std::string& where) {
        if (!value.is_array() || value.empty()) return fail(where, "expected an array of what to skip");
        for (std::size_t i = 0; i < value.size(); ++i) {
            const auto group =
                std::find_if(skippableGroups().begin(), skippableGroups().end(), [&](FactGroup one) {
                    return value[i].is_string() && value[i].get<std::string>() == toString(one);
                });
            if (group == skippableGroups().end()) {
                std::string known;
                for (FactGroup one : skippableGroups())
                    known += (known.empty() ? "" : ", ") + std::string(toString(one));
                fail(pointerTo(where, i), "expected one of " + known);
            } else {
                action_.groups.push_back(*group);
            }
        }
    }
    void code(const Json& value, const std::string& where) {
        std::int64_t code = 0;
        if (value.is_string()) {  // the default of the table, or a form that sends texts
            const std::string text = value.get<std::string>();
            std::from_chars(text.data(), text.data() + text.size(), code);
        } else if (value.is_number_integer()) {
            code = value.get<std::int64_t>();
        }
        const bool reject = spec_.action == ActionKind::kReject;
        const std::int64_t low = reject ? 500 : 400;
        if (code < low || code > low + 99 || code == 421)
            return fail(where, reject ? "expected an SMTP code from 500 to 599"
                                      : "expected an SMTP code from 400 to 499, but not 421");
        action_.code = static_cast<int>(code);
    }

    const ActionSpec& spec_;
    const std::string& where_;
    const PolicySections& sections_;
    ProblemList& problems_;
    Action action_;
    bool good_ = true;
};

}  // namespace

std::optional<Action> parseAction(const Json& value, const std::string& where, const PolicySections& sections,
                                  ProblemList& problems) {
    if (!value.is_object() || value.size() != 1) {
        problems.add(where,
                     "expected an object of one action, such as {\"quarantine\":{\"queue\":\"spam\"}}");
        return std::nullopt;
    }
    const std::string& name = value.begin().key();
    const ActionSpec* spec = findAction(name);
    if (spec == nullptr) {
        std::string known;
        for (const ActionSpec& one : ruleActions())
            known += (known.empty() ? "" : ", ") + std::string(one.name);
        problems.add(pointerTo(where, name), "unknown action; known are " + known);
        return std::nullopt;
    }
    const Json& parameters = value.begin().value();
    if (!parameters.is_object()) {
        problems.add(pointerTo(where, name),
                     std::string("expected an object of parameters, found ") + kindOf(parameters));
        return std::nullopt;
    }
    const std::string at = pointerTo(where, name);
    return ActionReader(*spec, at, sections, problems).read(parameters);
}

}  // namespace weir
