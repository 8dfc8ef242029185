// The public test suite of RFC 7208, through the zone data it comes with.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "slave/auth/spf.h"
#include "tests/support/yaml_documents.h"
#include "tests/support/zone_source.h"

using namespace weir;
using nlohmann::json;

namespace {

const std::string kSuite = WEIR_SOURCE_DIR "/../shared/suites/spf-rfc7208.yml";

std::string joined(const json& value) {
    if (value.is_string()) return value;
    std::string text;
    for (const json& piece : value) text += piece.get<std::string>();
    return text;
}

bool has(const json& records, const char* type) {
    return std::any_of(records.begin(), records.end(),
                       [&](const json& record) { return record.is_object() && record.contains(type); });
}

// Records of type SPF stand for TXT records, unless the name has TXT records of its own.
void addRecords(test::ZoneSource& zone, const std::string& name, const json& records) {
    std::vector<std::pair<int, std::string>> exchanges;
    for (const json& record : records) {
        if (record == "TIMEOUT") {
            zone.fail(name);
            continue;
        }
        const std::string type = record.begin().key();
        const json& value = record.begin().value();
        if (type == "TXT") {
            if (value != "NONE") zone.txt(name, joined(value));
        } else if (type == "SPF") {
            if (!has(records, "TXT")) zone.txt(name, joined(value));
        } else if (type == "A") {
            zone.a(name, value);
        } else if (type == "AAAA") {
            zone.add(name, DnsType::kAaaa, value);
        } else if (type == "PTR") {
            zone.add(name, DnsType::kPtr, value);
        } else if (type == "CNAME") {
            zone.alias(name, value);
        } else if (type == "MX") {
            exchanges.emplace_back(std::stoi(value[0].get<std::string>()), value[1]);
        } else {
            FAIL("a record of type " << type);
        }
    }
    std::stable_sort(exchanges.begin(), exchanges.end(), [](auto& a, auto& b) { return a.first < b.first; });
    for (const auto& [preference, host] : exchanges) zone.add(name, DnsType::kMx, host);
}

// Empty when the outcome is one that the suite allows.
std::string difference(const json& test, const SpfOutcome& outcome) {
    const json allowed = test["result"].is_array() ? test["result"] : json::array({test["result"]});
    const std::string result = toString(outcome.result);
    if (std::find(allowed.begin(), allowed.end(), result) == allowed.end())
        return result + " instead of " + allowed.dump() + " (" + outcome.detail + ")";
    if (!test.contains("explanation")) return "";
    const std::string expected =
        test["explanation"] == "DEFAULT" ? "" : test["explanation"].get<std::string>();
    return outcome.explanation == expected ? "" : "explanation \"" + outcome.explanation + "\"";
}

}  // namespace

TEST_CASE("SPF passes the whole test suite of RFC 7208") {
    if (!std::filesystem::exists(kSuite)) {
        WARN("skipped: ../shared/suites/spf-rfc7208.yml is not here");
        return;
    }
    std::ostringstream text;
    text << std::ifstream(kSuite).rdbuf();
    std::size_t total = 0, passed = 0;
    for (const json& document : test::yamlDocuments(text.str())) {
        for (const auto& [name, test] : document["tests"].items()) {
            test::ZoneSource zone;
            for (const auto& [owner, records] : document["zonedata"].items())
                addRecords(zone, owner, records);
            SpfQuestion question;
            question.address = test["host"];
            question.helo = test["helo"];
            question.sender = test["mailfrom"];
            const std::string wrong = difference(test, checkHost(question, zone));
            ++total;
            passed += wrong.empty() ? 1 : 0;
            if (!wrong.empty()) UNSCOPED_INFO(document["description"] << " / " << name << ": " << wrong);
        }
    }
    WARN("spf-rfc7208.yml: " << passed << " of " << total << " passed");
    CHECK(passed == total);
    CHECK(total == 203);
}
