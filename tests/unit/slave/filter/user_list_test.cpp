// What recipients allow and block, in the filter with a catalog as the master gives it.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/filter_node.h"

using namespace weir;

namespace {

constexpr const char* kRules = R"({"rules": [
    {"id": "blocked", "when": {"user-list": {"is": "blocked"}}, "then": [{"quarantine": {"queue": "held"}}]},
    {"id": "allowed", "when": {"user-list": {"is": "allowed"}}, "then": [{"tag-subject": {"text": "[OK]"}}]}]})";

struct Node : test::InspectionNode {
    Node() {
        std::vector<UserListEntry> entries;
        const auto add = [&](const char* owner, const char* kind, const char* sender) {
            entries.push_back(userListEntry(owner, kind, sender).value());
        };
        add("bob@example.net", "block", "@shop.example");
        add("bob@example.net", "allow", "friend@partner.example");
        add("@example.net", "allow", "@shop.example");
        bytes = userListsBytes(std::move(entries));
    }

    // "allowed", "blocked" or "": by which rule of the policy each recipient's outcome came.
    std::vector<std::string> decided(const std::string& sender, const std::string& header,
                                     std::vector<std::string> recipients = {"bob@example.net"}) {
        const auto policy = compilePolicy(Json::parse(kRules), 1);
        REQUIRE(policy);
        const std::string text = header + "Subject: t\r\n\r\nx\r\n";
        Envelope envelope;
        envelope.sender = sender;
        envelope.recipients = std::move(recipients);
        std::vector<std::string> rules;
        const Inspected found =
            inspectMail(envelope, Message(text), *policy, services, now(), OutsideFacts::Use::kMail, &trace);
        for (const Outcome& outcome : found.outcomes)
            rules.push_back(outcome.matchedRules.empty() ? "" : outcome.matchedRules.front());
        return rules;
    }
    std::string one(const std::string& sender, const std::string& header) {
        return decided(sender, header).front();
    }

    std::string bytes;
    Json trace;
};

}  // namespace

TEST_CASE("without user lists the field has no value, and the trace says why") {
    Node node;
    CHECK(node.one("x@shop.example", "From: x@shop.example\r\n") == "");
    CHECK(node.trace.dump().find("this node has no user lists yet") != std::string::npos);
}

TEST_CASE("each recipient's own lists decide, and the next catalog at once") {
    Node node;
    REQUIRE_FALSE(node.catalogs.apply(kUserListsCatalog, node.bytes));
    const std::vector<std::string> all = {"bob@example.net", "Ann@Example.net", "x@other.example"};
    CHECK(node.decided("x@shop.example", "", all) == std::vector<std::string>{"blocked", "allowed", ""});
    CHECK(node.trace.dump().find("\"value\":\"blocked\"") != std::string::npos);
    CHECK(node.decided("x@else.example", "From: <y@mail.shop.example>\r\n", all) ==
          std::vector<std::string>{"blocked", "allowed", ""});
    CHECK(node.decided("x@else.example", "From: <friend@partner.example>\r\n", all) ==
          std::vector<std::string>{"allowed", "", ""});
    REQUIRE_FALSE(node.catalogs.apply(kUserListsCatalog, userListsBytes({})));
    CHECK(node.one("x@shop.example", "") == "");
}

TEST_CASE("several addresses in From can block, and none of them allows") {
    Node node;
    REQUIRE_FALSE(node.catalogs.apply(kUserListsCatalog, node.bytes));
    const std::string friendly = "friend@partner.example";
    CHECK(node.one("x@else.example", "From: " + friendly + "\r\n") == "allowed");
    CHECK(node.one("x@else.example", "From: " + friendly + ", e@else.example\r\n") == "");
    CHECK(node.one("x@else.example", "From: " + friendly + "\r\nFrom: e@else.example\r\n") == "");
    CHECK(node.one("x@else.example", "From: e@else.example, x@shop.example\r\n") == "blocked");
    CHECK(node.one(friendly, "From: e@else.example, f@else.example\r\n") == "allowed");
    // The envelope's entry is of an address, the other one of a domain.
    CHECK(node.one(friendly, "From: e@else.example, x@shop.example\r\n") == "allowed");
    // A header of any length costs a bounded number of look-ups.
    std::string many = "From: e@else.example";
    for (int i = 0; i < 5000; ++i) many += ",\r\n e" + std::to_string(i) + "@else.example";
    CHECK(node.one("x@else.example", many + ",\r\n x@shop.example\r\n") == "");
    CHECK(node.one("", "") == "");
}
