#include <algorithm>
#include <array>

#include "common/mail/archive_bytes.h"
#include "common/mail/archive_inflate.h"
#include "common/mail/archive_zip.h"
#include "common/mail/ascii.h"
#include "common/mail/document_cfb.h"
#include "common/mail/document_formats.h"
#include "common/mail/document_xml.h"

namespace weir {
namespace {

constexpr std::size_t kHead = 64u << 10;  // of parts that only their beginning tells about
constexpr std::size_t kMostKinds = 100;   // parts that only their content type tells apart
constexpr std::uint16_t kStored = 0, kDeflated = 8;

bool endsWith(std::string_view name, std::string_view end) {
    return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
}
bool contains(std::string_view text, std::string_view what) {
    return text.find(what) != std::string_view::npos;
}

// What documents are made of; anything else in them is a file.
bool isUsualPart(std::string_view name) {
    constexpr std::array kEndings = {
        ".xml",  ".rels", ".png",  ".jpg", ".jpeg", ".jpe", ".gif",  ".bmp",   ".tif",  ".tiff",
        ".emf",  ".wmf",  ".emz",  ".wmz", ".svg",  ".wdp", ".vml",  ".odttf", ".ttf",  ".fntdata",
        ".mp3",  ".mp4",  ".wav",  ".m4a", ".mov",  ".avi", ".rdf",  ".pcz",   ".json", ".data",
        ".webp", ".jfif", ".sigs", ".ico", ".wmv",  ".mpg", ".mpeg", ".mid",   ".eps",  ".pict"};
    return std::any_of(kEndings.begin(), kEndings.end(),
                       [name](const char* end) { return endsWith(name, end); });
}

// "C:\\a", "file:///C:/a" or "a": neither a URL nor another computer.
bool isLocalPath(std::string_view target) {
    const bool file = equalIgnoringCase(target.substr(0, 8), "file:///");
    if (file) target.remove_prefix(8);
    const std::size_t colon = target.find_first_of(":|/\\");
    const bool drive = colon == 1 && (target[1] == ':' || target[1] == '|') && isAsciiLetter(target[0]);
    if (drive) return true;
    const bool scheme = colon != std::string_view::npos && target[colon] == ':';
    return !file && !scheme && !target.starts_with("\\\\") && !target.starts_with("//");
}

class ZipDocumentReader {
  public:
    ZipDocumentReader(std::string_view bytes, DocumentFindings& findings)
        : bytes_(bytes), findings_(findings) {}

    void read() {
        const ZipStructure zip = readZip(bytes_, findings_.limits().parts + 1);
        const bool odf = std::any_of(zip.entries.begin(), zip.entries.end(), [](const ZipEntry& entry) {
            return entry.name == "META-INF/manifest.xml";
        });
        const bool ooxml = std::any_of(zip.entries.begin(), zip.entries.end(), [](const ZipEntry& entry) {
            return part(entry.name) == "[content_types].xml";
        });
        if (!odf && !ooxml) return;
        findings_.kind(odf ? "odf" : "ooxml");
        if (zip.damaged) findings_.damaged();
        for (const ZipEntry& entry : zip.entries)
            if (ooxml && part(entry.name) == "[content_types].xml") contentTypes(xml(entry));
        for (const ZipEntry& entry : zip.entries) {
            if (!findings_.part()) return;
            if (entry.encrypted) findings_.encrypted();
            if (entry.directory()) continue;
            std::vector<std::string> names{part(entry.name)};
            for (const std::string_view other : entry.others) names.push_back(part(other));
            for (const std::string& name : names) {
                if (!findings_.inTime()) return;
                if (odf) {
                    odfPart(entry, name);
                } else {
                    ooxmlPart(entry, name);
                }
            }
        }
    }

  private:
    static std::string part(std::string_view name) {
        std::string result = lowered(name);
        std::replace(result.begin(), result.end(), '\\', '/');
        return result.substr(std::min(result.find_first_not_of('/'), result.size()));
    }

    std::string content(const ZipEntry& entry, std::size_t most);
    std::string xml(const ZipEntry& entry) { return xmlAsUtf8(content(entry, findings_.limits().heldBytes)); }
    void ooxmlPart(const ZipEntry& entry, const std::string& name);
    void odfPart(const ZipEntry& entry, const std::string& name);
    void object(const ZipEntry& entry);
    void contentTypes(const std::string& xml);
    static bool isIn(const std::vector<std::string>& kinds, const std::string& name);
    void relationships(const std::string& xml);
    void relationship(const std::string& type, const std::string& target);
    void fields(const std::string& xml);
    void manifest(const std::string& xml);
    void odfContent(const std::string& xml);

    const std::string_view bytes_;
    DocumentFindings& findings_;
    std::vector<std::string> texts_, links_;  // parts, or ".extension": of Word, and to other workbooks
};

// Unpacked, at most `most` bytes of it; "" when that cannot be done.
std::string ZipDocumentReader::content(const ZipEntry& entry, std::size_t most) {
    const std::string_view packed = bytesAt(bytes_, entry.dataAt, entry.packed);
    std::string result;
    if (entry.dataAt == 0 || entry.encrypted || findings_.spent()) return result;
    if (entry.method == kStored) {
        result = packed.substr(0, most);
        findings_.unpack(result.size());
    } else if (entry.method == kDeflated) {
        const InflateEnd end = inflateBytes(packed, DeflateForm::kRaw, [&](std::string_view piece) {
            result += piece.substr(0, most - result.size());
            return findings_.unpack(piece.size()) && result.size() < most;
        });
        if (end == InflateEnd::kDamaged) findings_.damaged();
    } else {
        findings_.unreadable("a part packed by method " + std::to_string(entry.method));
    }
    if (most > kHead) findings_.fits(std::max<std::uint64_t>(entry.size, result.size()));
    return result;
}

// Objects of other programs: a compound file, another document, or any file.
void ZipDocumentReader::object(const ZipEntry& entry) {
    const std::string bytes = content(entry, findings_.limits().heldBytes);
    findings_.found("embedded-object");
    findings_.embedded(entry.name, bytes, std::max<std::uint64_t>(entry.size, bytes.size()));
}

void ZipDocumentReader::ooxmlPart(const ZipEntry& entry, const std::string& name) {
    if (endsWith(name, "vbaproject.bin")) findings_.found("macros");
    if (contains(name, "/macrosheets/")) findings_.found("xlm-macros");
    if (contains(name, "/activex/")) findings_.found("activex");
    if (name == "[content_types].xml") {
        return;  // it was read first
    } else if (endsWith(name, ".rels")) {
        relationships(xml(entry));
    } else if (contains(name, "/embeddings/")) {
        object(entry);
    } else if (endsWith(name, ".bin")) {
        // Printer settings, controls, macros: what is a compound file is looked into.
        const std::string head = content(entry, kHead);
        if (CompoundFile::is(head)) {
            const std::string bytes = content(entry, findings_.limits().heldBytes);
            findings_.embedded(entry.name, bytes, bytes.size());
        }
    } else if ((contains(name, "externallinks/") && endsWith(name, ".xml")) || isIn(links_, name)) {
        if (contains(xml(entry), "ddeLink")) findings_.found("dde");
    } else if (isIn(texts_, name) ||
               (name.starts_with("word/") && endsWith(name, ".xml") && !contains(name, "/theme/") &&
                !contains(name, "styles") && !contains(name, "fonttable") && !contains(name, "numbering"))) {
        fields(xml(entry));
    } else if (!isUsualPart(name)) {
        const std::string head = content(entry, kHead);
        findings_.found("embedded-file");
        findings_.embedded(entry.name, head, std::max<std::uint64_t>(entry.size, head.size()));
    }
}

// Parts can have any name; what they are is said here.
void ZipDocumentReader::contentTypes(const std::string& xml) {
    const std::string text = lowered(xml);
    if (contains(text, "ms-office.vbaproject") || contains(text, "macroenabled")) findings_.found("macros");
    if (contains(text, "macrosheet")) findings_.found("xlm-macros");
    if (contains(text, "ms-office.activex")) findings_.found("activex");
    if (contains(text, "oleobject")) findings_.found("embedded-object");
    XmlTags tags(text);
    while (tags.next()) {
        if (tags.end()) continue;
        const std::string type = tags.attribute("contenttype");
        auto& kinds = contains(type, "spreadsheetml.externallink") ? links_ : texts_;
        if (&kinds == &texts_ && (!contains(type, "wordprocessingml") || contains(type, "styles") ||
                                  contains(type, "fonttable") || contains(type, "numbering")))
            continue;
        const std::string name = part(tags.attribute("partname")), extension = tags.attribute("extension");
        if (kinds.size() < kMostKinds && !name.empty()) kinds.push_back(name);
        if (kinds.size() < kMostKinds && !extension.empty()) kinds.push_back("." + extension);
    }
}

bool ZipDocumentReader::isIn(const std::vector<std::string>& kinds, const std::string& name) {
    return std::any_of(kinds.begin(), kinds.end(), [&name](const std::string& kind) {
        return kind.front() == '.' ? endsWith(name, kind) : name == kind;
    });
}

void ZipDocumentReader::relationships(const std::string& xml) {
    XmlTags tags(xml);
    while (tags.next()) {
        if (tags.end() || !equalIgnoringCase(tags.name(), "Relationship")) continue;
        const std::string type = lowered(tags.attribute("Type"));
        const std::vector<std::string> modes = tags.attributes("TargetMode");
        if (std::any_of(modes.begin(), modes.end(),
                        [](const std::string& mode) { return equalIgnoringCase(mode, "External"); })) {
            for (const std::string& target : tags.attributes("Target")) relationship(type, target);
        } else if (endsWith(type, "/vbaproject")) {
            findings_.found("macros");
        } else if (endsWith(type, "macrosheet")) {
            findings_.found("xlm-macros");
        } else if (endsWith(type, "/oleobject") || endsWith(type, "/package")) {
            findings_.found("embedded-object");
        }
    }
}

void ZipDocumentReader::relationship(const std::string& type, const std::string& target) {
    if (isLocalPath(target)) {  // of the one who wrote it; nothing is fetched
        findings_.target("file", target);
    } else if (endsWith(type, "/attachedtemplate")) {
        findings_.found("external-template");
        findings_.target("template", target);
    } else if (endsWith(type, "/oleobject") || endsWith(type, "/package") || endsWith(type, "/control")) {
        findings_.found("external-object");
        findings_.target("object", target);
    } else if (endsWith(type, "/image")) {
        findings_.found("external-image");
        findings_.target("image", target);
    } else if (endsWith(type, "/hyperlink")) {
        findings_.target("link", target);
    } else {
        findings_.found("external-link");
        findings_.target("link", target);
    }
}

// Instructions of fields may be spread over many elements.
void ZipDocumentReader::fields(const std::string& xml) {
    XmlTags tags(xml);
    std::string instructions;
    bool inside = false;
    while (tags.next()) {
        if (tags.name() == "instrText" || tags.name() == "delInstrText") {
            if (tags.end() && inside) instructions += tags.text();
            inside = !tags.end();
        } else if (tags.name() == "fldSimple") {
            instructions += ' ' + tags.attribute("instr") + ' ';
        } else if (tags.name() == "fldChar") {
            instructions += ' ';
        }
    }
    std::string text = lowered(instructions);
    text.erase(std::remove(text.begin(), text.end(), '"'), text.end());
    if (contains(text, "ddeauto") || contains(text, " dde ")) findings_.found("dde");
    if (contains(text, "includepicture") || contains(text, "includetext")) {
        if (contains(text, "://") || contains(text, "\\\\")) findings_.found("external-link");
    }
}

void ZipDocumentReader::manifest(const std::string& xml) {
    if (contains(xml, "encryption-data")) findings_.encrypted();
}

void ZipDocumentReader::odfContent(const std::string& xml) {
    XmlTags tags(xml);
    while (tags.next()) {
        if (tags.end()) continue;
        std::string where;
        for (const std::string& one : tags.attributes("href"))
            if (contains(one, "://") || one.starts_with("\\\\") || one.starts_with("file:")) where = one;
        const bool outside = !where.empty();
        if (tags.name() == "event-listener") {
            findings_.found("macros");
        } else if (outside && tags.name() == "a") {
            findings_.target("link", where);
        } else if (outside && tags.name() == "template") {
            findings_.found("external-template");
            findings_.target("template", where);
        } else if (outside &&
                   (tags.name() == "object" || tags.name() == "object-ole" || tags.name() == "plugin" ||
                    tags.name() == "floating-frame" || tags.name() == "section-source")) {
            findings_.found("external-object");
            findings_.target("object", where);
        } else if (outside && tags.name() == "image") {
            findings_.found("external-image");
            findings_.target("image", where);
        } else if (tags.name() == "dde-source" || tags.name() == "dde-connection-decl") {
            findings_.found("dde");
        }
    }
}

void ZipDocumentReader::odfPart(const ZipEntry& entry, const std::string& name) {
    if (name == "meta-inf/manifest.xml") {
        manifest(xml(entry));
    } else if (name.starts_with("basic/") || name.starts_with("scripts/")) {
        findings_.found("macros");
    } else if (endsWith(name, "content.xml") || endsWith(name, "styles.xml") || endsWith(name, "meta.xml")) {
        odfContent(xml(entry));
    } else if (name.starts_with("object ") && !contains(name, "/")) {
        object(entry);  // of another program; one of ODF is a folder
    } else if (!isUsualPart(name) && name != "mimetype" && !name.starts_with("objectreplacements/") &&
               !name.starts_with("configurations2/") && name != "layout-cache") {
        const std::string head = content(entry, kHead);
        findings_.found("embedded-file");
        findings_.embedded(entry.name, head, std::max<std::uint64_t>(entry.size, head.size()));
    }
}

}  // namespace

bool isZipDocument(std::string_view head) {
    if (!hasAt(head, 0, "PK\3\4")) return false;
    const std::string name = lowered(bytesAt(head, 30, u16At(head, 26)));
    for (const char* start :
         {"[content_types].xml", "_rels/", "docprops/", "word/", "xl/", "ppt/", "customxml/", "visio/"})
        if (name.starts_with(start)) return true;
    return name == "mimetype" && contains(head.substr(0, 200), "application/vnd.oasis.opendocument");
}

void readZipDocument(std::string_view bytes, DocumentFindings& findings) {
    ZipDocumentReader(bytes, findings).read();
}

}  // namespace weir
