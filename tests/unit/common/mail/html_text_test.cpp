#include "common/mail/html_text.h"

#include <catch2/catch.hpp>
#include <random>

#include "common/base/utf8.h"

using namespace weir;

namespace {

std::string seen(std::string_view html, std::size_t limit = SIZE_MAX) {
    std::string out;
    appendHtmlText(out, html, limit);
    return out;
}

std::string repeated(std::string_view piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += piece;
    return text;
}

}  // namespace

TEST_CASE("markup goes, white space collapses, blocks begin lines") {
    CHECK(seen("<html><body><h1>Title</h1><p>One\n  two</p><p>three<br>four</p></body></html>") ==
          "Title\nOne two\nthree\nfour");
    CHECK(seen("a<b>b</b><span>c</span>") == "abc");
    CHECK(seen("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>") == "a b\nc");
    CHECK(seen("<ul><li>x<li>y</ul>z") == "x\ny\nz");
    CHECK(seen("<pre>a  b\n c</pre>") == "a  b\n c");
}

TEST_CASE("a word is whole whatever is hidden inside it") {
    CHECK(seen("VI<!-- x -->AG<b></b>RA") == "VIAGRA");
    CHECK(seen("VI<span style=\"display:none\">xyz</span>AGRA") == "VIAGRA");
    CHECK(seen("VI<span style='DISPLAY : /**/ None !important'>xyz</span>AGRA") == "VIAGRA");
    CHECK(seen("VI<span style=\"display&#58;none\">xyz</span>AGRA") == "VIAGRA");
    CHECK(seen("VI<font style=\"font-size:0px\">xyz</font>AGRA") == "VIAGRA");
    CHECK(seen("VI<i hidden>xyz</i>AGRA") == "VIAGRA");
    CHECK(seen("VI&#8203;A&shy;G&zwnj;R\xE2\x80\x8B"
               "A\xC2\xAD") == "VIAGRA");
    CHECK(seen(std::string("VI\0AGRA", 7)) == "VIAGRA");
    CHECK(seen("VI<wbr>AGRA") == "VIAGRA");
}

TEST_CASE("scripts, styles, titles and comments are not seen") {
    CHECK(seen("a<script>var x = '<p>no</p>';</script>b") == "ab");
    CHECK(seen("<STYLE>p { x }</STYLE >b") == "b");
    CHECK(seen("<title>t</title>b") == "b");
    CHECK(seen("<script>a</scriptx></script>b") == "b");
    CHECK(seen("a<!--[if mso]>no<![endif]-->b<!-->c<!--->d<!-- x --!>e") == "abcde");
    CHECK(seen("a<!doctype html><?xml no?></ no>b") == "ab");
    CHECK(seen("a<!-- never closed <p>b") == "a");
}

TEST_CASE("what hides an element ends with it") {
    CHECK(seen("<div style=display:none>no<div>no</div>no</div>yes") == "yes");
    CHECK(seen("<p style=display:none>no<p>yes") == "yes");
    CHECK(seen("<div><span style=display:none>no</div>yes") == "yes");
    CHECK(seen("<table><tr><td style=display:none>no<td>yes</table>") == "yes");
    CHECK(seen("<ul><li hidden>no<li>yes</ul>") == "yes");
    CHECK(seen("<div hidden style=\"display:block\">yes</div>") == "yes");
    CHECK(seen("<span hidden>no</div>no</span>yes") == "yes");
    CHECK(seen("<body style=display:none>yes") == "yes");
    CHECK(seen("<td style=display:none>yes") == "yes");
}

TEST_CASE("a descendant may show itself where only its size or visibility was hidden") {
    CHECK(seen("<td><div style=\"font-size:0\">no<b style=\"font-size:16px\">yes</b>no</div>") == "yes");
    CHECK(seen("<div style=\"visibility:hidden\">no<b style=\"visibility:visible\">yes</b></div>") == "yes");
    CHECK(seen("<div style=\"display:none\">no<b style=\"display:block\">no</b></div>yes") == "yes");
    CHECK(seen("<div style=\"visibility:hidden\">no<b style=\"font-size:16px\">no</b></div>yes") == "yes");
}

TEST_CASE("references are decoded as browsers do") {
    CHECK(seen("&lt;&amp;&gt;&quot;&eacute;&euro;&#233;&#xE9;&#x20AC;&#128;") == "<&>\"é€éé€€");
    CHECK(seen("a&nbsp;b") == "a b");
    CHECK(seen("&ampx &copy2 &notit; &unknown; & &; &#; &#x;") == "&x ©2 ¬it; &unknown; & &; &#; &#x;");
    CHECK(seen("&#0;&#xD800;&#99999999999;") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(seen("user&commat;example&period;org") == "user@example.org");
}

TEST_CASE("broken markup is read as browsers read it") {
    CHECK(seen("1 < 2 and a<3") == "1 < 2 and a<3");
    CHECK(seen("<a href=\"x>y\">z</a>") == "z");
    CHECK(seen("<a href='x>y' title=a>z") == "z");
    CHECK(seen("a<b") == "a");
    CHECK(seen("a<img src=\"never closed>b") == "a");
    CHECK(seen("<a/b/c>x</a >y") == "xy");
    CHECK(seen("") == "");
    CHECK(seen("<") == "<");
    CHECK(seen("</") == "");
}

TEST_CASE("the text is cut at the limit between characters") {
    std::string out;
    CHECK_FALSE(appendHtmlText(out, "<p>ab\xC3\xBC</p>", 3));
    CHECK(out == "ab");
    CHECK(seen("<p>abc</p><p>def</p>", 5) == "abc\nd");
}

// Each of these is quadratic or exhausts the stack in some library.
TEST_CASE("hostile nesting, attributes and half-open markup give bounded text") {
    constexpr int kMany = 100000;
    CHECK(seen(repeated("<div>", kMany) + "deep" + repeated("</div>", kMany)) == "deep");
    CHECK(seen(repeated("<span hidden>", kMany) + "x" + repeated("</span>", kMany) + "after")
              .ends_with("after"));
    CHECK(seen("<p " + repeated("a=b ", kMany) + ">text") == "text");
    CHECK(seen("<p style=\"" + repeated("a:b;", kMany) + "\">text") == "text");
    CHECK(seen(repeated("<table><tr><td>", kMany) + "deep") == "deep");
    CHECK(seen(repeated("<p>", kMany) + repeated("</b>", kMany) + "x") == "x");
    CHECK(seen(repeated("<b><i>", kMany) + repeated("</b>", kMany) + "x") == "x");
    CHECK(seen(repeated("<!--", kMany)).empty());
    CHECK(seen(repeated("<!-- -- ", kMany)).empty());
    CHECK(seen(repeated("<style></styl", kMany)).empty());
    CHECK(seen(repeated("<a b='", kMany)).empty());
    CHECK(seen(repeated("&", kMany)) == repeated("&", kMany));
    CHECK(seen(repeated("<", kMany)).size() == kMany);
    CHECK(seen(repeated("<select><option>x<li>y", kMany)).size() < 10u * kMany);
}

TEST_CASE("random markup always gives valid text not longer than the input allows") {
    std::mt19937 random(5);
    const std::string_view pieces[] = {
        "<", ">",  "</", "div", "p",    "span", " style=", "\"",    "'",  "display:none", "&",
        "#", ";",  "x",  "12",  "<!--", "-->",  "script",  "table", "td", "\xC2\xA0",     "\xE2\x80\x8B",
        "ü", "\n", "="};
    for (int round = 0; round < 3000; ++round) {
        std::string html;
        for (int i = 0; i < 60; ++i) html += pieces[random() % std::size(pieces)];
        const std::string text = seen(html);
        CHECK(isValidUtf8(text));
        CHECK(text.size() <= html.size() * 3);
    }
}
