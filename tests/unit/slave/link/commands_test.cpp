// What a node does with commands whose master is not there to take the answers.
#include "slave/link/commands.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "common/wire/tls_identity.h"
#include "slave/filter/active_policy.h"
#include "slave/quarantine/store.h"
#include "slave/report/report_queue.h"
#include "tests/support/eventually.h"
#include "tests/support/sample_events.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

struct Node {
    TempFolder folder;
    IdentityStore identity{folder / "identity"};
    ActivePolicy policy{folder / "policy"};
    ReportQueue reports{[this] {
        ReportQueueSettings settings;
        settings.folder = folder / "report";
        return settings;
    }()};
    QuarantineStore quarantine{folder / "quarantine"};
    std::unique_ptr<Commands> commands;

    Node() {
        const std::string key = newPrivateKey(), authorityKey = newPrivateKey();
        NodeIdentity made;
        made.node.value = newUuid();
        made.cluster.value = newUuid();
        made.name = "mx1";
        const std::string authority = makeAuthority(authorityKey, made.cluster, 24h);
        identity.save(made,
                      signCertificate(authority, authorityKey, publicKeyOf(key),
                                      {CertificateRole::kNode, made.cluster, made.node, {}}, 24h),
                      key, authority);
        NodeClientOptions client;
        client.masters = {"127.0.0.1:1"};
        commands =
            std::make_unique<Commands>(identity, client, policy, reports, quarantine, ReinjectorSettings{},
                                       [](const Json&) { return Json::object(); });
        commands->start();
    }
    ItemId hold() {
        const MailEvent mail = sampleMail("a@x.example", {"b@y.example"}, VerdictKind::kQuarantine);
        NewItem item;
        item.mail = mail.id;
        item.received = mail.time;
        item.envelope = mail.envelope;
        item.envelope.recipients = {"b@y.example"};
        const Item stored = quarantine.store(item, "Subject: x\r\n\r\n");
        quarantine.commit(stored.id);
        return stored.id;
    }
};

Command command(const std::string& kind, const Json& arguments) {
    return {CommandId{newTimeUuid()}, kind, toText(arguments)};
}

}  // namespace

TEST_CASE("a durable command is carried out once and stays in hand until its answer is taken") {
    Node node;
    const ItemId item = node.hold();
    const Command remove = command("delete", {{"item", item.value}});
    node.commands->take({remove, remove});
    REQUIRE(eventually([&] { return !node.quarantine.find(item)->hasBytes(); }));
    REQUIRE(eventually([&] { return node.reports.lastSequence() == 1; }));
    node.commands->take({remove});
    CHECK(node.commands->inHand() == std::vector<CommandId>{remove.id});
    CHECK(node.reports.lastSequence() == 1);
    CHECK(node.quarantine.find(item)->version == 2);
}

TEST_CASE("an answer that nobody waits for is dropped") {
    Node node;
    node.commands->take({command("simulate", Json::object()), command("fetch", {{"item", newTimeUuid()}})});
    CHECK(eventually([&] { return node.commands->inHand().empty(); }));
}

TEST_CASE("more commands than one message names are not taken") {
    Node node;
    std::vector<Command> many;
    for (std::size_t i = 0; i < WireLimits::kCommands + 50; ++i)
        many.push_back(command("delete", {{"item", newTimeUuid()}}));
    node.commands->take(many);
    CHECK(node.commands->inHand().size() == WireLimits::kCommands);
}
