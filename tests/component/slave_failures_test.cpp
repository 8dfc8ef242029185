// What a slave does when things go wrong: disk full, clamd gone, death at the worst moment, hostile bytes.
#include <arpa/inet.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "common/base/json.h"
#include "tests/component/slave_case.h"
#include "tests/support/eventually.h"
#include "tests/support/scripted_peer.h"

using namespace weir;
using namespace weir::test;

namespace {

// A file system of a few megabytes at a folder; unmounted at the end.
class SmallDisk {
  public:
    SmallDisk(std::filesystem::path folder, int megabytes) : folder_(std::move(folder)) {
        std::filesystem::create_directories(folder_);
        mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0,
                           ("size=" + std::to_string(megabytes) + "m").c_str()) == 0;
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
    }
    bool mounted() const { return mounted_; }
    void fill() const {
        std::ofstream file(folder_ / "filler", std::ios::binary);
        const std::string block(4096, 'x');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size())) && file.flush()) {
        }
    }
    void empty() const { std::filesystem::remove(folder_ / "filler"); }

  private:
    std::filesystem::path folder_;
    bool mounted_ = false;
};

std::string virusPolicy(const std::string& onFailure, const std::string& address) {
    return Json{
        {"rules",
         {{{"id", "virus"},
           {"name", "virus"},
           {"when", {{"virus.found", {{"is", true}}}}},
           {"then", {{{"quarantine", {{"queue", "virus"}}}}}}}}},
        {"sections",
         {{"antivirus",
           {{"enabled", true}, {"address", address}, {"on_failure", onFailure}, {"timeout_ms", 2000}}}}}}
        .dump();
}

}  // namespace

TEST_CASE("a full disk under the quarantine is a tempfail, and the slave recovers by itself") {
    const TempFolder folder;
    const SmallDisk disk(folder.path() / "small", 8);
    if (!disk.mounted()) {
        WARN("skipped: mounting a small file system needs root");
        return;
    }
    SlaveCase slaveCase(casePolicy(), {{"storage.folder", "\"" + (folder / "small").string() + "/data\""}});
    const auto stored = [&] {
        std::size_t count = 0;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(folder / "small/data/quarantine")) {
            if (entry.path().extension() == ".eml") ++count;
        }
        return count;
    };
    CHECK(slaveCase.send(caseMail("quarantine-me")).kind == 'd');
    disk.fill();
    MilterMail large = caseMail("quarantine-me");
    large.content += std::string(64 << 10, 'x');
    const MilterReply full = slaveCase.send(large);
    CHECK(full.kind == 'y');
    CHECK_THAT(full.text, Catch::StartsWith("451 "));
    CHECK(stored() == 1);
    INFO("mail that takes nothing out of the MTA's hands goes on");
    CHECK(slaveCase.send(caseMail("hello")).delivers());
    CHECK_THAT(slaveCase.slave.get("/metrics"), Catch::Contains("weir_quarantine_failures_total 1\n"));
    disk.empty();
    CHECK(slaveCase.send(large).kind == 'd');
    CHECK(stored() == 2);
}

TEST_CASE("clamd that is gone does what on_failure says") {
    const std::string nowhere = "unix:/nonexistent/clamd.sock";
    SECTION("tempfail") {
        SlaveCase slaveCase(virusPolicy("tempfail", nowhere));
        const MilterReply reply = slaveCase.send(caseMail("hello"));
        CHECK(reply.kind == 'y');
        CHECK_THAT(reply.text, Catch::StartsWith("451 "));
        CHECK(slaveCase.slave.logs("fact.unavailable"));
    }
    SECTION("skip") {
        SlaveCase slaveCase(virusPolicy("skip", nowhere));
        CHECK(slaveCase.send(caseMail("hello")).delivers());
    }
    SECTION("quarantine") {
        SlaveCase slaveCase(virusPolicy("quarantine", nowhere));
        CHECK(slaveCase.send(caseMail("hello")).kind == 'd');
        CHECK(slaveCase.slave.quarantined().size() == 1);
    }
}

namespace {

std::string commandFrom(int socket) {
    std::string command;
    for (std::string byte = ScriptedPeer::read(socket, 1); byte.size() == 1 && byte[0] != '\0';
         byte = ScriptedPeer::read(socket, 1))
        command += byte;
    return command;
}

std::string streamFrom(int socket) {
    std::string mail;
    for (;;) {
        const std::string word = ScriptedPeer::read(socket, 4);
        std::uint32_t length = 0;
        if (word.size() != 4) return mail;
        std::memcpy(&length, word.data(), 4);
        if (length == 0) return mail;
        mail += ScriptedPeer::read(socket, ntohl(length));
    }
}

// One connection of a clamd that finds MARKER.
void speakClamd(int socket) {
    unsigned number = 0;
    for (std::string command = commandFrom(socket); !command.empty(); command = commandFrom(socket)) {
        if (command == "zVERSION") ScriptedPeer::write(socket, std::string("ClamAV 1.0\0", 11));
        if (command != "zINSTREAM") continue;
        const bool bad = streamFrom(socket).find("MARKER") != std::string::npos;
        ScriptedPeer::write(socket, std::to_string(++number) + ": stream: " +
                                        (bad ? "Test.Marker FOUND" : "OK") + std::string(1, '\0'));
    }
}

}  // namespace

TEST_CASE("what clamd finds is held, named in the event, and its time is a stage") {
    ScriptedPeer clamd(speakClamd);
    SlaveCase slaveCase(virusPolicy("tempfail", clamd.address()));
    CHECK(slaveCase.send(caseMail("hello")).delivers());
    MilterMail infected = caseMail("hello");
    infected.content += " MARKER";
    CHECK(slaveCase.send(infected).kind == 'd');
    slaveCase.slave.stop();
    const auto events = slaveCase.mailEvents();
    REQUIRE(events.size() == 2);
    CHECK(events[0].viruses.empty());
    CHECK(events[1].viruses == std::vector<std::string>{"Test.Marker"});
    CHECK(events[1].stageMillis.count("virus") == 1);
}

TEST_CASE("a mail over mail.max_bytes is refused as the setting says, in bounded memory") {
    const auto largeMail = [] {
        MilterMail mail = caseMail("hello");
        mail.content += std::string(3 << 20, 'x');
        return mail;
    };
    SECTION("reject") {
        SlaveCase slaveCase(casePolicy(), {{"mail.max_bytes", "\"1M\""}});
        CHECK_THAT(slaveCase.send(largeMail()).text, Catch::StartsWith("552 5.3.4 "));
        CHECK(slaveCase.send(caseMail("hello")).delivers());
        slaveCase.slave.stop();
        CHECK(slaveCase.mailEvents()[0].size == largeMail().content.size());
    }
    SECTION("tempfail") {
        SlaveCase slaveCase(casePolicy(), {{"mail.max_bytes", "\"1M\""}, {"mail.oversize", "\"tempfail\""}});
        CHECK_THAT(slaveCase.send(largeMail()).text, Catch::StartsWith("452 4.3.4 "));
    }
}

TEST_CASE("a conversation over milter.max_connections is told to come back") {
    SlaveCase slaveCase(casePolicy(), {{"milter.max_connections", "2"}});
    MilterClient first(slaveCase.slave.milter()), second(slaveCase.slave.milter());
    first.open();
    second.open();
    REQUIRE(eventually([&] {
        MilterClient third(slaveCase.slave.milter());
        third.negotiate();
        return third.connect().kind == 't';
    }));
    CHECK(first.send(caseMail("hello")).delivers());
    second.quit();
    first.quit();
    CHECK(eventually([&] {
        MilterClient later(slaveCase.slave.milter());
        later.negotiate();
        return later.connect().kind == 'c';
    }));
}

TEST_CASE("killed in the middle of a mail: nothing of it stays, and the slave starts again") {
    SlaveCase slaveCase;
    MilterClient client(slaveCase.slave.milter());
    client.open();
    client.mailFrom("alice@example.org");
    client.rcptTo("bob@example.net");
    client.header("Subject", " quarantine-me");
    client.body("half of it");
    slaveCase.slave.kill();
    CHECK(client.closedByFilter());
    slaveCase.slave.start();
    CHECK(slaveCase.slave.quarantined().empty());
    CHECK(slaveCase.send(caseMail("quarantine-me")).kind == 'd');
    slaveCase.slave.stop();
    CHECK(slaveCase.mailEvents().size() == 1);
}

TEST_CASE("killed before the conversation went on: the mail is in doubt, an answered one is not") {
    SlaveCase slaveCase;
    MilterClient answered(slaveCase.slave.milter()), open(slaveCase.slave.milter());
    answered.open();
    open.open();
    CHECK(answered.send(caseMail("hello one")).delivers());
    answered.quit();
    CHECK(answered.closedByFilter());
    CHECK(open.send(caseMail("hello two")).delivers());
    slaveCase.slave.kill();
    slaveCase.slave.start();
    slaveCase.slave.stop();
    std::vector<Sequence> doubted;
    for (const std::string& body : slaveCase.eventBodies()) {
        const auto event = eventFromText(body).value();
        if (const auto* doubt = std::get_if<InDoubtEvent>(&event)) doubted = doubt->sequences;
    }
    CHECK(doubted == std::vector<Sequence>{2});
}

TEST_CASE("kills at random moments lose no answered quarantine item and keep no unanswered one") {
    SlaveCase slaveCase;
    std::mt19937 random(7);
    REQUIRE(slaveCase.send(caseMail("quarantine-me")).kind ==
            'd');  // a log that holds nothing can tell nothing
    std::size_t answered = 1, sent = 0;
    for (int round = 0; round < 5; ++round) {
        std::thread killer([&, pause = 20 + random() % 120] {
            std::this_thread::sleep_for(std::chrono::milliseconds(pause));
            slaveCase.slave.signal(SIGKILL);
        });
        try {
            MilterClient client(slaveCase.slave.milter());
            client.open();
            for (;; ++sent) {
                if (client.send(caseMail("quarantine-me " + std::to_string(sent))).kind == 'd') ++answered;
            }
        } catch (const std::runtime_error&) {
            ++sent;  // the one in hand
        }
        killer.join();
        slaveCase.slave.kill();
        slaveCase.slave.start();
        const std::size_t kept = slaveCase.slave.quarantined().size();
        CHECK(kept >= answered);
        CHECK(kept <= answered + static_cast<std::size_t>(round) +
                          1);  // in doubt: event durable, reply perhaps not heard
    }
    slaveCase.slave.stop();
    CHECK(slaveCase.mailEvents().size() == slaveCase.slave.quarantined().size());
    CHECK(answered > 0);
}

TEST_CASE("malformed milter frames cost the conversation and nothing else") {
    SlaveCase slaveCase;
    const auto word = [](std::uint32_t value) {
        value = htonl(value);
        return std::string(reinterpret_cast<const char*>(&value), 4);
    };
    const std::string hello = milterFrame('O', word(6) + word(0x1FF) + word(0x1FFFFF));
    std::mt19937 random(11);
    std::string noise(4096, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    for (const std::string& bytes : {
             noise,
             word(0xFFFFFFFF) + "B",
             word(0),
             hello + word(0x7FFFFFFF) + "L",
             milterFrame('O', "x"),
             hello + milterFrame('C', "no terminator") + milterFrame('M', "<a@b") + milterFrame('E', ""),
             hello + milterFrame('M', "") + milterFrame('R', "") + milterFrame('E', ""),
             hello + milterFrame('L', "no value") + milterFrame('E', ""),
             hello + milterFrame('E', ""),
             hello + hello + hello,
             hello + milterFrame('?', "unknown"),
             hello + milterFrame('D', "") + milterFrame('D', "MX"),
         }) {
        try {
            MilterClient client(slaveCase.slave.milter(), std::chrono::milliseconds(200));
            client.sendRaw(bytes);
            client.closedByFilter();
        } catch (const std::runtime_error&) {
            // closed while we still wrote: as good an end as any
        }
    }
    CHECK(slaveCase.send(caseMail("hello")).delivers());
    CHECK(slaveCase.slave.stop() == 0);
}

TEST_CASE("a mail with endless headers and recipients stays within its limits") {
    SlaveCase slaveCase(casePolicy(), {{"mail.max_bytes", "\"1M\""}, {"mail.max_recipients", "100"}});
    SECTION("headers") {
        MilterMail mail = caseMail("hello");
        std::string headers;
        for (int i = 0; i < 2000; ++i) headers += "X-Many: " + std::string(1000, 'h') + "\r\n";
        mail.content = headers + mail.content;
        CHECK_THAT(slaveCase.send(mail).text, Catch::StartsWith("552 "));
    }
    SECTION("recipients") {
        CHECK_THAT(slaveCase.send(caseMail("hello", std::vector<std::string>(101, "bob@example.net"))).text,
                   Catch::StartsWith("452 4.5.3 "));
    }
    CHECK(slaveCase.send(caseMail("hello")).delivers());
}
