#include "slave/quarantine/releaser.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "common/base/error.h"
#include "slave/quarantine/release_token.h"
#include "tests/support/smtp_sink.h"
#include "tests/unit/slave/quarantine/sample_quarantine.h"

using namespace weir;
using namespace weir::test;

namespace {

const std::string kKey = "release key";
const std::string kMail = "Subject: x\r\nTo: someone@else.example\r\n\r\nbody\r\n.dot\r\n";

struct Fixture : Quarantine {
    SmtpSink sink;
    Releaser releaser{*store, Reinjector({"127.0.0.1", sink.port(), "node.example", std::chrono::seconds(30),
                                          std::chrono::seconds(30), std::chrono::seconds(30)})};
    CommandId command{newTimeUuid()};
};

}  // namespace

TEST_CASE(
    "a released mail goes to its envelope's recipients, with a header that every node of the cluster "
    "believes") {
    Fixture f;
    const ItemId id = f.add(kMail);
    const ItemEvent event = f.releaser.release(id, {}, f.command, kKey);
    CHECK(event.state == "released");
    CHECK(event.version == 3);
    CHECK(event.command == f.command);
    CHECK_THAT(event.detail, Catch::Contains("bob@example.net, carol@example.net"));
    REQUIRE(f.sink.mails().size() == 1);
    const SinkMail mail = f.sink.mails()[0];
    CHECK(mail.sender == "alice@example.org");
    CHECK(mail.recipients == std::vector<std::string>{"bob@example.net", "carol@example.net"});
    const auto end = mail.bytes.find("\r\n") + 2;
    CHECK(mail.bytes.substr(end) == kMail);
    const std::string name = std::string(kReleaseHeader) + ": ";
    REQUIRE(mail.bytes.starts_with(name));
    const auto item = verifyReleaseToken(mail.bytes.substr(name.size(), end - name.size()),
                                         releaseBodyDigest("body\r\n.dot\r\n"), now(), kKey);
    REQUIRE(item);
    CHECK(*item == id);
}

TEST_CASE("a release to another address goes there alone") {
    Fixture f;
    const ItemEvent event = f.releaser.release(f.add(kMail), {"other@example.net"}, f.command, kKey);
    CHECK(event.state == "released");
    CHECK(f.sink.mails()[0].recipients == std::vector<std::string>{"other@example.net"});
}

TEST_CASE("the same command twice sends once and answers the same") {
    Fixture f;
    const ItemId id = f.add(kMail);
    const ItemEvent first = f.releaser.release(id, {}, f.command, kKey);
    const ItemEvent second = f.releaser.release(id, {}, f.command, kKey);
    CHECK(second.version == first.version);
    CHECK(second.state == "released");
    CHECK(f.sink.mails().size() == 1);
}

TEST_CASE("a released mail is not sent again by another command") {
    Fixture f;
    const ItemId id = f.add(kMail);
    f.releaser.release(id, {}, f.command, kKey);
    CHECK_THROWS_AS(f.releaser.release(id, {}, {newTimeUuid()}, kKey), Error);
    CHECK(f.sink.mails().size() == 1);
}

TEST_CASE("a refused release says why and can be tried again by a new command") {
    Fixture f;
    f.sink.behave({.refusedRecipients = {"bob@example.net"}});
    const ItemId id = f.add(kMail);
    const ItemEvent failed = f.releaser.release(id, {}, f.command, kKey);
    CHECK(failed.state == "release-failed");
    CHECK_THAT(failed.detail, Catch::Contains("550 5.1.1 no such user"));
    f.sink.behave({});
    CHECK(f.releaser.release(id, {}, f.command, kKey).state == "release-failed");
    CHECK(f.sink.mails().empty());
    CHECK(f.releaser.release(id, {}, {newTimeUuid()}, kKey).state == "released");
    CHECK(f.sink.mails().size() == 1);
}

TEST_CASE("a connection lost after the final dot is a failed release with an unknown outcome") {
    Fixture f;
    f.sink.behave({.hang = SinkBehaviour::Hang::kKeepThenDrop});
    const ItemEvent event = f.releaser.release(f.add(kMail), {}, f.command, kKey);
    CHECK(event.state == "release-failed");
    CHECK_THAT(event.detail, Catch::StartsWith("outcome unknown"));
}

TEST_CASE("bytes that changed on the disk are not sent") {
    Fixture f;
    const ItemId id = f.add(kMail);
    std::ofstream(f.file(id, ".eml"), std::ios::binary | std::ios::app) << "x";
    const ItemEvent event = f.releaser.release(id, {}, f.command, kKey);
    CHECK(event.state == "release-failed");
    CHECK_THAT(event.detail, Catch::Contains("SHA-256"));
    CHECK(f.sink.mails().empty());
}

TEST_CASE("a bad address in the command fails the release and the item stays usable") {
    Fixture f;
    const ItemId id = f.add(kMail);
    CHECK(f.releaser.release(id, {"a@b\r\nDATA"}, f.command, kKey).state == "release-failed");
    CHECK(f.releaser.release(id, {}, {newTimeUuid()}, kKey).state == "released");
}

TEST_CASE("without a release key, or without the item, nothing is begun") {
    Fixture f;
    const ItemId id = f.add(kMail);
    CHECK_THROWS_AS(f.releaser.release(id, {}, f.command, ""), Error);
    CHECK(f.store->find(id)->state == ItemState::kStored);
    CHECK_THROWS_AS(f.releaser.release({newTimeUuid()}, {}, f.command, kKey), Error);
}
