// The tables of fields, operators, actions and sections as JSON (declared in policy.h).
#include <nlohmann/json.hpp>

#include "common/policy/list_entry.h"
#include "common/policy/policy.h"
#include "common/policy/policy_parser.h"
#include "common/policy/policy_sections.h"
#include "common/policy/rule_fields.h"

namespace weir {
namespace {

Json fieldJson(const FieldSpec& spec) {
    Json operators = Json::array();
    Json lists = Json::object();
    for (const OperatorSpec& one : ruleOperators()) {
        if (!spec.operators.has(one.op)) continue;
        operators.push_back(one.name);
        if (one.operand == "list" || one.operand == "glob" || one.operand == "phrase" ||
            one.operand == "regex")
            lists[std::string(one.name)] = toString(listKindFor(spec.kind, one.op));
    }
    Json field = {{"name", spec.name},
                  {"label", spec.label},
                  {"help", spec.help},
                  {"kind", toString(spec.kind)},
                  {"operators", std::move(operators)},
                  {"lists", std::move(lists)},  // kind of list that each of these operators takes
                  {"example", Json::parse(spec.example)},
                  {"many", spec.many},
                  {"per_recipient", spec.perRecipient}};
    if (spec.argument) field["argument"] = {{"label", "Header name"}, {"example", "List-Id"}};
    if (spec.kind == FieldKind::kChoice) field["choices"] = {"inbound", "outbound"};
    return field;
}

Json actionJson(const ActionSpec& spec) {
    Json parameters = Json::array();
    for (const ParameterSpec& one : spec.parameters) {
        Json fallback = nullptr;
        if (one.kind == "code") {
            fallback = std::stoi(std::string(one.fallback));
        } else if (!one.fallback.empty()) {
            fallback = one.fallback;
        }
        parameters.push_back({{"name", one.name},
                              {"kind", one.kind},
                              {"required", one.required},
                              {"help", one.help},
                              {"default", std::move(fallback)}});
    }
    return {{"name", spec.name},
            {"label", spec.label},
            {"help", spec.help},
            {"final", spec.final},
            {"parameters", std::move(parameters)}};
}

Json settingJson(const SettingSpec& spec) {
    using Kind = SettingSpec::Kind;
    static const PolicySections kDefaults;
    Json setting = {{"name", spec.name}, {"kind", toString(spec.kind)}, {"help", spec.help}};
    setting["low"] = nullptr;
    setting["high"] = nullptr;
    switch (spec.kind) {
        case Kind::kFlag:
            setting["default"] = spec.number(kDefaults) != 0;
            break;
        case Kind::kNumber:
            setting["default"] = spec.number(kDefaults);
            setting["low"] = spec.low;
            setting["high"] = spec.high;
            break;
        case Kind::kSize:
            setting["default"] = sizeText(spec.number(kDefaults));
            setting["low"] = sizeText(spec.low);
            setting["high"] = sizeText(spec.high);
            break;
        case Kind::kChoice:
            setting["default"] = spec.choices[spec.number(kDefaults)];
            setting["choices"] = Json::array();
            for (std::string_view one : spec.choices) setting["choices"].push_back(one);
            break;
        case Kind::kSocket:
            setting["default"] = spec.text(kDefaults);
            break;
    }
    return setting;
}

}  // namespace

Json policySchema() {
    Json schema = {{"fields", Json::array()},
                   {"operators", Json::array()},
                   {"actions", Json::array()},
                   {"list_kinds", Json::array()},
                   {"sections", Json::array()}};
    for (const FieldSpec& one : ruleFields()) schema["fields"].push_back(fieldJson(one));
    for (const OperatorSpec& one : ruleOperators())
        schema["operators"].push_back(
            {{"name", one.name}, {"label", one.label}, {"operand", one.operand}, {"help", one.help}});
    for (const ActionSpec& one : ruleActions()) schema["actions"].push_back(actionJson(one));
    for (const ListKindSpec& one : listKinds())
        schema["list_kinds"].push_back(
            {{"name", one.name}, {"label", one.label}, {"help", one.help}, {"example", one.example}});
    for (const SectionSpec& one : policySections()) {
        Json settings = Json::array();
        for (const SettingSpec& setting : one.settings) settings.push_back(settingJson(setting));
        schema["sections"].push_back({{"name", one.name},
                                      {"label", one.label},
                                      {"help", one.help},
                                      {"settings", std::move(settings)}});
    }
    schema["limits"] = {{"rules", PolicyLimits::kRules},
                        {"entries", PolicyLimits::kEntries},
                        {"nesting", PolicyLimits::kNesting},
                        {"entry_bytes", kEntryBytes}};
    return schema;
}

}  // namespace weir
