// Folded words of a text, one by one, as hashes.
//
// A word is a run of letters and digits, with ' and - inside it, . and , between digits, and $ £ € ¥ % beside
// them. Case, accents, compatibility forms (fullwidth letters, mathematical alphabets) and characters that
// nobody sees do not count. In scripts that set no spaces each letter is a word. One pass, no allocation, any
// bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir {

// Well mixed; the same on every machine.
constexpr std::uint64_t mixed(std::uint64_t value) {  // the finalizer of SplitMix64
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ull;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBull;
    return value ^ (value >> 31);
}

struct Word {
    std::uint64_t hash = 0;      // of its folded characters
    std::size_t characters = 0;  // 0: there are no more words
    bool digits = false;         // it has one
};

class WordReader {
  public:
    explicit WordReader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}
    Word next();

  private:
    // The folded characters of what stands at at_, which it passes: none for what nobody sees, a space for
    // what ends words. With compatibility forms it may be several.
    struct Folded {
        std::array<char32_t, 18> characters;
        std::size_t count = 0;
    };
    void fold(Folded& folded);
    bool add(char32_t c, Word& word);
    bool addPlain(Word& word);

    const char* at_;
    const char* end_;
    Folded pending_;  // what one character was folded to, as far as it is not read
    std::size_t read_ = 0;
};

// Hash of a whole value, folded the same way, its words together.
std::uint64_t wordsHash(std::string_view text);

}  // namespace weir
