// Which mail events were appended while nobody knows yet that the MTA heard the reply.
//
// A session takes a slot for its life. ReportQueue::append() writes the event's sequence into it before the
// event reaches the disk; the session clears it when the conversation goes on after the reply or its
// connection closes. The slots are a file mapped into memory, so they survive the death of the process
// without a sync; after the death of the machine (another boot id) the last 30 seconds of the log are in
// doubt as a whole. FORMAT.md has the layout.
//
// Thread-safe; one slot is used by one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "common/base/ids.h"

namespace weir {

class AnswerSlots;

// Move-only; its end clears and gives back the slot. A default-made one marks nothing.
class AnswerSlot {
  public:
    AnswerSlot() = default;
    ~AnswerSlot();
    AnswerSlot(AnswerSlot&& other) noexcept;
    AnswerSlot& operator=(AnswerSlot&& other) noexcept;

    void set(Sequence sequence);  // called by ReportQueue::append()
    void clear();                 // the conversation went on, or its connection closed

  private:
    friend class AnswerSlots;
    AnswerSlot(AnswerSlots* slots, std::size_t index) : slots_(slots), index_(index) {}
    AnswerSlots* slots_ = nullptr;
    std::size_t index_ = 0;
};

class ReportQueue;

class AnswerSlots {
  public:
    static constexpr std::size_t kSlots = 16384;

    // Opens `file` (missing: made), appends what is in doubt since the last life to `queue` as one in-doubt
    // event, and only then starts with empty slots. A second start after a death at any point in between
    // appends nothing twice that matters: sequences already in an in-doubt event of the log are left out.
    // Call it before the first append of this life. Throws Error (kIo, kNoSpace) when the doubt cannot be
    // recorded: then do not filter.
    AnswerSlots(const std::filesystem::path& file, ReportQueue& queue);
    ~AnswerSlots();  // every AnswerSlot must have ended
    AnswerSlots(const AnswerSlots&) = delete;
    AnswerSlots& operator=(const AnswerSlots&) = delete;

    // A free slot; when all are taken, one that marks nothing (warned once a minute).
    AnswerSlot take();

    // Sequences that were put in doubt at this start.
    const std::vector<Sequence>& inDoubt() const { return inDoubt_; }

  private:
    friend class AnswerSlot;
    struct State;
    std::unique_ptr<State> state_;
    std::vector<Sequence> inDoubt_;
};

}  // namespace weir
