// Which of thousands of words differ from a given one by at most two edits, in a time that hardly depends on
// how many there are: words and question meet in what is left of their beginnings after leaving out up to two
// characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

// Edits that a word of so many characters may differ by and still be taken for it: none below 5, one below 8,
// else two.
constexpr std::size_t lookalikeEdits(std::size_t length) {
    return length < 5 ? 0 : length < 8 ? 1 : 2;
}

// Characters inserted, left out, replaced, or swapped with their neighbour (optimal string alignment); `most`
// + 1 when there are more than `most`. Linear in `most` times the length.
std::size_t editDistance(std::u32string_view a, std::u32string_view b, std::size_t most);

class LookalikeIndex {
  public:
    LookalikeIndex() = default;
    // The position of a word in `words` is its number. About 8 bytes for each of the up to 79 leavings of a
    // word.
    explicit LookalikeIndex(std::vector<std::u32string> words);

    struct Near {
        std::uint32_t word = 0;
        std::size_t distance = 0;
    };
    // Words within lookalikeEdits(their length) of `text`, by number. At most 2000 are compared. Thread-safe.
    std::vector<Near> near(std::u32string_view text) const;

    const std::vector<std::u32string>& words() const { return words_; }

  private:
    std::vector<std::u32string> words_;
    std::vector<std::uint64_t> leavings_;  // sorted; hash of a leaving << 32 | number of the word
};

}  // namespace weir
