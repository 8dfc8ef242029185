#include "common/policy/user_lists.h"

#include <catch2/catch.hpp>
#include <random>

using namespace weir;

namespace {

UserListEntry entry(std::string_view owner, std::string_view kind, std::string_view sender) {
    auto made = userListEntry(owner, kind, sender);
    INFO(owner << ' ' << kind << ' ' << sender);
    REQUIRE(made);
    return *made;
}

std::shared_ptr<const UserLists> listsOf(std::vector<UserListEntry> entries) {
    auto lists = UserLists::fromBytes(userListsBytes(std::move(entries)));
    if (!lists) FAIL(lists.error().text());
    return *lists;
}

std::string decided(const UserLists& lists, std::string_view recipient, std::string_view sender,
                    std::string_view from = "") {
    const auto kind = lists.decide(recipient, sender, from);
    return kind ? toString(*kind) : "nothing";
}

std::string refused(std::string_view bytes, const UserListLimits& limits = {}) {
    const auto lists = UserLists::fromBytes(bytes, limits);
    return lists ? "taken" : lists.error().text();
}

}  // namespace

TEST_CASE("an entry is checked and folded to the form in which it is compared") {
    CHECK(entry(" Anna@Example.COM. ", "allow", "<Shop@B.org>") ==
          UserListEntry{"anna@example.com", UserListKind::kAllow, "shop@b.org"});
    CHECK(entry("@Example.com", "block", "@B.ORG").sender == "@b.org");
    CHECK(entry("a@example.com", "block",
                "x@b\xc3\xbc"
                "cher.example")
              .sender == "x@xn--bcher-kva.example");
    CHECK(entry("\xc3\x84nna@example.com", "block", "@b.org").owner == "\xc3\xa4nna@example.com");
}

TEST_CASE("what is no address in an entry is refused with its place") {
    for (const char* bad :
         {"", "@", "anna", "anna@", "a b@example.com", "a@ex ample.com", "a@.example.com", "a@example..com",
          "a@exa/mple.com", "a\x01@example.com", "a\nb@example.com", "a\xff@example.com", "@.example.com",
          "*@example.com", "a\x7f b@example.com", "a@b\t.org"}) {
        INFO(bad);
        const auto owner = userListEntry(bad, "allow", "x@b.org");
        const auto sender = userListEntry("x@b.org", "allow", bad);
        REQUIRE_FALSE(owner);
        CHECK(owner.error().where == "owner");
        REQUIRE_FALSE(sender);
        CHECK(sender.error().where == "sender");
    }
    CHECK(userListEntry("a@b.org", "Allow", "x@b.org").error().where == "kind");
    const std::string local(kUserListAddressBytes - 6, 'x');
    CHECK(userListEntry(local + "@b.org", "allow", "@b.org"));
    for (const std::size_t more : {1, 1'000, 10'000})
        CHECK_FALSE(userListEntry(local + std::string(more, 'x') + "@b.org", "allow", "@b.org"));
}

TEST_CASE("equal entries make equal bytes, whatever their order") {
    std::vector<UserListEntry> entries = {entry("anna@example.com", "block", "@partner.example"),
                                          entry("@example.com", "block", "spam@shop.example"),
                                          entry("@example.com", "allow", "@partner.example")};
    const std::string bytes = userListsBytes(entries);
    CHECK(bytes ==
          "weir-user-lists 1\nowner @example.com\nallow @partner.example\nblock spam@shop.example\n"
          "owner anna@example.com\nblock @partner.example\nend 3\n");
    std::reverse(entries.begin(), entries.end());
    entries.push_back(entries.front());
    CHECK(userListsBytes(entries) == bytes);
    CHECK(userListsBytes({}) == "weir-user-lists 1\nend 0\n");
    CHECK(listsOf({})->entries() == 0);
    CHECK(listsOf(entries)->owners() == 2);
}

TEST_CASE("the most exact entry decides, and block between equals") {
    const auto lists = listsOf(
        {entry("@example.com", "block", "x@b.org"), entry("@example.com", "allow", "@c.org"),
         entry("anna@example.com", "allow", "@b.org"), entry("anna@example.com", "block", "@sub.b.org"),
         entry("anna@example.com", "allow", "friend@sub.b.org"),
         entry("anna@example.com", "allow", "both@b.org"), entry("anna@example.com", "block", "both@b.org")});
    // The owner's address before the owner's domain.
    CHECK(decided(*lists, "Anna@example.com", "x@b.org") == "allow");
    CHECK(decided(*lists, "bert@example.com", "x@b.org") == "block");
    CHECK(decided(*lists, "anna@example.com", "y@c.org") == "allow");
    // The sender's address before a domain, more labels before fewer.
    CHECK(decided(*lists, "anna@example.com", "a@deep.sub.b.org") == "block");
    CHECK(decided(*lists, "anna@example.com", "FRIEND@sub.B.org.") == "allow");
    CHECK(decided(*lists, "anna@example.com", "both@b.org") == "block");
    // Names that only end alike, other domains, no owner.
    CHECK(decided(*lists, "anna@example.com", "x@notb.org") == "nothing");
    CHECK(decided(*lists, "anna@sub.example.com", "x@b.org") == "nothing");
    CHECK(decided(*lists, "anna@other.example", "x@b.org") == "nothing");
    CHECK(decided(*lists, "anna", "x@b.org") == "nothing");
    CHECK(decided(*lists, "anna@example.com", "") == "nothing");
}

TEST_CASE("envelope sender and From are looked up both, the more exact entry wins") {
    const auto lists =
        listsOf({entry("a@example.com", "allow", "@lists.b.org"), entry("a@example.com", "block", "@c.org"),
                 entry("a@example.com", "block", "@d.e.org"), entry("a@example.com", "block", "x@b.org"),
                 entry("a@example.com", "allow", "y@c.org")});
    CHECK(decided(*lists, "a@example.com", "bounce@lists.b.org", "who@else.org") == "allow");
    CHECK(decided(*lists, "a@example.com", "bounce@else.org", "who@c.org") == "block");
    CHECK(decided(*lists, "a@example.com", "bounce@lists.b.org", "who@c.org") == "allow");
    CHECK(decided(*lists, "a@example.com", "bounce@lists.b.org", "who@d.e.org") == "block");
    CHECK(decided(*lists, "a@example.com", "x@b.org", "y@c.org") == "block");
    CHECK(decided(*lists, "a@example.com", "", "y@c.org") == "allow");
}

TEST_CASE("a domain is one, in Unicode or with A-labels") {
    const auto lists = listsOf({entry("a@example.com", "block",
                                      "@b\xc3\xbc"
                                      "cher.example")});
    CHECK(decided(*lists, "a@example.com", "x@XN--bcher-kva.example") == "block");
    CHECK(decided(*lists, "a@example.com",
                  "x@mail.b\xc3\x9c"
                  "CHER.example") == "block");
}

TEST_CASE("user lists that are not as they are written are refused, with the line") {
    const std::string head = "weir-user-lists 1\n";
    CHECK(refused("") == "line 1: this is no catalog of user lists");
    CHECK(
        refused("weir-user-lists 2\nend 0\n").find("version 2 of user lists; this program reads version 1") !=
        std::string::npos);
    CHECK(refused(head) == "line 2: the end is missing");
    CHECK(refused(head + "end 0") == "line 2: the end is missing");
    CHECK(refused(head + "end 1\n") == "line 2: the number of entries is another one");
    CHECK(refused(head + "end 0\nend 0\n") == "line 2: there is something after the end");
    CHECK(refused(head + "allow @b.org\nend 1\n") == "line 2: an entry without an owner");
    CHECK(refused(head + "owner a@b.org\nend 0\n") == "line 3: the owner before has no entries");
    CHECK(refused(head + "owner a@b.org\nowner b@b.org\n") == "line 3: the owner before has no entries");
    CHECK(refused(head + "owner A@b.org\n") == "line 2: this is no owner");
    CHECK(refused(head + "owner a@b.org\ndeny @b.org\n") == "line 3: expected owner, allow, block or end");
    CHECK(refused(head + "owner a@b.org\nallow @B.org\n") == "line 3: this is no sender");
    CHECK(refused(head + "owner a@b.org\nallow @b.org \n") == "line 3: this is no sender");
    CHECK(refused(head + "owner a@b.org\nallow @b.org\nallow @a.org\n") ==
          "line 4: senders of an owner must rise");
    CHECK(refused(head + "owner a@b.org\nblock @b.org\nallow @b.org\n") ==
          "line 4: senders of an owner must rise");
    CHECK(refused(head + "owner b@b.org\nallow @b.org\nowner a@b.org\n") == "line 4: owners must rise");
    CHECK(refused(head + "owner a@b.org\nallow @b.org\nblock @b.org\nend 2\n") == "taken");
}

TEST_CASE("user lists keep to their limits, each of them") {
    const std::string bytes =
        userListsBytes({entry("a@example.com", "allow", "@b.org"), entry("a@example.com", "allow", "@c.org"),
                        entry("b@example.com", "allow", "@b.org")});
    CHECK(refused(bytes) == "taken");
    CHECK(refused(bytes, {.ownerEntries = 1}) == "line 4: more than 1 entries of an owner");
    CHECK(refused(bytes, {.entries = 2}) == "line 6: more than 2 entries");
    CHECK(refused(bytes, {.bytes = bytes.size() - 1}).starts_with("user lists larger than"));
    const std::string longest = "x@" + std::string(kUserListAddressBytes - 6, 'b') + ".org";
    const std::string head = "weir-user-lists 1\nowner a@b.org\nallow ";
    CHECK(refused(head + longest + "\nend 1\n") == "taken");
    CHECK(refused(head + "x" + longest + "\nend 1\n") == "line 3: this is no sender");
    std::vector<UserListEntry> many;
    for (std::size_t i = 0; i <= kUserListOwnerEntries; ++i)
        many.push_back({"a@example.com", UserListKind::kBlock, std::to_string(i) + "@b.org"});
    CHECK_THROWS_AS(userListsBytes(many), Error);
    many.pop_back();
    CHECK(listsOf(many)->entries() == kUserListOwnerEntries);
}

TEST_CASE("as many user lists as there may be are read and found") {
    std::vector<UserListEntry> all;
    all.reserve(kUserListEntries + 1);
    for (std::size_t i = 0; i < kUserListEntries; ++i)
        all.push_back({"user" + std::to_string(i / kUserListOwnerEntries) + "@example.com",
                       UserListKind::kBlock, "sender" + std::to_string(i) + "@shop.example"});
    const auto lists = listsOf(all);
    CHECK(lists->entries() == kUserListEntries);
    CHECK(decided(*lists, "user199@example.com", "sender199999@shop.example") == "block");
    CHECK(decided(*lists, "user198@example.com", "sender199999@shop.example") == "nothing");
    all.push_back({"one@more.example", UserListKind::kAllow, "@b.org"});
    CHECK_THROWS_AS(userListsBytes(std::move(all)), Error);
}

TEST_CASE("damaged user lists are refused or read, and never anything else") {
    const std::string good = userListsBytes(
        {entry("a@example.com", "allow", "@b.org"), entry("@example.com", "block", "x@c.org")});
    std::mt19937 random(7);
    for (int round = 0; round < 3000; ++round) {
        std::string bytes = good;
        for (int change = 0; change <= round % 3; ++change)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        if (round % 5 == 0) bytes.resize(random() % bytes.size());
        if (const auto lists = UserLists::fromBytes(bytes))
            CHECK(((*lists)->entries() == 2 && !(*lists)->decide("none@none.org", bytes, bytes)));
    }
    // Addresses of a hostile mail.
    const auto lists = listsOf({entry("@example.com", "block", "@b.org")});
    CHECK(decided(*lists, "a@example.com", "x@" + std::string(300'000, '.') + "b.org") == "nothing");
    CHECK(decided(*lists, std::string(1 << 20, '@'), "x@b.org") == "nothing");
    CHECK(decided(*lists, "a@example.com", std::string(300, 'x') + "@b.org") == "block");
    CHECK(decided(*lists, "a@example.com", std::string(300'000, 'x') + "@b.org") == "block");
    CHECK(decided(*lists, "a@example.com", std::string("x\0y@b.org", 9)) == "block");
}
