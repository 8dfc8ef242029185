// Against a real SMTP server on a loopback port (tests/support/smtp_sink.h).
#include "common/smtp/recipient_probe.h"

#include <catch2/catch.hpp>
#include <optional>
#include <stdexcept>

#include "tests/support/smtp_sink.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;
using State = ProbeAnswer::State;

namespace {

SmtpClientSettings settingsFor(const SmtpSink& sink) {
    SmtpClientSettings settings;
    settings.host = "127.0.0.1";
    settings.port = sink.port();
    settings.heloName = "node.example";
    return settings;
}

SmtpSession::Deadline soon() {
    return std::chrono::steady_clock::now() + 30s;
}

// What one server says of one address.
ProbeAnswer answerOf(SinkBehaviour behaviour, const std::string& address = "bob@example.net") {
    SmtpSink sink(std::move(behaviour));
    const SmtpClientSettings settings = settingsFor(sink);
    return RecipientProbe(settings, soon()).ask(address, soon());
}

SinkBehaviour refusing(std::string reply) {
    SinkBehaviour behaviour;
    behaviour.refusedRecipients = {"bob@example.net"};
    behaviour.recipientRefusal = std::move(reply);
    return behaviour;
}

}  // namespace

TEST_CASE("an address is asked for from the null sender, and no mail is sent") {
    SinkBehaviour behaviour;
    behaviour.refusedRecipients = {"joe@example.net"};
    SmtpSink sink(behaviour);
    const SmtpClientSettings settings = settingsFor(sink);
    RecipientProbe probe(settings, soon());
    CHECK(probe.ask("bob@example.net", soon()).state == State::kDeliverable);
    const ProbeAnswer joe = probe.ask("joe@example.net", soon());
    CHECK(joe.state == State::kUndeliverable);
    CHECK_THAT(joe.text, Catch::Contains("550 5.1.1 no such user"));
    CHECK(probe.ask("ann@example.net", soon()).state == State::kDeliverable);
    CHECK(sink.mails().empty());
    CHECK(sink.commands() == std::vector<std::string>{"EHLO node.example", "MAIL FROM:<>",
                                                      "RCPT TO:<bob@example.net>", "RSET", "MAIL FROM:<>",
                                                      "RCPT TO:<joe@example.net>", "RSET", "MAIL FROM:<>",
                                                      "RCPT TO:<ann@example.net>"});
}

TEST_CASE("a server is reached by IPv6, and named so that its port can be told from its address") {
    std::optional<SmtpSink> sink;
    try {
        sink.emplace(SinkBehaviour{}, Loopback::kIpv6);
    } catch (const std::runtime_error&) {
        WARN("skipped: this machine has no IPv6");
        return;
    }
    SmtpClientSettings settings = settingsFor(*sink);
    settings.host = "::1";
    CHECK(RecipientProbe(settings, soon()).ask("bob@example.net", soon()).state == State::kDeliverable);
    sink.reset();
    const ProbeAnswer answer = RecipientProbe(settings, soon()).ask("bob@example.net", soon());
    CHECK(answer.state == State::kUnavailable);
    CHECK_THAT(answer.text, Catch::Contains("[::1]:" + std::to_string(settings.port) + ": cannot connect"));
}

TEST_CASE("only a refusal of the address makes it undeliverable") {
    CHECK(answerOf(refusing("550 no such user here")).state == State::kUndeliverable);
    CHECK(answerOf(refusing("551 5.1.6 moved")).state == State::kUndeliverable);
    CHECK(answerOf(refusing("553 5.1.3 bad name")).state == State::kUndeliverable);
    CHECK(answerOf(refusing("552 5.2.2 mailbox full")).state == State::kDeliverable);
    CHECK(answerOf(refusing("550 5.2.2 over quota")).state == State::kDeliverable);
    CHECK(answerOf(refusing("554 5.7.1 relay access denied")).state == State::kUnsaid);
    CHECK(answerOf(refusing("450 4.2.0 greylisted")).state == State::kUnsaid);
    CHECK(answerOf(refusing("421 4.3.2 going down")).state == State::kUnavailable);
}

TEST_CASE("a server that does not want to talk says nothing of any address") {
    SinkBehaviour busy;
    busy.greeting = "554 5.7.1 not you";
    CHECK(answerOf(busy).state == State::kUnavailable);
    SinkBehaviour noBounces;
    noBounces.mailReply = "550 5.7.1 no null sender";
    const ProbeAnswer answer = answerOf(noBounces);
    CHECK(answer.state == State::kUnavailable);
    CHECK_THAT(answer.text, Catch::Contains("answered to MAIL FROM:<>"));
}

TEST_CASE("a server that stays silent costs the time given, all steps together") {
    SinkBehaviour silent;
    silent.hang = SinkBehaviour::Hang::kAtGreeting;
    SmtpSink sink(silent);
    const SmtpClientSettings settings = settingsFor(sink);
    const auto deadline = std::chrono::steady_clock::now() + 100ms;
    const ProbeAnswer answer = RecipientProbe(settings, deadline).ask("bob@example.net", deadline);
    CHECK(answer.state == State::kUnavailable);
    CHECK_THAT(answer.text, Catch::Contains("timeout"));
}

TEST_CASE("what is no address is not sent to a server") {
    for (const char* address : {"", "a b@example.net", "a@example.net>\r\nDATA", "a@example.net\r\nRSET"})
        CHECK(answerOf({}, address).state == State::kUnsaid);
    CHECK(answerOf({}, "\"a b\"@example.net").state == State::kDeliverable);
    CHECK(answerOf({}, "j\xC3\xBCrg@example.net").state == State::kDeliverable);
    SinkBehaviour ascii;
    ascii.extensions = {};
    CHECK_THAT(answerOf(ascii, "j\xC3\xBCrg@example.net").text, Catch::Contains("SMTPUTF8"));
}

TEST_CASE("a connection is given up before its server slows it down for many refusals") {
    SmtpSink sink(refusing("550 5.1.1 no such user"));
    const SmtpClientSettings settings = settingsFor(sink);
    RecipientProbe probe(settings, soon());
    int asked = 0;
    while (probe.usable() && asked < 20) {
        probe.ask("bob@example.net", soon());
        ++asked;
    }
    CHECK(asked == 5);
}
