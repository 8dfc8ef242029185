// The console port as a whole: hostile requests, the console's files, health, metrics, a database that is
// away.
#include <catch2/catch.hpp>
#include <fstream>

#include "tests/component/api_case.h"
#include "tests/support/eventually.h"

using namespace weir;
using namespace weir::test;

TEST_CASE("hostile requests get a clear problem and change nothing") {
    ApiCase it;
    struct Case {
        const char *name, *method, *path;
        std::string body;
        HttpHeaders headers;
        int status;
        const char* content;
    };
    const HttpHeaders text = {{"Content-Type", "text/plain"}};
    std::string deep(300, '[');
    const Case cases[] = {
        {"no JSON", "POST", "/users", "{\"name\":", {}, 400, "malformed"},
        {"a key twice", "POST", "/users", "{\"name\":\"a\",\"name\":\"b\"}", {}, 400, "name"},
        {"bytes after the end", "POST", "/users", "{} {}", {}, 400, "malformed"},
        {"nesting", "POST", "/users", deep, {}, 400, "malformed"},
        {"not UTF-8", "POST", "/users", "{\"name\":\"\xff\"}", {}, 400, "malformed"},
        {"an array", "POST", "/users", "[]", {}, 400, "object"},
        {"a number for a text",
         "POST",
         "/users",
         "{\"name\":1,\"role\":\"admin\",\"password\":\"x\"}",
         {},
         422,
         "/name"},
        {"too large", "POST", "/users", std::string(5000, ' '), {}, 413, "4096"},
        {"an unknown path", "GET", "/nothing", "", {}, 404, "/api/v1/nothing"},
        {"a wrong method", "PUT", "/users", "{}", {}, 405, "POST"},
        {"a walking path", "GET", "/api/v1/../../etc/passwd", "", {}, 400, "segment"},
        {"an escaped walk", "GET", "/api/v1/%2e%2e/secret", "", {}, 400, "segment"},
    };
    for (const auto& test : cases) {
        INFO(test.name);
        const auto answer = it.askText(it.admin(), test.method, test.path, test.body, test.headers);
        CHECK(answer.status == test.status);
        CHECK(answer.body.find(test.content) != std::string::npos);
        CHECK(answer.field("Content-Type") == "application/problem+json");
        CHECK(answer.field("X-Content-Type-Options") == "nosniff");
        CHECK(answer.field("Cache-Control") == "no-store");
    }
    HttpsClient plain(it.consolePort());
    HttpHeaders headers = it.admin().headers;
    headers.insert(headers.end(), text.begin(), text.end());
    CHECK(plain.request("POST", "/api/v1/users", headers, "{}").status == 415);
    CHECK(it.json(it.admin(), "/users")["items"].empty());
}

TEST_CASE("the console comes with a strict policy and leaves the API's paths alone") {
    ApiCase it;
    HttpsClient client(it.consolePort());
    const auto page = client.request("GET", "/rules/some-rule");
    CHECK(page.status == 200);
    CHECK(page.body.find("<title>Weir</title>") != std::string::npos);
    const auto policy = page.field("Content-Security-Policy");
    CHECK(policy.find("default-src 'none'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(page.field("Strict-Transport-Security").find("max-age=") != std::string::npos);
    CHECK(page.field("X-Frame-Options") == "DENY");
    CHECK(client.request("GET", "/api/nothing").status == 404);
    CHECK(client.request("POST", "/", {}, "x").status == 405);
}

TEST_CASE("health and metrics tell machines how it is") {
    ApiCase it;
    it.enrollNode("mx1");
    const auto health = it.ask(it.nobody, "GET", "/healthz");
    CHECK(health.status == 200);
    CHECK(health.body == "{\"status\":\"ok\"}");
    const auto metrics = it.ask(it.nobody, "GET", "/metrics");
    CHECK(metrics.status == 200);
    for (const char* line :
         {"weir_master_nodes{state=\"up\"} 1", "weir_master_published_revision 1",
          "weir_master_database_available 1", "# TYPE weir_master_http_requests_total counter",
          "route=\"/healthz\",status=\"200\"} 1"}) {
        INFO(line);
        CHECK(metrics.body.find(line) != std::string::npos);
    }
}

TEST_CASE("two masters cannot share one storage folder") {
    ApiCase it;
    CHECK_THROWS_WITH(MasterApp(it.config()), Catch::Contains("storage"));
}

TEST_CASE("a master whose database is away says so and begins by itself") {
    if (!PrivateMariadb::installed()) {
        WARN("left out: mariadbd is not installed");
        return;
    }
    PrivateMariadb server;
    const TempFolder folder;
    std::ofstream(folder / "policy.json") << samplePolicy("first").dump();
    auto config = *masterConfig(Settings(masterSettings()));
    config.storage = folder / "storage";
    config.defaultPolicy = folder / "policy.json";
    config.console.listen = config.nodes.listen = "127.0.0.1:0";
    config.database.mysql = true;
    config.database.mysqlOptions = server.newSchema();
    server.kill();
    MasterApp app(config);
    app.start();
    CHECK_FALSE(app.serving());
    {
        HttpsClient client(app.consolePort());
        const auto answer = client.request("GET", "/api/v1/overview");
        CHECK(answer.status == 503);
        CHECK(answer.body.find("database is away") != std::string::npos);
        CHECK(client.request("GET", "/healthz").status == 503);
    }
    app.turn();
    CHECK_FALSE(app.serving());
    server.start();
    CHECK(eventually(
        [&] {
            app.turn();
            return app.serving();
        },
        std::chrono::seconds(30)));
    CHECK(HttpsClient(app.consolePort()).request("GET", "/healthz").status == 200);
    server.kill();
    CHECK(eventually([&] { return HttpsClient(app.consolePort()).request("GET", "/healthz").status == 503; },
                     std::chrono::seconds(30)));
    const auto away =
        HttpsClient(app.consolePort())
            .request("GET", "/api/v1/overview", {{"Cookie", "weir_session=" + std::string(64, 'a')}});
    CHECK(away.status == 503);
    server.start();
    CHECK(eventually([&] { return HttpsClient(app.consolePort()).request("GET", "/healthz").status == 200; },
                     std::chrono::seconds(30)));
}
