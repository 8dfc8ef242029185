#include "tests/component/api_case.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <mutex>

#include "common/base/durable_file.h"
#include "common/wire/join_token.h"
#include "common/wire/messages.h"
#include "common/wire/tls_identity.h"
#include "master/http/router.h"
#include "master/service/accounts.h"
#include "tests/support/openapi.h"

namespace weir::test {

namespace {

void write(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

// Whatever a test gets as an answer must be in openapi.yaml, where that has the route. One at a time: some
// tests ask from many threads, and Catch2's assertions may not be made by two at once.
void checkDocumented(const std::string& method, const std::string& target, int status) {
    static std::mutex oneAtATime;
    const std::lock_guard lock(oneAtATime);
    static const auto operations = readOpenapi(WEIR_OPENAPI);
    http::Router router;
    for (const auto& [name, operation] : operations)
        router.add({operation.method, operation.path, {}, [](http::Request&) { return http::emptyReply(); }});
    const auto* route = router.find(method, target.substr(0, target.find('?')));
    if (route == nullptr) return;
    INFO(method << " " << target << " answered " << status);
    CHECK(operations.at(method + " " + route->pattern).statuses.contains(status));
}

const Actor kBuilder{"builder", "command line", "", "admin"};

}  // namespace

nlohmann::json samplePolicy(const std::string& rule) {
    return {{"rules",
             {{{"id", rule},
               {"name", "Rule " + rule},
               {"when", {{"sender", {{"is", "bad@sender.example"}}}}},
               {"then", {{{"quarantine", {{"queue", "attachments"}}}}}}}}},
            {"sections", {{"queues", {{"attachments", nlohmann::json::object()}}}}}};
}

ApiCase::ApiCase(Kind kind) {
    makeConfig(kind);
    app_ = std::make_unique<MasterApp>(config_);
    app_->start();
    database_ = openDatabase(config_.database);
}

ApiCase::~ApiCase() = default;

void ApiCase::makeConfig(Kind kind) {
    write(folder_ / "policy.json", samplePolicy("first").dump());
    write(folder_ / "console/index.html", "<meta name=\"csp-nonce\" content=\"x\" /><title>Weir</title>");
    auto parsed = masterConfig(Settings(masterSettings()));
    if (!parsed) throw Error(ErrorCode::kInternal, parsed.error().text());
    config_ = std::move(*parsed);
    config_.storage = folder_ / "storage";
    config_.defaultPolicy = folder_ / "policy.json";
    config_.console.listen = config_.nodes.listen = "127.0.0.1:0";
    config_.console.folder = folder_ / "console";
    config_.nodes.advertise = "mx-master.example:8444";
    config_.database.mysql = kind == Kind::kMysql;
    config_.database.sqlite.path = (folder_ / "storage/master.db").string();
    if (config_.database.mysql) config_.database.mysqlOptions = sharedMariadb().newSchema();
}

void ApiCase::restart() {
    app_.reset();
    app_ = std::make_unique<MasterApp>(config_);
    app_->start();
}

HttpAnswer ApiCase::askText(const Caller& caller, const std::string& method, const std::string& path,
                            const std::string& body, const HttpHeaders& more) {
    HttpHeaders headers = caller.headers;
    const bool typed = !more.empty() && more.front().first == "Content-Type";
    if (!body.empty() && !typed) headers.emplace_back("Content-Type", "application/json");
    headers.insert(headers.end(), more.begin(), more.end());
    HttpsClient client(consolePort(), {caFile(), "", "", 30, 0});
    const bool plain = path == "/healthz" || path == "/metrics" || path.starts_with("/api/");
    const auto target = plain ? path : "/api/v1" + path;
    const auto answer = client.request(method, target, headers, body);
    checkDocumented(method, target, answer.status);
    return answer;
}

HttpAnswer ApiCase::ask(const Caller& caller, const std::string& method, const std::string& path,
                        const nlohmann::json& body, const HttpHeaders& more) {
    return askText(caller, method, path, body.is_null() ? "" : body.dump(), more);
}

nlohmann::json ApiCase::json(const Caller& caller, const std::string& path) {
    const auto answer = ask(caller, "GET", path);
    INFO(path << " " << answer.body);
    REQUIRE(answer.status == 200);
    return nlohmann::json::parse(answer.body);
}

const Caller& ApiCase::role(const std::string& role) {
    const auto found = roles_.find(role);
    if (found != roles_.end()) return found->second;
    Accounts accounts(*database_);
    const auto token = accounts.createToken(role + "-token", role, 1, kBuilder);
    REQUIRE(token);
    return roles_.emplace(role, Caller{role, {{"Authorization", "Bearer " + token->secret}}}).first->second;
}

Caller ApiCase::logIn(const std::string& user, const std::string& password) {
    const auto answer = ask(nobody, "POST", "/session", {{"user", user}, {"password", password}});
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    const auto cookie = answer.field("Set-Cookie");
    return {user,
            {{"Cookie", cookie.substr(0, cookie.find(';'))},
             {"X-Weir-CSRF", nlohmann::json::parse(answer.body)["csrf"].get<std::string>()}}};
}

const Caller& ApiCase::session(const std::string& role) {
    const auto found = sessions_.find(role);
    if (found != sessions_.end()) return found->second;
    Accounts accounts(*database_);
    REQUIRE(accounts.createUser(role + "-user", role, kPassword, kBuilder));
    return sessions_.emplace(role, logIn(role + "-user", kPassword)).first->second;
}

HttpAnswer ApiCase::askNodePort(const Node* node, const std::string& path, const std::string& type,
                                const std::string& body) {
    HttpsClient::Options options{caFile(), "", "", 30, 0};
    if (node != nullptr) {
        options.certificateFile = node->certificate;
        options.keyFile = node->key;
    }
    HttpsClient client(nodesPort(), options);
    return client.request("POST", "/node/v1/" + path, {{"Content-Type", type}}, body);
}

NodeId ApiCase::enrollNode(const std::string& name) {
    const auto made = ask(admin(), "POST", "/enrollment-tokens", {{"minutes", 10}, {"name", name}});
    REQUIRE(made.status == 201);
    const auto token = joinTokenFromText(nlohmann::json::parse(made.body)["token"].get<std::string>());
    REQUIRE(token);
    const std::string key = newPrivateKey();
    EnrollRequest request;
    request.secret = token->secret;
    request.cluster = token->cluster;
    request.csr = newSigningRequest(key);
    request.name = name;
    request.version = "0.1.0";
    const auto answer = askNodePort(nullptr, "enroll", "application/json", toJsonText(request));
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    const auto enrolled = enrollAnswerFromJson(*parseJson(answer.body));
    REQUIRE(enrolled);
    Node node{(folder_ / (name + ".pem")).string(), (folder_ / (name + ".key")).string(), newUuid(), 1};
    write(node.certificate, enrolled->certificate);
    write(node.key, key);
    SyncRequest sync;
    sync.masterEpoch = enrolled->masterEpoch;
    sync.version = "0.1.0";
    sync.time = now();
    sync.urgent = true;
    sync.spool.epoch.value = node.spool;
    sync.health = {{"clamd", true, ""}};
    const auto synced = askNodePort(&node, "sync", "application/json", toJsonText(sync));
    INFO(synced.body);
    REQUIRE(synced.status == 200);
    nodes_[enrolled->node] = node;
    return enrolled->node;
}

void ApiCase::sendEvents(const NodeId& id, const std::vector<std::string>& bodies) {
    Node& node = nodes_.at(id);
    EventsRequest request;
    request.spool.value = node.spool;
    for (const auto& body : bodies) request.events.push_back({node.next++, body});
    const auto answer = askNodePort(&node, "events", "application/x-ndjson", toLines(request));
    INFO(answer.body);
    REQUIRE(answer.status == 200);
}

void onEachMaster(const std::function<void(ApiCase&)>& test) {
    SECTION("on SQLite") {
        ApiCase it;
        test(it);
    }
    SECTION("on MySQL") {
        if (!PrivateMariadb::installed()) {
            WARN("left out: mariadbd is not installed");
            return;
        }
        ApiCase it(ApiCase::Kind::kMysql);
        test(it);
    }
}

}  // namespace weir::test
