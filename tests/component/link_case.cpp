#include "tests/component/link_case.h"

#include <catch2/catch.hpp>

#include "tests/support/sample_events.h"

namespace weir::test {
namespace {

Json document(const std::string& rules) {
    return {{"lists", Json::object()}, {"rules", Json::parse(rules)}, {"sections", Json::object()}};
}

std::unique_ptr<db::Database> openIn(const TempFolder& folder) {
    return db::openSqlite({(folder / "master.db").string()});
}

ReportQueueSettings reportIn(const TempFolder& folder) {
    ReportQueueSettings settings;
    settings.folder = folder / "report";
    return settings;
}

}  // namespace

TestMaster::TestMaster(CertificateLifetimes lifetimes)
    : database(openIn(folder)),
      authority(folder / "ca", lifetimes),
      nodes(*database, authority),
      commands(*database, nodes),
      events(*database, commands),
      policies(*database),
      quarantine(*database, commands),
      catalogs([this] { nodes.wake(); }) {
    policies.load(document("[]"));
    start();
}

TestMaster::~TestMaster() {
    stop();
}

void TestMaster::start() {
    const auto files = authority.serverCertificate({});
    shared = std::make_unique<SharedState>();
    api_ = std::make_unique<NodeApi>(
        NodeServices{nodes, commands, events, policies, quarantine, authority, *shared, catalogs});
    router_ = std::make_unique<http::Router>();
    api_->addTo(*router_);
    http::ServerOptions options;
    options.name = "nodes";
    options.listen = "127.0.0.1:" + std::to_string(port_);
    options.tls = {files.certificate.string(), files.key.string(), authority.certificateFile().string(),
                   true};
    options.limits.connectionsPerAddress = 128;
    server_ = std::make_unique<http::Server>(options, *router_);
    port_ = server_->port();
}

void TestMaster::stop() {
    if (!server_) return;
    api_->stop();
    server_->stop(std::chrono::milliseconds(500));
    server_.reset();
}

std::string TestMaster::newToken(const std::string& name) {
    return nodes.createToken(kAdmin, 10, {}, name).token;
}

Revision TestMaster::publish(const std::string& rules) {
    const auto draft = policies.putDraft(document(rules), policies.draft().etag, kAdmin);
    if (!draft) throw Error(ErrorCode::kInvalid, draft.error().front().text());
    const auto published = policies.publish(draft->etag, "", kAdmin);
    nodes.wake();
    return published->revision;
}

void TestMaster::sql(const std::string& statement) {
    database->transaction([&](db::Connection& connection) { connection.execute(statement); });
}

std::int64_t TestMaster::count(const std::string& query) {
    std::int64_t number = 0;
    database->read([&](db::Connection& connection) {
        connection.query(query, {}, [&](const db::Row& row) { number = row.integer(0); });
    });
    return number;
}

TestNode::TestNode()
    : identity(folder / "identity"),
      policy(folder / "policy"),
      reports(reportIn(folder)),
      quarantine(folder / "quarantine"),
      counters({.folder = folder / "counters"}),
      catalogs(folder / "catalogs") {}

NodeIdentity TestNode::enrollAt(const std::string& master, const std::string& token,
                                const std::string& name) {
    NodeIdentity made = enroll({{master}, token, name, identityFolder()});
    identity.load();
    return made;
}

void TestNode::connect(std::vector<std::string> masters, std::uint16_t smtpPort) {
    MasterLinkOptions options;
    options.masters = std::move(masters);
    options.storage = folder.path();
    options.reinject.port = smtpPort;
    NodeFacts facts;
    facts.mailsMinute = [] { return 12; };
    facts.health = [] { return std::vector<HealthLine>{{"clamd", false, "connection refused"}}; };
    link = std::make_unique<MasterLink>(std::move(options), identity, policy, reports, quarantine, counters,
                                        catalogs, std::move(facts), [](const Json& arguments) {
                                            return Json{{"outcomes", Json::array()}, {"echo", arguments}};
                                        });
    link->start();
}

ItemId TestNode::hold(const std::string& bytes) {
    MailEvent mail = sampleMail("a@sender.example", {"b@here.example"}, VerdictKind::kQuarantine);
    NewItem item;
    item.mail = mail.id;
    item.received = mail.time;
    item.envelope = mail.envelope;
    item.envelope.recipients = {"b@here.example"};
    item.subject = mail.subject;
    item.rule = "block-risky-files";
    item.queue = "attachments";
    const Item stored = quarantine.store(item, bytes);
    mail.outcomes.front().item = stored.id;
    mail.size = bytes.size();
    reports.append(mail, {toEvent(stored)});
    quarantine.commit(stored.id);
    return stored.id;
}

void join(TestNode& node, TestMaster& master, const std::string& name) {
    node.enrollAt(master.address(), master.newToken(), name);
    node.connect({master.address()});
    REQUIRE(eventually([&] { return viewOf(master, node).state == NodeState::kUp; }));
}

NodeView viewOf(TestMaster& master, const TestNode& node) {
    return master.nodes.node(node.identity.current()->node).value_or(NodeView{});
}

std::string refusalText(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace weir::test
