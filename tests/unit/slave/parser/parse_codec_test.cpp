#include "slave/parser/parse_codec.h"

#include <catch2/catch.hpp>
#include <random>

using namespace weir;

namespace {

const char* const kPage =
    "<base href='https://base.example/'><p onclick=x()>Gr\xc3\xbc\xc3\x9f"
    "e <a href='https://one.example/a?b=1'>https://two.example</a>"
    "<form action=/login><input type=password></form><iframe src=https://frame.example></iframe>"
    "<script src=//script.example/x.js></script><img src=https://pixel.example/p.gif width=1 height=1>"
    "<object data=data:text/html,x></object><a href='javascript:x()'>run</a><span "
    "style='display:none'>hid</span>"
    "<meta http-equiv=refresh content='0;url=https://next.example'><!--[if mso]>for outlook<![endif]-->";

std::string written(const HtmlReading& html) {
    std::string bytes;
    writeAnswer(html, bytes);
    return bytes;
}

}  // namespace

TEST_CASE("everything that is read in HTML comes back as it was") {
    HtmlLimits limits;
    limits.links = 5;
    const HtmlReading html = readHtml(kPage, limits);
    REQUIRE(html.links.size() == 5);
    REQUIRE_FALSE(html.cut.empty());
    const ParseResult result = readAnswer(ParseKind::kHtml, written(html));
    REQUIRE(result.as<HtmlReading>());
    const HtmlReading& back = *result.as<HtmlReading>();
    CHECK(back.text == html.text);
    CHECK(back.otherText == html.otherText);
    CHECK(back.base == html.base);
    CHECK(back.cut == html.cut);
    for (std::size_t i = 0; i < html.links.size(); ++i) {
        CHECK(back.links[i].kind == html.links[i].kind);
        CHECK(back.links[i].url == html.links[i].url);
        CHECK(back.links[i].shown == html.links[i].shown);
    }
    CHECK(back.scripts == 1);
    CHECK(back.forms == 1);
    CHECK(back.passwordInputs == 1);
    CHECK(back.frames == 1);
    CHECK(back.objects == 1);
    CHECK(back.eventHandlers == 1);
    CHECK(back.refreshes == 1);
    CHECK(back.remoteImages == html.remoteImages);
    CHECK(back.trackingPixels == 1);
    CHECK(back.scriptUrls == 1);
    CHECK(back.dataUrls == 1);
    CHECK(back.hiddenBytes == html.hiddenBytes);
    CHECK(back.hiddenBytes > 0);
    CHECK(written(back) == written(html));
}

TEST_CASE("everything that is read in an archive comes back as it was") {
    ArchiveReading archive;
    archive.formats = {"zip", "rar"};
    archive.encrypted = archive.namesEncrypted = archive.damaged = true;
    archive.ambiguous = {"names differ"};
    archive.cut = {"entries over 2", "memory"};
    archive.unpacked = 123'456'789'012;
    archive.entries.resize(2);
    ArchiveEntry& entry = archive.entries[1];
    entry.name =
        "gr\xc3\xbc\xc3\x9f"
        "e.exe";
    entry.otherNames = {"a", ""};
    entry.container = "7z";
    entry.type = "application/x-dosexec";
    entry.sha256 = std::string(64, 'a');
    entry.size = UINT64_MAX;
    entry.depth = 3;
    entry.parent = 1;
    entry.directory = entry.encrypted = true;
    entry.seen = ArchiveEntry::Seen::kStream;
    DocumentReading& document = entry.document.emplace();
    document.kind = "pdf";
    document.encrypted = document.damaged = true;
    document.found = {"macros", "launch"};
    document.embedded = {{"a", "b", 7}};
    document.targets = {{"link", "http://a.example/"}};
    document.cut = {"memory"};
    document.unpacked = 99;
    std::string bytes;
    writeAnswer(archive, bytes);
    const ParseResult result = readAnswer(ParseKind::kArchive, bytes);
    REQUIRE(result.as<ArchiveReading>());
    const ArchiveReading& back = *result.as<ArchiveReading>();
    CHECK(back.formats == archive.formats);
    CHECK(back.encrypted);
    CHECK(back.namesEncrypted);
    CHECK(back.damaged);
    CHECK(back.ambiguous == archive.ambiguous);
    CHECK(back.cut == archive.cut);
    CHECK(back.unpacked == archive.unpacked);
    REQUIRE(back.entries.size() == 2);
    CHECK(back.entries[1].name == entry.name);
    CHECK(back.entries[1].otherNames == entry.otherNames);
    CHECK(back.entries[1].container == entry.container);
    CHECK(back.entries[1].type == entry.type);
    CHECK(back.entries[1].sha256 == entry.sha256);
    CHECK(back.entries[1].size == entry.size);
    CHECK(back.entries[1].depth == 3);
    CHECK(back.entries[1].parent == 1);
    CHECK(back.entries[1].directory);
    CHECK(back.entries[1].encrypted);
    CHECK(back.entries[1].seen == ArchiveEntry::Seen::kStream);
    CHECK_FALSE(back.entries[0].directory);
    CHECK_FALSE(back.entries[0].document);
    REQUIRE(back.entries[1].document);
    const DocumentReading& inner = *back.entries[1].document;
    CHECK(inner.kind == "pdf");
    CHECK(inner.encrypted);
    CHECK(inner.damaged);
    CHECK(inner.found == document.found);
    REQUIRE(inner.embedded.size() == 1);
    CHECK(inner.embedded[0].name == "a");
    CHECK(inner.embedded[0].type == "b");
    CHECK(inner.embedded[0].size == 7);
    REQUIRE(inner.targets.size() == 1);
    CHECK(inner.targets[0].what == "link");
    CHECK(inner.targets[0].where == "http://a.example/");
    CHECK(inner.cut == document.cut);
    CHECK(inner.unpacked == 99);

    // An entry that lies in itself would make a reader go in circles.
    entry.parent = 2;
    bytes.clear();
    writeAnswer(archive, bytes);
    CHECK(readAnswer(ParseKind::kArchive, bytes).failure == ParseFailure::kBadAnswer);
}

TEST_CASE("limits and items arrive as they were asked") {
    ParseLimits limits;
    limits.html.textBytes = 1;
    limits.html.depth = 7;
    const std::vector<ParseItem> items{{ParseKind::kHtml, "one"},
                                       {ParseKind::kFileType, ""},
                                       {ParseKind::kArchive, "three", "a.\xff.zip", true}};
    limits.archive.time = std::chrono::milliseconds(77);
    std::string bytes;
    writeRequestHead(limits, items, bytes);
    for (const ParseItem& item : items) bytes += item.bytes;
    const auto request = readRequest(bytes);
    REQUIRE(request);
    CHECK(request->limits.html.textBytes == 1);
    CHECK(request->limits.html.depth == 7);
    CHECK(request->limits.html.links == limits.html.links);
    REQUIRE(request->items.size() == 3);
    CHECK(request->items[0].bytes == "one");
    CHECK(request->items[1].bytes.empty());
    CHECK(request->items[2].bytes == "three");
    CHECK(request->items[2].kind == ParseKind::kArchive);
    CHECK(request->items[2].name == "a.\xff.zip");
    CHECK(request->items[2].sha256);
    CHECK_FALSE(request->items[0].sha256);
    CHECK(request->limits.archive.time == std::chrono::milliseconds(77));
    std::size_t head = 0;
    for (const ParseItem& item : items) head += requestHeadSize(item);
    CHECK(bytes.size() <= head + kRequestHeadRoom + 8);
    CHECK_FALSE(readRequest(std::string_view(bytes).substr(0, 40)));
}

TEST_CASE("an answer that is cut off anywhere, or longer than its fields, is refused") {
    const std::string good = written(readHtml(kPage));
    for (std::size_t length = 0; length < good.size(); ++length) {
        const ParseResult result = readAnswer(ParseKind::kHtml, std::string_view(good).substr(0, length));
        if (result.failure != ParseFailure::kBadAnswer) FAIL("accepted at " << length);
        CHECK(result.as<HtmlReading>() == nullptr);
    }
    CHECK(readAnswer(ParseKind::kHtml, good + "x").failed());
    CHECK(readAnswer(static_cast<ParseKind>(99), good).failed());
    CHECK_FALSE(readAnswer(ParseKind::kHtml, good).failed());
}

TEST_CASE("answers with any bytes changed are refused or are answers of valid UTF-8") {
    const std::string good = written(readHtml(kPage));
    std::mt19937 random(7);
    int accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = good;
        for (unsigned n = 1 + random() % 4; n > 0; --n)
            bytes[random() % bytes.size()] = static_cast<char>(random() % 5 == 0 ? 0xff : random());
        const ParseResult result = readAnswer(ParseKind::kHtml, bytes);
        if (result.failed()) continue;
        ++accepted;
        if (written(*result.as<HtmlReading>()) != bytes) FAIL("read as something else in run " << i);
    }
    CHECK(accepted > 100);
    CHECK(accepted < 19'000);
}

TEST_CASE("a count in an answer that claims more than can follow costs no memory") {
    std::string bytes = written(HtmlReading{});
    // text, otherText, then the number of links
    bytes.replace(16, 8, std::string(8, '\x7f'));
    CHECK(readAnswer(ParseKind::kHtml, bytes).failure == ParseFailure::kBadAnswer);
}
