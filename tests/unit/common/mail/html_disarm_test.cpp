#include "common/mail/html_disarm.h"

#include <catch2/catch.hpp>
#include <random>

#include "common/mail/html_disarm_css.h"
#include "common/mail/html_disarm_url.h"
#include "common/mail/html_reading.h"
#include "common/mail/html_text.h"
#include "html_disarm_variants.h"
#include "tests/unit/common/mail/html_disarm_check.h"

using namespace weir;

namespace {

bool reports(const DisarmedHtml& result, std::string_view what) {
    for (const DisarmCount& count : result.found) {
        if (count.what == what) return true;
    }
    return false;
}

std::string disarmed(std::string_view html, const DisarmOptions& options = {}) {
    return disarmHtml(html, options).html;
}

std::string seen(std::string_view html) {
    std::string text;
    appendHtmlText(text, html);
    return text;
}

// By its bytes, by the reader that rules use, and by disarming it again.
void checkHarmless(const std::string& html) {
    CHECK(test::disarmProblem(html) == "");
    const HtmlReading reading = readHtml(html);
    CHECK(reading.scripts == 0);
    CHECK(reading.forms == 0);
    CHECK(reading.passwordInputs == 0);
    CHECK(reading.frames == 0);
    CHECK(reading.objects == 0);
    CHECK(reading.eventHandlers == 0);
    CHECK(reading.refreshes == 0);
    CHECK(reading.remoteImages == 0);
    CHECK(reading.scriptUrls == 0);
    CHECK(reading.base.empty());
    const DisarmedHtml again = disarmHtml(html);
    CHECK(disarmText(again.found) == "");
}

}  // namespace

TEST_CASE("no spelling of what runs, loads or sends survives") {
    std::size_t variants = 0;
    for (const test::DisarmVariant& variant : test::kDisarmVariants) {
        INFO(variant.html);
        const DisarmedHtml result = disarmHtml(variant.html);
        ++variants;
        if (variant.found.empty()) {
            CHECK(disarmText(result.found) == "");
            continue;
        }
        INFO(disarmText(result.found));
        CHECK(reports(result, variant.found));
        INFO(result.html);
        checkHarmless(result.html);
    }
    CHECK(variants >= 120);
}

TEST_CASE("variants inside one another are as harmless") {
    std::mt19937 random(1);
    for (int round = 0; round < 3000; ++round) {
        std::string html = "<p>x";
        for (int pieces = 1 + static_cast<int>(random() % 4); pieces > 0; --pieces) {
            const std::string_view piece =
                test::kDisarmVariants[random() % std::size(test::kDisarmVariants)].html;
            const std::size_t cut = random() % 3 == 0 ? random() % piece.size() : piece.size();
            html.insert(random() % (html.size() + 1), piece.substr(0, cut));
        }
        const DisarmedHtml result = disarmHtml(html);
        if (result.found.empty()) continue;
        INFO(html);
        INFO(result.html);
        checkHarmless(result.html);
    }
}

TEST_CASE("harmless HTML is left alone") {
    for (const char* html :
         {"", "plain", "<p>Hello <b>you</b></p>", "<a href=\"https://a.example/\">a.example</a>",
          "<img src=\"cid:1@x\"><img src=\"data:image/png;base64,iVBORw0KGgo=\">",
          "<table width=100% bgcolor='#fff'><tr><td style='color: red'>x</table>",
          "<o:p>&nbsp;</o:p><div data-x='1' class=y>z</div>", "<style>p { color: red }</style>",
          "<!DOCTYPE html><html><head><title>T</title><meta charset=utf-8></head><body>x</body></html>",
          "<a href='mailto:a@b.example'>write</a><a href='#top'>up</a><a href='tel:+1'>call</a>"}) {
        INFO(html);
        const DisarmedHtml result = disarmHtml(html);
        CHECK(disarmText(result.found) == "");
        CHECK(result.html.empty());
    }
}

TEST_CASE("what is harmless beside something that is not stays what it is") {
    CHECK(disarmed("<script></script><p class=a title='say \"hi\"'>1 &lt; 2 &amp; &euro; <br/>x</p>") ==
          "<p class=\"a\" title=\"say &quot;hi&quot;\">1 &lt; 2 &amp; &euro; <br>x</p>");
    CHECK(disarmed("<base href=x><a href='/a?b=1&copy=2&amp;c'>x</a>") ==
          "<a href=\"/a?b=1&amp;copy=2&amp;c\">x</a>");
    CHECK(disarmed("<form><table border=1><tr><td>Name</form>") == "<table border=\"1\"><tr><td>Name");
    CHECK(disarmed("<script></script><!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01//EN\">x") ==
          "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01//EN\">x");
    CHECK(disarmed("<base><title>a &lt;b</title><meta charset=koi8-r><meta name=viewport content=w>") ==
          "<title>a &lt;b</title><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">"
          "<meta name=\"viewport\" content=\"w\">");
}

TEST_CASE("the text of forms, objects and fields stays") {
    CHECK(seen(disarmed("<form>Name <input name=n value=secret> <button>Send</button></form>")) ==
          "Name Send");
    CHECK(seen(disarmed("<input type=submit value='Log &quot;in&quot;'>")) == "Log \"in\"");
    CHECK(seen(disarmed("<select><option>one<option>two</select>")) == "one two");
    CHECK(seen(disarmed("<textarea>typed</textarea>")) == "typed");
    CHECK(seen(disarmed("<object data=x>instead</object><svg><text>drawn</text></svg>")) == "insteaddrawn");
    CHECK(seen(disarmed("<script>no</script><style>no</style>yes<!-- no -->")) == "yes");
}

TEST_CASE("what was found is counted") {
    const DisarmedHtml result = disarmHtml(
        "<script></script><script></script><img src=http://a.example/1><p onclick=x onload=y "
        "style='a:url(//b/)'>");
    CHECK(result.found ==
          std::vector<DisarmCount>{{"scripts", 2}, {"event handlers", 2}, {"remote images", 2}});
    CHECK(disarmText(result.found) == "2 scripts, 2 event handlers, 2 remote images");
}

TEST_CASE("remote images may stay while scripts go") {
    const DisarmOptions keep = {.removeRemoteImages = false};
    CHECK(disarmHtml("<img src=http://a.example/x style='background:url(http://a.example/y)'>", keep)
              .found.empty());
    CHECK(disarmed("<script></script><img src=http://a.example/x?a&b>", keep) ==
          "<img src=\"http://a.example/x?a&amp;b\">");
    CHECK(disarmed("<script></script><p style='background:url(http://a.example/x)'>", keep) ==
          "<p style=\"background:url(&quot;http://a.example/x&quot;)\">");
    CHECK(disarmed("<img src=javascript:x>", keep) == "<img>");
    CHECK(disarmed("<img src=data:image/svg+xml,x>", keep) == "<img>");
}

TEST_CASE("a link that shows another address is followed by the real one") {
    const auto marked = [](std::string_view html) {
        const DisarmedHtml result = disarmHtml(html);
        return reports(result, "links that lie") ? result.html : std::string();
    };
    CHECK(marked("<a href=\"http://evil.example/x\">www.bank.com</a>!") ==
          "<a href=\"http://evil.example/x\">www.bank.com</a> [really: evil.example]!");
    CHECK(marked("<a href=http://evil.example>https://bank.com/login</a>")
              .ends_with("</a> [really: evil.example]"));
    CHECK(marked("<a href=http://bank.com@evil.example/>bank.com</a>").ends_with("[really: evil.example]"));
    CHECK(marked("<a href=http://bank.com.evil.example/>bank.com</a>")
              .ends_with("[really: bank.com.evil.example]"));
    CHECK(marked("<a href=http:\\\\evil.example>log in at www.<b>ba</b>nk.com</a>")
              .ends_with("[really: evil.example]"));
    CHECK(marked("<a href=http://evil.example><img alt='www.bank.com' src=cid:1></a>")
              .ends_with(" [really: evil.example]"));
    CHECK(marked("<a href=http://ev%69l.example>bank.com</a>").ends_with("[really: evil.example]"));
    CHECK(marked("<a href=http://b\u00E4nk.example>bank.com</a>").ends_with("[really: xn--bnk-qla.example]"));
    CHECK(marked("<a href=http://evil.example>b&#97;nk&period;com</a>").ends_with("[really: evil.example]"));
    CHECK(marked("<a href=mailto:x@evil.example>service@bank.com</a>").ends_with("[really: evil.example]"));
    CHECK(marked("<a href=http://evil.example>bank.com").ends_with("</a> [really: evil.example]"));
    CHECK(marked("<a href=http://evil.example>bank.com<a href=http://b.example>x</a>") ==
          "<a href=\"http://evil.example\">bank.com</a> [really: evil.example]<a "
          "href=\"http://b.example\">x</a>");
    for (const char* honest :
         {"<a href=http://bank.com/x>www.bank.com</a>", "<a href=http://login.bank.com>bank.com</a>",
          "<a href=http://mail.bank.co.uk>www.bank.co.uk/login</a>",
          "<a href=http://evil.example>click here</a>", "<a href=http://evil.example>e.g. this. And that</a>",
          "<a href='#x'>bank.com</a>", "<a href=mailto:x@bank.com>x@bank.com</a>", "<a name=x>bank.com</a>",
          "<a href=http://shop.example>3.50 EUR</a>"}) {
        INFO(honest);
        CHECK(marked(honest).empty());
    }
    CHECK(disarmHtml("<a href=http://evil.example>bank.com</a>", {.markLyingLinks = false}).found.empty());
    CHECK(disarmed("<a href=http://evil.example>bank.com</a>", {.really = "tats\u00E4chlich <b>"})
              .ends_with(" [tats\u00E4chlich &lt;b&gt;: evil.example]"));
}

TEST_CASE("a mark is not put twice") {
    const std::string once = disarmed("<a href=http://evil.example>bank.com</a>");
    CHECK(disarmHtml(once).found.empty());
}

TEST_CASE("styles keep what they look like and lose what they load") {
    const auto css = [](std::string_view text) {
        CssFindings findings;
        return disarmCss(text, false, findings);
    };
    CHECK(css("color: red; margin: -5px auto 1.5em") == "color: red; margin: -5px auto 1.5em");
    CHECK(css("p > a:hover{width:calc(100% - 10px)}") == "p > a:hover{width:calc(100% - 10px)}");
    CHECK(css("background: #FFF url(http://x/) no-repeat") == "background: #FFF none no-repeat");
    CHECK(css("background:url(cid:a@b)") == "background:url(\"cid:a@b\")");
    CHECK(css("background:url('data:image/png;base64,AA==')") ==
          "background:url(\"data:image/png;base64,AA==\")");
    CHECK(css("font-family:'A \"b\"', serif") == "font-family:\"A \\22 b\\22 \", serif");
    CHECK(css("content:'\\201C'") == "content:\"\u201C\"");
    CHECK(css("a/* x */b") == "a b");
    CHECK(css("ur/**/l(http://x/)") == "ur l(http://x/)");
    CHECK(css("<!-- p{a:b} -->") == "  p{a:b}  ");
    CHECK(css("@<!--import 'x';") == "@ import \"x\";");
    CHECK(css("</style>") == "< /style>");
    CHECK(css("@media (width<=600px){p{a:b}}") == "@media (width<=600px){p{a:b}}");
    CHECK(css("@import url(x) screen; p{a:b}") == " p{a:b}");
    CHECK(css("@import x{y;z} p{a:b}") == " p{a:b}");
    CHECK(css("p{@import 'x'} q{a:b}") == "p{} q{a:b}");
    CHECK(css("\\31 a{}") == "\\31 a{}");
    CHECK(css("a{content:\"open") == "a{content:\"open\"");
    CHECK(css("a{content:\"open\n;b:c}") == "a{content:\"\"\n;b:c}");
    CHECK(css("scroll-behavior:smooth") == "scroll-behavior:smooth");
    CHECK(css("#5url(http://x/)") == "#5none");
    CHECK(css("a\\") == "a");
}

TEST_CASE("large HTML is not looked at") {
    const DisarmedHtml result = disarmHtml("<script></script>", {}, {.bytes = 10});
    CHECK(result.tooLarge);
    CHECK(result.found.empty());
}

TEST_CASE("hostile HTML costs time and memory in proportion to its size") {
    const auto repeated = [](std::string_view piece, std::size_t bytes) {
        std::string text;
        while (text.size() < bytes) text += piece;
        return text;
    };
    for (const char* piece : {"<",
                              "<a ",
                              "<a href=",
                              "<!--",
                              "</",
                              "&",
                              "&#",
                              "<div>",
                              "<p a=",
                              "\"",
                              "<style>",
                              "<style>(",
                              "<script>",
                              "<a href=http://x.example>y.com",
                              "<i style=\"url(",
                              "<b style=\"/*",
                              "<u style=\"@import(",
                              " a=b",
                              "<x \0",
                              "<title>",
                              "<input value='",
                              "=",
                              "<![CDATA[",
                              "<a href=http://x.example>y.com</a>"}) {
        INFO(piece);
        const std::string html = repeated(piece, 300'000);
        const DisarmedHtml result = disarmHtml(html);
        CHECK(result.html.size() <= html.size() * 8 + 1000);
        CHECK(test::disarmProblem(result.html) == "");
    }
}
