#include "common/mail/document_reader.h"

#include <algorithm>
#include <new>

#include "common/mail/archive_zip.h"
#include "common/mail/document_cfb.h"
#include "common/mail/document_formats.h"

namespace weir {
namespace {

bool isRtf(std::string_view bytes) {
    return bytes.starts_with("{\\rt");  // Word wants no more
}

void readOne(std::string_view bytes, DocumentFindings& findings) {
    if (CompoundFile::is(bytes)) {
        readCompoundDocument(bytes, findings);
    } else if (isRtf(bytes)) {
        readRtf(bytes, findings);
    } else if (isOneNote(bytes)) {
        readOneNote(bytes, findings);
    } else if (bytes.starts_with("PK") && isZip(bytes)) {
        readZipDocument(bytes, findings);
    } else if (pdfStart(bytes) != std::string_view::npos) {
        readPdf(bytes, findings);
    }
}

}  // namespace

bool DocumentReading::has(std::string_view word) const {
    return std::find(found.begin(), found.end(), word) != found.end();
}

DocumentReading readDocument(std::string_view bytes, const DocumentLimits& limits) {
    DocumentFindings findings(limits);
    try {
        readOne(bytes, findings);
        // A PDF file may begin later, so it may be another document at its front.
        if (findings.reading().kind != "pdf" && pdfStart(bytes) != std::string_view::npos)
            readPdf(bytes, findings);
        std::string inner;
        while (findings.inTime() && findings.next(inner)) readOne(inner, findings);
    } catch (const std::bad_alloc&) {
        findings.unreadable("memory");
    }
    return findings.take();
}

bool looksLikeDocument(std::string_view head) {
    return CompoundFile::is(head) || isRtf(head) || isOneNote(head) || isZipDocument(head) ||
           pdfStart(head) != std::string_view::npos;
}

}  // namespace weir
