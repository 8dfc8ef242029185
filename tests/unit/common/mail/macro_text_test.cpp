#include "common/mail/macro_text.h"

#include <catch2/catch.hpp>
#include <set>

#include "common/base/utf8.h"
#include "common/mail/encoded_word.h"
#include "common/mail/html_disarm.h"
#include "common/mail/html_text.h"

using namespace weir;

namespace {

MacroText parsed(std::string_view text, MacroPlace place = MacroPlace::kPlain, bool ofFile = false) {
    const auto result = MacroText::parse(text, "/x", place, ofFile);
    INFO((result ? "" : result.error().text()));
    REQUIRE(result);
    return *result;
}

std::string refused(std::string_view text, MacroPlace place = MacroPlace::kPlain,
                    const MacroLimits& limits = {}) {
    const auto result = MacroText::parse(text, "/x", place, false, limits);
    return result ? "" : result.error().text();
}

// Every value is this one.
std::string expanded(std::string_view text, const std::string& value, MacroPlace place) {
    return parsed(text, place).expand([&](Macro) { return value; });
}

}  // namespace

TEST_CASE("macros are replaced by their values, and two dollars are one") {
    const auto values = [](Macro macro) -> std::string {
        return macro == Macro::kSender ? "a@x.example" : macro == Macro::kRule ? "r1" : "";
    };
    CHECK(parsed("from ${sender} by ${rule}!").expand(values) == "from a@x.example by r1!");
    CHECK(parsed("${sender}${rule}").expand(values) == "a@x.exampler1");
    CHECK(parsed("${virus}").expand(values).empty());
    CHECK(parsed("5 $$ or $5 and $").expand(values) == "5 $ or $5 and $");
    CHECK(parsed("$${sender}").expand(values) == "${sender}");
    CHECK(parsed("no macro").expand({}) == "no macro");
    CHECK(parsed("${sender}.").expand({}) == ".");
    CHECK(parsed("").empty());
    CHECK(parsed("x ${rule}").source() == "x ${rule}");
    CHECK(parsed("x ${rule}").uses(Macro::kRule));
    CHECK_FALSE(parsed("x ${rule}").uses(Macro::kSender));
}

TEST_CASE("a macro that does not exist is found when the text is parsed") {
    CHECK(refused("${sendr}").find("/x: \"${sendr}\" is no macro; known are sender, ") == 0);
    CHECK(refused("${sendr}").find("client.address") != std::string::npos);
    CHECK(refused("${sendr}").find("file.name") == std::string::npos);
    CHECK(refused("${Sender}").find("no macro") != std::string::npos);
    CHECK(refused("${}").find("no macro") != std::string::npos);
    CHECK(refused("a ${sender").find("is not closed") != std::string::npos);
    CHECK(refused("${file.name}").find("only in the notice") != std::string::npos);
    CHECK(parsed("${file.name}", MacroPlace::kPlain, true).uses(Macro::kFileName));
    CHECK(refused("\xFF").find("UTF-8") != std::string::npos);
}

TEST_CASE("the table names each macro once, with help") {
    std::set<std::string_view> names;
    for (const MacroEntry& entry : macroTable()) {
        CHECK(names.insert(entry.name).second);
        CHECK_FALSE(entry.help.empty());
        CHECK(parsed("${" + std::string(entry.name) + "}", MacroPlace::kPlain, true).uses(entry.macro));
    }
    for (const char* name :
         {"sender", "recipient", "subject", "queue-id", "rule", "client.address", "date"}) {
        CHECK(names.contains(name));
    }
}

TEST_CASE("a text over a limit is refused") {
    CHECK(refused(std::string(11, 'x'), MacroPlace::kPlain, {.textBytes = 10}).find("longer than 10") !=
          std::string::npos);
    CHECK(refused("${rule}${rule}", MacroPlace::kPlain, {.macros = 1}).find("more than 1 macros") !=
          std::string::npos);
    CHECK(refused("two\nlines", MacroPlace::kHeader).find("one line") != std::string::npos);
    CHECK(refused("two\nlines", MacroPlace::kReply).find("one line") != std::string::npos);
    CHECK(refused("Gr\u00FC\u00DFe", MacroPlace::kReply).find("ASCII") != std::string::npos);
    CHECK(refused("two\nlines").empty());
}

TEST_CASE("no value leaves its place") {
    const std::string hostile =
        std::string("a\r\nBcc: x@y\r\n\r\nbody\0\x1B[31m", 27) + "\u2028\u202E\u0085\x7F<b onx='\"`&>";
    const std::string header = expanded("X ${subject}", hostile, MacroPlace::kHeader);
    CHECK(header.find_first_of(std::string_view("\r\n\0\x1B", 4)) == std::string::npos);
    CHECK(isValidUtf8(header));
    CHECK(header.find("\u202E") == std::string::npos);
    CHECK(header.find("\u2028") == std::string::npos);
    CHECK(decodeHeaderText(encodeHeaderText(header, 3)) == header);
    const std::string reply = expanded("no: ${subject}", hostile + "\u00FC", MacroPlace::kReply);
    for (const char c : reply) CHECK((c >= ' ' && c <= '~'));
    const std::string plain = expanded("one\ntwo ${subject}", hostile, MacroPlace::kPlain);
    CHECK(std::count(plain.begin(), plain.end(), '\n') == 1);
    CHECK(plain.find('\r') == std::string::npos);
    const std::string html = expanded("<p title=\"${subject}\">${subject}</p>", hostile, MacroPlace::kHtml);
    CHECK(std::count(html.begin(), html.end(), '<') == 2);
    CHECK(std::count(html.begin(), html.end(), '"') == 2);
    CHECK(disarmHtml(html).found.empty());
    std::string seen;
    appendHtmlText(seen, html);
    CHECK(seen.find("<b onx='\"`&>") != std::string::npos);
}

TEST_CASE("a value and the whole are bounded") {
    const MacroText text = parsed("${subject}-${subject}");
    const auto values = [](Macro) { return std::string(5000, 'x'); };
    CHECK(text.expand(values).size() == 2001);
    CHECK(text.expand(values, {.valueBytes = 10}) == "xxxxxxx...-xxxxxxx...");
    CHECK(text.expand(values, {.valueBytes = 10, .totalBytes = 15}) == "xxxxxxx...-");
    CHECK(macroValue("\u00FC\u00FC\u00FC\u00FC", MacroPlace::kPlain, 6) == "\u00FC...");
    CHECK(macroValue("abc", MacroPlace::kPlain, 2) == "...");
    CHECK(macroValue("\xFF", MacroPlace::kPlain) == "\uFFFD");
}

TEST_CASE("in HTML a macro stands only where its value is text") {
    for (const char* good :
         {"${subject}", "<p>${subject}</p>", "<p title='${subject}' class=\"a ${rule}\">x</p>",
          "a &amp; ${sender} < 5", "<a href=\"mailto:${sender}\">x</a>",
          "<a href=\"https://x.example/?id=${queue}\">x</a>", "<b>$$</b>"}) {
        INFO(good);
        CHECK(refused(good, MacroPlace::kHtml).empty());
    }
    for (const char* bad :
         {"<p title=${subject}>", "<p ${subject}>", "<${subject}>", "<a href=\"${subject}\">",
          "<a href='https://${subject}'>", "<a href=\"javascript:${subject}\">", "<p onclick=\"${subject}\">",
          "<p style=\"color:${subject}\">", "<script>${subject}</script>", "<style>${subject}</style>",
          "<!-- ${subject} -->", "</p ${subject}>", "<p title=\"${subject}", "<img src=\"${subject}\">",
          "<form action=\"${subject}\">", "<iframe srcdoc=\"${subject}\">"}) {
        INFO(bad);
        CHECK(refused(bad, MacroPlace::kHtml).find("macro") != std::string::npos);
    }
}
