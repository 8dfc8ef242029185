#include "common/mail/archive_bytes.h"
#include "common/mail/document_formats.h"

namespace weir {
namespace {

constexpr std::uint16_t kFilePass = 0x002F, kBoundSheet = 0x0085, kSupBook = 0x01AE, kObProj = 0x00D3,
                        kExternSheet5 = 0x0017;
constexpr unsigned char kMacroSheet = 1;
constexpr std::uint16_t kOwnBook = 0x0401, kAddIns = 0x3A01;  // in place of the length of a path

// Where another workbook or program is referred to: "app\3topic" for DDE and OLE.
void supBook(std::string_view record, DocumentFindings& findings) {
    const std::uint16_t length = u16At(record, 2);
    if (length == kOwnBook || length == kAddIns) return;
    const bool wide = record.size() > 4 && (record[4] & 1);
    const std::string_view raw = bytesAt(record, 5, wide ? 2u * length : length);
    const std::string path = wide ? fromUtf16(raw) : std::string(raw);
    findings.found(path.find('\3') != std::string::npos ? "dde" : "external-link");
    findings.target("link", path);
}

}  // namespace

void readWorkbookRecords(std::string_view records, DocumentFindings& findings) {
    bool encrypted = false;
    for (std::uint64_t at = 0; at + 4 <= records.size();) {
        const std::uint16_t type = u16At(records, at), length = u16At(records, at + 2);
        const std::string_view record = bytesAt(records, at + 4, length);
        at += 4u + length;
        if (type == kFilePass) {
            encrypted = true;
            findings.encrypted();
        } else if (type == kObProj) {
            findings.found("macros");
        } else if (type == kBoundSheet && record.size() > 5) {
            // The kind of a sheet is encrypted, too; its place is not.
            if (!encrypted && static_cast<unsigned char>(record[5]) == kMacroSheet)
                findings.found("xlm-macros");
        } else if (!encrypted && type == kSupBook) {
            supBook(record, findings);
        } else if (!encrypted && type == kExternSheet5 && record.find('\3', 2) != std::string_view::npos &&
                   record.size() > 2 && record[1] == 1) {
            findings.found("dde");  // before Excel 97: length, then a path that has "\3" in it
        }
    }
}

}  // namespace weir
