#include "tests/unit/common/policy/policy_fixture.h"

#include "common/policy/policy_sections.h"
#include "common/policy/rule_fields.h"

using namespace weir;
using namespace weir::test;

namespace {

// What a setting without a default is given.
Json sampleOf(const std::string& setting) {
    if (setting == "selectors") return {"s1"};
    if (setting == "limit") return 10;
    if (setting == "domains") return Json::array({"example.com"});
    if (setting == "server") return "mail.example.com:25";
    return setting == "zone" ? "list.example" : "text";
}

// The section with one entry, or its settings alone: required ones and this one.
Json sectionWith(const SectionSpec& section, const SettingSpec& setting, const Json& value) {
    Json settings = Json::object();
    for (const SettingSpec& one : section.settings)
        if (one.required) settings[std::string(one.name)] = sampleOf(std::string(one.name));
    settings[std::string(setting.name)] = value;
    const std::string entry = section.name == "signing" ? "example.com" : "entry";
    return section.named ? Json{{entry, settings}} : settings;
}

Json valueFor(const Json& parameter) {
    if (parameter["required"] != true) return parameter["default"];
    const std::string kind = parameter["kind"];
    if (kind == "header") return "X-Name";
    if (kind == "address") return "a@b.example";
    if (kind == "notify") return "recipient";
    if (kind == "decimal") return 1.5;
    if (kind == "groups") return {"virus"};
    return kind == "notice" || kind == "disclaimer" || kind == "rate" ? "entry" : "name";
}

}  // namespace

TEST_CASE("the schema names every field, operator, action, list kind and section of the tables") {
    const Json schema = policySchema();
    CHECK(schema["fields"].size() == ruleFields().size());
    CHECK(schema["operators"].size() == ruleOperators().size());
    CHECK(schema["actions"].size() == ruleActions().size());
    CHECK(schema["list_kinds"].size() == listKinds().size());
    CHECK(schema["sections"].size() == policySections().size());
    for (const Json& field : schema["fields"]) {
        INFO(field["name"]);
        CHECK_FALSE(field["label"].get<std::string>().empty());
        CHECK_FALSE(field["help"].get<std::string>().empty());
        CHECK_FALSE(field["operators"].empty());
        for (const Json& op : field["operators"]) CHECK(findOperator(op.get<std::string>()) != nullptr);
    }
}

TEST_CASE("a policy made of every default in the schema is accepted") {
    const Json schema = policySchema();
    Json document = Json::object();
    for (const Json& section : schema["sections"])
        for (const Json& setting : section["settings"]) {
            Json& place = document["sections"][section["name"].get<std::string>()];
            const std::string name = setting["name"];
            const std::string entry = section["name"] == "signing" ? "example.com" : "entry";
            (section["named"] == true ? place[entry] : place)[name] =
                setting["required"] == true ? sampleOf(name) : setting["default"];
        }
    Json actions = Json::array();
    for (const Json& action : schema["actions"]) {
        Json parameters = Json::object();
        for (const Json& parameter : action["parameters"]) {
            if (parameter["required"] != true && parameter["default"].is_null()) continue;
            parameters[parameter["name"].get<std::string>()] = valueFor(parameter);
        }
        actions.push_back({{action["name"].get<std::string>(), parameters}});
    }
    document["rules"] = {{{"id", "all"}, {"then", actions}}};
    CHECK(problemsOf(document) == "");
    const auto policy = compiled(document);
    const PolicySections defaults;
    CHECK(policy->sections().antivirus == defaults.antivirus);
    CHECK(policy->sections().retention.quarantineBytes == defaults.retention.quarantineBytes);
}

TEST_CASE("the values at the ends of every setting's range are accepted, those outside refused") {
    for (const SectionSpec& section : policySections()) {
        for (const SettingSpec& setting : section.settings) {
            if (setting.kind != SettingSpec::Kind::kNumber && setting.kind != SettingSpec::Kind::kSize)
                continue;
            const auto with = [&](std::uint64_t value) {
                Json document = Json::object();
                document["sections"][std::string(section.name)] = sectionWith(section, setting, value);
                return problemsOf(document);
            };
            INFO(section.name << "." << setting.name);
            CHECK(with(setting.low) == "");
            CHECK(with(setting.high) == "");
            CHECK(with(setting.low - 1) != "");
            CHECK(with(setting.high + 1) != "");
        }
    }
}
