// The tables of fields, operators, actions and sections as JSON (declared in policy.h).
#include <nlohmann/json.hpp>

#include "common/mail/macro_text.h"
#include "common/policy/identifier_kinds.h"
#include "common/policy/list_entry.h"
#include "common/policy/policy.h"
#include "common/policy/policy_parser.h"
#include "common/policy/policy_sections.h"
#include "common/policy/rule_fields.h"

namespace weir {
namespace {

Json texts(std::span<const std::string_view> all) {
    Json array = Json::array();
    for (std::string_view one : all) array.push_back(one);
    return array;
}

Json fieldJson(const FieldSpec& spec) {
    Json operators = Json::array();
    Json lists = Json::object();
    for (const OperatorSpec& one : ruleOperators()) {
        if (!spec.operators.has(one.op)) continue;
        operators.push_back(one.name);
        if (one.operand == "list" || one.operand == "glob" || one.operand == "phrase" ||
            one.operand == "regex" || one.operand == "count")
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
    if (spec.field == Field::kRate) {
        field["argument"] = {{"label", "Rate"}, {"example", "mails-of-user"}, {"section", "rates"}};
    } else if (spec.argument) {
        field["argument"] = {{"label", "Header name"}, {"example", "List-Id"}};
    }
    field["group"] = toString(spec.group);
    field["cost"] = toString(spec.cost);
    if (spec.kind == FieldKind::kChoice) field["choices"] = texts(spec.choices);
    return field;
}

Json actionJson(const ActionSpec& spec) {
    Json parameters = Json::array();
    for (const ParameterSpec& one : spec.parameters) {
        Json fallback = nullptr;
        if (one.kind == "code") {
            fallback = std::stoi(std::string(one.fallback));
        } else if (one.kind == "flag") {
            fallback = one.fallback == "true";
        } else if (!one.fallback.empty()) {
            fallback = one.fallback;
        }
        parameters.push_back({{"name", one.name},
                              {"kind", one.kind},
                              {"required", one.required},
                              {"help", one.help},
                              {"default", std::move(fallback)},
                              {"choices", texts(one.choices)}});
        if (one.kind == "groups")
            for (FactGroup group : skippableGroups()) parameters.back()["choices"].push_back(toString(group));
    }
    return {{"name", spec.name},
            {"label", spec.label},
            {"help", spec.help},
            {"final", spec.final},
            {"parameters", std::move(parameters)}};
}

Json defaultOf(const SettingSpec& spec) {
    using Kind = SettingSpec::Kind;
    const SettingValues values(std::span(&spec, 1));
    switch (spec.kind) {
        case Kind::kFlag:
            return values.flag(spec.name);
        case Kind::kNumber:
            return values.number(spec.name);
        case Kind::kSize:
            return sizeText(values.number(spec.name));
        case Kind::kDecimal:
            return static_cast<double>(values.thousandths(spec.name)) / 1000;
        case Kind::kTexts:
            return values.texts(spec.name);
        default:
            return spec.fallback;
    }
}

Json settingJson(const SettingSpec& spec) {
    const bool size = spec.kind == SettingSpec::Kind::kSize;
    const bool number = spec.kind == SettingSpec::Kind::kNumber;
    Json setting = {{"name", spec.name},
                    {"kind", toString(spec.kind)},
                    {"help", spec.help},
                    {"low", nullptr},
                    {"high", nullptr},
                    {"required", spec.required},
                    {"choices", texts(spec.choices)},
                    {"default", nullptr}};
    if (!spec.required) setting["default"] = defaultOf(spec);
    if (size) setting.update({{"low", sizeText(spec.low)}, {"high", sizeText(spec.high)}});
    if (number) setting.update({{"low", spec.low}, {"high", spec.high}});
    return setting;
}

}  // namespace

Json policySchema() {
    Json schema = {{"fields", Json::array()},   {"operators", Json::array()},
                   {"actions", Json::array()},  {"list_kinds", Json::array()},
                   {"sections", Json::array()}, {"identifiers", Json::array()},
                   {"macros", Json::array()}};
    for (const FieldSpec& one : ruleFields()) schema["fields"].push_back(fieldJson(one));
    for (const OperatorSpec& one : ruleOperators())
        schema["operators"].push_back(
            {{"name", one.name}, {"label", one.label}, {"operand", one.operand}, {"help", one.help}});
    for (const ActionSpec& one : ruleActions()) schema["actions"].push_back(actionJson(one));
    for (const ListKindSpec& one : listKinds())
        schema["list_kinds"].push_back(
            {{"name", one.name}, {"label", one.label}, {"help", one.help}, {"example", one.example}});
    for (const IdentifierSpec& one : identifierKinds())
        schema["identifiers"].push_back(
            {{"name", one.name}, {"label", one.label}, {"help", one.help}, {"example", one.example}});
    for (const MacroEntry& one : macroTable())
        schema["macros"].push_back({{"name", one.name}, {"help", one.help}, {"of_file", one.ofFile}});
    for (const SectionSpec& one : policySections()) {
        Json settings = Json::array();
        for (const SettingSpec& setting : one.settings) settings.push_back(settingJson(setting));
        schema["sections"].push_back({{"name", one.name},
                                      {"label", one.label},
                                      {"help", one.help},
                                      {"named", one.named},
                                      {"entry_help", one.entryHelp},
                                      {"settings", std::move(settings)}});
    }
    schema["limits"] = {{"rules", PolicyLimits::kRules},
                        {"entries", PolicyLimits::kEntries},
                        {"nesting", PolicyLimits::kNesting},
                        {"entry_bytes", kEntryBytes}};
    return schema;
}

}  // namespace weir
