#include "slave/report/queue_position.h"

#include <cstring>
#include <string>

#include "slave/report/crc32c.h"
#include "slave/report/little_endian.h"

namespace weir {
namespace {

constexpr std::string_view kMagic{"WEIRPOS\0", 8};
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderSize = 64, kWordsAt = 64, kFileSize = 4096;
constexpr Sequence kStep = 4096;  // by which maybeSent() runs ahead
enum : std::size_t { kAcked, kSent, kMaybeSent };

std::string headerFor(const SpoolEpoch& epoch) {
    std::string header(kMagic);
    putNumber(kVersion, header);
    header += epoch.value;
    header.resize(kHeaderSize - 4, '\0');
    putNumber(crc32c(header), header);
    return header;
}

}  // namespace

QueuePosition::QueuePosition(const std::filesystem::path& file, const SpoolEpoch& epoch, Sequence last)
    : file_(file, kFileSize) {
    const std::string header = headerFor(epoch);
    const bool known = std::memcmp(file_.data(), header.data(), header.size()) == 0;
    if (known && acked() <= sent() && sent() <= maybeSent()) return;
    setWord(kAcked, 0);
    setWord(kSent, 0);
    setWord(kMaybeSent, last);
    std::memcpy(file_.data(), header.data(), header.size());
    file_.sync();
}

// Single words, so that a death between two stores leaves each whole.
Sequence QueuePosition::word(std::size_t index) const {
    Sequence value;
    std::memcpy(&value, file_.data() + kWordsAt + index * sizeof value, sizeof value);
    return value;
}

void QueuePosition::setWord(std::size_t index, Sequence value) {
    std::memcpy(file_.data() + kWordsAt + index * sizeof value, &value, sizeof value);
}

Sequence QueuePosition::acked() const {
    return word(kAcked);
}
Sequence QueuePosition::sent() const {
    return word(kSent);
}
Sequence QueuePosition::maybeSent() const {
    return word(kMaybeSent);
}

void QueuePosition::setAcked(Sequence sequence) {
    if (sequence > sent()) setSent(sequence);
    setWord(kAcked, sequence);
}

void QueuePosition::setSent(Sequence sequence) {
    if (sequence <= sent()) return;
    if (sequence > maybeSent()) {
        setWord(kMaybeSent, sequence + kStep);
        file_.sync();
    }
    setWord(kSent, sequence);
}

}  // namespace weir
