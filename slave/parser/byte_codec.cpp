#include "slave/parser/byte_codec.h"

#include <cstring>

#include "common/base/utf8.h"

namespace weir {

void ByteWriter::number(std::uint64_t value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out_.append(bytes, sizeof bytes);
}

void ByteWriter::text(std::string_view value) {
    number(value.size());
    out_ += value;
}

void ByteReader::refuse() {
    good_ = false;
    left_ = {};
}

std::uint64_t ByteReader::number() {
    std::uint64_t value = 0;
    if (left_.size() < sizeof value) {
        refuse();
        return 0;
    }
    std::memcpy(&value, left_.data(), sizeof value);
    left_.remove_prefix(sizeof value);
    return value;
}

bool ByteReader::flag() {
    if (left_.empty() || static_cast<unsigned char>(left_.front()) > 1) {
        refuse();
        return false;
    }
    const bool value = left_.front() == '\1';
    left_.remove_prefix(1);
    return value;
}

std::string_view ByteReader::raw() {
    const std::uint64_t length = number();
    if (length > left_.size()) {
        refuse();
        return {};
    }
    const std::string_view value = left_.substr(0, length);
    left_.remove_prefix(length);
    return value;
}

std::string_view ByteReader::text() {
    const std::string_view value = raw();
    if (isValidUtf8(value)) return value;
    refuse();
    return {};
}

std::size_t ByteReader::count(std::size_t leastBytes) {
    const std::uint64_t value = number();
    if (value <= left_.size() / leastBytes) return value;
    refuse();
    return 0;
}

}  // namespace weir
