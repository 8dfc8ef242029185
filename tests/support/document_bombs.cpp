#include <string_view>

#include "tests/support/archive_maker.h"
#include "tests/support/document_maker.h"
#include "tests/support/file_bombs.h"

namespace weir::test {
namespace {

using namespace std::string_literals;

constexpr std::size_t kMega = 1u << 20;
const std::string kPdf = "%PDF-1.7\n";

std::string repeated(std::string_view text, std::size_t n) {
    std::string all;
    all.reserve(text.size() * n);
    for (std::size_t i = 0; i < n; ++i) all += text;
    return all;
}

// With each "#" in the text as 0, 1, …
std::string counted(std::string_view text, std::size_t n) {
    const std::size_t mark = text.find('#');
    std::string all;
    for (std::size_t i = 0; i < n; ++i) {
        all += text.substr(0, mark);
        all += std::to_string(i);
        all += text.substr(mark + 1);
    }
    return all;
}

std::string deflatedObjects(std::size_t megabytes) {
    return makePdf(
        {pdfStream("/Type/ObjStm/Filter/FlateDecode", zlibbed(repeated("<<>>", megabytes * kMega / 4)))});
}

std::string embeddedFiles(std::size_t n) {
    std::vector<std::string> objects;
    const std::string packed = zlibbed("a file");
    for (std::size_t i = 0; i < n; ++i)
        objects.push_back(pdfStream("/Type/EmbeddedFile/Filter/FlateDecode", packed));
    return makePdf(objects);
}

// Streams that all end where the last one does, each of them packed zeros.
std::string streamsInStreams(std::size_t n) {
    const std::string packed = zlibbed(std::string(kMega, '\0'));
    return kPdf + repeated("1 0 obj<</N 1/First 4/Filter/FlateDecode>>stream\n" + packed, n);
}

std::string loopingCfb(std::size_t n) {
    std::string file = makeCfb({{"Workbook", std::string(n * 512, 'x')}});
    // Each sector of the first table sector leads to itself.
    for (std::uint32_t i = 0; i < std::min<std::size_t>(n, 100); ++i)
        file.replace(cfbTableAt(file, i), 4, number(i == 0 ? 1 : i - 1, 4));
    return file;
}

std::string manyStreams(std::size_t n) {
    std::vector<CfbStream> streams;
    for (std::size_t i = 0; i < n; ++i) streams.push_back({std::to_string(i), ""});
    return makeCfb(streams);
}

// Entries that are all the one long stream: found by its place, copied into each of them.
std::string sharedStreams(std::size_t n) {
    std::vector<CfbStream> streams;
    for (std::size_t i = 0; i < n; ++i) streams.push_back({std::to_string(i) + "/Workbook", "x"});
    streams.push_back({"0/Book", std::string(2 * kMega, '\0')});
    std::string file = makeCfb(streams);
    const std::string name = utf16("Workbook"), long_ = utf16("Book\0"s);
    const std::size_t from = file.find(long_ + std::string(64 - long_.size(), '\0'));
    const std::string where = file.substr(from + 116, 12);
    for (std::size_t at = file.find(name); at != std::string::npos; at = file.find(name, at + 1))
        file.replace(at + 116, 12, where);
    return file;
}

std::string manyParts(std::size_t n) {
    std::vector<std::pair<std::string, std::string>> parts;
    for (std::size_t i = 0; i < n; ++i) parts.emplace_back("a/" + std::to_string(i) + ".xml", "x");
    return makeOoxml(parts);
}

std::string nestedOoxml(std::size_t n) {
    std::string bytes = makeOoxml({});
    for (std::size_t i = 0; i < n; ++i) bytes = makeOoxml({{"word/embeddings/a.docx", bytes}});
    return bytes;
}

std::string relationships(const std::string& content) {
    return makeOoxml({{"word/_rels/document.xml.rels", "<Relationships>" + content}});
}

std::string fields(const std::string& content) {
    return makeOoxml({{"word/document.xml", "<w:document>" + content}});
}

std::string rtf(const std::string& content) {
    return "{\\rtf1 " + content;
}

std::string oneNote(std::size_t n) {
    const std::string file = "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"s +
                             number(UINT32_MAX, 8) + number(0, 12);
    return "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"s + repeated(file, n);
}

}  // namespace

std::vector<FileBomb> documentBombs() {
    const auto pdf = [](std::string text) {
        return [text](std::size_t n) { return kPdf + "1 0 obj\n" + repeated(text, n); };
    };
    return {
        {"pdf: arrays in arrays", 250'000, pdf("["), "nesting"},
        {"pdf: dictionaries in dictionaries", 125'000, pdf("<</A"), "nesting"},
        {"pdf: texts that do not end", 100'000, pdf("(1 0 obj"), "hidden objects"},
        {"pdf: brackets in texts", 250'000, pdf("(")},
        {"pdf: comments with objects", 50'000, pdf("%1 0 obj\n"), "hidden objects"},
        {"pdf: streams that do not end", 50'000, pdf("stream ")},
        {"pdf: streams in streams", 50, streamsInStreams, "hidden objects"},
        {"pdf: tables that lead to each other", 20'000,
         [](std::size_t n) { return kPdf + counted("xref\n0 0\ntrailer<</Prev #>>startxref\n0\n", n); }},
        {"pdf: objects that are each other", 50'000,
         [](std::size_t n) { return kPdf + counted("1 0 obj # 0 R endobj\n", n); }},
        {"pdf: packed objects", 15, deflatedObjects, "streams"},
        {"pdf: filters on filters", 50'000,
         [](std::size_t n) {
             return makePdf({pdfStream("/Type/ObjStm/Filter[" + repeated("/FlateDecode", n) + "]", "x")});
         }},
        {"pdf: embedded files", 500, embeddedFiles, "embedded objects"},
        {"pdf: links", 2000, [](std::size_t n) { return kPdf + counted("<</URI(http://#/)>>", n); },
         "targets"},
        {"pdf: one long name", 500'000, pdf("/A#41")},
        {"ole2: sectors in a circle", 1000, loopingCfb},
        {"ole2: streams", 6000, manyStreams, "parts"},
        {"ole2: streams that are the same bytes", 10, sharedStreams, "unpacked"},
        {"ole2: slides that hold all that follows", 20'000,
         [](std::size_t n) {
             return makeCfb({{"PowerPoint Document",
                              repeated(number(0xF, 2) + number(0x1011, 2) + number(UINT32_MAX, 4), n)}});
         }},
        {"ole2: links that hold all that follows", 20'000,
         [](std::size_t n) {
             const std::string moniker = "\xe0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b"s;
             return makeCfb({{"a/\1Ole", number(1, 8) + repeated(moniker + number(UINT32_MAX, 4), n)}});
         }},
        {"ole2: records", 100'000,
         [](std::size_t n) {
             return makeCfb({{"Workbook", repeated(number(0x85, 4), n)}});
         }},
        {"ooxml: zeros", 10, [](std::size_t n) { return relationships(std::string(n * kMega, '\0')); },
         "streams"},
        {"ooxml: parts", 6000, manyParts, "parts"},
        {"ooxml: nested", 2, nestedOoxml, "depth"},
        {"ooxml: links", 2000,
         [](std::size_t n) {
             return relationships(
                 counted("<Relationship Type='x/hyperlink' TargetMode='External' Target='http://#/'/>", n));
         },
         "targets"},
        {"ooxml: tags that do not end", 250'000,
         [](std::size_t n) { return relationships(repeated("<a b='", n)); }},
        {"ooxml: comments", 250'000, [](std::size_t n) { return fields(repeated("<!--", n)); }},
        {"ooxml: attributes", 200'000,
         [](std::size_t n) { return relationships("<Relationship" + counted(" a#=''", n) + "/>"); }},
        {"ooxml: fields", 50'000,
         [](std::size_t n) { return fields(repeated("<w:instrText>DDE</w:instrText>", n)); }},
        {"rtf: groups in groups", 250'000, [](std::size_t n) { return rtf(repeated("{", n)); }, "nesting"},
        {"rtf: objects in objects", 50'000, [](std::size_t n) { return rtf(repeated("{\\objdata 00", n)); },
         "nesting"},
        {"rtf: objects", 5000,
         [](std::size_t n) {
             return rtf(
                 repeated("{\\objdata " + toHexText(makeOle10Native("a", "b", "c").substr(4)) + "}", n));
         },
         "embedded objects"},
        {"rtf: binary that is not there", 50'000,
         [](std::size_t n) { return rtf(repeated("\\bin99999999 x", n)); }},
        {"rtf: links", 2000,
         [](std::size_t n) { return rtf(counted("{\\fldinst HYPERLINK \"http://#/\"}", n)); }, "targets"},
        {"onenote: files that hold all that follows", 6000, oneNote, "embedded objects"},
    };
}

}  // namespace weir::test
