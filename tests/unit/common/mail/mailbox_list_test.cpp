#include "common/mail/mailbox_list.h"

#include <catch2/catch.hpp>

using namespace weir;

namespace {

std::string read(std::string_view raw) {
    std::string all;
    for (const Mailbox& one : readMailboxes(raw))
        all += (all.empty() ? "" : " | ") + one.name + " <" + one.address + ">";
    return all;
}

}  // namespace

TEST_CASE("mailboxes are read as mail programs read them") {
    CHECK(read("Alice <alice@A.example>") == "Alice <alice@a.example>");
    CHECK(read("alice@a.example") == " <alice@a.example>");
    CHECK(read("alice@a.example (Alice B.)") == "Alice B. <alice@a.example>");
    CHECK(read("\"Doe, Jane\" <jane@a.example>, bob@b.example") ==
          "Doe, Jane <jane@a.example> |  <bob@b.example>");
    CHECK(read("=?UTF-8?B?SsO8cmdlbg==?= <j@a.example>") == "J\xC3\xBCrgen <j@a.example>");
    CHECK(read("Team: a@x.example, B <b@x.example>;, c@y.example") ==
          " <a@x.example> | B <b@x.example> |  <c@y.example>");
    CHECK(read("\"a \\\"quoted\\\" name\" <q@x.example>") == "a \"quoted\" name <q@x.example>");
    CHECK(read("undisclosed-recipients:;") == "");
    CHECK(read("") == "");
}

TEST_CASE("every address that some program could show is read") {
    CHECK(read("<a@x.example> <b@y.example>") == " <a@x.example> |  <b@y.example>");
    CHECK(read("Name <open@x.example") == "Name <open@x.example>");
    CHECK(read("Name (comment (inside)) < spaced @ x.example >") == "Name <spaced@x.example>");
    CHECK(read("folded\r\n <f@x.example>") == "folded <f@x.example>");
}

TEST_CASE("what is over a limit is not read") {
    std::string many;
    for (int i = 0; i < 500; ++i) many += "a@x.example,";
    CHECK(readMailboxes(many).size() == MailboxLimits().mailboxes);
    CHECK(readMailboxes(std::string(1 << 20, '(')).empty());
    CHECK(readMailboxes(std::string(1 << 20, '<')).empty());
    CHECK(readMailboxes("a@x.example, b@x.example", {.mailboxes = 1}).size() == 1);
    CHECK(readMailboxes("a@x.example, b@x.example", {.bytes = 11}).size() == 1);
}

TEST_CASE("addresses inside a display name are seen") {
    CHECK(addressesIn("Boss (boss@bank.example) ") == std::vector<std::string>{"boss@bank.example"});
    CHECK(addressesIn("@ a@b no.address @x.example").empty());
    CHECK(addressesIn("a@b.example@c.example") == std::vector<std::string>{"a@b.example"});
}
