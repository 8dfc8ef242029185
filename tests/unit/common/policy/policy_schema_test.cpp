#include "tests/unit/common/policy/policy_fixture.h"

#include "common/policy/policy_sections.h"
#include "common/policy/rule_fields.h"

using namespace weir;
using namespace weir::test;

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
        for (const Json& setting : section["settings"])
            document["sections"][section["name"].get<std::string>()][setting["name"].get<std::string>()] =
                setting["default"];
    Json actions = Json::array();
    for (const Json& action : schema["actions"]) {
        Json parameters = Json::object();
        for (const Json& parameter : action["parameters"])
            parameters[parameter["name"].get<std::string>()] =
                parameter["required"] == true ? Json(parameter["kind"] == "header" ? "X-Name" : "name")
                                              : parameter["default"];
        actions.push_back({{action["name"].get<std::string>(), parameters}});
    }
    document["rules"] = {{{"id", "all"}, {"then", actions}}};
    CHECK(problemsOf(document) == "");
    const auto policy = compiled(document);
    const AntivirusSection defaults;
    CHECK(policy->antivirus().enabled == defaults.enabled);
    CHECK(policy->antivirus().address == defaults.address);
    CHECK(policy->antivirus().maxBytes == defaults.maxBytes);
    CHECK(policy->antivirus().timeoutMillis == defaults.timeoutMillis);
}

TEST_CASE("the values at the ends of every setting's range are accepted, those outside refused") {
    for (const SectionSpec& section : policySections()) {
        for (const SettingSpec& setting : section.settings) {
            if (setting.kind != SettingSpec::Kind::kNumber && setting.kind != SettingSpec::Kind::kSize)
                continue;
            const auto with = [&](std::uint64_t value) {
                Json document = Json::object();
                document["sections"][std::string(section.name)][std::string(setting.name)] = value;
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
