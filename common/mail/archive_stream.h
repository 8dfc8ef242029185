// The entries of an archive in memory, one after the other, through libarchive.
//
// Only formats and filters that open no file and start no program. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace weir {

class ArchiveStream {
  public:
    enum class Formats {
        kArchives,   // all but zip
        kOneFile,    // what gz and its like hold, whatever that is
        kZipStream,  // zip as a stream, from a local header on
    };
    enum class Step { kEntry, kEnd, kDamaged, kNoMemory };

    // The bytes must stay. Throws std::bad_alloc.
    ArchiveStream(std::string_view bytes, Formats formats);
    ~ArchiveStream();
    ArchiveStream(const ArchiveStream&) = delete;
    ArchiveStream& operator=(const ArchiveStream&) = delete;

    // The next entry. At kDamaged before the first one: it is no archive of these formats, or one whose list
    // of entries is encrypted.
    Step next();
    // "7z", "tar" …; "" when it is none.
    std::string format() const;
    // "gz", "tar.gz": with the filters around it.
    std::string filters() const;  // ".gz" …, the outermost last; "" when there are none
    bool namesEncrypted() const;
    bool tooDeep() const;  // compressed more often than libarchive follows

    // Of the entry:
    std::string_view rawName()
        const;                   // UTF-8 if libarchive could make it so, else the bytes; "" when it has none
    std::uint64_t size() const;  // 0 when it is not known
    bool directory() const;
    bool encrypted() const;
    // The next piece of its content; kEnd after the last.
    Step data(std::string_view& piece);

  private:
    Step step(int result);
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir
