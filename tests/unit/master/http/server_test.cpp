// A real TLS listener under clients that behave, and clients that do not.
#include "master/http/server.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "master/http/request_counts.h"
#include "tests/support/eventually.h"
#include "tests/support/https_client.h"
#include "tests/support/temp_folder.h"
#include "tests/support/tls_files.h"

using namespace weir;
using namespace weir::http;
using namespace std::chrono_literals;
using test::HttpsClient;

namespace {

struct Fixture {
    explicit Fixture(ServerLimits limits = {}, bool clientCertificates = false) : tls(folder.path()) {
        router.add(
            {"GET", "/hello", {}, [](Request& r) { return textReply(200, "hello " + r.peerAddress); }});
        router.add(
            {"POST", "/echo", {}, [](Request& r) { return textReply(200, r.body); }, Body::kWhole, 1000});
        router.add({"GET", "/who", {}, [](Request& r) { return textReply(200, r.peerCertificate); }});
        router.add({"POST",
                    "/stream",
                    {},
                    [](Request& r) { return textReply(200, std::to_string(drain(r))); },
                    Body::kStream});
        router.add({"GET", "/pieces", {}, [](Request&) { return streamed(3, false); }});
        router.add({"GET", "/broken", {}, [](Request&) { return streamed(3, true); }});
        router.add({"GET", "/late", {}, [](Request&) { return streamed(0, true); }});
        router.add({"GET", "/wait", {}, [this](Request& r) { return wait(r); }});
        ServerOptions options;
        options.name = "test";
        options.listen = "127.0.0.1:0";
        options.tls = {tls.path("server.pem"), tls.path("server.key"),
                       clientCertificates ? tls.path("ca.pem") : "", clientCertificates};
        options.limits = limits;
        server = std::make_unique<Server>(options, router, counts.observer());
    }

    static std::size_t drain(Request& request) {
        char buffer[1000];
        std::size_t sum = 0;
        while (const auto count = request.source->read(buffer, sizeof buffer)) sum += count;
        return sum;
    }
    static Reply streamed(int pieces, bool fails) {
        Reply reply = textReply(200, "");
        reply.stream = [=](const BodySink& sink) {
            for (int i = 0; i < pieces; ++i) sink("piece" + std::to_string(i) + ";");
            if (fails) throw Error(ErrorCode::kUnavailable, "node mx2 is away");
        };
        return reply;
    }
    Reply wait(Request& request) {
        waiting = true;
        while (!release) {
            if (request.peerGone()) {
                sawPeerGo = true;
                break;
            }
            std::this_thread::sleep_for(5ms);
        }
        return textReply(200, "waited");
    }

    test::TempFolder folder;
    test::TlsFiles tls;
    Router router;
    RequestCounts counts;
    std::atomic<bool> waiting{false}, release{false}, sawPeerGo{false};
    std::unique_ptr<Server> server;
};

}  // namespace

TEST_CASE("requests follow each other on one connection") {
    Fixture f;
    HttpsClient client(f.server->port(), {f.tls.path("ca.pem"), "", "", 20, 0});
    CHECK(client.request("GET", "/hello").body == "hello 127.0.0.1");
    CHECK(client.request("POST", "/echo", {}, "some body").body == "some body");
    client.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    CHECK(client.receive().body == "abcde");
    const auto head = client.request("HEAD", "/hello");
    CHECK(head.status == 200);
    CHECK(head.field("Content-Length") == "15");
    const auto missing = client.request("GET", "/nothing");
    CHECK(missing.status == 404);
    CHECK(missing.field("Content-Type") == "application/problem+json");
    CHECK(missing.field("Cache-Control") == "no-store");
    CHECK(client.request("GET", "/hello").status == 200);
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    client.send("ok");
    CHECK(client.receive().body == "ok");
}

TEST_CASE("what is malformed gets a clear error and ends the connection") {
    Fixture f;
    const std::string host = " HTTP/1.1\r\nHost: x\r\n";
    struct Case {
        const char* name;
        std::string bytes;
        int status;
        const char* content;
    };
    std::string fields;
    for (int i = 0; i < 200; ++i) fields += "X-" + std::to_string(i) + ": y\r\n";
    const Case cases[] = {
        {"both framings",
         "POST /echo" + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
         "cannot stand beside"},
        {"two lengths", "POST /echo" + host + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400,
         "twice"},
        {"a gzip coding", "POST /echo" + host + "Transfer-Encoding: gzip\r\n\r\n", 400, "chunked"},
        {"a walking path", "GET /a/../hello" + host + "\r\n", 400, "segment"},
        {"a proxy request", "GET http://other/hello" + host + "\r\n", 400, "begin with /"},
        {"a space before the colon", "GET /hello" + host + "Content-Length : 5\r\n\r\n", 400, "header name"},
        {"too many fields", "GET /hello" + host + fields + "\r\n", 400, "malformed"},
        {"a long field", "GET /hello" + host + "X: " + std::string(20000, 'x') + "\r\n\r\n", 400,
         "malformed"},
        {"a long target", "GET /hello?" + std::string(9000, 'x') + host + "\r\n", 414, "8192"},
        {"HTTP/2's opening", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "HTTP/1.1"},
        {"a malformed chunk", "POST /echo" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "chunk"},
        {"a body over the limit", "POST /echo" + host + "Content-Length: 1001\r\n\r\n", 413, "1000"},
        {"a body where none is due", "GET /hello" + host + "Content-Length: 5\r\n\r\nhello", 413, "no body"},
    };
    for (const auto& test : cases) {
        INFO(test.name);
        HttpsClient client(f.server->port());
        client.send(test.bytes);
        const auto answer = client.receive();
        CHECK(answer.status == test.status);
        CHECK(answer.body.find(test.content) != std::string::npos);
        CHECK(answer.field("Connection") == "close");
        CHECK(client.ended());
    }
}

TEST_CASE("a body that nobody read is never taken for the next request") {
    Fixture f;
    HttpsClient client(f.server->port());
    const std::string smuggled = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send("POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(smuggled.size()) +
                "\r\n\r\n" + smuggled);
    CHECK(client.receive().status == 404);
    CHECK(client.ended());
}

TEST_CASE("a client that drips bytes loses its connection, others are served meanwhile") {
    ServerLimits limits;
    limits.headerTime = 400ms;
    limits.bodyTime = 400ms;
    limits.idleTime = 400ms;
    limits.threads = 8;
    Fixture f(limits);
    const auto drips = [&](const std::string& opening, const std::string& drop) {
        HttpsClient slow(f.server->port());
        slow.send(opening);
        const auto begun = std::chrono::steady_clock::now();
        while (slow.send(drop) && std::chrono::steady_clock::now() - begun < 10s)
            std::this_thread::sleep_for(20ms);
        return std::chrono::steady_clock::now() - begun;
    };
    CHECK(drips("GET /hello HTTP/1.1\r\n", "X: y\r\n") < 5s);
    CHECK(drips("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n", "x") < 5s);
    // Silent from the start, before TLS has begun: threads come back.
    std::vector<int> silent;
    for (int i = 0; i < 8; ++i) silent.push_back(HttpsClient::connected(f.server->port(), 20));
    HttpsClient client(f.server->port());
    CHECK(client.request("GET", "/hello").status == 200);
    for (const int fd : silent) ::close(fd);
    CHECK(test::eventually([&] { return f.server->connections() <= 1; }));
    // An idle connection ends by itself.
    CHECK(client.ended());
}

TEST_CASE("one address holds only so many connections") {
    ServerLimits limits;
    limits.connectionsPerAddress = 3;
    Fixture f(limits);
    std::vector<std::unique_ptr<HttpsClient>> held;
    for (int i = 0; i < 3; ++i) {
        held.push_back(std::make_unique<HttpsClient>(f.server->port()));
        CHECK(held.back()->request("GET", "/hello").status == 200);
    }
    CHECK_THROWS(HttpsClient(f.server->port()));
    held.clear();
    CHECK(test::eventually([&] { return f.server->connections() == 0; }));
    CHECK(HttpsClient(f.server->port()).request("GET", "/hello").status == 200);
}

TEST_CASE("a streamed body is whole or seen not to be") {
    Fixture f;
    HttpsClient client(f.server->port());
    const auto whole = client.request("GET", "/pieces");
    CHECK(whole.body == "piece0;piece1;piece2;");
    CHECK(whole.whole);
    const auto late = client.request("GET", "/late");
    CHECK(late.status == 503);
    CHECK(late.body.find("node mx2 is away") != std::string::npos);
    const auto broken = client.request("GET", "/broken");
    CHECK(broken.status == 200);
    CHECK_FALSE(broken.whole);
    HttpsClient uploader(f.server->port());
    CHECK(uploader.request("POST", "/stream", {}, std::string(3'000'000, 'x')).body == "3000000");
}

TEST_CASE("a certificate is verified where one is shown, and not asked of everyone") {
    Fixture f({}, true);
    f.tls.issue("node", "node-1");
    const std::string ca = f.tls.path("ca.pem");
    CHECK(HttpsClient(f.server->port(), {ca, "", "", 20, 0}).request("GET", "/who").body.empty());
    HttpsClient node(f.server->port(), {ca, f.tls.path("node.pem"), f.tls.path("node.key"), 20, 0});
    std::ifstream file(f.tls.path("node.pem"));
    const std::string pem((std::istreambuf_iterator<char>(file)), {});
    CHECK(node.request("GET", "/who").body == pem);
    CHECK(node.request("GET", "/who").body == pem);

    const test::TempFolder other;
    test::TlsFiles strangers(other.path());
    strangers.issue("node", "node-1");
    const auto strange = [&] {
        HttpsClient client(f.server->port(),
                           {ca, strangers.path("node.pem"), strangers.path("node.key"), 20, 0});
        return client.request("GET", "/who").status;
    };
    CHECK(strange() == 0);
    CHECK_THROWS(HttpsClient(f.server->port(), {ca, "", "", 20, TLS1_2_VERSION}));
}

TEST_CASE("a renewed certificate serves new connections, and a bad one changes nothing") {
    Fixture f;
    HttpsClient before(f.server->port(), {f.tls.path("ca.pem"), "", "", 20, 0});
    CHECK(before.request("GET", "/hello").status == 200);
    test::TlsFiles renewed(f.folder / "renewed");
    const auto put = [&](const std::string& name) {
        std::filesystem::copy_file(renewed.path(name), f.tls.path(name),
                                   std::filesystem::copy_options::overwrite_existing);
    };
    put("server.pem");
    CHECK_THROWS_AS(f.server->reloadCertificate(), Error);
    CHECK(HttpsClient(f.server->port(), {f.tls.path("ca.pem"), "", "", 20, 0})
              .request("GET", "/hello")
              .status == 200);
    put("server.key");
    f.server->reloadCertificate();
    CHECK(HttpsClient(f.server->port(), {renewed.path("ca.pem"), "", "", 20, 0})
              .request("GET", "/hello")
              .status == 200);
    CHECK_THROWS(HttpsClient(f.server->port(), {f.tls.path("ca.pem"), "", "", 20, 0}));
    CHECK(before.request("GET", "/hello").status == 200);
}

TEST_CASE("a waiting handler sees that its client has gone") {
    Fixture f;
    {
        HttpsClient client(f.server->port());
        client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
        REQUIRE(test::eventually([&] { return f.waiting.load(); }));
    }
    CHECK(test::eventually([&] { return f.sawPeerGo.load(); }));
}

TEST_CASE("a stop lets the request in work end") {
    Fixture f;
    HttpsClient idle(f.server->port());
    CHECK(idle.request("GET", "/hello").status == 200);
    HttpsClient client(f.server->port());
    client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(test::eventually([&] { return f.waiting.load(); }));
    const int port = f.server->port();
    std::thread stopper([&] { f.server->stop(10s); });
    CHECK(idle.ended());
    CHECK(test::eventually([&] {
        try {
            HttpsClient refused(port);
            return false;
        } catch (const std::exception&) {
            return true;
        }
    }));
    f.release = true;
    CHECK(client.receive().body == "waited");
    stopper.join();
}

TEST_CASE("a taken port, a missing file and a wrong key are refused with their name") {
    Fixture f;
    ServerOptions options;
    options.name = "second";
    options.listen = "127.0.0.1:" + std::to_string(f.server->port());
    options.tls = {f.tls.path("server.pem"), f.tls.path("server.key"), "", false};
    CHECK_THROWS_WITH(Server(options, f.router), Catch::Contains(options.listen));
    options.listen = "127.0.0.1:0";
    options.tls.keyFile = f.tls.path("absent.key");
    CHECK_THROWS_WITH(Server(options, f.router), Catch::Contains("absent.key"));
    f.tls.issue("other", "other");
    options.tls.keyFile = f.tls.path("other.key");
    CHECK_THROWS_WITH(Server(options, f.router), Catch::Contains("other.key"));
}

TEST_CASE("requests are counted by route and status") {
    Fixture f;
    HttpsClient client(f.server->port());
    client.request("GET", "/hello");
    client.request("GET", "/hello");
    client.request("GET", "/nowhere/123");
    CHECK(test::eventually([&] { return f.counts.all().size() == 2; }));
    for (const auto& count : f.counts.all()) CHECK(count.requests == (count.route == "/hello" ? 2u : 1u));
}
