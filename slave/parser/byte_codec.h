// Numbers and texts between this process and a parser process: the same program on the same machine, so
// numbers lie as they do in memory. What is read is hostile all the same: a parser may be in other hands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

class ByteWriter {
  public:
    explicit ByteWriter(std::string& out) : out_(out) {}
    void number(std::uint64_t value);
    void flag(bool value) { out_ += value ? '\1' : '\0'; }
    void text(std::string_view value);  // its length, then its bytes

  private:
    std::string& out_;
};

// Never reads past the end. After the first value that does not fit, good() is false and every further value
// is 0, false or empty.
class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : left_(bytes) {}
    std::uint64_t number();
    bool flag();              // anything but 0 and 1 does not fit
    std::string_view text();  // valid UTF-8 only; points into the bytes
    std::string_view raw();   // like text(), any bytes
    // A number of elements that follow, each of at least `leastBytes` bytes: more than can follow does not
    // fit, so the result may be reserved.
    std::size_t count(std::size_t leastBytes);
    // Something that was read makes no sense.
    void refuse();
    bool good() const { return good_; }
    bool ended() const { return good_ && left_.empty(); }

  private:
    std::string_view left_;
    bool good_ = true;
};

}  // namespace weir
