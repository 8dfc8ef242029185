// The memory that a slave and one parser process share: the bytes of a request, then those of its answer.
//
// A memfd of fixed size; pages cost memory only once they are written, and trim() gives back what one large
// request took. It is sealed against shrinking, so no process can make the other one's mapping end early.
// What the answer area holds can change at any time while the parser lives: copy it, then read the copy.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

namespace weir {

struct RegionSizes {
    std::size_t request = 0;  // bytes; rounded up to whole pages
    std::size_t answer = 0;
};
RegionSizes wholePages(RegionSizes sizes);

// The first bytes of the answer area: what is finished, also when the rest never will be.
struct Progress {
    std::atomic<std::uint64_t> items;
    std::atomic<std::uint64_t> bytes;
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
inline constexpr std::size_t kAnswerStart = 64;  // of the answers in the answer area

class SharedRegion {
  public:
    enum class Side { kSlave, kParser };  // a parser can write to the answer area alone

    // Makes one. Throws Error.
    explicit SharedRegion(RegionSizes sizes);
    // Maps that of another process; takes the descriptor. Throws Error.
    SharedRegion(int descriptor, RegionSizes sizes);
    ~SharedRegion();
    SharedRegion(const SharedRegion&) = delete;
    SharedRegion& operator=(const SharedRegion&) = delete;

    int descriptor() const { return descriptor_; }
    char* request() const { return request_; }
    std::size_t requestCapacity() const { return sizes_.request; }
    char* answer() const { return answer_ + kAnswerStart; }
    std::size_t answerCapacity() const { return sizes_.answer - kAnswerStart; }
    Progress& progress() const;
    void trim(std::size_t requestBytes, std::size_t answerBytes);  // gives back pages when these were many

  private:
    void map(Side side);
    const RegionSizes sizes_;
    int descriptor_ = -1;
    char* request_ = nullptr;
    char* answer_ = nullptr;
};

}  // namespace weir
