#include "common/policy/action_parser.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "common/policy/action_text.h"
#include "common/policy/match_text.h"
#include "common/policy/policy_parser.h"

namespace weir {
namespace {

// Weir's own headers: a rule must not write what says where a mail came through or that it was released.
bool isReserved(std::string_view header) {
    return foldedText(header).starts_with("x-weir-");
}

class ActionReader {
  public:
    ActionReader(const ActionSpec& spec, const std::string& where, ProblemList& problems)
        : spec_(spec), where_(where), problems_(problems) {
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
            } else {
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
        if (!value.is_string()) return fail(where, std::string("expected a text, found ") + kindOf(value));
        const std::string& text = *value.get_ptr<const std::string*>();
        if (spec.kind == "queue") {
            if (!isQueueName(text)) fail(where, "expected a queue name: " + std::string(spec.help));
            action_.queue = text;
        } else if (spec.kind == "status") {
            const char statusClass = spec_.action == ActionKind::kReject ? '5' : '4';
            if (!isEnhancedStatus(text, statusClass)) fail(where, "expected an " + std::string(spec.help));
            action_.status = text;
        } else if (spec.kind == "text") {
            if (!isReplyText(text)) fail(where, "expected one line of printable ASCII, at most 400 bytes");
            action_.text = text;
        } else if (spec.kind == "header") {
            if (!isRuleHeaderName(text))
                fail(where, "expected a header name: printable ASCII without space and colon");
            if (isReserved(text)) fail(where, "headers that begin with X-Weir- are written by Weir alone");
            action_.name = text;
        } else {
            const bool tag = spec_.action == ActionKind::kTagSubject;
            const std::size_t limit = tag ? PolicyLimits::kTagBytes : PolicyLimits::kValueBytes;
            if (!isHeaderValue(text, limit))
                fail(where, "expected one line without control characters, 1 to " + std::to_string(limit) +
                                " bytes");
            action_.text = text;
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
    ProblemList& problems_;
    Action action_;
    bool good_ = true;
};

}  // namespace

std::optional<Action> parseAction(const Json& value, const std::string& where, ProblemList& problems) {
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
    return ActionReader(*spec, at, problems).read(parameters);
}

}  // namespace weir
