// The readers of each kind of document. All of them: time linear in the bytes and what is unpacked, never
// fail, say what they find to `findings`, and what they cannot follow.
#pragma once

#include <string_view>

#include "common/mail/document_findings.h"

namespace weir {

// Compound files: .doc, .xls, .ppt, .msg, encrypted OOXML, OLE objects. document_ole.cpp
void readCompoundDocument(std::string_view bytes, DocumentFindings& findings);

// The records of an Excel workbook before 2007 ([MS-XLS] 2.1.4). document_biff.cpp
void readWorkbookRecords(std::string_view records, DocumentFindings& findings);

// What the program "Object Packager" stores ([MS-OLEDS] 2.3.6, without its size): a file with its name; or
// the link to one. document_ole.cpp
void readPackage(std::string_view bytes, DocumentFindings& findings);

// An object as OLE 1 stores it ([MS-OLEDS] 2.2), in RTF. document_ole.cpp
void readOle1Object(std::string_view bytes, DocumentFindings& findings);

// Monikers: where a linked object comes from. document_ole.cpp
void readMonikers(std::string_view bytes, DocumentFindings& findings);

// OOXML (ECMA-376) and ODF. document_zip.cpp
bool isZipDocument(std::string_view head);  // by its first entry
// Finds no kind when it is another zip file.
void readZipDocument(std::string_view bytes, DocumentFindings& findings);

// document_rtf.cpp
void readRtf(std::string_view bytes, DocumentFindings& findings);

// document_pdf.cpp
std::size_t pdfStart(std::string_view bytes);  // of "%PDF-" in the first kilobyte, as readers accept it; npos
void readPdf(std::string_view bytes, DocumentFindings& findings);

// Files inside a OneNote section ([MS-ONESTORE] 2.6.13). document_onenote.cpp
bool isOneNote(std::string_view bytes);
void readOneNote(std::string_view bytes, DocumentFindings& findings);

}  // namespace weir
