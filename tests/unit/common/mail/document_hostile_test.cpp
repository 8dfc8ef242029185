// Documents in which something is hidden from those who read them in the usual way.
#include <catch2/catch.hpp>

#include "common/mail/archive_reader.h"
#include "common/mail/document_reader.h"
#include "tests/support/archive_maker.h"
#include "tests/support/document_maker.h"

using namespace weir;
using namespace std::string_literals;
using test::makeOoxml;
using test::makePdf;
using test::number;
using test::pdfStream;
using test::utf16;
using Texts = std::vector<std::string>;

namespace {

const std::string kMark = "%PDF-1.7\n";
const std::string kLaunch = "1 0 obj\n<</S/Launch>>\nendobj\n";

DocumentReading objectStream(const std::string& keys, const std::string& content) {
    return readDocument(makePdf({pdfStream(keys + "/Filter/FlateDecode", test::zlibbed(content))}));
}

std::string inFields(const std::string& body) {
    return "<w:document><w:body>" + body + "</w:body></w:document>";
}

}  // namespace

TEST_CASE("objects of PDF inside texts, comments and streams are read, as a table may lead to them") {
    for (const std::string& before :
         {"("s, "<"s, "% "s, "5 0 obj\n("s, "5 0 obj\n<</A (x"s, "5 0 obj\n<<>>\nstream\n"s, "((((("s,
          "[[[["s, "5 0 obj<</A(1 0 obj("s}) {
        INFO(before);
        CHECK(readDocument(kMark + before + kLaunch + "\nendstream\nendobj\n").has("launch"));
    }
    std::string deep = kMark;
    for (int i = 0; i < 400; ++i) deep += "1 0 obj (";
    CHECK(readDocument(deep + kLaunch).cut == Texts{"hidden objects over 8 times the file"});
    // It ends behind what it begins in.
    CHECK(readDocument(kMark + "(1 0 obj <</A ) /JS (x) >> endobj").found == Texts{"javascript"});
    CHECK(readDocument(kMark + "% 1 0 obj <<\n/AA 5 0 R >> endobj").found == Texts{"additional-actions"});
    CHECK(readDocument(kMark + "1 0 obj\n<</T (an obj file) /U (obj)>>\nendobj\n").found.empty());
}

TEST_CASE("an object stream is one by its numbers, and its objects may begin inside others") {
    const std::string action = "<</S/JavaScript/JS(x)>>";
    CHECK(objectStream("/Type/ObjStm/N 1/First 4", "1 0 " + action).found == Texts{"javascript"});
    CHECK(objectStream("/N 1/First 4", "1 0 " + action).found == Texts{"javascript"});
    CHECK(objectStream("/N 3/Alternate/DeviceRGB", "1 0 " + action).found.empty());  // a colour profile
    CHECK(objectStream("/N 2/First 8", "1 0 2 1 (" + action + ")").found == Texts{"javascript"});
    CHECK(objectStream("/N 1/First 4", "1 0 (" + action + ")").found.empty());
    const DocumentReading elsewhere = readDocument(
        makePdf({"/FlateDecode", pdfStream("/N 1/First 4/Filter 1 0 R", test::zlibbed("1 0 " + action))}));
    CHECK(elsewhere.damaged);
    CHECK(elsewhere.cut == Texts{"a filter by reference"});
    const DocumentReading nested =
        readDocument(makePdf({pdfStream("/Type/ObjStm/Filter/FlateDecode/Params<</Filter/ASCIIHexDecode>>",
                                        test::zlibbed("1 0 " + action))}));
    CHECK(nested.found == Texts{"javascript"});
}

TEST_CASE("a row of a PDF predictor is never longer than what there is") {
    const DocumentReading reading = objectStream(
        "/Type/ObjStm/DecodeParms<</Predictor 12/Columns 30000000/Colors 32/BitsPerComponent 16>>",
        "<</S/Launch>>");
    CHECK(reading.has("launch"));
}

TEST_CASE("quotes in comments, CDATA and instructions hide nothing in XML") {
    const std::string outside =
        "<Relationship Type='http://x/attachedTemplate' Target='http://evil.example/' "
        "TargetMode='External'/>";
    for (const std::string& before :
         {"<![CDATA[ ' ]]>"s, "<?x ' ?>"s, "<!-- ' -->"s, "<!DOCTYPE a [<!ENTITY b \"'\">]>"s}) {
        INFO(before);
        const DocumentReading reading = readDocument(
            makeOoxml({{"word/_rels/a.rels", "<Relationships>" + before + outside + "</Relationships>"}}));
        CHECK(reading.found == Texts{"external-template"});
    }
    for (const std::string& field :
         {"DDE<!-- x -->AUTO x"s, "<![CDATA[DDE]]>AUTO x"s, "&#x00000000000044;DEAUTO x"s}) {
        INFO(field);
        CHECK(readDocument(
                  makeOoxml({{"word/document.xml", inFields("<w:instrText>" + field + "</w:instrText>")}}))
                  .found == Texts{"dde"});
    }
}

TEST_CASE("an attribute that stands before the one that counts hides nothing") {
    std::string many;
    for (int i = 0; i < 500; ++i) many += " a" + std::to_string(i) + "='x'";
    for (const std::string& before : {many, " x:Target='a' x:TargetMode='Internal'"s}) {
        const DocumentReading reading = readDocument(makeOoxml(
            {{"word/_rels/a.rels", "<Relationship" + before +
                                       " Type='http://x/attachedTemplate' Target='http://evil.example/' "
                                       "TargetMode='External'/>"}}));
        CHECK(reading.has("external-template"));
    }
}

TEST_CASE("a part of a Word file is one by its content type, wherever it lies") {
    const std::string dde = inFields("<w:instrText>DDEAUTO x</w:instrText>");
    const std::string type =
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    CHECK(readDocument(makeOoxml({{"a/b.xml", dde}})).found.empty());
    CHECK(readDocument(makeOoxml({{"a/b.xml", dde},
                                  {"[Content_Types].xml",
                                   "<Override PartName='/a/B.xml' ContentType='" + type + "'/>"}}))
              .found == Texts{"dde"});
    CHECK(readDocument(
              makeOoxml({{"a/b.xyz", dde},
                         {"[Content_Types].xml", "<Default Extension='xyz' ContentType='" + type + "'/>"}}))
              .found == Texts{"dde"});
}

TEST_CASE("a template on the writer's own disk is nothing that is fetched") {
    const auto reading = [](const std::string& target) {
        return readDocument(makeOoxml(
            {{"word/_rels/settings.xml.rels", "<Relationship Type='http://x/attachedTemplate' Target='" +
                                                  target + "' TargetMode='External'/>"}}));
    };
    for (const char* own : {"file:///C:\\Users\\a\\Normal.dotm", "C:\\Normal.dotm", "Normal.dotm",
                            "file:///c|/Normal.dotm", "../Normal.dotm"}) {
        INFO(own);
        CHECK(reading(own).found.empty());
        CHECK(reading(own).targets.at(0).what == "file");
    }
    for (const char* other : {"http://a.example/t", "\\\\a.example\\t", "//a.example/t", "file://a.example/t",
                              "file:///\\\\a.example\\t", "mhtml:http://a.example/t"}) {
        INFO(other);
        CHECK(reading(other).found == Texts{"external-template"});
    }
}

TEST_CASE("what is nested without end is counted and not followed") {
    DocumentLimits limits;
    limits.nesting = 10;
    const std::string deep(100'000, '[');
    const DocumentReading pdf = readDocument(makePdf({"<</A" + deep + "/Launch"}), limits);
    CHECK(pdf.cut == Texts{"nesting over 10"});
    CHECK(pdf.has("launch"));
    const DocumentReading rtf = readDocument("{\\rtf1" + std::string(100'000, '{') + "{\\object}" +
                                                 std::string(100'001, '}') + "{\\object\\objautlink}}",
                                             limits);
    CHECK(rtf.cut == Texts{"nesting over 10"});
    CHECK(rtf.has("external-object"));
}

TEST_CASE("targets are told once each") {
    DocumentLimits limits;
    limits.targets = 2;
    std::string same;
    for (int i = 0; i < 100; ++i) same += "<</URI(http://a.example/)>>";
    CHECK(readDocument(makePdf({same, "<</URI(http://b.example/)>>"}), limits).cut.empty());
    CHECK(readDocument(makePdf({same, "<</URI(b)>>", "<</URI(c)>>"}), limits).cut == Texts{"targets over 2"});
}

TEST_CASE("slides and monikers that claim everything behind them cost no more than their bytes") {
    std::string slides, monikers;
    for (int i = 0; i < 20'000; ++i) {
        slides += number(0xF, 2) + number(0x1011, 2) + number(8u << 20, 4);
        monikers += "\xe0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b"s + number(8u << 20, 4);
    }
    const DocumentReading reading = readDocument(test::makeCfb({{"PowerPoint Document", slides}}));
    CHECK(reading.has("embedded-object"));
    CHECK(reading.embedded.size() == 1);
    const DocumentReading links = readDocument(test::makeCfb({{"a/\1Ole", number(1, 8) + monikers}}));
    CHECK(links.has("external-object"));
    CHECK(links.targets.size() < 20);
}

TEST_CASE("documents inside an archive are read within bounds of all of them together") {
    std::vector<test::ZipPart> parts;
    for (int i = 0; i < 5; ++i)
        parts.push_back({.name = std::to_string(i) + ".pdf",
                         .bytes = makePdf({"<</URI(http://" + std::to_string(i) + "a)>>",
                                           "<</URI(http://" + std::to_string(i) + "b)>>"})});
    const std::string bytes = test::makeZip(parts);
    ArchiveOptions options;
    CHECK(readArchive(bytes, options).cut.empty());
    options.limits.documents = 3;
    const ArchiveReading few = readArchive(bytes, options);
    CHECK(few.cut == Texts{"documents over 3"});
    CHECK(few.entries.at(2).document);
    CHECK_FALSE(few.entries.at(3).document);
    options.limits.documents = 100;
    options.limits.documentTexts = 8;
    const ArchiveReading texts = readArchive(bytes, options);
    std::size_t targets = 0;
    for (const ArchiveEntry& entry : texts.entries) targets += entry.document->targets.size();
    CHECK(targets <= 8);
    CHECK_FALSE(texts.cut.empty());
    CHECK(texts.cut.front().starts_with("document: targets over "));
}
