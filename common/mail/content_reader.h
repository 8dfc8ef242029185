// Reads what lies in the parts of a mail. A node has it done in processes apart; the master and tests do it
// themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/mail/archive_reader.h"
#include "common/mail/document_reader.h"
#include "common/mail/html_reading.h"

namespace weir {

// The text that HTML is read for. One mail, one thread.
class HtmlSource {
  public:
    virtual ~HtmlSource() = default;
    // Appends at most `limit` bytes of the text that a reader sees; false where there was more, or where the
    // HTML could not be read.
    virtual bool appendText(std::string& out, std::string_view utf8, std::size_t limit) = 0;
};

class ContentReader {
  public:
    virtual ~ContentReader() = default;

    struct Html {
        HtmlReading reading;
        std::string failure;  // why it could not be read; empty when it was
    };
    virtual Html html(std::string_view utf8, const HtmlLimits& limits) = 0;

    struct File {
        std::string_view name, bytes;
        bool archive = false, document = false;  // what it is to be read as; it may be both
    };
    struct FileReading {
        ArchiveReading archive;    // of what is no archive: without formats
        DocumentReading document;  // of what is no document: without a kind
        std::string failure;
    };
    // One for each file, in their order.
    virtual std::vector<FileReading> files(const std::vector<File>& files) = 0;
};

// In this process.
class DirectReader final : public ContentReader {
  public:
    Html html(std::string_view utf8, const HtmlLimits& limits) override {
        return {readHtml(utf8, limits), ""};
    }
    std::vector<FileReading> files(const std::vector<File>& files) override {
        std::vector<FileReading> all;
        for (const File& one : files) {
            FileReading& reading = all.emplace_back();
            ArchiveOptions options;
            options.name = one.name;
            if (one.archive) reading.archive = readArchive(one.bytes, options);
            if (one.document) reading.document = readDocument(one.bytes);
        }
        return all;
    }
};

}  // namespace weir
