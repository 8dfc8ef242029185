#include "common/mail/url_unwrap.h"

#include <catch2/catch.hpp>

#include "common/mail/transfer_encoding.h"
#include "common/mail/url_claim.h"

using namespace weir;

namespace {

using List = std::vector<std::string>;

List inside(std::string_view url) {
    const auto parts = parseUrl(url);
    REQUIRE(parts);
    return wrappedUrls(*parts);
}

std::string encoded(std::string_view url) {
    std::string out;
    for (const char c : url) {
        if (c == ':')
            out += "%3A";
        else if (c == '/')
            out += "%2F";
        else if (c == '?')
            out += "%3F";
        else if (c == '=')
            out += "%3D";
        else if (c == '&')
            out += "%26";
        else if (c == '%')
            out += "%25";
        else
            out += c;
    }
    return out;
}

}  // namespace

TEST_CASE("the URL in a redirect's parameter is found") {
    CHECK(inside("https://www.google.com/url?sa=t&q=https://a.example/x&usg=1") ==
          List{"https://a.example/x"});
    CHECK(inside("https://eur01.safelinks.protection.outlook.com/"
                 "?url=https%3A%2F%2Fa.example%2Fx%3Fy%3D1&data=05") == List{"https://a.example/x?y=1"});
    CHECK(inside("https://t.example/c?target=http%3A%2F%2Fa.example%2F") == List{"http://a.example/"});
    CHECK(inside("https://t.example/c?U=aHR0cHM6Ly9hLmV4YW1wbGUv") == List{"https://a.example/"});
    CHECK(inside("https://www.bing.com/ck/a?!&&p=1&u=a1aHR0cHM6Ly9hLmV4YW1wbGUv&ntb=1") ==
          List{"https://a.example/"});
    CHECK(inside("https://de-central1.protection.sophos.com/?d=a.example&u=aHR0cHM6Ly9hLmV4YW1wbGUv") ==
          List{"https://a.example/"});
    CHECK(inside("https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fa.example%2fx&c=E,1") ==
          List{"https://a.example/x"});
    CHECK(inside("https://t.example/c?a=https%3a%2f%2fa.example%2fx").empty());
    CHECK(inside("https://t.example/c?x=https://a.example/&url=hello&q=words").empty());
    CHECK(inside("https://t.example/?https://a.example/b") == List{"https://a.example/b"});
}

TEST_CASE("the three forms of Proofpoint are read") {
    CHECK(inside("https://urldefense.proofpoint.com/v1/url?u=https://a.example/&k=1") ==
          List{"https://a.example/"});
    CHECK(inside("https://urldefense.proofpoint.com/v2/url?u=https-3A__a.example_x-3Fy-3D1&d=2&c=3") ==
          List{"https://a.example/x?y=1"});
    CHECK(inside("https://urldefense.com/v3/__https://a.example/x?y=1__;!!abc!def$") ==
          List{"https://a.example/x?y=1"});
    CHECK(inside("https://urldefense.com/v3/__https://a.example/*frag**A__;I8OkYg!!abc!def$") ==
          List{"https://a.example/#frag\xC3\xA4"
               "b"});
    CHECK(inside("https://urldefense.com/v3/__nothing__;!!x$").empty());
}

TEST_CASE("a URL behind the host is found") {
    CHECK(inside("https://archive.example/2020/https://a.example/x?y") == List{"https://a.example/x?y"});
    CHECK(inside("https://secure-web.cisco.com/1abc/https%3A%2F%2Fa.example%2Fx") ==
          List{"https://a.example/x"});
    CHECK(inside("https://b.example/x/y").empty());
}

TEST_CASE("wrappers inside wrappers are opened, up to the limits") {
    std::string url = "https://a.example/x";
    for (int i = 0; i < 3; ++i) url = "https://t" + std::to_string(i) + ".example/?url=" + encoded(url);
    const List all = inside(url);
    REQUIRE(all.size() == 3);
    CHECK(all.back() == "https://a.example/x");
    for (int i = 3; i < 9; ++i) url = "https://t" + std::to_string(i) + ".example/?url=" + encoded(url);
    CHECK(inside(url).size() == 4);
    std::string many = "https://t.example/?x";
    for (int i = 0; i < 50; ++i) many += "&url=https://a" + std::to_string(i) + ".example/";
    CHECK(inside(many).size() == 8);
}

TEST_CASE("a link lies when it shows another domain than it leads to") {
    CHECK(isDeceptiveLink("https://www.bank.com/login", "https://evil.com/"));
    CHECK(isDeceptiveLink("www.bank.com", "https://evil.com/"));
    CHECK(isDeceptiveLink(" bank.com ", "https://evil.com/"));
    CHECK(isDeceptiveLink("bank.it", "https://evil.com/"));
    CHECK(isDeceptiveLink("https://www.bank.com", "https://www.bank.com@evil.com/"));
    CHECK(isDeceptiveLink("https://bank.com", "https://bank.com.evil.com/"));
    CHECK(isDeceptiveLink("https://bank.com", "http://192.0.2.1/"));
    CHECK(isDeceptiveLink("Log in at https://www.bank.com/ now", "https://evil.com/"));
    CHECK(isDeceptiveLink("paypal.com", "https://p\xD0\xB0ypal.com/"));
    CHECK(isDeceptiveLink("https://evil.com https://bank.com", "https://evil.com/"));
    CHECK(isDeceptiveLink("help@bank.com", "mailto:thief@evil.com"));
    CHECK(isDeceptiveLink("https://bank.com", "https://evil.com/?url=https://bank.com"));
    CHECK(isDeceptiveLink("https://bank.com", "https://sites.google.com/?url=https://bank.com"));
}

TEST_CASE("a link that shows where it leads, or no place, does not lie") {
    CHECK_FALSE(isDeceptiveLink("https://www.bank.com/login", "https://click.bank.com/x"));
    CHECK_FALSE(isDeceptiveLink("bank.com", "https://WWW.BANK.COM/"));
    CHECK_FALSE(isDeceptiveLink("Click here", "https://evil.com/"));
    CHECK_FALSE(isDeceptiveLink("Version 2.0.1 of file.txt", "https://evil.com/"));
    CHECK_FALSE(isDeceptiveLink("Mr. Smith of bank.com wrote", "https://evil.com/"));
    CHECK_FALSE(isDeceptiveLink("https://bank.com", "#top"));
    CHECK_FALSE(isDeceptiveLink("https://bank.com", "tel:123"));
    CHECK_FALSE(isDeceptiveLink("help@bank.com", "mailto:help@bank.com"));
    CHECK_FALSE(isDeceptiveLink("help@bank.com", "https://evil.com/"));
    CHECK_FALSE(
        isDeceptiveLink("https://b\xC3\xBC"
                        "cher.de",
                        "https://xn--bcher-kva.de/"));
    CHECK_FALSE(isDeceptiveLink("https://bank.com/x", "https://www.google.com/url?q=https://bank.com/x"));
    CHECK_FALSE(
        isDeceptiveLink("https://bank.com/x", "https://urldefense.com/v3/__https://bank.com/x__;!!abc!def$"));
}
