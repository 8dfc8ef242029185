#include "slave/quarantine/item.h"

#include <catch2/catch.hpp>

using namespace weir;

namespace {

Item sample() {
    Item item;
    item.id.value = "0192f000-0000-7000-8000-000000000001";
    item.mail.value = "0192f000-0000-7000-8000-000000000002";
    item.received = fromMillis(1'700'000'000'123);
    item.envelope.clientAddress = "192.0.2.7";
    item.envelope.sender = "alice@example.org";
    item.envelope.recipients = {"bob@example.net"};
    item.envelope.queueId = "4bXk2";
    item.envelope.direction = Direction::kOutbound;
    item.subject = "Grüße";
    item.rule = "hold";
    item.reason = "Hold risky";
    item.queue = "spam";
    item.copy = true;
    item.size = 42;
    item.sha256 = std::string(64, 'a');
    item.state = ItemState::kReleaseFailed;
    item.version = 3;
    item.history = {
        {1, fromMillis(5), ItemState::kStored, "Hold risky", {}},
        {3, fromMillis(6), ItemState::kReleaseFailed, "550 no", {"0192f000-0000-7000-8000-000000000003"}}};
    return item;
}

}  // namespace

TEST_CASE("an item's metadata is the text of FORMAT.md") {
    CHECK(toJsonText(sample()) == R"({
 "copy": true,
 "envelope": {
  "auth_user": "",
  "client_address": "192.0.2.7",
  "client_name": "",
  "direction": "outbound",
  "helo": "",
  "queue_id": "4bXk2",
  "recipients": [
   "bob@example.net"
  ],
  "sender": "alice@example.org",
  "tls_cipher": "",
  "tls_version": ""
 },
 "format": 1,
 "history": [
  {
   "detail": "Hold risky",
   "state": "stored",
   "time": 5,
   "version": 1
  },
  {
   "command": "0192f000-0000-7000-8000-000000000003",
   "detail": "550 no",
   "state": "release-failed",
   "time": 6,
   "version": 3
  }
 ],
 "id": "0192f000-0000-7000-8000-000000000001",
 "mail": "0192f000-0000-7000-8000-000000000002",
 "queue": "spam",
 "reason": "Hold risky",
 "received": 1700000000123,
 "rule": "hold",
 "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
 "size": 42,
 "state": "release-failed",
 "subject": "Grüße",
 "version": 3
}
)");
}

TEST_CASE("an item comes back as it was written") {
    const Item before = sample();
    const auto after = itemFromJsonText(toJsonText(before));
    REQUIRE(after);
    CHECK(toJsonText(*after) == toJsonText(before));
    CHECK(after->envelope.direction == Direction::kOutbound);
    CHECK(after->history[1].command == before.history[1].command);
    CHECK(after->state == ItemState::kReleaseFailed);
}

TEST_CASE("addresses that are no UTF-8 come back byte for byte") {
    Item item = sample();
    item.envelope.sender = "\xE9lan@example.org";
    item.envelope.recipients = {"b\xFCro@example.net", "plain@example.net"};
    const auto after = itemFromJsonText(toJsonText(item));
    REQUIRE(after);
    CHECK(after->envelope.sender == item.envelope.sender);
    CHECK(after->envelope.recipients == item.envelope.recipients);
}

TEST_CASE("damaged metadata is refused with the place") {
    const std::string good = toJsonText(sample());
    const auto changed = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        text.replace(text.find(from), from.size(), to);
        const auto item = itemFromJsonText(text);
        return item ? std::string("accepted") : item.error().text();
    };
    CHECK_THAT(changed("\"format\": 1", "\"format\": 2"), Catch::Contains("format"));
    CHECK_THAT(changed("\"state\": \"release-failed\",\n \"subject\"", "\"state\": \"lost\",\n \"subject\""),
               Catch::Contains("/state"));
    CHECK_THAT(changed("\"sender\": \"alice@example.org\"", "\"sender\": 7"),
               Catch::Contains("/envelope/sender"));
    CHECK_THAT(changed("\"sha256\"", "\"sha\""), Catch::Contains("sha256"));
    CHECK_FALSE(itemFromJsonText(good.substr(0, good.size() / 2)));
    CHECK_FALSE(itemFromJsonText("[]"));
    CHECK_FALSE(itemFromJsonText(""));
}

TEST_CASE("an item's event tells its newest change") {
    const ItemEvent event = toEvent(sample());
    CHECK(event.item == sample().id);
    CHECK(event.version == 3);
    CHECK(event.state == "release-failed");
    CHECK(event.detail == "550 no");
    CHECK(event.command == sample().history[1].command);
    CHECK(event.recipients == sample().envelope.recipients);
    CHECK(event.direction == Direction::kOutbound);
    CHECK(isUuid(event.id.value));
}
