#include "common/mail/archive_rar.h"

#include <zlib.h>

#include "common/base/utf8.h"
#include "common/mail/archive_bytes.h"

namespace weir {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kMark4 = "Rar!\x1a\x07\x00"sv, kMark5 = "Rar!\x1a\x07\x01\x00"sv;

// ---- version 4

constexpr std::size_t kBlockHead = 7, kFileHead = 32;
constexpr unsigned char kMainBlock = 0x73, kFileBlock = 0x74, kEndBlock = 0x7B;
constexpr std::uint16_t kHasData = 0x8000, kLargeFile = 0x100, kUnicodeName = 0x200, kFileEncrypted = 0x4,
                        kHeadersEncrypted = 0x80, kDirectoryMask = 0xE0;

// A name is stored in the charset of its maker and, after a NUL, as differences from that to UTF-16.
class UnicodeName {
  public:
    UnicodeName(std::string_view plain, std::string_view packed) : plain_(plain), packed_(packed) {}

    std::string text() {
        const unsigned high = next() << 8;
        unsigned flags = 0, bits = 0;
        while (!packed_.empty() && count_ < kLongest) {
            if (bits == 0) {
                flags = next();
                bits = 8;
            }
            bits -= 2;
            step((flags >> bits) & 3, high);
        }
        return std::move(text_);
    }

  private:
    static constexpr std::size_t kLongest = 2048;

    unsigned next() {
        if (packed_.empty()) return 0;
        const auto byte = static_cast<unsigned char>(packed_.front());
        packed_.remove_prefix(1);
        return byte;
    }
    void put(unsigned unit) {
        ++count_;
        // Halves of a pair come one after the other.
        if (unit >= 0xD800 && unit < 0xDC00) {
            half_ = unit;
            return;
        }
        const bool pair = half_ != 0 && unit >= 0xDC00 && unit < 0xE000;
        appendCodePoint(text_, pair ? 0x10000 + ((half_ - 0xD800) << 10) + (unit - 0xDC00) : unit);
        half_ = 0;
    }
    void step(unsigned kind, unsigned high) {
        if (kind == 0) return put(next());
        if (kind == 1) return put(next() + high);
        if (kind == 2) {
            const unsigned low = next();
            return put(low + (next() << 8));
        }
        const unsigned length = next();
        const unsigned shift = length & 0x80 ? next() : 0;
        const unsigned page = length & 0x80 ? high : 0;
        for (unsigned n = (length & 0x7F) + 2; n > 0 && count_ < plain_.size(); --n)
            put(((static_cast<unsigned char>(plain_[count_]) + shift) & 0xFF) + page);
    }

    std::string_view plain_, packed_;
    std::string text_;
    std::size_t count_ = 0;
    unsigned half_ = 0;
};

std::string nameOf4(std::string_view stored, bool unicode) {
    const std::size_t end = stored.find('\0');
    if (!unicode || end == std::string_view::npos) return std::string(stored);
    return UnicodeName(stored.substr(0, end), stored.substr(end + 1)).text();
}

RarEntry fileOf4(std::string_view head, std::uint16_t flags) {
    RarEntry entry;
    const bool large = (flags & kLargeFile) != 0;
    entry.size = u32At(head, 11);
    if (large) entry.size |= std::uint64_t{u32At(head, 36)} << 32;
    entry.directory = (flags & kDirectoryMask) == kDirectoryMask;
    entry.encrypted = (flags & kFileEncrypted) != 0;
    entry.name =
        nameOf4(bytesAt(head, kFileHead + (large ? 8u : 0u), u16At(head, 26)), (flags & kUnicodeName) != 0);
    return entry;
}

RarStructure read4(std::string_view bytes, std::size_t most) {
    RarStructure result;
    std::uint64_t at = kMark4.size();
    bool ended = false;
    while (!ended && bytes.size() > at && bytes.size() - at >= kBlockHead) {
        const auto type = static_cast<unsigned char>(bytes[at + 2]);
        const std::uint16_t flags = u16At(bytes, at + 3), size = u16At(bytes, at + 5);
        if (size < kBlockHead || size > bytes.size() - at) break;
        const std::string_view head = bytes.substr(at, size);
        std::uint64_t length = size;
        if (flags & kHasData) length += u32At(head, 7);
        if (type == kMainBlock && (flags & kHeadersEncrypted)) {
            result.namesEncrypted = true;
            return result;
        }
        if (type == kFileBlock) {
            if (result.entries.size() >= most) {
                result.cut = true;
                return result;
            }
            result.entries.push_back(fileOf4(head, flags));
            if (flags & kLargeFile) length += std::uint64_t{u32At(head, 32)} << 32;
        }
        ended = type == kEndBlock;
        at = length > bytes.size() - at ? bytes.size() : at + length;
        if (length > bytes.size()) result.damaged = true;
    }
    result.damaged |= !ended && at != bytes.size();
    return result;
}

// ---- version 5

constexpr std::uint64_t kFile5 = 2, kEncryption5 = 4, kEnd5 = 5;

// Numbers of seven bits a byte, least significant first.
class Vints {
  public:
    explicit Vints(std::string_view bytes) : left_(bytes) {}
    std::uint64_t next() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (left_.empty()) break;
            const auto byte = static_cast<unsigned char>(left_.front());
            left_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if ((byte & 0x80) == 0) return value;
        }
        good_ = false;
        return 0;
    }
    std::string_view take(std::uint64_t length) {
        const auto bytes = left_.substr(0, length);
        good_ &= bytes.size() == length;
        left_.remove_prefix(bytes.size());
        return bytes;
    }
    std::string_view left() const { return left_; }
    bool good() const { return good_; }

  private:
    std::string_view left_;
    bool good_ = true;
};

bool hasEncryptionRecord(std::string_view extra) {
    Vints in(extra);
    while (in.good() && !in.left().empty()) {
        Vints record(in.take(in.next()));
        if (record.next() == 1 && record.good()) return true;
    }
    return false;
}

RarEntry fileOf5(Vints in, std::string_view extra) {
    RarEntry entry;
    const std::uint64_t flags = in.next();
    entry.size = in.next();
    in.next();                  // attributes
    if (flags & 2) in.take(4);  // time
    if (flags & 4) in.take(4);  // checksum
    in.next();                  // compression
    in.next();                  // system
    entry.name = in.take(in.next());
    entry.directory = (flags & 1) != 0;
    entry.encrypted = hasEncryptionRecord(extra);
    return entry;
}

RarStructure read5(std::string_view bytes, std::size_t most) {
    RarStructure result;
    std::string_view left = bytes.substr(kMark5.size());
    while (left.size() > 4) {
        Vints size(left.substr(4));
        const std::uint64_t headSize = size.next();
        Vints head(size.take(headSize));
        const std::string_view whole = head.left();
        const std::uint64_t type = head.next(), flags = head.next();
        const std::uint64_t extraSize = flags & 1 ? head.next() : 0, dataSize = flags & 2 ? head.next() : 0;
        if (!size.good() || !head.good() || extraSize > whole.size()) break;
        if (type == kEnd5) return result;
        if (type == kEncryption5) {
            result.namesEncrypted = true;
            return result;
        }
        if (type == kFile5) {
            if (result.entries.size() >= most) {
                result.cut = true;
                return result;
            }
            result.entries.push_back(fileOf5(head, whole.substr(whole.size() - extraSize)));
        }
        left = size.left();
        if (dataSize > left.size()) break;
        left.remove_prefix(dataSize);
    }
    result.damaged = true;  // the end block is missing
    return result;
}

}  // namespace

bool isRar(std::string_view bytes) {
    return bytes.starts_with(kMark4) || bytes.starts_with(kMark5);
}

bool isWholeRar(std::string_view bytes) {
    const auto sum = [](std::string_view part) {
        return ::crc32_z(0, reinterpret_cast<const Bytef*>(part.data()), part.size());
    };
    if (bytes.starts_with(kMark4)) {
        const std::string_view head = bytes.substr(kMark4.size());
        const std::uint16_t size = u16At(head, 5);
        return size >= kBlockHead && (sum(bytesAt(head, 2, size - 2u)) & 0xFFFF) == u16At(head, 0);
    }
    if (!bytes.starts_with(kMark5)) return false;
    const std::string_view sized = bytesAt(bytes, kMark5.size() + 4, 4096);
    Vints in(sized);
    const std::uint64_t size = in.next();
    const std::uint64_t whole = sized.size() - in.left().size() + size;
    return in.good() && size > 0 && whole <= sized.size() &&
           sum(sized.substr(0, whole)) == u32At(bytes, kMark5.size());
}

RarStructure readRar(std::string_view bytes, std::size_t mostEntries) {
    return bytes.starts_with(kMark5) ? read5(bytes, mostEntries) : read4(bytes, mostEntries);
}

}  // namespace weir
