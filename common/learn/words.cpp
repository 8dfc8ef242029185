#include "common/learn/words.h"

#include <glib.h>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::uint64_t kOffset = 0xCBF29CE484222325ull;  // FNV-1a
constexpr std::uint64_t kPrime = 0x100000001B3ull;

constexpr char32_t kEnds = U' ';

constexpr bool isSign(char32_t c) {
    return c == U'$' || c == U'%' || c == 0xA3 || c == 0xA5 || c == 0x20AC;
}
// Within a word when letters or digits are on both sides.
constexpr bool joins(char32_t c, bool digits) {
    return c == U'\'' || c == U'-' || (digits && (c == U'.' || c == U','));
}

// What an ASCII character becomes in a word.
constexpr std::array<char, 128> kAscii = [] {
    std::array<char, 128> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const char c = static_cast<char>(i);
        const auto wide = static_cast<char32_t>(i);
        const bool kept = isAsciiLetter(c) || isAsciiDigit(c) || joins(wide, true) || isSign(wide);
        table[i] = kept ? lowerAscii(c) : ' ';
    }
    return table;
}();

constexpr bool isPlain(char c) {
    return isAsciiLetter(c) || isAsciiDigit(c);
}
constexpr bool isIn(char32_t c, char32_t first, char32_t last) {
    return c >= first && c <= last;
}
// Of a script in which words are not set apart.
constexpr bool standsAlone(char32_t c) {
    return isIn(c, 0x3041, 0x30FF) || isIn(c, 0x3400, 0x9FFF) || isIn(c, 0xF900, 0xFAFF) ||
           isIn(c, 0x20000, 0x3FFFF) || isIn(c, 0xE01, 0xEFF) || isIn(c, 0x1000, 0x109F) ||
           isIn(c, 0x1780, 0x17FF);
}
bool isUnseen(char32_t c) {
    return c == 0x34F || isIn(c, 0xFE00, 0xFE0F) || isIn(c, 0xE0100, 0xE01EF) ||
           g_unichar_type(c) == G_UNICODE_FORMAT;
}
bool isLetter(char32_t c) {
    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

}  // namespace

void WordReader::fold(Folded& folded) {
    folded.count = 0;
    const auto put = [&](char32_t c) { folded.characters[folded.count++] = c; };
    const auto first = static_cast<unsigned char>(*at_);
    if (first < 0x80) {
        ++at_;
        return put(static_cast<char32_t>(kAscii[first]));
    }
    const gunichar c = g_utf8_get_char_validated(at_, static_cast<gssize>(end_ - at_));
    if (c >= 0x110000) {
        ++at_;
        return put(kEnds);
    }
    at_ = g_utf8_next_char(at_);
    if (isSign(c) || standsAlone(c) || isIn(c, 0xAC00, 0xD7A3)) return put(c);
    if (c == 0x2019) return put(U'\'');
    if (isUnseen(c)) return;
    std::array<gunichar, 18> parts{};  // the longest there is in Unicode
    const gsize count = g_unichar_fully_decompose(c, TRUE, parts.data(), parts.size());
    for (gsize i = 0; i < count && i < parts.size(); ++i) {
        const gunichar one = parts[i];
        if (isIn(one, 0x300, 0x36F)) continue;
        if (one < 0x80) {
            put(static_cast<char32_t>(kAscii[one]));
        } else {
            put(isLetter(one) ? g_unichar_tolower(one) : kEnds);
        }
    }
}

// False: `c` does not belong to the word any more.
bool WordReader::add(char32_t c, Word& word) {
    if (c == kEnds) return false;
    word.hash = (word.hash ^ c) * kPrime;
    ++word.characters;
    word.digits = word.digits || isIn(c, U'0', U'9');
    return true;
}

// What most words are made of, without the detour. True: its last one is a digit.
bool WordReader::addPlain(Word& word) {
    for (; at_ != end_ && isPlain(*at_); ++at_)
        add(static_cast<char32_t>(kAscii[static_cast<unsigned char>(*at_)]), word);
    return isAsciiDigit(at_[-1]);
}

Word WordReader::next() {
    Word word;
    word.hash = kOffset;
    char32_t joint = 0;  // between what was read and what may follow
    bool afterDigit = false;
    for (;;) {
        if (read_ == pending_.count) {
            if (at_ == end_) break;
            if (joint == 0 && isPlain(*at_)) {
                afterDigit = addPlain(word);
                continue;
            }
            fold(pending_);
            read_ = 0;
            continue;
        }
        const char32_t c = pending_.characters[read_];
        if (joins(c, true)) {
            ++read_;
            if (word.characters == 0) continue;
            if (joint != 0 || !joins(c, afterDigit)) break;
            joint = c;
            continue;
        }
        const bool alone = standsAlone(c);
        if (c == kEnds || (alone && word.characters > 0)) {
            if (c == kEnds) ++read_;
            if (word.characters > 0) break;
            continue;
        }
        const bool digit = isIn(c, U'0', U'9');
        if (joint != 0) {
            if ((joint == U'.' || joint == U',') && !digit) break;  // c begins the next word
            add(joint, word);
            joint = 0;
        }
        add(c, word);
        ++read_;
        if (alone) break;
        afterDigit = digit;
    }
    if (word.characters == 0) word.hash = 0;
    return word;
}

std::uint64_t wordsHash(std::string_view text) {
    std::uint64_t hash = kOffset;
    WordReader words(text);
    for (Word word = words.next(); word.characters > 0; word = words.next())
        hash = (hash ^ mixed(word.hash)) * kPrime;
    return hash;
}

}  // namespace weir
