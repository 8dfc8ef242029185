// Against a real SMTP server on a loopback port (tests/support/smtp_sink.h).
#include "common/smtp/smtp_client.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "common/base/error.h"
#include "tests/support/smtp_sink.h"

using namespace weir;
using namespace std::string_literals;
using namespace weir::test;
using Outcome = SmtpResult::Outcome;
using Hang = SinkBehaviour::Hang;

namespace {

constexpr std::chrono::seconds kLong{30};

SmtpClient to(const SmtpSink& sink, std::chrono::seconds command = kLong, std::chrono::seconds data = kLong) {
    return SmtpClient({"127.0.0.1", sink.port(), "node.example", kLong, command, data});
}

SmtpResult send(const SmtpClient& reinjector, const std::string& content = "Subject: x\r\n\r\nbody\r\n",
                const std::vector<std::string>& recipients = {"bob@example.net"}) {
    std::istringstream stream(content);
    return reinjector.send("alice@example.org", recipients, "", stream);
}

SmtpResult send(const SmtpSink& sink, const std::string& content = "Subject: x\r\n\r\nbody\r\n",
                const std::vector<std::string>& recipients = {"bob@example.net"}) {
    return send(to(sink), content, recipients);
}

}  // namespace

TEST_CASE("a mail arrives byte for byte at exactly its recipients, its head in front") {
    SmtpSink sink;
    std::string content = "Subject: x\r\n\r\n.\r\n..two\r\nmiddle.dot\r\nnul \0 high \xFF\r\n."s;
    content += std::string(1, '\0') + "\r\n";
    for (int i = 0; i < 30'000; ++i)
        content += "." + std::string(static_cast<std::size_t>(i % 80), 'x') + "\r\n";
    std::istringstream stream(content);
    const SmtpResult result =
        to(sink).send("", {"bob@example.net", "\"a b\"@example.net"}, "X-One: 1\r\n", stream);
    CHECK(result.outcome == Outcome::kSent);
    CHECK(result.text == "250 2.0.0 kept");
    REQUIRE(sink.mails().size() == 1);
    const SinkMail mail = sink.mails()[0];
    CHECK(mail.sender.empty());
    CHECK(mail.recipients == std::vector<std::string>{"bob@example.net", "\"a b\"@example.net"});
    CHECK(mail.bytes == "X-One: 1\r\n" + content);
    CHECK(mail.parameters == "SIZE=" + std::to_string(content.size() + 10) + " BODY=8BITMIME");
    CHECK(sink.commands()[0] == "EHLO node.example");
}

TEST_CASE("bare line feeds become line ends and a missing last one is added") {
    SmtpSink sink;
    CHECK(send(sink, "Subject: x\n\nbody\n.end").outcome == Outcome::kSent);
    CHECK(sink.mails()[0].bytes == "Subject: x\r\n\r\nbody\r\n.end\r\n");
    CHECK(sink.mails()[0].parameters == "SIZE=26");
}

TEST_CASE("only what the server offers is asked for") {
    SmtpSink sink({.extensions = {}});
    CHECK(send(sink).outcome == Outcome::kSent);
    CHECK(sink.mails()[0].parameters.empty());
    SECTION("eight bits where they are not offered") {
        const SmtpResult result = send(sink, "high \xFF\r\n");
        CHECK(result.outcome == Outcome::kNotSent);
        CHECK_FALSE(result.temporary);
        CHECK_THAT(result.text, Catch::Contains("8BITMIME"));
    }
    SECTION("an address beyond ASCII where it is not offered") {
        const SmtpResult result = send(sink, "x\r\n", {"büro@example.net"});
        CHECK(result.outcome == Outcome::kNotSent);
        CHECK_THAT(result.text, Catch::Contains("SMTPUTF8"));
    }
    CHECK(sink.mails().size() == 1);
}

TEST_CASE("an address beyond ASCII goes out with SMTPUTF8") {
    SmtpSink sink;
    CHECK(send(sink, "x\r\n", {"büro@example.net"}).outcome == Outcome::kSent);
    CHECK(sink.mails()[0].recipients[0] == "büro@example.net");
    CHECK_THAT(sink.mails()[0].parameters, Catch::Contains("SMTPUTF8"));
}

TEST_CASE("a server that knows no EHLO is greeted with HELO") {
    SmtpSink sink({.ehloReply = "502 5.5.1 no"});
    CHECK(send(sink).outcome == Outcome::kSent);
    CHECK(sink.commands()[1] == "HELO node.example");
}

TEST_CASE("one refused recipient keeps the mail from all, and the answer names each") {
    SmtpSink sink({.refusedRecipients = {"b@example.net", "d@example.net"}});
    const SmtpResult result =
        send(sink, "x\r\n", {"a@example.net", "b@example.net", "c@example.net", "d@example.net"});
    CHECK(result.outcome == Outcome::kNotSent);
    CHECK_FALSE(result.temporary);
    CHECK_THAT(result.text, Catch::Contains("b@example.net: 550 5.1.1 no such user"));
    CHECK_THAT(result.text, Catch::Contains("d@example.net: 550 5.1.1 no such user"));
    CHECK(sink.mails().empty());
    const auto commands = sink.commands();
    CHECK(std::find(commands.begin(), commands.end(), "DATA") == commands.end());
}

TEST_CASE("a refusal at any step is not sent, and temporary when it begins with 4") {
    struct Step {
        SinkBehaviour behaviour;
        bool temporary;
        const char* text;
    };
    const std::vector<Step> steps = {
        {{.greeting = "554 5.7.1 go away"}, false, "554 5.7.1 go away"},
        {{.greeting = "421 4.3.2 later"}, true, "421 4.3.2 later"},
        {{.ehloReply = "421 4.3.2 later"}, true, "421 4.3.2 later"},
        {{.mailReply = "552 5.3.4 too large"}, false, "552 5.3.4 too large"},
        {{.refusedRecipients = {"bob@example.net"}, .recipientRefusal = "450 4.2.0 later"},
         true,
         "450 4.2.0 later"},
        {{.dataReply = "451 4.3.0 later"}, true, "451 4.3.0 later"},
        {{.finalReply = "554 5.6.0 no"}, false, "554 5.6.0 no"},
        {{.finalReply = "452 4.3.1 full"}, true, "452 4.3.1 full"},
    };
    for (const Step& step : steps) {
        SmtpSink sink(step.behaviour);
        const SmtpResult result = send(sink);
        INFO(step.text);
        CHECK(result.outcome == Outcome::kNotSent);
        CHECK(result.temporary == step.temporary);
        CHECK_THAT(result.text, Catch::Contains(step.text));
        CHECK(sink.mails().empty());
    }
}

TEST_CASE("no server and a server that is lost before the final dot mean not sent") {
    std::uint16_t deadPort = 0;
    { deadPort = SmtpSink().port(); }
    std::istringstream content("x\r\n");
    const SmtpClient dead({"127.0.0.1", deadPort});
    const SmtpResult refused = dead.send("a@example.org", {"b@example.net"}, "", content);
    CHECK(refused.outcome == Outcome::kNotSent);
    CHECK(refused.temporary);
    CHECK_THAT(refused.text, Catch::Contains("Connection refused"));

    SmtpSink sink({.hang = Hang::kDropInData});
    std::string large;
    while (large.size() < 20'000'000) large += std::string(70, 'x') + "\r\n";
    const SmtpResult lost = send(sink, large);
    CHECK(lost.outcome == Outcome::kNotSent);
    CHECK(lost.temporary);
}

TEST_CASE("a connection lost or silent after the final dot has an unknown outcome") {
    for (const Hang hang : {Hang::kDropAfterDot, Hang::kKeepThenDrop, Hang::kSilentAfterDot}) {
        SmtpSink sink({.hang = hang});
        const SmtpResult result = send(to(sink, kLong, std::chrono::seconds(1)));
        CHECK(result.outcome == Outcome::kUnknown);
        CHECK_THAT(result.text, Catch::StartsWith("outcome unknown"));
    }
}

TEST_CASE("a silent server costs no more than the timeout") {
    SmtpSink sink({.hang = Hang::kAtGreeting});
    const SmtpResult result = send(to(sink, std::chrono::seconds(1)));
    CHECK(result.outcome == Outcome::kNotSent);
    CHECK_THAT(result.text, Catch::Contains("timeout"));
}

TEST_CASE("a server that does not speak SMTP, or without end, is left") {
    for (const std::string& greeting :
         {std::string("HTTP/1.1 200 OK"), std::string(100'000, 'x'), std::string("99")}) {
        SmtpSink sink({.greeting = greeting});
        const SmtpResult result = send(sink);
        CHECK(result.outcome == Outcome::kNotSent);
        CHECK(result.text.size() < 1200);
    }
}

TEST_CASE("addresses that would end their line are refused before anything is sent") {
    SmtpSink sink;
    for (const char* address : {"a@b\r\nDATA", "a@b>\nRCPT TO:<c@d", "a b@c", "a@b> SIZE=1", "\"a\r\n\"@b"}) {
        std::istringstream content("x");
        CHECK_THROWS_AS(to(sink).send("s@example.org", {address}, "", content), Error);
        CHECK_THROWS_AS(to(sink).send(address, {"r@example.net"}, "", content), Error);
    }
    std::istringstream content("x");
    CHECK_THROWS_AS(to(sink).send("s@example.org", {}, "", content), Error);
    CHECK(sink.commands().empty());
}
