// Targets, queries, cookies and JSON bodies as hostile clients write them.
#include "master/http/request.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "master/http/request_target.h"

using namespace weir;
using namespace weir::http;

TEST_CASE("a target is taken apart") {
    Request request;
    REQUIRE(parseTarget("/api/v1/mails/caf%C3%A9?q=a+b%26c&limit=&flag&q=second", request));
    CHECK(request.path == "/api/v1/mails/café");
    CHECK(request.parameter("q") == std::optional<std::string>("a b&c"));
    CHECK(request.parameter("limit") == std::optional<std::string>(""));
    CHECK(request.parameter("flag") == std::optional<std::string>(""));
    CHECK_FALSE(request.parameter("absent").has_value());
}

TEST_CASE("a target that walks or lies is refused") {
    std::string many = "/?";
    for (int i = 0; i < 101; ++i) many += "a=1&";
    for (const std::string target : {"",
                                     "api",
                                     "http://x/",
                                     "*",
                                     "/../etc/passwd",
                                     "/a/../b",
                                     "/%2e%2e/etc/passwd",
                                     "/a/%2E./b",
                                     "/..",
                                     "/assets/..%2f..%2fetc/passwd",
                                     "/a//b",
                                     "//evil",
                                     "/a/./b",
                                     "/a%00b",
                                     "/a%zz",
                                     "/a%2",
                                     "/a%ff",
                                     "/a\\b",
                                     "/a%5c..%5cb",
                                     "/?q=%00",
                                     "/?q=%",
                                     many.c_str()}) {
        INFO(target);
        Request request;
        CHECK_FALSE(parseTarget(target, request).has_value());
    }
}

TEST_CASE("one cookie is found among others") {
    Request request;
    request.headers = {{"Cookie", "a=1; weir_session=s3cret ;xweir_session=no"}};
    CHECK(request.cookie("weir_session") == "s3cret");
    CHECK(request.cookie("session").empty());
}

TEST_CASE("a JSON body says what is wrong with it") {
    Request request;
    request.body = "{\"a\":1}";
    CHECK(request.json().error().what.find("Content-Type") != std::string::npos);
    request.headers = {{"content-type", "application/json; charset=utf-8"}};
    REQUIRE(request.json());
    CHECK((*request.json())["a"] == 1);
    for (const std::string body : {"", "{", "{\"a\":1,\"a\":2}", "{} x", "\xff"}) {
        request.body = body;
        INFO(body);
        CHECK_FALSE(request.json().has_value());
    }
}
