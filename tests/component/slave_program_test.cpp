// The program weir-slave: command line, settings, policy file, signals, status.
#include <signal.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "common/base/digest.h"
#include "common/policy/user_lists.h"
#include "tests/component/slave_case.h"
#include "tests/support/eventually.h"

using namespace weir;
using namespace weir::test;

namespace {

CommandResult weirSlave(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), WEIR_SLAVE_PROGRAM);
    return runCommand(arguments);
}

CommandResult checkConfig(const TempFolder& folder, const std::string& toml) {
    std::ofstream(folder.path() / "slave.toml") << toml;
    return weirSlave({"--config", (folder.path() / "slave.toml").string(), "--check-config"});
}

}  // namespace

TEST_CASE("a wrong configuration is refused with file, line and what was expected") {
    const TempFolder folder;
    const auto wrong = [&](const std::string& toml, const std::string& where, const std::string& what) {
        const CommandResult result = checkConfig(folder, toml);
        CHECK(result.code == 2);
        CHECK_THAT(result.output, Catch::Contains(where));
        CHECK_THAT(result.output, Catch::Contains(what));
    };
    wrong("[node]\nname = \"a\"\ncolour = \"red\"\n", "slave.toml:3", "colour");
    wrong("[mail]\n\nmax_bytes = \"many\"\n", "slave.toml:3", "max_bytes");
    wrong("[mail]\nmax_bytes = 1\n", "slave.toml:2", "max_bytes");
    wrong("[milter]\nlisten = \"somewhere\"\n", "slave.toml:2", "inet:HOST:PORT");
    wrong("[milter]\nmax_connections = \"ten\"\n", "slave.toml:2", "max_connections");
    wrong("[outbound]\nnetworks = [\"10.0.0.0/33\"]\n", "slave.toml:2", "10.0.0.0/33");
    wrong("[outbound]\nports = [\"smtp\"]\n", "slave.toml:2", "1 to 65535");
    wrong("[storage]\nfolder = \"here\"\n", "slave.toml:2", "absolute");
    wrong("[master]\naddress = \"m:8444\"\n[policy]\nfile = \"/p\"\n", "slave.toml:4", "master.address");
    wrong("[node\n", "slave.toml:1", "");
    wrong("[policy]\nfile = \"" + (folder / "bad.json").string() + "\"\n", "", "bad.json");
    std::ofstream(folder.path() / "bad.json")
        << R"({"rules": [{"id": "r", "when": {"nonsense": {"is": "x"}}, "then": []}]})";
    wrong("[policy]\nfile = \"" + (folder / "bad.json").string() + "\"\n", "slave.toml:2", "nonsense");
}

TEST_CASE("a good configuration is called good, and --print-config shows every setting") {
    const TempFolder folder;
    CHECK(checkConfig(folder, "[node]\nname = \"mx7\"\n").code == 0);
    const CommandResult printed = weirSlave({"--config", (folder / "slave.toml").string(), "--print-config"});
    CHECK(printed.code == 0);
    CHECK_THAT(printed.output, Catch::Contains("mx7") && Catch::Contains("total_memory_bytes"));
    std::ofstream(folder.path() / "printed.toml") << printed.output;
    CHECK(weirSlave({"--config", (folder / "printed.toml").string(), "--check-config"}).code == 0);
    CHECK_THAT(weirSlave({"--version"}).output, Catch::StartsWith("weir-slave "));
    CHECK(weirSlave({"--help"}).code == 0);
    CHECK(weirSlave({"--nonsense"}).code != 0);
    CHECK(weirSlave({"--config", (folder / "missing.toml").string()}).code != 0);
}

TEST_CASE("a slave that never had a revision answers tempfail and says so") {
    SlaveCase slaveCase("");
    const MilterReply reply = slaveCase.send(caseMail("hello"));
    CHECK(reply.kind == 'y');
    CHECK_THAT(reply.text, Catch::StartsWith("451 4.7.1 no policy yet"));
    CHECK_THAT(slaveCase.slave.get("/healthz"),
               Catch::StartsWith("503 ") && Catch::Contains("no policy yet"));
}

TEST_CASE("a signing key is made on the node, never written over, and its record can be printed again") {
    const TempFolder folder;
    std::ofstream(folder.path() / "slave.toml")
        << "[storage]\nfolder = \"" << (folder / "s").string() << "\"\n";
    const auto key = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"--config", (folder / "slave.toml").string(), "dkim-key"});
        return weirSlave(words);
    };
    const CommandResult made = key({"make", "example.org", "s1", "--ed25519"});
    CHECK(made.code == 0);
    CHECK_THAT(made.output, Catch::Contains("s1._domainkey.example.org. IN TXT ( \"v=DKIM1; k=ed25519; p="));
    CHECK(std::filesystem::exists(folder / "s/keys/s1.example.org.pem"));
    CHECK_THAT(made.output, !Catch::Contains("PRIVATE"));
    const CommandResult again = key({"make", "example.org", "s1"});
    CHECK(again.code == 1);
    CHECK_THAT(again.output, Catch::Contains("is there already"));
    CHECK_THAT(key({"show", "example.org", "s1"}).output, Catch::Contains("k=ed25519"));
    CHECK_THAT(key({"make", "example.org", "s2"}).output, Catch::Contains("k=rsa"));
    CHECK(key({"show", "example.org", "s3"}).code == 1);
    CHECK(key({"make", "example.org", "../s4"}).code == 2);
    CHECK(key({"make", "example.org", "s5", "--bits", "1024"}).code == 2);
    CHECK(key({"make", "example.org"}).code != 0);
}

TEST_CASE(
    "a key that the policy names and the node does not have is a problem of its health until it is there") {
    SlaveCase slaveCase(R"({"rules": [], "sections": {"signing": {"example.org": {"selectors": ["s1"]}}}})");
    const auto says = [&](const std::string& text) {
        return eventually([&] { return slaveCase.slave.get("/healthz").find(text) != std::string::npos; });
    };
    CHECK(says(R"("detail":"no key that can be used: s1.example.org.pem","ok":false,"what":"signing")"));
    CHECK(weirSlave({"--config", (slaveCase.slave.folder() / "slave.toml").string(), "dkim-key", "make",
                     "example.org", "s1", "--ed25519"})
              .code == 0);
    CHECK(says(R"("detail":"","ok":true,"what":"signing")"));
}

TEST_CASE(
    "the catalogs on disk act from the first mail on, and a damaged one is a problem of the node's health") {
    SlaveCase slaveCase(R"({"rules": [{"id": "r", "when": {"user-list": {"is": "blocked"}},
                                       "then": [{"reject": {"code": 550, "text": "no"}}]}]})");
    const auto says = [&](const std::string& text) {
        return slaveCase.slave.get("/healthz").find(text) != std::string::npos;
    };
    CHECK(slaveCase.send(caseMail("hello")).delivers());
    CHECK_FALSE(says("catalog"));
    slaveCase.slave.kill();
    const std::string lists =
        userListsBytes({userListEntry("bob@example.net", "block", "@example.org").value()});
    const auto file = slaveCase.slave.storage() / "catalogs" / "user-lists";
    std::ofstream(file) << "weir-catalog 1 user-lists " << sha256Hex(lists) << ' ' << lists.size() << '\n'
                        << lists;
    slaveCase.slave.start();
    CHECK(slaveCase.send(caseMail("hello")).kind == 'y');
    CHECK(slaveCase.send(caseMail("hello", {"ann@example.net"})).delivers());
    CHECK(says(R"("detail":"1 entries of 1 owners","ok":true,"what":"catalog user-lists")"));
    slaveCase.slave.kill();
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
    slaveCase.slave.start();
    CHECK(slaveCase.send(caseMail("hello")).delivers());
    CHECK(says("it is asked for again: name, size and digest do not fit what is in it\",\"ok\":false"));
    CHECK(slaveCase.slave.logs("catalog.damaged"));
}

TEST_CASE("SIGHUP takes a new policy file, and a wrong one leaves the old rules serving") {
    SlaveCase slaveCase;
    CHECK(slaveCase.send(caseMail("reject-me")).kind == 'y');
    slaveCase.slave.writePolicy(R"({"rules": [}")");
    slaveCase.slave.signal(SIGHUP);
    REQUIRE(eventually([&] { return slaveCase.slave.logs("policy.file_refused"); }));
    CHECK(slaveCase.send(caseMail("reject-me")).kind == 'y');
    slaveCase.slave.writePolicy(R"({"rules": []})");
    slaveCase.slave.signal(SIGHUP);
    REQUIRE(eventually([&] { return slaveCase.send(caseMail("reject-me")).delivers(); }));
}

TEST_CASE("SIGHUP opens the log file anew") {
    SlaveCase slaveCase;
    const auto log = slaveCase.slave.folder() / "slave.log";
    std::filesystem::rename(log, log.string() + ".1");
    slaveCase.slave.signal(SIGHUP);
    REQUIRE(eventually([&] { return slaveCase.slave.logs("slave.reloaded"); }));
    slaveCase.send(caseMail("hello"));
    CHECK(slaveCase.slave.logs("mail.verdict"));
}

TEST_CASE("a mail in hand is finished at SIGTERM, and the slave ends cleanly") {
    SlaveCase slaveCase;
    MilterClient client(slaveCase.slave.milter());
    client.open();
    client.mailFrom("alice@example.org");
    client.rcptTo("bob@example.net");
    client.header("Subject", " quarantine-me");
    client.body("first half, ");
    REQUIRE(eventually(
        [&] { return slaveCase.slave.get("/metrics").find("weir_mails_in_hand 1\n") != std::string::npos; }));
    slaveCase.slave.signal(SIGTERM);
    REQUIRE(eventually([&] { return slaveCase.slave.logs("slave.stopping"); }));
    MilterClient late(slaveCase.slave.milter());
    late.open();
    CHECK(late.send(caseMail("hello")).kind == 't');
    client.body("second half");
    CHECK(client.endOfMessage("4bLATE").kind == 'd');
    CHECK(slaveCase.slave.stop() == 0);
    CHECK(slaveCase.slave.logs("slave.stopped"));
    REQUIRE(slaveCase.slave.quarantined().size() == 1);
    CHECK(fileText(slaveCase.slave.quarantined()[0]) ==
          "Subject: quarantine-me\r\n\r\nfirst half, second half");
}

TEST_CASE("metrics count verdicts and show queue, quarantine and stages") {
    SlaveCase slaveCase;
    slaveCase.send(caseMail("hello"));
    slaveCase.send(caseMail("quarantine-me"));
    slaveCase.send(caseMail("quarantine-me"));
    const std::string metrics = slaveCase.slave.get("/metrics");
    CHECK_THAT(metrics, Catch::StartsWith("200 "));
    for (const char* line :
         {"weir_messages_total{verdict=\"deliver\"} 1\n", "weir_messages_total{verdict=\"quarantine\"} 2\n",
          "weir_policy_revision 1\n", "weir_stage_seconds_count{stage=\"parse\"} 3\n",
          "weir_events_not_recorded_total 0\n",
          "weir_stage_seconds_bucket{stage=\"total\",le=\"+Inf\"} 3\n"}) {
        CHECK_THAT(metrics, Catch::Contains(line));
    }
    CHECK(eventually([&] {
        return slaveCase.slave.get("/metrics").find("weir_quarantine_items 2\n") != std::string::npos;
    }));
    CHECK_THAT(slaveCase.slave.get("/healthz"),
               Catch::StartsWith("200 ") && Catch::Contains("\"status\":\"ok\""));
    CHECK_THAT(slaveCase.slave.get("/elsewhere"), Catch::StartsWith("404 "));
}

TEST_CASE("two slaves cannot share a storage folder") {
    SlaveCase slaveCase;
    const CommandResult second = weirSlave({"--config", slaveCase.slave.config().string()});
    CHECK(second.code == 1);
    CHECK_THAT(second.output, Catch::Contains(slaveCase.slave.storage().string()));
    CHECK(slaveCase.send(caseMail("hello")).delivers());
}
