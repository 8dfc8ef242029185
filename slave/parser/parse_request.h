// What can be asked of a parser process, and what comes back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/dmarc/aggregate_report.h"
#include "common/mail/archive_reader.h"
#include "common/mail/document_reader.h"
#include "common/mail/html_reading.h"

namespace weir {

enum class ParseKind : std::uint8_t {
    kHtml = 1,         // bytes are valid UTF-8: HtmlReading
    kFileType = 2,     // the first bytes of a file: FileTypeAnswer
    kArchive = 3,      // ArchiveReading; what is no archive has no formats
    kDocument = 4,     // DocumentReading; what is no document has no kind
    kDmarcReport = 5,  // XML, or packed: DmarcReportAnswer
};

struct ParseLimits {
    HtmlLimits html;
    ArchiveLimits archive;
    DocumentLimits document;
};

struct ParseItem {
    ParseKind kind = ParseKind::kHtml;
    std::string_view bytes;   // must stay while parse() runs
    std::string_view name{};  // of the file, as ArchiveOptions::name
    bool sha256 = false;      // of what is inside archives
};

struct FileTypeAnswer {
    std::string type;  // common/mail/file_type.h
};

struct DmarcReportAnswer {
    std::optional<AggregateReport> report;  // isSound()
    std::string problem;                    // why there is none
};

// Why an item has no answer.
enum class ParseFailure : std::uint8_t {
    kNone,
    kDied,           // its process was ended by a signal or ended itself
    kForbiddenCall,  // … because it made a system call that a parser never makes
    kTimeout,        // no answer by the deadline
    kMemory,         // it needs more memory than a parser may have
    kBadAnswer,      // what came back is not an answer to what was asked, or too long
    kTooLarge,       // more bytes than a request may have; nothing was parsed
    kNoProcess,      // no parser process was free by the deadline, or none can be started
    kNotTried,       // earlier items of the same request ended several processes
};
inline constexpr std::size_t kParseFailures = 9;

// "died", "forbidden-call", …: the word in counters and logs.
const char* toString(ParseFailure failure);

struct ParseResult {
    ParseFailure failure = ParseFailure::kNone;
    std::string reason;  // for the operator; empty without a failure
    std::variant<std::monostate, HtmlReading, FileTypeAnswer, ArchiveReading, DocumentReading,
                 DmarcReportAnswer>
        answer;

    bool failed() const { return failure != ParseFailure::kNone; }
    // The answer of that kind; nullptr when there is none.
    template <class T>
    const T* as() const {
        return std::get_if<T>(&answer);
    }
};

}  // namespace weir
