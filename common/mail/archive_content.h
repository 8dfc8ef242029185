// The content of one entry while it is unpacked: its first bytes for its type, all of them when they are an
// inner archive or a digest is wanted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/digest.h"
#include "common/mail/archive_budget.h"

namespace weir {

class ArchiveContent {
  public:
    // `inner`: archives may be kept whole. `all`: everything is read, as skipping costs the same.
    ArchiveContent(ArchiveBudget& budget, bool inner, bool sha256, bool all);
    ~ArchiveContent();
    ArchiveContent(const ArchiveContent&) = delete;
    ArchiveContent& operator=(const ArchiveContent&) = delete;

    bool take(std::string_view piece);  // false: no more is wanted
    void end(bool whole);               // nothing more comes; `whole`: that was all of it

    std::uint64_t size() const { return size_; }
    std::string type() const;  // "" when there is nothing to go by
    std::string sha256();      // "" unless wanted and whole
    // The whole content, when it could be an archive that may be looked into, or a document; empty when it
    // could not, or was too much.
    std::string_view archive() const { return archive_ ? kept() : std::string_view(); }
    std::string_view document() const { return document_ ? kept() : std::string_view(); }
    // An archive that was not kept because `inner` was false.
    bool missedArchive() const { return missed_; }

  private:
    bool undecided() const;
    void decide();
    std::string_view kept() const { return whole_ && kept_ ? std::string_view(held_) : std::string_view(); }

    ArchiveBudget& budget_;
    const bool inner_, all_;
    std::optional<Sha256> digest_;
    std::string held_;  // the head, or everything
    std::uint64_t size_ = 0;
    bool decided_ = false, kept_ = false, missed_ = false, whole_ = false;
    bool archive_ = false, document_ = false;
};

// A name as it is shown (ArchiveEntry::name), cut at `most` bytes; `cut` is set then.
std::string shownName(std::string_view raw, std::size_t most, bool& cut);

}  // namespace weir
