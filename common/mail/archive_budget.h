// How much work an archive or a document may still cost, and what was cut when it was too much.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/mail/archive_reader.h"

namespace weir {

class ArchiveBudget {
  public:
    ArchiveBudget(const ArchiveLimits& limits, std::size_t received)
        : limits_(limits), received_(received), end_(cpuTime() + limits.time) {}

    // Each is false, and names the limit, when there is no more of it.
    bool entry();
    bool unpack(std::size_t bytes);  // bytes that were unpacked; false for good once it was false
    bool hold(std::size_t bytes);    // memory for inner archives
    bool inTime();                   // false for good once it was false
    bool ask(bool text);             // libmagic, for a text or something else; names nothing
    void letGo(std::size_t bytes) { held_ -= bytes; }
    // What a directory says will come out of it.
    void declared(std::uint64_t bytes);
    void depthOver() { cut("depth over " + std::to_string(limits_.depth)); }
    void memoryOver() { cut("memory"); }
    void nameOver() { cut("names over " + std::to_string(limits_.nameBytes) + " bytes"); }

    bool document();                        // one more may be read
    DocumentLimits documentLimits() const;  // what is left for one
    void documentRead(const DocumentReading& document);

    bool spent() const { return spent_; }  // nothing more is unpacked
    const ArchiveLimits& limits() const { return limits_; }
    std::uint64_t unpacked() const { return unpacked_; }
    std::size_t entriesLeft() const { return limits_.entries - entries_; }
    const std::vector<std::string>& cuts() const { return cuts_; }

  private:
    static std::chrono::nanoseconds cpuTime();  // of this thread
    void cut(std::string what);
    bool tooMuch(std::uint64_t bytes);

    const ArchiveLimits& limits_;
    const std::uint64_t received_;
    const std::chrono::nanoseconds end_;
    std::uint64_t unpacked_ = 0, declared_ = 0;
    std::size_t entries_ = 0, held_ = 0, asked_ = 0, documents_ = 0, documentTexts_ = 0;
    bool spent_ = false, late_ = false;
    std::vector<std::string> cuts_;
};

}  // namespace weir
