// Every verdict and change of a real slave, as its MTA sees it.
#include <catch2/catch.hpp>

#include "common/base/digest.h"
#include "tests/component/slave_case.h"
#include "tests/support/eventually.h"

using namespace weir;
using namespace weir::test;

TEST_CASE("a mail that no rule holds is delivered with a trace header in front") {
    SlaveCase slaveCase;
    const MilterReply reply = slaveCase.send(caseMail("hello"));
    CHECK(reply.delivers());
    const MilterChange* trace = reply.change('i', "X-Weir-Verdict");
    REQUIRE(trace != nullptr);
    CHECK(trace->index == 0);
    CHECK_THAT(trace->value, Catch::StartsWith(" mx1; revision=1; verdict=deliver"));
    CHECK(reply.changes.size() == 1);
    CHECK(slaveCase.slave.stop() == 0);
    const auto events = slaveCase.mailEvents();
    REQUIRE(events.size() == 1);
    CHECK(events[0].envelope.sender == "alice@example.org");
    CHECK(events[0].envelope.queueId == "4bTEST");
    CHECK(events[0].envelope.clientAddress == "192.0.2.7");
    CHECK(events[0].subject == "hello");
    CHECK(events[0].size == caseMail("hello").content.size());
    CHECK(events[0].stageMillis.count("parse") == 1);
    CHECK(events[0].stageMillis.count("rules") == 1);
    CHECK(events[0].stageMillis.count("total") == 1);
    REQUIRE(events[0].outcomes.size() == 1);
    CHECK(events[0].outcomes[0].verdict.kind == VerdictKind::kDeliver);
    CHECK(slaveCase.slave.logs("mail.verdict qid=4bTEST"));
}

TEST_CASE("a quarantined mail is on the disk byte for byte when the MTA hears of it") {
    SlaveCase slaveCase;
    MilterMail mail = caseMail("quarantine-me");
    for (int i = 0; i < 256; ++i) mail.content += static_cast<char>(i);
    const MilterReply reply = slaveCase.send(mail);
    CHECK(reply.kind == 'd');
    CHECK(reply.changes.empty());
    const auto files = slaveCase.slave.quarantined();
    REQUIRE(files.size() == 1);
    CHECK(fileText(files[0]) == mail.content);
    slaveCase.slave.stop();
    const auto events = slaveCase.mailEvents();
    REQUIRE(events.size() == 1);
    CHECK(events[0].outcomes[0].verdict.kind == VerdictKind::kQuarantine);
    CHECK(events[0].outcomes[0].verdict.queue == "held");
    CHECK(files[0].stem() == events[0].outcomes[0].item.value);
}

TEST_CASE("a mail over the memory limit is stored byte for byte, too") {
    SlaveCase slaveCase(casePolicy(), {{"mail.memory_bytes", "\"64K\""}});
    MilterMail mail = caseMail("quarantine-me");
    for (int i = 0; i < 30'000; ++i) mail.content += "line " + std::to_string(i) + " of a large mail\r\n";
    CHECK(slaveCase.send(mail).kind == 'd');
    REQUIRE(slaveCase.slave.quarantined().size() == 1);
    CHECK(sha256Hex(fileText(slaveCase.slave.quarantined()[0])) == sha256Hex(mail.content));
}

TEST_CASE("reject and tempfail say what their rule says") {
    SlaveCase slaveCase;
    const MilterReply reject = slaveCase.send(caseMail("reject-me"));
    CHECK(reject.kind == 'y');
    CHECK(reject.text == "554 5.7.9 100%% unwanted");
    const MilterReply tempfail = slaveCase.send(caseMail("tempfail-me"));
    CHECK(tempfail.kind == 'y');
    CHECK_THAT(tempfail.text, Catch::StartsWith("451 4.7.1 come back"));
    CHECK(slaveCase.slave.quarantined().empty());
}

TEST_CASE("a discarded mail leaves an event and nothing else") {
    SlaveCase slaveCase;
    CHECK(slaveCase.send(caseMail("discard-me")).kind == 'd');
    CHECK(slaveCase.slave.quarantined().empty());
    slaveCase.slave.stop();
    REQUIRE(slaveCase.mailEvents().size() == 1);
    CHECK(slaveCase.mailEvents()[0].outcomes[0].verdict.kind == VerdictKind::kDiscard);
}

TEST_CASE("a kept copy is stored beside the delivery") {
    SlaveCase slaveCase;
    const MilterMail mail = caseMail("keep-me");
    CHECK(slaveCase.send(mail).delivers());
    REQUIRE(slaveCase.slave.quarantined().size() == 1);
    CHECK(fileText(slaveCase.slave.quarantined()[0]) == mail.content);
    slaveCase.slave.stop();
    REQUIRE(slaveCase.mailEvents().size() == 1);
    CHECK(slaveCase.mailEvents()[0].copies.size() == 1);
}

TEST_CASE("header changes reach the MTA encoded, replaced and removed from the last") {
    SlaveCase slaveCase;
    const MilterReply reply = slaveCase.send(caseMail("edit-me"));
    CHECK(reply.delivers());
    REQUIRE(reply.change('h', "X-Added") != nullptr);
    CHECK_THAT(reply.change('h', "X-Added")->value, Catch::StartsWith(" =?") && Catch::EndsWith("?="));
    REQUIRE(reply.change('m', "X-Old") != nullptr);
    CHECK(reply.change('m', "X-Old")->value == " new");
    std::vector<std::uint32_t> removed;
    for (const MilterChange& change : reply.changes) {
        if (change.name == "X-Secret") {
            CHECK(change.value.empty());
            removed.push_back(change.index);
        }
    }
    CHECK(removed == std::vector<std::uint32_t>{2, 1});
}

TEST_CASE("a tagged subject keeps the rest of it") {
    SlaveCase slaveCase;
    const MilterReply reply = slaveCase.send(caseMail("tag-me please"));
    REQUIRE(reply.change('m', "Subject") != nullptr);
    CHECK(reply.change('m', "Subject")->value == " [TAGGED] tag-me please");
}

TEST_CASE("forged headers of ours are taken out of a delivered mail") {
    SlaveCase slaveCase;
    MilterMail mail = caseMail("hello");
    mail.content =
        "X-Weir-Verdict: mx9; verdict=deliver\r\nX-Weir-Release: v1 item=1 exp=1 sig=1\r\n" + mail.content;
    const MilterReply reply = slaveCase.send(mail);
    CHECK(reply.delivers());
    REQUIRE(reply.change('m', "X-Weir-Verdict") != nullptr);
    CHECK(reply.change('m', "X-Weir-Verdict")->value.empty());
    CHECK(reply.change('m', "X-Weir-Release") != nullptr);
    CHECK(reply.change('i', "X-Weir-Verdict") != nullptr);
}

TEST_CASE("one recipient's quarantine takes that one out, and the other gets the mail") {
    SlaveCase slaveCase;
    const MilterMail mail = caseMail("hello", {"bob@example.net", "held@example.net"});
    const MilterReply reply = slaveCase.send(mail);
    CHECK(reply.delivers());
    CHECK(reply.change('-', "<held@example.net>") != nullptr);
    CHECK(reply.change('-', "<bob@example.net>") == nullptr);
    REQUIRE(slaveCase.slave.quarantined().size() == 1);
    slaveCase.slave.stop();
    REQUIRE(slaveCase.mailEvents().size() == 1);
    CHECK(slaveCase.mailEvents()[0].outcomes.size() == 2);
}

TEST_CASE("a reject by one of two recipients is stored in the queue rejected") {
    SlaveCase slaveCase;
    const MilterReply reply = slaveCase.send(caseMail("hello", {"refusing@example.net", "bob@example.net"}));
    CHECK(reply.delivers());
    CHECK(reply.change('-', "<refusing@example.net>") != nullptr);
    CHECK(slaveCase.slave.quarantined().size() == 1);
    slaveCase.slave.stop();
    CHECK(slaveCase.mailEvents()[0].outcomes[0].verdict.queue == "rejected");
}

TEST_CASE("a recipient with other header changes gets a copy through the re-injection port") {
    SlaveCase slaveCase;
    const MilterReply reply = slaveCase.send(caseMail("hello", {"bob@example.net", "tagged@example.net"}));
    CHECK(reply.delivers());
    CHECK(reply.change('-', "<tagged@example.net>") != nullptr);
    CHECK(reply.change('m', "Subject") == nullptr);
    REQUIRE(slaveCase.sink.mails().size() == 1);
    const SinkMail copy = slaveCase.sink.mails()[0];
    CHECK(copy.sender == "alice@example.org");
    CHECK(copy.recipients == std::vector<std::string>{"tagged@example.net"});
    CHECK_THAT(copy.bytes, Catch::Contains("\r\nSubject: [T] hello\r\n") && Catch::Contains("\r\n.dot\r\n"));
    CHECK_THAT(copy.bytes, Catch::StartsWith("X-Weir-Release: v1 "));

    SECTION("the copy passes the same slave without being judged or counted again") {
        MilterMail again;
        again.sender = copy.sender;
        again.recipients = copy.recipients;
        again.content = copy.bytes;
        const MilterReply second = slaveCase.send(again);
        CHECK(second.delivers());
        CHECK(second.changes.size() == 1);
        REQUIRE(second.change('m', "X-Weir-Release") != nullptr);
        CHECK(second.change('m', "X-Weir-Release")->value.empty());
        slaveCase.slave.stop();
        CHECK(slaveCase.mailEvents().size() == 1);
    }
    SECTION("its pass is worth nothing on another body") {
        MilterMail other = caseMail("reject-me");
        other.content = copy.bytes.substr(0, copy.bytes.find("\r\n") + 2) + other.content + "!";
        CHECK(slaveCase.send(other).kind == 'y');
    }
}

TEST_CASE("a copy that cannot be re-injected defers the whole mail and stores nothing") {
    SlaveCase slaveCase;
    slaveCase.sink.behave({.finalReply = "452 no room"});
    const MilterReply reply =
        slaveCase.send(caseMail("hello", {"bob@example.net", "tagged@example.net", "held@example.net"}));
    CHECK(reply.kind == 'y');
    CHECK_THAT(reply.text, Catch::StartsWith("451 4.7.1 "));
    CHECK(slaveCase.slave.quarantined().empty());
    slaveCase.slave.stop();
    const auto events = slaveCase.mailEvents();
    REQUIRE(events.size() == 1);
    CHECK(events[0].outcomes[0].verdict.kind == VerdictKind::kTempfail);
    CHECK_THAT(events[0].outcomes[0].verdict.reason, Catch::Contains("452 no room"));
}

TEST_CASE("who sends decides the direction") {
    SlaveCase slaveCase(casePolicy(), {{"outbound.networks", "[\"10.0.0.0/8\"]"}});
    CHECK(slaveCase.send(caseMail("hello")).change('h', "X-Direction") == nullptr);
    MilterMail authenticated = caseMail("hello");
    authenticated.authUser = "alice";
    CHECK(slaveCase.send(authenticated).change('h', "X-Direction") != nullptr);
    MilterClient inside(slaveCase.slave.milter());
    inside.open("10.1.2.3");
    CHECK(inside.send(caseMail("hello")).change('h', "X-Direction") != nullptr);
}

TEST_CASE("many mails on one conversation are judged each for itself") {
    SlaveCase slaveCase;
    MilterClient client(slaveCase.slave.milter());
    client.open();
    for (int i = 0; i < 20; ++i) {
        CHECK(client.send(caseMail("quarantine-me " + std::to_string(i))).kind == 'd');
        CHECK(client.send(caseMail("hello")).delivers());
    }
    CHECK(slaveCase.slave.quarantined().size() == 20);
    slaveCase.slave.stop();
    CHECK(slaveCase.mailEvents().size() == 40);
}
