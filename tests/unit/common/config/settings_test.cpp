#include "common/config/settings.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/temp_folder.h"
#include "tests/support/thrown_code.h"

using namespace weir;

namespace {

const SettingsTable kTable = {
    {.name = "node.name",
     .kind = SettingKind::kText,
     .fallback = "",
     .required = true,
     .help = "Name of this node."},
    {.name = "milter.listen",
     .kind = SettingKind::kAddress,
     .fallback = "inet:127.0.0.1:8890",
     .help = "Where Postfix comes."},
    {.name = "milter.sessions",
     .kind = SettingKind::kInteger,
     .fallback = "500",
     .low = 1,
     .high = 10000,
     .help = "At once."},
    {.name = "mail.memory",
     .kind = SettingKind::kBytes,
     .fallback = "1M",
     .low = 4096,
     .high = 1 << 30,
     .help = "Kept in memory."},
    {.name = "outbound.networks",
     .kind = SettingKind::kTexts,
     .fallback = "127.0.0.0/8,10.0.0.0/8",
     .help = "Ours."},
    {.name = "log.level",
     .kind = SettingKind::kText,
     .fallback = "info",
     .choices = {"debug", "info"},
     .help = "How much."},
    {.name = "log.quiet", .kind = SettingKind::kBoolean, .fallback = "false", .help = "Less."},
};

std::string refusal(std::string_view toml) {
    const auto settings = parseSettings(toml, "slave.toml", kTable);
    return settings ? "accepted" : settings.error().text();
}

}  // namespace

TEST_CASE("what the file says counts, the rest is the default") {
    const auto settings = parseSettings(
        "[node]\nname = \"mx1\"\n[mail]\nmemory = \"2M\"\n[outbound]\nnetworks = "
        "[\"192.0.2.0/24\"]\n[log]\nquiet = true\n",
        "slave.toml", kTable);
    REQUIRE(settings);
    CHECK(settings->text("node.name") == "mx1");
    CHECK(settings->text("milter.listen") == "inet:127.0.0.1:8890");
    CHECK(settings->integer("milter.sessions") == 500);
    CHECK(settings->integer("mail.memory") == 2 << 20);
    CHECK(settings->texts("outbound.networks") == std::vector<std::string>{"192.0.2.0/24"});
    CHECK(settings->boolean("log.quiet"));
    CHECK(settings->where("mail.memory") == "slave.toml:4");
    CHECK_FALSE(settings->given("milter.listen"));
    CHECK_THROWS_AS(settings->text("no.such"), Error);
}

TEST_CASE("a wrong file is refused with file, line and what was expected") {
    CHECK(refusal("[node]\nname = 5\n") == "slave.toml:2: node.name: expected text in quotes");
    CHECK(refusal("[node]\nname = \"\"\n") == "slave.toml:2: node.name: must not be empty");
    CHECK(refusal("") == "slave.toml: missing setting node.name: Name of this node.");
    CHECK(refusal("[node]\nname = \"a\"\n[mail]\nsessions = 5\n") ==
          "slave.toml:4: unknown setting mail.sessions; did you mean milter.sessions?");
    CHECK(refusal("name = \"a\"\n") ==
          "slave.toml:1: \"name\" stands outside a section; expected [section] first");
    CHECK(refusal("[node]\nname = \"a\"\n[milter]\nsessions = 0\n") ==
          "slave.toml:4: milter.sessions: expected 1 to 10000, found 0");
    CHECK(refusal("[node]\nname = \"a\"\n[log]\nlevel = \"loud\"\n") ==
          "slave.toml:4: log.level: expected one of debug, info, found \"loud\"");
    CHECK_THAT(refusal("[node]\nname = \"a\"\n[milter]\nlisten = \"8890\"\n"),
               Catch::StartsWith("slave.toml:4: milter.listen: expected HOST:PORT"));
    CHECK_THAT(refusal("[node]\nname = \"a\"\n[mail]\nmemory = \"2X\"\n"),
               Catch::StartsWith("slave.toml:4: mail.memory: expected a size"));
    CHECK_THAT(refusal("[node\nname"), Catch::StartsWith("slave.toml:1: "));
    CHECK_THAT(refusal("[outbound]\nnetworks = \"10.0.0.0/8\"\n"),
               Catch::Contains("expected an array of texts in quotes"));
}

TEST_CASE("what is printed can be read again") {
    const auto settings =
        parseSettings("[node]\nname = \"m\\\"x\"\n[mail]\nmemory = \"3M\"\n", "slave.toml", kTable);
    REQUIRE(settings);
    const std::string printed = settings->print(kTable);
    const auto again = parseSettings(printed, "printed.toml", kTable);
    REQUIRE(again);
    CHECK(again->print(kTable) == printed);
    CHECK(again->text("node.name") == "m\"x");
    CHECK_THAT(printed, Catch::Contains("# 4K to 1G\nmemory = \"3M\"\n"));
}

TEST_CASE(
    "the example file holds every setting with its help and is accepted once the required ones are filled "
    "in") {
    const std::string example = exampleSettings(kTable);
    for (const Setting& setting : kTable) CHECK_THAT(example, Catch::Contains("# " + setting.help));
    CHECK_THAT(example, Catch::Contains("\n#listen = \"inet:127.0.0.1:8890\"\n"));
    std::string filled = example;
    filled.replace(filled.find("name = \"\""), 9, "name = \"a\"");
    CHECK(parseSettings(filled, "example.toml", kTable));
}

TEST_CASE("socket names of every form are read") {
    CHECK(parseSocketName("inet:127.0.0.1:25")->text() == "127.0.0.1:25");
    CHECK(parseSocketName("[::1]:8890")->host == "::1");
    CHECK(parseSocketName("[::1]:8890")->text() == "[::1]:8890");
    CHECK(parseSocketName("mail.example:10026")->port == 10026);
    CHECK(parseSocketName("unix:/run/weir.sock")->path == "/run/weir.sock");
    for (const char* wrong :
         {"", ":25", "host", "host:", "host:70000", "::1:25", "unix:", "unix:relative", "host:2x"})
        CHECK_FALSE(parseSocketName(wrong));
}

TEST_CASE("sizes carry units") {
    CHECK(*parseBytes("0") == 0);
    CHECK(*parseBytes("64K") == 65536);
    CHECK(*parseBytes("2G") == 2ll << 30);
    for (const char* wrong : {"", "K", "-1", "1.5M", "5MB", "99999999999T"}) CHECK_FALSE(parseBytes(wrong));
}

TEST_CASE("only a file that nobody named may be absent") {
    const test::TempFolder folder;
    const std::filesystem::path file = folder / "weir.toml";
    CHECK(usedSettings(file, false, kTable).text("milter.listen") == "inet:127.0.0.1:8890");
    CHECK(test::codeOf([&] { usedSettings(file, true, kTable); }) == ErrorCode::kNotFound);
    std::ofstream(file) << "[milter]\nsessions = 0\n[node]\nname = \"mx1\"\n";
    CHECK(test::codeOf([&] { usedSettings(file, false, kTable); }) == ErrorCode::kInvalid);
}
