#include "common/mail/archive_bytes.h"
#include "common/mail/document_formats.h"

namespace weir {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kSection = "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"sv;
constexpr std::string_view kFileData = "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"sv;
constexpr std::size_t kFileDataHead = 36;  // its id, its length, and room

}  // namespace

bool isOneNote(std::string_view bytes) {
    return bytes.starts_with(kSection);
}

void readOneNote(std::string_view bytes, DocumentFindings& findings) {
    findings.kind("onenote");
    for (std::size_t at = bytes.find(kFileData); at != std::string_view::npos;) {
        if (!findings.part() || !findings.inTime()) return;
        const std::uint64_t length = u64At(bytes, at + 16);
        const std::string_view content = bytesAt(bytes, at + kFileDataHead, length);
        if (content.size() < length) findings.damaged();
        // Pictures are stored as files are.
        if (!findings.embedded("", content, length).starts_with("image/")) findings.found("embedded-file");
        at = bytes.find(kFileData, at + kFileData.size());
    }
}

}  // namespace weir
