// The way from a request to its reply, without a socket.
#include "master/http/router.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace weir;
using namespace weir::http;

namespace {

class TextSource final : public BodySource {
  public:
    explicit TextSource(std::string text) : text_(std::move(text)) {}
    std::size_t read(char* buffer, std::size_t size) override {
        const auto count = text_.copy(buffer, std::min<std::size_t>(size, 3), at_);
        at_ += count;
        return count;
    }
    std::optional<std::uint64_t> declaredLength() const override { return std::nullopt; }

  private:
    std::string text_;
    std::size_t at_ = 0;
};

Reply echo(Request& request) {
    return textReply(200, request.body);
}

Router sample() {
    Router router;
    router.add({"GET", "/api/v1/things", {"admin", "auditor"}, echo});
    router.add({"POST", "/api/v1/things", {"admin"}, echo, Body::kWhole, 10});
    router.add({"GET", "/api/v1/things/first", {}, [](Request&) { return textReply(200, "literal"); }});
    router.add(
        {"GET", "/api/v1/things/{id}", {}, [](Request& r) { return textReply(200, r.pathParameter("id")); }});
    router.add({"GET", "/api/v1/error", {}, [](Request&) -> Reply {
                    throw Error(ErrorCode::kUnavailable, "db away");
                }});
    router.add(
        {"GET", "/api/v1/bug", {}, [](Request&) -> Reply { throw std::runtime_error("secret path"); }});
    router.setGuard([](Request& request, const Route&) -> std::optional<Reply> {
        const auto role = request.header("X-Role");
        if (role.empty()) return problemReply(401, "unauthorized", "who?");
        request.principal.role = std::string(role);
        return std::nullopt;
    });
    router.setFallback([](Request&) { return textReply(200, "console"); }, {"/api/"});
    return router;
}

Reply ask(const Router& router, const std::string& method, const std::string& path,
          const std::string& role = {}, const std::string& body = {}) {
    Request request;
    request.method = method;
    request.path = path;
    if (!role.empty()) request.headers.emplace_back("x-role", role);
    TextSource source(body);
    request.source = &source;
    return router.handle(request);
}

}  // namespace

TEST_CASE("each answer of the router has its reason") {
    const Router router = sample();
    struct Case {
        const char *name, *method, *path, *role, *body;
        int status;
        const char* content;
    };
    const Case cases[] = {
        {"a listed role is served", "GET", "/api/v1/things", "auditor", "", 200, ""},
        {"nobody is refused", "GET", "/api/v1/things", "", "", 401, "who?"},
        {"another role is refused", "POST", "/api/v1/things", "auditor", "x", 403, "may not"},
        {"an unknown path is not the console's", "GET", "/api/v1/nothing", "admin", "", 404,
         "/api/v1/nothing"},
        {"a wrong method says which are right", "DELETE", "/api/v1/things", "admin", "", 405,
         "GET, HEAD, POST"},
        {"HEAD is served by GET", "HEAD", "/api/v1/things", "admin", "", 200, ""},
        {"a body within the limit is read", "POST", "/api/v1/things", "admin", "0123456789", 200,
         "0123456789"},
        {"a body over the limit is refused", "POST", "/api/v1/things", "admin", "01234567890", 413,
         "over 10 bytes"},
        {"a body where none is due is refused", "GET", "/api/v1/things", "admin", "x", 413, "no body"},
        {"a literal path wins over a variable", "GET", "/api/v1/things/first", "", "", 200, "literal"},
        {"a variable takes one segment", "GET", "/api/v1/things/abc", "", "", 200, "abc"},
        {"a variable does not take two", "GET", "/api/v1/things/a/b", "", "", 404, ""},
        {"an empty variable is no match", "GET", "/api/v1/things/", "", "", 404, ""},
        {"an Error becomes a problem", "GET", "/api/v1/error", "", "", 503, "db away"},
        {"any other path is the console's", "GET", "/rules", "", "", 200, "console"},
    };
    for (const auto& test : cases) {
        INFO(test.name);
        const Reply reply = ask(router, test.method, test.path, test.role, test.body);
        CHECK(reply.status == test.status);
        CHECK(reply.body.find(test.content) != std::string::npos);
    }
}

TEST_CASE("what a bug says stays in the log") {
    const Reply reply = ask(sample(), "GET", "/api/v1/bug");
    CHECK(reply.status == 500);
    CHECK(reply.body.find("secret path") == std::string::npos);
    const auto body = Json::parse(reply.body);
    CHECK(body["type"] == "https://weir.invalid/problems/internal");
    CHECK(body["status"] == 500);
}

TEST_CASE("the same route twice is a mistake of ours") {
    Router router = sample();
    CHECK_THROWS_AS(router.add({"GET", "/api/v1/things", {}, echo}), Error);
}

TEST_CASE("the printed table names method, path and roles") {
    const auto table = sample().table();
    CHECK(table.find("POST    /api/v1/things") != std::string::npos);
    CHECK(table.find("admin auditor\n") != std::string::npos);
    CHECK(table.find("open\n") != std::string::npos);
}

TEST_CASE("a header value cannot begin another header") {
    CHECK_THROWS_AS(emptyReply().header("X", "a\r\nSet-Cookie: b"), Error);
}
