#include "common/mail/disclaimer_text.h"

#include <catch2/catch.hpp>

#include "common/mail/html_text.h"

using namespace weir;

namespace {

std::string placed(std::string html, DisclaimerPlace place) {
    return html.insert(htmlPlaceFor(html, place), "#");
}
std::string atEnd(std::string html) {
    return placed(std::move(html), DisclaimerPlace::kEnd);
}
std::string atBegin(std::string html) {
    return placed(std::move(html), DisclaimerPlace::kBegin);
}

}  // namespace

TEST_CASE("a fragment at the end of HTML is inside the body") {
    CHECK(atEnd("<html><body>x</body></html>") == "<html><body>x#</body></html>");
    CHECK(atEnd("<p>x</p></BODY >\n") == "<p>x</p>#</BODY >\n");
    CHECK(atEnd("<html>x</html>") == "<html>x#</html>");
    CHECK(atEnd("x") == "x#");
    CHECK(atEnd("") == "#");
    CHECK(atEnd("a</body></html>b</body></html>") == "a</body></html>b#</body></html>");
    CHECK(atEnd("x<!-- </body> -->y") == "x<!-- </body> -->y#");
    CHECK(atEnd("x<script>'</body>'</script>y") == "x<script>'</body>'</script>y#");
    CHECK(atEnd("<p title='</body>'>y") == "<p title='</body>'>y#");
}

TEST_CASE("what is never closed does not swallow the fragment") {
    CHECK(atEnd("x<!-- never closed") == "x#<!-- never closed");
    CHECK(atEnd("x<!-- never closed >") == "x#<!-- never closed >");
    CHECK(atEnd("x<style>p{}") == "x#<style>p{}");
    CHECK(atEnd("x<a href=\"y") == "x#<a href=\"y");
    CHECK(atEnd("x</body><!-- y") == "x#</body><!-- y");
    CHECK(atEnd("x<!-- y -->") == "x<!-- y -->#");
}

TEST_CASE("a fragment at the beginning of HTML comes before all that is seen") {
    CHECK(atBegin("<!DOCTYPE html><html><head><title>t</title></head><body class=x>y</body></html>") ==
          "<!DOCTYPE html><html><head><title>t</title></head><body class=x>#y</body></html>");
    CHECK(atBegin("<!doctype html>\n<p>x") == "<!doctype html>#\n<p>x");
    CHECK(atBegin("x<body>y") == "#x<body>y");
    CHECK(atBegin("<div><body>y") == "#<div><body>y");
    CHECK(atBegin("\xEF\xBB\xBF<p>x") == "\xEF\xBB\xBF#<p>x");
    CHECK(atBegin("") == "#");
    CHECK(atBegin("<!-- a --><style>b</style>\nc") == "<!-- a --><style>b</style>#\nc");
}

TEST_CASE("flowed text is wrapped and stuffed so that it reads as it was") {
    CHECK(flowedText("short", false) == "short");
    CHECK(flowedText("end \nx", false) == "end\nx");
    CHECK(flowedText("-- \nx", false) == "-- \nx");
    CHECK(flowedText(">quoted\n stuffed\nFrom me", false) == " >quoted\n  stuffed\n From me");
    CHECK(flowedText("a\n\nb\n", false) == "a\n\nb\n");
    std::string words;
    for (int i = 0; i < 40; ++i) words += "words" + std::to_string(i) + (i < 39 ? " " : "");
    for (const bool deleteSpace : {false, true}) {
        const std::string flowed = flowedText(words, deleteSpace);
        std::string joined, rest = flowed;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            std::string line = rest.substr(0, end);
            CHECK(line.size() <= 74);
            CHECK((end == rest.size()) == !line.ends_with(' '));
            if (deleteSpace && end < rest.size()) line.pop_back();
            joined += line;
            rest.erase(0, end + 1);
        }
        CHECK(joined == words);
    }
    CHECK(flowedText(std::string(200, 'x'), false) == std::string(200, 'x'));
}

TEST_CASE("a disclaimer is known again however it is wrapped and quoted") {
    const char* text = "This mail is confidential and meant for the addressee alone.";
    CHECK(holdsDisclaimer("Hi\n\n> This mail is confidential\n> and meant for\n> the addressee alone.\n",
                          text));
    CHECK(holdsDisclaimer(text, text));
    CHECK_FALSE(holdsDisclaimer("This mail is confidential.", text));
    CHECK_FALSE(holdsDisclaimer("", text));
    CHECK(holdsDisclaimer("x\n> Confidential.\ny", "Confidential."));
    CHECK_FALSE(holdsDisclaimer("This is Confidential.", "Confidential."));
    CHECK_FALSE(holdsDisclaimer("anything", "--"));
}

TEST_CASE("text and HTML of a disclaimer are made from each other") {
    CHECK(disclaimerAsHtml("a < b\nc") == "<p>a &lt; b<br>\nc</p>");
    CHECK(disclaimerAsText("<p>a &lt; b<br>c</p>") == "a < b\nc");
    CHECK(htmlInAscii("<b>\u00FC \u20AC \U0001F600</b>") == "<b>&#252; &#8364; &#128512;</b>");
}
