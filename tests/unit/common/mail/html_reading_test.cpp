#include "common/mail/html_reading.h"

#include <catch2/catch.hpp>
#include <random>

#include "common/base/utf8.h"
#include "common/mail/html_text.h"

using namespace weir;
using Kind = HtmlLink::Kind;

namespace {

std::string repeated(std::string_view piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += piece;
    return text;
}

// "kind url|shown" of each link.
std::vector<std::string> links(std::string_view html) {
    std::vector<std::string> list;
    for (const HtmlLink& link : readHtml(html).links) {
        list.push_back(std::string(toString(link.kind)) + " " + link.url +
                       (link.shown.empty() ? "" : "|" + link.shown));
    }
    return list;
}
using List = std::vector<std::string>;

}  // namespace

TEST_CASE("the text of a reading is that of appendHtmlText") {
    const std::string html =
        "<h1>Title</h1><p>a <a href=https://x.example/>b</a><script>no</script><b hidden>no</b> c";
    std::string text;
    appendHtmlText(text, html);
    CHECK(readHtml(html).text == text);
    CHECK(text == "Title\na b c");
}

TEST_CASE("anchors are listed with the text they show") {
    CHECK(links("<a href=\"https://a.example/\">one <b>two</b>\n three</a> four") ==
          List{"anchor https://a.example/|one two three"});
    CHECK(links("<a href=https://a.example/>x<a href=https://b.example/>y") ==
          List{"anchor https://a.example/|x", "anchor https://b.example/|y"});
    CHECK(links("<a href=x:y>a<span style=display:none>no</span>b</a>") == List{"anchor x:y|ab"});
    CHECK(links("<a href=\"https://a.example\"><img alt=\"www.bank.example\"></a>") ==
          List{"anchor https://a.example|www.bank.example"});
    CHECK(links("<div><a href=https://a.example/>p</div><p>q</a>") == List{"anchor https://a.example/|p q"});
    CHECK(links("<a>none</a><a href=\"\">empty</a><a href=#top>here</a>").empty());
    CHECK(links("<a href=https://a.example href=https://b.example>x</a>") ==
          List{"anchor https://b.example", "anchor https://a.example|x"});
}

TEST_CASE("a URL is what a browser takes from the attribute") {
    CHECK(links("<a href=\" \n ht\ntp&colon;//a.ex\tample/&#x2F;b\x01 \">x</a>") ==
          List{"anchor http://a.example//b|x"});
    CHECK(links("<a href='https://a.example/?a=1&copy=2&amp;b=3&lt;'>x</a>") ==
          List{"anchor https://a.example/?a=1&copy=2&b=3<|x"});
    CHECK(links("<A HREF = https://a.example/b/>x</A>") == List{"anchor https://a.example/b/|x"});
}

TEST_CASE("what a mail loads and where it sends is listed by kind") {
    CHECK(links("<area href=https://a.example/ alt=m>") == List{"area https://a.example/"});
    CHECK(links("<form action=https://a.example/><button formaction=https://b.example/>") ==
          List{"form https://a.example/", "form https://b.example/"});
    CHECK(links("<meta http-equiv=Refresh content=\"0; URL='https://a.example/x'\">") ==
          List{"refresh https://a.example/x"});
    CHECK(links("<meta http-equiv=refresh content=\"3;https://a.example/?a&amp;amp;b\">") ==
          List{"refresh https://a.example/?a&amp;b"});
    CHECK(
        links("<meta http-equiv=refresh content=5><meta name=x content='0;url=https://a.example'>").empty());
    CHECK(
        links(
            "<img src=https://a.example/1><td background=https://a.example/2><input src=https://a.example/3>"
            "<img srcset='https://a.example/4 1x, https://a.example/5 2x'>") ==
        List{"image https://a.example/1", "image https://a.example/2", "image https://a.example/3",
             "image https://a.example/4", "image https://a.example/5"});
    CHECK(links("<p style=\"background: URL( 'https://a.example/1' ) no-repeat\">"
                "<style>@import \"https://a.example/2\"; a{b:u\\72l(https://a.example/3)}</style>") ==
          List{"image https://a.example/1", "style https://a.example/2", "image https://a.example/3"});
    CHECK(
        links(
            "<link rel=stylesheet href=https://a.example/1><link rel=canonical href=https://a.example/2>") ==
        List{"style https://a.example/1"});
    CHECK(links("<iframe src=https://a.example/1></iframe><frame src=https://a.example/2>"
                "<object data=https://a.example/3></object><embed src=https://a.example/4>"
                "<script src=https://a.example/5></script><video src=https://a.example/6 "
                "poster=https://a.example/7>") ==
          List{"frame https://a.example/1", "frame https://a.example/2", "object https://a.example/3",
               "object https://a.example/4", "script https://a.example/5", "media https://a.example/6",
               "image https://a.example/7"});
    CHECK(
        links("<svg><a xlink:href=https://a.example/1>x</a><image xlink:href=https://a.example/2 /></svg>") ==
        List{"anchor https://a.example/1|x", "image https://a.example/2"});
    CHECK(links("<img src=cid:1@x>").empty());
    CHECK(
        links(
            "<script>location='https://a.example/x'; var u=\"https:\\/\\/b.example\\/y\"; a.com</script>") ==
        List{"script https://a.example/x", "script https:\\/\\/b.example\\/y"});
}

TEST_CASE("what only Outlook or a frame shows is read too") {
    const HtmlReading reading = readHtml(
        "<a href=https://a.example/>o<!--[if mso]><v:roundrect href=https://b.example/><v:fill "
        "src=https://c.example/ ><center>Button</center></v:roundrect><![endif]-->ne</a>"
        "<iframe srcdoc=\"&lt;a href=https://d.example/>inside&lt;/a>\"></iframe><!-- <a "
        "href=https://e.example/> "
        "-->");
    CHECK(reading.text == "one");
    CHECK(reading.otherText == "Button\ninside");
    REQUIRE(reading.links.size() == 4);
    CHECK(reading.links[0].shown == "one");
    CHECK(reading.links[1].url == "https://c.example/");
    CHECK(reading.links[2].url == "https://b.example/");
    CHECK(reading.links[2].shown == "Button");
    CHECK(reading.links[3].url == "https://d.example/");
    CHECK(readHtml("<!--[if gte mso 9]><xml>x").otherText == "x");
}

TEST_CASE("a base makes relative links absolute, wherever it stands") {
    const auto resolved = [](std::string_view base, std::string_view relative) {
        const HtmlReading reading = readHtml("<a href=\"" + std::string(relative) + "\">x</a><base href=\"" +
                                             std::string(base) + "\">");
        return reading.links.at(0).url;
    };
    CHECK(resolved("https://a.example/b/c?d", "e") == "https://a.example/b/e");
    CHECK(resolved("https://a.example/b/c?d", "/e") == "https://a.example/e");
    CHECK(resolved("https://a.example/b/c?d", "?e") == "https://a.example/b/c?e");
    CHECK(resolved("https://a.example", "bank.example/login") == "https://a.example/bank.example/login");
    CHECK(resolved("https://a.example/b", "//c.example/d") == "https://c.example/d");
    CHECK(resolved("https://a.example/b", "mailto:x@y.example") == "mailto:x@y.example");
    CHECK(resolved("javascript:x", "e") == "e");
    CHECK(links("<a href=e>x</a>") == List{"anchor e|x"});
    CHECK(readHtml("<img src=a.gif><base href=https://a.example/>").remoteImages == 1);
}

TEST_CASE("what the tags do is counted") {
    const HtmlReading reading = readHtml(
        "<body onload=x()><form><input type=password><input "
        "type=PassWord></form><script>a</script><iframe></iframe>"
        "<object></object><embed><a href=\"java\nscript:x()\" OnClick=y()>x</a><a "
        "href=data:text/html;base64,AAAA>y</a>"
        "<img src=data:image/gif;base64,AAAA><img src=http://a.example/1 width=1 height=\"1px\">"
        "<img src=https://a.example/2 style=\"width:0;height: 0px\"><img src=//a.example/3 hidden>"
        "<img src=https://a.example/4 width=100%><img src=https://a.example/5 width=1 height=20>"
        "<img src=local.gif width=1 height=1><meta http-equiv=refresh content='0;url=https://a.example/'>"
        "<div style=display:none> hidden words </div>");
    CHECK(reading.scripts == 1);
    CHECK(reading.forms == 1);
    CHECK(reading.passwordInputs == 2);
    CHECK(reading.frames == 1);
    CHECK(reading.objects == 2);
    CHECK(reading.eventHandlers == 2);
    CHECK(reading.scriptUrls == 1);
    CHECK(reading.dataUrls == 1);
    CHECK(reading.remoteImages == 5);
    CHECK(reading.trackingPixels == 3);
    CHECK(reading.refreshes == 1);
    CHECK(reading.hiddenBytes == 12);
    CHECK(reading.cut.empty());
}

TEST_CASE("each limit cuts and says so") {
    HtmlLimits limits;
    limits.bytes = 20;
    CHECK(readHtml("<p>0123456789ABCDEFGH", limits).cut == List{"HTML over 20 bytes"});
    CHECK(readHtml("<p>0123456789ABCDEF\xC3\xBC", limits).text == "0123456789ABCDEF");
    limits = {};
    limits.textBytes = 4;
    const HtmlReading text = readHtml("<p>abcdef<a href=https://a.example/>after</a>", limits);
    CHECK(text.text == "abcd");
    CHECK(text.cut == List{"text over 4 bytes"});
    CHECK(text.links.at(0).shown == "after");
    limits = {};
    limits.otherTextBytes = 4;
    const HtmlReading other = readHtml("<!--[if mso]>abc<![endif]--><!--[if mso]>def<![endif]-->", limits);
    CHECK(other.otherText == "abc\n");
    CHECK(other.cut == List{"other text over 4 bytes"});
    limits = {};
    limits.innerTexts = 1;
    CHECK(readHtml("<!--[if mso]>abc<![endif]--><!--[if mso]>def<![endif]-->", limits).cut ==
          List{"texts inside comments and frames over 1"});
    limits = {};
    limits.links = 2;
    const HtmlReading many =
        readHtml("<img src=http://a><img src=http://a><img src=http://b><img src=http://c>", limits);
    CHECK(many.links.size() == 2);
    CHECK(many.remoteImages == 4);
    CHECK(many.cut == List{"links over 2"});
    limits = {};
    limits.linkBytes = 12;
    const HtmlReading longLink = readHtml(
        "<a href=http://abcd\xC3\xBC"
        "e.example>x</a>",
        limits);
    CHECK(longLink.links.at(0).url == "http://abcd");
    CHECK(longLink.cut == List{"a link over 12 bytes"});
    CHECK(readHtml("<img src=\"data:" + std::string(5000, 'x') + "\">").links.at(0).url.size() == 64);
    CHECK(readHtml("<img src=\"data:" + std::string(5000, 'x') + "\">").cut.empty());
    limits = {};
    limits.shownBytes = 3;
    CHECK(readHtml("<a href=x:y>ab\xC3\xBC</a>", limits).links.at(0).shown == "ab");
    limits = {};
    limits.attributes = 1;
    CHECK(readHtml("<a x=y href=https://a.example>", limits).cut == List{"attributes of a tag over 1"});
    limits = {};
    limits.depth = 3;
    CHECK(readHtml("<b><b><b><b>", limits).cut == List{"elements nested deeper than 3"});
}

TEST_CASE("hostile HTML gives a bounded reading") {
    constexpr int kMany = 100000;
    const auto bounded = [](const std::string& html) {
        const HtmlReading reading = readHtml(html);
        CHECK(reading.links.size() <= 2000);
        CHECK(reading.cut.size() <= 7);
        CHECK(reading.text.size() <= html.size() * 3);
    };
    bounded(repeated("<div>", kMany) + "deep");
    bounded("<p " + repeated("a=b ", 10 * kMany) + ">text");
    bounded("<p " + repeated("href=https://a.example ", kMany) + ">text");
    bounded("<a href='" + repeated("x", 10 * kMany));
    bounded(repeated("<!--", kMany));
    bounded(repeated("<!--[if ", kMany));
    bounded(repeated("<!--[if]>x-->", kMany));
    bounded(repeated("<iframe srcdoc=x>", kMany));
    bounded("<style>" + repeated("url(", kMany) + "</style>");
    bounded("<style>" + repeated("url('", kMany) + "</style>");
    bounded("<style>" + repeated("@import", kMany) + "</style>");
    bounded("<style>" + repeated("\\", kMany) + "</style>");
    bounded("<img srcset='" + repeated("a,", kMany) + "'>");
    bounded("<img srcset='" + repeated("a b", kMany) + "'>");
    bounded(repeated("<a href=x:y>", kMany));
    bounded("<a href=x:y>" + repeated("word ", kMany));
    bounded(repeated("<base href=https://a.example/>", kMany) + repeated("<a href=y>", 3000));
}

TEST_CASE("random markup gives valid readings") {
    std::mt19937 random(6);
    const std::string_view pieces[] = {"<a ",
                                       "href=",
                                       "src=",
                                       "style=",
                                       "\"",
                                       "'",
                                       ">",
                                       "<",
                                       "</a>",
                                       "<img ",
                                       "url(",
                                       ")",
                                       "@import",
                                       "\\",
                                       "https://",
                                       "//",
                                       "a.example",
                                       "&amp;",
                                       "&#",
                                       ";",
                                       "data:",
                                       "javascript:",
                                       "<!--[if mso]>",
                                       "<![endif]-->",
                                       "<base ",
                                       "<meta http-equiv=refresh content=",
                                       "0;url=",
                                       "<iframe srcdoc=",
                                       "<v:rect ",
                                       "\xC3\xBC",
                                       " ",
                                       "\n",
                                       "srcset=",
                                       ",",
                                       "<style>",
                                       "</style>",
                                       "alt=",
                                       "=",
                                       "\xE2\x80\x8B"};
    HtmlLimits limits;
    limits.linkBytes = 20;
    limits.shownBytes = 7;
    limits.textBytes = 30;
    for (int round = 0; round < 3000; ++round) {
        std::string html;
        for (int i = 0; i < 60; ++i) html += pieces[random() % std::size(pieces)];
        const HtmlReading reading = readHtml(html, limits);
        CHECK(isValidUtf8(reading.text));
        CHECK(isValidUtf8(reading.otherText));
        CHECK(reading.text.size() <= limits.textBytes);
        for (const HtmlLink& link : reading.links) {
            CHECK(isValidUtf8(link.url));
            CHECK(isValidUtf8(link.shown));
            CHECK(link.shown.size() <= 512);
        }
    }
}
