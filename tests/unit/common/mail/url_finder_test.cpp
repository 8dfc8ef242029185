#include "common/mail/url_finder.h"

#include <catch2/catch.hpp>

using namespace weir;
using Kind = FoundUrl::Kind;

namespace {

using List = std::vector<std::string>;

List found(std::string_view text, const UrlFinderChoice& choice = {}) {
    List list;
    for (const FoundUrl& one : findUrls(text, choice).urls) list.push_back(one.url);
    return list;
}

std::string repeated(std::string_view piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += piece;
    return text;
}

}  // namespace

TEST_CASE("URLs with a scheme are found in sentences") {
    CHECK(found("See https://a.example/x?y=1, or (http://b.example/c_(d)).") ==
          List{"https://a.example/x?y=1", "http://b.example/c_(d)"});
    CHECK(found("<HTTP://a.example/>ftp://b.example/\"x\"") == List{"HTTP://a.example/", "ftp://b.example/"});
    CHECK(found("**https://a.example/** 'https://b.example/'") ==
          List{"https://a.example/", "https://b.example/"});
    CHECK(found("http://a.example/,http://b.example/;https://c.example/") ==
          List{"http://a.example/", "http://b.example/", "https://c.example/"});
    CHECK(found("http:\\\\a.example\\b") == List{"http:\\\\a.example\\b"});
    CHECK(found("xhttp://a.example/") == List{"http://a.example/"});
    CHECK(found("https://a.example/?u=https://b.example/") ==
          List{"https://a.example/?u=https://b.example/"});
    CHECK(found("mailto:x@a.example") == List{"mailto:x@a.example"});
    CHECK(found("http:// https:/ http: 12:30 a::b").empty());
    CHECK(found("[text](https://a.example/b)") == List{"https://a.example/b"});
}

TEST_CASE("marks of other scripts end a URL, and text that may belong to it gives both readings") {
    CHECK(found("\xE2\x80\x9Chttps://a.example/\xE2\x80\x9D") == List{"https://a.example/"});
    CHECK(found("https://a.example/\xE3\x80\x82\xE8\xAF\xB7") == List{"https://a.example/"});
    CHECK(found("https://a\xE3\x80\x82"
                "com/") == List{"https://a\xE3\x80\x82"
                                "com/"});
    CHECK(found("https://a.com\xE8\xAF\xB7") == List{"https://a.com\xE8\xAF\xB7", "https://a.com"});
    CHECK(found("\xE8\xAF\xB7www.a.com\xE8\xAF\xB7") == List{"http://www.a.com"});
    CHECK(found("\xE8\xAF\xB7"
                "a.com/b") == List{"http://\xE8\xAF\xB7"
                                   "a.com/b",
                                   "http://a.com/b"});
    CHECK(found("www.b\xC3\xBC"
                "cher.de") == List{"http://www.b\xC3\xBC"
                                   "cher.de"});
}

TEST_CASE("names without a scheme are found where they can be nothing else") {
    CHECK(found("visit www.a.example/x.") == List{"http://www.a.example/x"});
    CHECK(found("at example.com or sub.example.net/path?x, example.com:8080/y") ==
          List{"http://example.com", "http://sub.example.net/path?x", "http://example.com:8080/y"});
    CHECK(found("example.it/x example.it") == List{"http://example.it/x"});
    CHECK(found("readme.md main.rs/x file.zip/y setup.py foo.txt/z e.g. i.e. end.It was.So 1.5/2.0 v1.2.3")
              .empty());
    CHECK(found("good.De news.Com").empty());
    CHECK(findUrls("www.a.example").urls.at(0).kind == Kind::kWww);
    CHECK(findUrls("a.com").urls.at(0).kind == Kind::kBare);
    UrlFinderChoice none;
    none.bareDomains = false;
    CHECK(found("a.com/x www.b.com", none) == List{"http://www.b.com"});
    UrlFinderChoice any;
    any.anyBareDomain = true;
    CHECK(found("readme.md p\xD0\xB0ypal.com foo.txt", any) ==
          List{"http://readme.md", "http://p\xD0\xB0ypal.com"});
}

TEST_CASE("addresses are no domains, and found when asked for") {
    CHECK(found("write to user@example.com, a.b+c@sub.example.org").empty());
    UrlFinderChoice choice;
    choice.addresses = true;
    CHECK(found("write to user@example.com, a.b+c@sub.example.org. x@y", choice) ==
          List{"mailto:user@example.com", "mailto:a.b+c@sub.example.org"});
}

TEST_CASE("each different URL is listed once, and limits cut") {
    CHECK(found("http://a.example http://a.example") == List{"http://a.example"});
    const FoundUrls many =
        findUrls("http://a.example http://b.example http://a.example http://c.example", {}, {2, 4096});
    CHECK(many.urls.size() == 2);
    CHECK(many.cut);
    CHECK_FALSE(findUrls("http://a.example http://b.example", {}, {2, 4096}).cut);
    const FoundUrls cut = findUrls("http://a.example/abcdef", {}, {2, 18});
    CHECK(cut.urls.at(0).url == "http://a.example/a");
    CHECK(cut.cut);
}

TEST_CASE("hostile text gives a bounded list") {
    constexpr int kMany = 100000;
    for (const char* piece : {"http://", "http://|", "http://a,", "http://a;", "a.", "a@", "a+", "a.com/",
                              "a.com,", ":", "www.", "a.com)", "))))",
                              "\xE8\xAF\xB7"
                              "a.com",
                              "\xE3\x80\x82", "a.b:1", "mailto:", "\xC2", "@a.com"}) {
        UrlFinderChoice choice;
        choice.addresses = true;
        CHECK(findUrls(repeated(piece, kMany), choice).urls.size() <= 1000);
        CHECK(findUrls("http://a.com/" + repeated(piece, kMany), choice).urls.size() <= 1000);
    }
}
