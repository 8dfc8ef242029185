// What an Office document or PDF carries besides its text: encryption, macros, embedded objects, references
// to outside, actions.
//
// Our own readers: OLE2 compound files ([MS-CFB]) with Word, Excel, PowerPoint and Outlook inside, OOXML and
// ODF (zip), RTF, PDF (ISO 32000; objects wherever they stand, in object streams too, whatever a
// cross-reference table says) and OneNote. Embedded documents are read, too.
//
// Never fails: what is damaged or over a limit is named in the result. Time is linear in the bytes read and
// unpacked, memory bounded by the limits, nothing recurses into the input. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct DocumentLimits {
    std::uint64_t unpackedBytes = 50u << 20;  // in all, out of streams of PDF and parts of zip files
    std::size_t heldBytes = 32u << 20;        // of one of them, or of one stream of a compound file
    std::size_t parts = 20'000;               // entries of zip files and compound files
    std::size_t embedded = 500;               // objects that are named
    std::size_t targets = 5000;               // outside, different ones
    std::size_t textBytes = 2048;             // of one name or target
    std::size_t depth = 4;                    // of documents in documents
    std::size_t nesting = 500;                // of brackets and braces; what lies deeper is not told apart
    std::size_t documents = 100;              // in all
    std::chrono::milliseconds time{1000};     // CPU time, looked at between pieces of work
};

struct EmbeddedObject {
    std::string name;        // as the document calls it; "" when it does not
    std::string type;        // real type of its content (file_type.h); "" when that is not to be had
    std::uint64_t size = 0;  // of its content, as far as it is known
};

struct DocumentTarget {
    std::string what;   // "link", "template", "object", "image", "file", "data"
    std::string where;  // URL or path, as it stands there
};

struct DocumentReading {
    // "ooxml", "odf", "ole2", "rtf", "pdf", "onenote"; "" for anything else.
    std::string kind;
    // The content cannot be read without a key. Of a PDF also when only what may be done with it is
    // restricted.
    bool encrypted = false;
    // Each once; the words that begin with an action are of PDF:
    //   macros              VBA, or Basic and scripts of ODF
    //   xlm-macros          Excel 4.0 macro sheets
    //   activex             controls
    //   equation-editor     an object of that program
    //   embedded-object     an OLE object
    //   embedded-file       a file of any kind
    //   external-template, external-object, external-link, external-image, dde
    //                       content or commands are fetched from elsewhere
    //   javascript, launch, submit-form, go-to-remote, import-data
    //                       actions
    //   open-action, additional-actions
    //                       actions that start by themselves
    //   rich-media, xfa     Flash and its like; forms of XML
    //   escaped-names       names that matter are written with escapes, for which there is no honest reason
    std::vector<std::string> found;
    std::vector<EmbeddedObject> embedded;
    std::vector<DocumentTarget> targets;
    bool damaged = false;          // something does not end, does not fit, or cannot be unpacked here
    std::vector<std::string> cut;  // "parts over 20000", "unpacked over 52428800 bytes" …, each once
    std::uint64_t unpacked = 0;    // bytes

    bool isDocument() const { return !kind.empty(); }
    bool has(std::string_view word) const;
};

DocumentReading readDocument(std::string_view bytes, const DocumentLimits& limits = {});

// By its first bytes; a zip file only when its first entry is one of an Office document.
bool looksLikeDocument(std::string_view head);

}  // namespace weir
