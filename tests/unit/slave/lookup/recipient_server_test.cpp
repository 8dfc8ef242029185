// Against a real SMTP server on a loopback port (tests/support/smtp_sink.h).
#include "slave/lookup/recipient_server.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/smtp_sink.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;
using State = ProbeAnswer::State;

namespace {

RecipientServerSettings settingsFor(const SmtpSink& sink) {
    RecipientServerSettings settings;
    settings.host = "127.0.0.1";
    settings.port = sink.port();
    settings.heloName = "node.example";
    settings.timeout = 30s;
    settings.pause = 0ms;
    return settings;
}

// For a mail that has time enough.
ProbeAnswer find(RecipientServer& server, const std::string& address) {
    std::chrono::milliseconds left = 1min;
    return server.find(address, left);
}

SinkBehaviour withoutJoe() {
    SinkBehaviour behaviour;
    behaviour.refusedRecipients = {"joe@example.net"};
    return behaviour;
}

long heard(const SmtpSink& sink, const std::string& verb) {
    const auto commands = sink.commands();
    return std::count_if(commands.begin(), commands.end(),
                         [&](const std::string& one) { return one.starts_with(verb); });
}

}  // namespace

TEST_CASE("each address is asked for once, on one connection") {
    SmtpSink sink(withoutJoe());
    RecipientServer server(settingsFor(sink));
    for (int i = 0; i < 3; ++i) {
        CHECK(find(server, "ann@example.net").state == State::kDeliverable);
        CHECK(find(server, "joe@example.net").state == State::kUndeliverable);
    }
    CHECK(heard(sink, "EHLO") == 1);
    CHECK(heard(sink, "RCPT") == 2);
}

TEST_CASE("what is remembered has a limit, and an end") {
    SmtpSink sink(withoutJoe());
    RecipientServerSettings settings = settingsFor(sink);
    SECTION("of addresses") {
        settings.remembered = 1;
        RecipientServer server(settings);
        find(server, "ann@example.net");
        find(server, "bob@example.net");
        find(server, "ann@example.net");
        CHECK(heard(sink, "RCPT") == 3);
    }
    SECTION("of time") {
        settings.keepDeliverable = settings.keepUndeliverable = -1s;
        RecipientServer server(settings);
        for (const char* address : {"ann@example.net", "joe@example.net"})
            for (int i = 0; i < 2; ++i) find(server, address);
        CHECK(heard(sink, "RCPT") == 4);
    }
}

TEST_CASE("an address that was there is believed while the server is away, and no other") {
    auto sink = std::make_unique<SmtpSink>(withoutJoe());
    RecipientServerSettings settings = settingsFor(*sink);
    settings.keepDeliverable = settings.keepUndeliverable = -1s;
    RecipientServer server(settings);
    CHECK(find(server, "ann@example.net").state == State::kDeliverable);
    CHECK(find(server, "joe@example.net").state == State::kUndeliverable);
    sink.reset();
    CHECK(find(server, "ann@example.net").state == State::kDeliverable);
    CHECK(find(server, "joe@example.net").state == State::kUnavailable);
    CHECK(find(server, "bob@example.net").state == State::kUnavailable);
}

TEST_CASE("an address that went is not believed to be there any more") {
    auto sink = std::make_unique<SmtpSink>();
    RecipientServerSettings settings = settingsFor(*sink);
    settings.keepDeliverable = settings.keepUndeliverable = -1s;
    settings.connections = 0;
    RecipientServer server(settings);
    CHECK(find(server, "joe@example.net").state == State::kDeliverable);
    sink->behave(withoutJoe());
    CHECK(find(server, "joe@example.net").state == State::kUndeliverable);
    sink.reset();
    CHECK(find(server, "joe@example.net").state == State::kUnavailable);
}

TEST_CASE(
    "a server that is away is left alone for a moment; an address it says nothing of costs nobody else") {
    SECTION("away") {
        auto sink = std::make_unique<SmtpSink>();
        RecipientServerSettings settings = settingsFor(*sink);
        settings.pause = 1min;
        RecipientServer server(settings);
        sink.reset();
        find(server, "ann@example.net");
        CHECK_THAT(find(server, "bob@example.net").text,
                   Catch::StartsWith("left alone for a moment after: "));
    }
    SECTION("unsaid") {
        SinkBehaviour behaviour = withoutJoe();
        behaviour.recipientRefusal = "450 4.2.0 later";
        SmtpSink sink(behaviour);
        RecipientServerSettings settings = settingsFor(sink);
        settings.pause = 1min;
        RecipientServer server(settings);
        CHECK(find(server, "joe@example.net").state == State::kUnsaid);
        CHECK(find(server, "ann@example.net").state == State::kDeliverable);
    }
}

TEST_CASE("a kept connection that its server closed is no failure") {
    SinkBehaviour behaviour;
    auto first = std::make_unique<SmtpSink>(behaviour);
    RecipientServer server(settingsFor(*first));
    CHECK(find(server, "ann@example.net").state == State::kDeliverable);
    first->dropAll();
    CHECK(find(server, "bob@example.net").state == State::kDeliverable);
}

TEST_CASE("addresses that are not there do not push out those that are believed to be") {
    auto sink = std::make_unique<SmtpSink>(withoutJoe());
    RecipientServerSettings settings = settingsFor(*sink);
    settings.keepDeliverable = -1s;
    settings.remembered = 1;
    RecipientServer server(settings);
    CHECK(find(server, "ann@example.net").state == State::kDeliverable);
    CHECK(find(server, "joe@example.net").state == State::kUndeliverable);
    sink.reset();
    CHECK(find(server, "ann@example.net").state == State::kDeliverable);
}

TEST_CASE("a mail that has used up its time is told what is known, and asks for nothing more") {
    SmtpSink sink(withoutJoe());
    RecipientServer server(settingsFor(sink));
    std::chrono::milliseconds left = 1min;
    CHECK(server.find("ann@example.net", left).state == State::kDeliverable);
    CHECK(left < 1min);
    const std::chrono::milliseconds before = left;
    CHECK(server.find("ann@example.net", left).state == State::kDeliverable);
    CHECK(left == before);  // what is known costs nothing
    left = 0ms;
    CHECK(server.find("ann@example.net", left).state == State::kDeliverable);
    CHECK(server.find("bob@example.net", left).state == State::kUnsaid);
    CHECK(heard(sink, "RCPT") == 1);
}
