// How far the master has got: the queue's two marks, in a file mapped into memory (FORMAT.md).
//
// Not thread-safe.
#pragma once

#include <filesystem>

#include "common/base/durable_file.h"
#include "common/base/ids.h"

namespace weir {

class QueuePosition {
  public:
    // Marks of another epoch, or damaged ones, are begun anew: nothing acked, everything up to `last` maybe
    // sent.
    QueuePosition(const std::filesystem::path& file, const SpoolEpoch& epoch, Sequence last);

    Sequence acked() const;
    void setAcked(Sequence sequence);  // outlives the process; after a power loss an older one is found

    // The highest sequence that was handed out for sending.
    Sequence sent() const;
    // Everything up to here may have been sent, now or before any kind of death. At least sent(); it runs
    // ahead in steps, so that not each batch costs a sync.
    Sequence maybeSent() const;
    void setSent(Sequence sequence);  // maybeSent() is durable before this returns; throws kIo

  private:
    Sequence word(std::size_t index) const;
    void setWord(std::size_t index, Sequence value);
    MappedFile file_;
};

}  // namespace weir
