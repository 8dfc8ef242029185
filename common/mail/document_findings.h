// What the readers of documents have found so far, and how much work they may still do.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

#include "common/mail/document_reader.h"

namespace weir {

class DocumentFindings {
  public:
    explicit DocumentFindings(const DocumentLimits& limits);

    void kind(const char* name);  // the first one counts: what is inside follows
    void encrypted() { reading_.encrypted = true; }
    void damaged() { reading_.damaged = true; }
    void found(std::string_view word);
    // An object with its content, or its first bytes; one that is a document itself is read later. Gives its
    // real type.
    std::string embedded(std::string_view name, std::string_view content, std::uint64_t size);
    void target(const char* what, std::string_view where);
    void unreadable(std::string what);  // a cut that is no limit: "filter LZWDecode"

    // Each is false, and names the limit, when there is no more of it.
    bool part();
    bool unpack(std::size_t bytes);
    bool inTime();
    bool fits(std::uint64_t bytes);        // into memory
    bool spent() const { return spent_; }  // nothing more is unpacked
    void tooNested();                      // brackets in brackets over the limit

    // The next document that was embedded, to be read; false when there is none.
    bool next(std::string& content);

    const DocumentLimits& limits() const { return limits_; }
    const DocumentReading& reading() const { return reading_; }
    DocumentReading take();

  private:
    struct Inner {
        std::string content;
        std::size_t depth;
    };
    void cut(std::string what);
    void later(std::string_view content);
    std::string shown(std::string_view text);

    const DocumentLimits& limits_;
    const std::chrono::nanoseconds end_;
    DocumentReading reading_;
    std::deque<Inner> inner_;
    std::size_t depth_ = 1, documents_ = 1, parts_ = 0, held_ = 0;
    bool spent_ = false, late_ = false;
    std::unordered_set<std::string> targets_;  // those that are in the reading
};

// UTF-16, least significant byte first unless `bigEndian`, as UTF-8.
std::string fromUtf16(std::string_view bytes, bool bigEndian = false);

}  // namespace weir
