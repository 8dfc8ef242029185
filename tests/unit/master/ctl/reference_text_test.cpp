#include "master/ctl/reference_text.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "common/policy/policy.h"

using namespace weir;
using namespace weir::ctl;

TEST_CASE("the reference has a place for everything of the tables") {
    const Json schema = policySchema();
    const std::string text = referenceText(schema);
    const auto has = [&](const std::string& part) { return text.find(part) != std::string::npos; };
    for (const Json& field : schema.at("fields")) {
        const std::string name = field.at("name").get<std::string>();
        INFO(name);
        const bool there = has("### `" + name + "`\n") || has("### `" + name + ":");
        CHECK(there);
        CHECK(has("- Example: `" + toText(field.at("example")) + "`\n"));
    }
    for (const char* part : {"operators", "list_kinds", "identifiers"})
        for (const Json& one : schema.at(part))
            CHECK(has("| `" + one.at("name").get<std::string>() + "` | "));
    for (const Json& action : schema.at("actions"))
        CHECK(has("### `" + action.at("name").get<std::string>()));
    for (const Json& macro : schema.at("macros"))
        CHECK(has("| `${" + macro.at("name").get<std::string>() + "}` | "));
    for (const Json& section : schema.at("sections")) {
        CHECK(has("### `" + section.at("name").get<std::string>() + "`\n"));
        for (const Json& setting : section.at("settings")) CHECK(has(setting.at("help").get<std::string>()));
    }
}

TEST_CASE("every line of a table has as many cells as its head") {
    const std::string text = referenceText(policySchema());
    std::istringstream lines(text);
    std::size_t bars = 0;
    for (std::string line; std::getline(lines, line);) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < line.size(); ++i)
            count += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
        if (!line.starts_with("|")) {
            bars = 0;
        } else if (bars == 0) {
            bars = count;
        } else {
            INFO(line);
            CHECK(count == bars);
        }
    }
}

TEST_CASE("what is no schema is refused") {
    CHECK_THROWS_AS(referenceText(Json::object()), Error);
    CHECK_THROWS_AS(referenceText(Json{{"fields", {{"name", "x"}}}}), Error);
    CHECK_THROWS_AS(referenceText(Json::array()), Error);
}
