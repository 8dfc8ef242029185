#include <algorithm>

#include "common/mail/archive_bytes.h"
#include "common/mail/archive_inflate.h"
#include "common/mail/ascii.h"
#include "common/mail/document_cfb.h"
#include "common/mail/document_formats.h"

namespace weir {
namespace {

using namespace std::string_view_literals;

// Class ids as they lie in files: the first three numbers least significant byte first.
constexpr std::string_view kEquationClass =
    "\x02\xce\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"sv;
constexpr std::string_view kUrlMoniker = "\xe0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b"sv;
constexpr std::string_view kFileMoniker =
    "\x03\x03\x00\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"sv;

constexpr std::size_t kHead = 64u << 10;  // of streams that only their beginning tells about

// PowerPoint records ([MS-PPT] 2.3.1).
constexpr std::uint16_t kContainer = 0xF, kVbaInfo = 0x03FF, kOleObjectStorage = 0x1011;
constexpr std::uint32_t kEncryptedUser = 0xF3D1C4DF;

// A text that ends with NUL; what follows it stays in `bytes`.
std::string_view takeText(std::string_view& bytes) {
    const std::size_t end = std::min(bytes.find('\0'), bytes.size());
    const std::string_view text = bytes.substr(0, end);
    bytes.remove_prefix(std::min(bytes.size(), end + 1));
    return text;
}

std::string_view takeCounted(std::string_view& bytes) {
    const std::uint32_t length = u32At(bytes, 0);
    std::string_view text = bytesAt(bytes, 4, length);
    bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 4 + text.size()));
    return text.substr(0, text.find('\0'));
}

class OleReader {
  public:
    OleReader(std::string_view bytes, DocumentFindings& findings)
        : findings_(findings), file_(bytes, findings.limits().parts) {}

    void read() {
        const auto& entries = file_.entries();
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (!findings_.part() || !findings_.inTime()) break;
            if (entries[i].classId == kEquationClass) findings_.found("equation-editor");
            if (entries[i].stream) {
                stream(entries[i]);
            } else {
                storage(entries[i]);
            }
        }
        if (file_.cut()) findings_.part();
        if (file_.damaged()) findings_.damaged();
    }

  private:
    std::string content(const CfbEntry& entry, std::size_t most) {
        if (!findings_.inTime() || findings_.spent()) return {};
        std::string bytes = file_.read(entry, most);
        findings_.unpack(bytes.size());
        return bytes;
    }
    std::string whole(const CfbEntry& entry) {
        return content(entry, findings_.fits(entry.size) ? findings_.limits().heldBytes : kHead);
    }

    void storage(const CfbEntry& entry) {
        const std::string name = lowered(entry.name);
        if (name == "vba" || name == "_vba_project_cur" || name == "macros") findings_.found("macros");
        const bool pooled =
            entry.parent >= 0 &&
            lowered(file_.entries()[static_cast<std::size_t>(entry.parent)].name) == "objectpool";
        if (pooled || name.starts_with("mbd")) findings_.found("embedded-object");
    }

    void stream(const CfbEntry& entry);
    void office(const CfbEntry& entry, const std::string& name);
    void slides(const CfbEntry& entry);
    void attachment(const CfbEntry& entry, const std::string& name);

    DocumentFindings& findings_;
    CompoundFile file_;
};

void OleReader::stream(const CfbEntry& entry) {
    const std::string name = lowered(entry.name);
    if (name == "\1ole10native") {
        const std::string bytes = whole(entry);
        findings_.found("embedded-object");
        readPackage(bytesAt(bytes, 4, bytes.size()), findings_);
    } else if (name == "package" || name == "contents") {
        findings_.found("embedded-object");
        findings_.embedded(entry.name, whole(entry), entry.size);
    } else if (name == "\1ole") {
        const std::string bytes = content(entry, kHead);
        if (u32At(bytes, 4) & 1) findings_.found("external-object");
        readMonikers(bytes, findings_);
    } else if (name == "_vba_project" || name == "_vba_project_cur") {
        findings_.found("macros");
    } else if (name == "equation native") {
        findings_.found("equation-editor");
    } else if (name.starts_with("__substg1.0_37")) {
        attachment(entry, name);
    } else {
        office(entry, name);
    }
}

// Streams of Office programs that tell whether they are encrypted, and more.
void OleReader::office(const CfbEntry& entry, const std::string& name) {
    constexpr std::uint16_t kWordEncrypted = 0x0100;
    if (name == "encryptedpackage" || name == "encryptedsummary" || name == "encryptioninfo") {
        findings_.encrypted();
    } else if (name == "worddocument") {
        if (u16At(content(entry, 64), 10) & kWordEncrypted) findings_.encrypted();
    } else if (name == "workbook" || name == "book") {
        readWorkbookRecords(whole(entry), findings_);
    } else if (name == "current user") {
        if (u32At(content(entry, 64), 12) == kEncryptedUser) findings_.encrypted();
    } else if (name == "powerpoint document") {
        slides(entry);
    }
}

void OleReader::slides(const CfbEntry& entry) {
    const std::string bytes = whole(entry);
    for (std::uint64_t at = 0, count = 0; at + 8 <= bytes.size(); ++count) {
        if (count % 4096 == 0 && !findings_.inTime()) return;
        const std::uint16_t version = u16At(bytes, at), type = u16At(bytes, at + 2);
        const std::uint32_t length = u32At(bytes, at + 4);
        at += 8;
        if (type == kVbaInfo) findings_.found("macros");
        if (type == kOleObjectStorage) {
            findings_.found("embedded-object");
            const bool packed = version >> 4 == 1;
            std::string_view object = bytesAt(bytes, at, length);
            std::string unpacked;
            if (packed) {
                inflateBytes(bytesAt(object, 4, object.size()), DeflateForm::kZlib,
                             [&](std::string_view piece) {
                                 unpacked += piece;
                                 return findings_.unpack(piece.size()) && findings_.fits(unpacked.size());
                             });
                object = unpacked;
            }
            findings_.embedded("", object, object.size());
        }
        // An object is no container, whatever its version says.
        if ((version & kContainer) != kContainer || type == kOleObjectStorage) at += length;
    }
}

// Attachments of an Outlook message ([MS-OXPROPS]).
void OleReader::attachment(const CfbEntry& entry, const std::string& name) {
    if (name == "__substg1.0_3707001f" || name == "__substg1.0_3704001f") {
        findings_.found("embedded-file");
        findings_.embedded(fromUtf16(content(entry, findings_.limits().textBytes)), {}, 0);
    } else if (name == "__substg1.0_3707001e" || name == "__substg1.0_3704001e") {
        findings_.found("embedded-file");
        findings_.embedded(content(entry, findings_.limits().textBytes), {}, 0);
    } else if (name == "__substg1.0_37010102") {
        findings_.found("embedded-file");
        findings_.embedded("", whole(entry), entry.size);
    }
}

}  // namespace

void readPackage(std::string_view bytes, DocumentFindings& findings) {
    constexpr std::uint16_t kEmbedded = 2;
    constexpr std::uint32_t kIsLink = 1;
    if (u16At(bytes, 0) != kEmbedded) {  // the data of any other program
        findings.embedded("", bytes, bytes.size());
        return;
    }
    std::string_view left = bytes.substr(2);
    const std::string_view label = takeText(left), path = takeText(left);
    const std::uint32_t kind = u32At(left, 0);
    left.remove_prefix(std::min<std::size_t>(left.size(), 4));
    std::string_view command = takeCounted(left);
    const std::uint32_t length = u32At(left, 0);
    if ((kind >> 16) == kIsLink || path.starts_with("\\\\")) {
        findings.found("external-object");
        findings.target("object", path.empty() ? command : path);
    }
    const std::string_view content = bytesAt(left, 4, length);
    if (content.size() < length) findings.damaged();
    const std::string_view shown = path.substr(path.find_last_of("\\/") + 1);
    findings.embedded(label.empty() ? shown : label, content, length);
    // The name that it is unpacked under counts, too, where it is not the one that is shown.
    if (!label.empty() && !shown.empty() && shown != label)
        findings.embedded(shown, content.substr(0, kHead), length);
}

void readOle1Object(std::string_view bytes, DocumentFindings& findings) {
    constexpr std::uint32_t kLinked = 1, kEmbedded = 2;
    const std::uint32_t format = u32At(bytes, 4);
    std::string_view left = bytesAt(bytes, 8, bytes.size());
    const std::string className = lowered(takeCounted(left));
    const std::string_view topic = takeCounted(left);
    takeCounted(left);  // item
    findings.found("embedded-object");
    if (className.starts_with("equation")) findings.found("equation-editor");
    if (format == kLinked) {
        findings.found("external-object");
        findings.target("object", topic);
        return;
    }
    const std::uint32_t length = u32At(left, 0);
    const std::string_view content = bytesAt(left, 4, length);
    if (format == kEmbedded && content.size() < length) findings.damaged();
    // Programs take a compound file even where the head before it is wrong.
    const std::size_t file = bytes.find("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    if (file != std::string_view::npos) {
        findings.embedded(className, bytes.substr(file), bytes.size() - file);
    } else {
        readPackage(content, findings);
    }
}

void readMonikers(std::string_view bytes, DocumentFindings& findings) {
    const std::size_t most = 2 * findings.limits().textBytes + 4;
    std::size_t length = 0;
    for (std::size_t at = bytes.find(kUrlMoniker); at != std::string_view::npos;
         at = bytes.find(kUrlMoniker, at + 16 + length)) {
        const std::string_view wide =
            bytesAt(bytes, at + 20, std::min<std::size_t>(u32At(bytes, at + 16), most));
        length = wide.size();
        std::string url = fromUtf16(wide);
        url.resize(std::min(url.find('\0'), url.size()));
        findings.found("external-object");
        findings.target("object", url);
    }
    for (std::size_t at = bytes.find(kFileMoniker); at != std::string_view::npos;
         at = bytes.find(kFileMoniker, at + 16 + length)) {
        const std::string_view path =
            bytesAt(bytes, at + 22, std::min<std::size_t>(u32At(bytes, at + 18), most));
        length = path.size();
        findings.found("external-object");
        findings.target("object", path.substr(0, path.find('\0')));
    }
}

void readCompoundDocument(std::string_view bytes, DocumentFindings& findings) {
    findings.kind("ole2");
    OleReader(bytes, findings).read();
}

}  // namespace weir
