// Many fixed phrases in one pass, built in linear time: for sets so large that libhs takes seconds to compile
// them and slows down with their number.
//
// Of each phrase one window of 8, 4, 2 or 1 bytes goes into a hash table, chosen so that few phrases share
// it; a scan looks at every position of the text and compares the whole phrase where a window is known.
// Immutable; scan() from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/policy/hit_sink.h"

namespace weir {

class PhraseIndex {
  public:
    // Distinct, not empty. `phrases` must outlive the index.
    explicit PhraseIndex(const std::vector<std::string>& phrases);

    void scan(std::string_view text, HitSink& sink) const;

  private:
    struct Candidate {
        std::uint64_t window = 0;
        std::uint32_t phrase = 0;
        std::uint32_t offset = 0;  // of the window in the phrase
    };
    // All phrases whose window is `width` bytes.
    struct Table {
        unsigned width = 0;
        unsigned shift = 0;                 // 64 - log2(number of slots)
        std::vector<std::uint64_t> filter;  // one bit a hash: most positions end here
        std::vector<std::uint32_t> slots;   // first candidate of each hash; slots[i + 1] ends it
        std::vector<Candidate> candidates;  // sorted by hash
    };
    void build(Table& table, const std::vector<std::uint32_t>& members);
    void scanTable(const Table& table, std::string_view text, HitSink& sink) const;

    const std::vector<std::string>& phrases_;
    std::vector<Table> tables_;
};

}  // namespace weir
