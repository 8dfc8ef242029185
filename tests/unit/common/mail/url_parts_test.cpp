#include "common/mail/url_parts.h"

#include <catch2/catch.hpp>
#include <random>

using namespace weir;

namespace {

std::string canonical(std::string_view url) {
    const auto parts = parseUrl(url);
    return parts ? parts->text() : "none";
}

std::string host(std::string_view url) {
    const auto parts = parseUrl(url);
    return parts ? parts->host.name : "none";
}

}  // namespace

TEST_CASE("a URL has its parts") {
    const auto url = parseUrl("HTTPS://user:pass@WWW.Example.co.uk:8443/a/b.html?x=1&y=%7e#frag");
    REQUIRE(url);
    CHECK(url->scheme == "https");
    CHECK(url->user == "user:pass");
    CHECK(url->host.name == "www.example.co.uk");
    CHECK(url->domain == "example.co.uk");
    CHECK(url->topLevel == "uk");
    CHECK(url->port == 8443);
    CHECK(url->path == "/a/b.html");
    CHECK(url->query == "x=1&y=~");
    CHECK(url->fragment == "frag");
    CHECK_FALSE(url->cut);
    CHECK(url->text() == "https://www.example.co.uk:8443/a/b.html?x=1&y=~");
    CHECK(parseUrl("http://example.com")->port == 80);
    CHECK(parseUrl("http://192.0.2.1/")->domain.empty());
    CHECK(parseUrl("http://192.0.2.1/")->topLevel.empty());
}

TEST_CASE("equal URLs have one canonical text") {
    for (const char* same :
         {"http://example.com/a", "HTTP://EXAMPLE.com:80/a", "http:\\\\example.com\\a", "http:/example.com/a",
          "http:example.com/a", "http:////example.com/a", "http://example.com./a", "http://%65xample.com/%61",
          "ht\ntp://exa\tmple.com/\ra", "  http://example.com/a  ", "http://example.com/b/../a",
          "http://example.com/%2E/b/%2e%2E/a", "http://@example.com/a", "http://x@y@example.com/a#b",
          "//example.com/a", "\\\\example.com\\a",
          "http://example\xE3\x80\x82"
          "com/a"}) {
        INFO(same);
        CHECK(canonical(same) == "http://example.com/a");
    }
    CHECK(canonical("http://example.com") == "http://example.com/");
    CHECK(canonical("http://example.com?x") == "http://example.com/?x");
    CHECK(canonical("http://example.com/\xC3\xBC b") == "http://example.com/%C3%BC%20b");
    CHECK(canonical("http://example.com/a/../../..") == "http://example.com/");
    CHECK(canonical("http://example.com/a/b/..") == "http://example.com/a/");
    CHECK(canonical("http://example.com/a//b") == "http://example.com/a//b");
    CHECK(canonical("https://[2001:DB8::1]:443/") == "https://[2001:db8::1]/");
}

TEST_CASE("the host is what stands behind the last @ and before the first slash of either kind") {
    CHECK(host("https://www.bank.example@evil.example/") == "evil.example");
    CHECK(host("https://www.bank.example%2F@evil.example/") == "evil.example");
    CHECK(host("https://evil.example\\@www.bank.example/") == "evil.example");
    CHECK(host("https://evil.example?@www.bank.example/") == "evil.example");
    CHECK(host("https://evil.example#@www.bank.example/") == "evil.example");
    CHECK(host("http://0x7f.1/") == "127.0.0.1");
    CHECK(host("http://3221225985/") == "192.0.2.1");
    CHECK(host("http://[::ffff:c000:201]/") == "::ffff:192.0.2.1");
}

TEST_CASE("other schemes are taken apart as far as they go") {
    CHECK(parseUrl("mailto:a.b@Example.com?subject=x")->host.name == "example.com");
    CHECK(parseUrl("mailto:a.b@Example.com?subject=x")->query == "subject=x");
    CHECK(parseUrl("mailto:%61%40example.com,b@other.example")->host.name == "example.com");
    CHECK(parseUrl("MAILTO:nobody")->host.kind == UrlHost::Kind::kNone);
    CHECK(parseUrl("tel:+49123")->path == "+49123");
    CHECK(parseUrl("java\nscript:alert(1)")->scheme == "javascript");
    CHECK(parseUrl("data:text/html;base64,AAAA")->host.kind == UrlHost::Kind::kNone);
    CHECK(parseUrl("sftp://example.com/x")->host.name == "example.com");
    CHECK(parseUrl("sftp://example.com/x")->port == 0);
}

TEST_CASE("what has no place to go is no URL") {
    for (const char* none : {"", "x", "/a/b", "a.example/b", "http://", "http:///", "http://a b/",
                             "http://x:99999/", "http://x:1a/", "http://[::1/", "://x", "1http://x"}) {
        INFO(none);
        CHECK_FALSE(parseUrl(none));
    }
}

TEST_CASE("a long URL is cut at the limit") {
    UrlLimits limits;
    limits.bytes = 22;
    const auto url = parseUrl("http://example.com/abcdefgh", limits);
    REQUIRE(url);
    CHECK(url->cut);
    CHECK(url->path == "/abc");
}

TEST_CASE("the canonical text is its own canonical text") {
    std::mt19937 random(9);
    const std::string_view pieces[] = {
        "http", "https", "mailto",      "foo",          ":",    "//",       "/",
        "\\",   "@",     "example.com", "192.0.2.1",    "0x7f", ".",        "..",
        "%2e",  "%",     "%41",         "%2f",          "?",    "#",        "a",
        "b=c",  "&",     "[::1]",       ":80",          ":81",  "\xC3\xBC", "\xE3\x80\x82",
        " ",    "\t",    "xn--",        "\xE2\x98\x83", "\xFF"};
    int parsed = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string url = round % 2 == 0 ? "http://" : "";
        for (int i = 0; i < 8; ++i) url += pieces[random() % std::size(pieces)];
        const auto once = parseUrl(url);
        if (!once) continue;
        ++parsed;
        INFO(url << " -> " << once->text());
        const auto twice = parseUrl(once->text());
        REQUIRE(twice);
        REQUIRE(twice->text() == once->text());
        REQUIRE(twice->host.name == once->host.name);
    }
    CHECK(parsed > 1000);
}
