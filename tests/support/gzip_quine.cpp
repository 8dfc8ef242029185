// Deflate as a language of two instructions of five bytes each (after an idea of Russ Cox): "print the next n
// bytes", a stored block, and "print the last twenty bytes again", a block with two copies of ten bytes. The
// header and the end of the file are made as long as the instructions want them; the checksum, which is part
// of what it is the checksum of, comes out of linear equations.
#include "tests/support/gzip_quine.h"

#include <array>
#include <cstdint>
#include <optional>

#include "tests/support/archive_maker.h"

namespace weir::test {
namespace {

using namespace std::string_literals;

std::string print(std::size_t length) {
    return "\0"s + number(length, 2) + number(~length, 2);
}

// Bits of deflate: numbers least significant bit first, codes most significant bit first.
class Bits {
  public:
    void value(unsigned value, int width) {
        for (int i = 0; i < width; ++i) bit((value >> i) & 1);
    }
    void code(unsigned code, int width) {
        for (int i = width - 1; i >= 0; --i) bit((code >> i) & 1);
    }
    void align() { count_ = (count_ + 7) / 8 * 8; }
    std::string bytes;

  private:
    void bit(unsigned one) {
        if (count_ / 8 >= bytes.size()) bytes += '\0';
        bytes[count_ / 8] = static_cast<char>(bytes[count_ / 8] | static_cast<int>(one << (count_ % 8)));
        ++count_;
    }
    std::size_t count_ = 0;
};

std::string repeat() {
    Bits bits;
    bits.value(0b010, 3);  // not the last block, fixed codes
    for (int i = 0; i < 2; ++i) {
        bits.code(264 - 256, 7);  // length 10
        bits.code(8, 5);          // distance 17 and …
        bits.value(3, 3);         // … 3 more
    }
    bits.code(0, 7);  // end of block
    return bits.bytes;
}

// Two empty blocks with fixed codes, then an empty stored one, the last: seven bytes.
std::string finish() {
    Bits bits;
    for (int i = 0; i < 2; ++i) {
        bits.value(0b010, 3);
        bits.code(0, 7);
    }
    bits.value(0b001, 3);
    return bits.bytes + number(0, 2) + number(0xFFFF, 2);
}

std::string quine(const std::string& name, std::uint32_t crc, std::size_t size) {
    const std::string head = "\x1f\x8b\x08\x08"s + number(0, 4) + "\0\3"s + name + '\0';
    const std::string end = finish() + number(crc, 4) + number(size, 4);
    const std::string l0 = print(0), l1 = print(5), l4 = print(20), r4 = repeat();
    return head +                         //
           l4 + head + l4 + r4 +          // the head is 15 bytes, with an instruction 20
           l1 + r4 +                      //
           l1 + l1 +                      //
           l4 + r4 + l1 + l1 + l4 + r4 +  //
           l4 + r4 + l4 + r4 + l4 + r4 +  //
           l4 + r4 + l0 + l0 + l4 + r4 +  //
           l0 + l0 +                      //
           l4 + r4 + end + r4 +           // and so is the end
           end;
}

// x with crc(quine(x)) == x: each bit of x changes the checksum by what it changes alone.
std::optional<std::uint32_t> fixedCrc(const std::string& name, std::size_t size) {
    const std::uint32_t base = crcOf(quine(name, 0, size));
    std::array<std::uint64_t, 32>
        rows{};  // a row for each bit: 32 coefficients, and the right side as bit 32
    for (int bit = 0; bit < 32; ++bit) {
        const std::uint32_t column = crcOf(quine(name, 1u << bit, size)) ^ base ^ (1u << bit);
        for (std::size_t row = 0; row < 32; ++row) rows[row] |= std::uint64_t{(column >> row) & 1} << bit;
    }
    for (std::size_t row = 0; row < 32; ++row) rows[row] |= std::uint64_t{(base >> row) & 1} << 32;
    for (std::size_t bit = 0; bit < 32; ++bit) {
        std::size_t pivot = bit;
        while (pivot < 32 && !((rows[pivot] >> bit) & 1)) ++pivot;
        if (pivot == 32) return std::nullopt;
        std::swap(rows[bit], rows[pivot]);
        for (std::size_t row = 0; row < 32; ++row)
            if (row != bit && ((rows[row] >> bit) & 1)) rows[row] ^= rows[bit];
    }
    std::uint32_t crc = 0;
    for (std::size_t bit = 0; bit < 32; ++bit)
        crc |= static_cast<std::uint32_t>((rows[bit] >> 32) & 1) << bit;
    return crc;
}

}  // namespace

std::string gzipQuine() {
    for (char letter = 'a';; ++letter) {  // not every set of equations can be solved
        const std::string name = std::string(1, letter) + ".gz";
        const std::size_t size = quine(name, 0, 0).size();
        if (const auto crc = fixedCrc(name, size)) return quine(name, *crc, size);
    }
}

}  // namespace weir::test
