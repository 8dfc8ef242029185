#include "common/base/ids.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/error.h"

namespace weir {
namespace {

using UuidBytes = std::array<unsigned char, 16>;

void fillRandom(unsigned char* bytes, std::size_t count) {
    if (RAND_bytes(bytes, static_cast<int>(count)) != 1)
        throw Error(ErrorCode::kInternal, "the operating system gives no random bytes");
}

std::string uuidText(UuidBytes bytes, unsigned version) {
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fu) | (version << 4));
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fu) | 0x80u);
    const std::string hex = toHex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) +
           "-" + hex.substr(20);
}

// Random bytes are drawn in blocks: one system call serves many ids.
void drawRandom(unsigned char* bytes, std::size_t count) {
    thread_local std::array<unsigned char, 512> block;
    thread_local std::size_t used = block.size();
    if (used + count > block.size()) {
        fillRandom(block.data(), block.size());
        used = 0;
    }
    for (std::size_t i = 0; i < count; ++i) bytes[i] = block[used++];
}

}  // namespace

std::string newUuid() {
    UuidBytes bytes;
    fillRandom(bytes.data(), bytes.size());
    return uuidText(bytes, 4);
}

std::string newTimeUuid() {
    UuidBytes bytes;
    drawRandom(bytes.data(), bytes.size());
    // Milliseconds and a 12-bit counter: ids made by one process sort in the order in which they were made.
    static std::atomic<std::uint64_t> last{0};
    const std::uint64_t wanted = static_cast<std::uint64_t>(toMillis(now())) << 12;
    std::uint64_t before = last.load();
    std::uint64_t stamp = 0;
    do stamp = std::max(before + 1, wanted);
    while (!last.compare_exchange_weak(before, stamp));
    for (unsigned i = 0; i < 6; ++i) bytes[i] = static_cast<unsigned char>(stamp >> (52 - 8 * i));
    bytes[6] = static_cast<unsigned char>(stamp >> 8 & 0x0f);
    bytes[7] = static_cast<unsigned char>(stamp);
    return uuidText(bytes, 7);
}

bool isUuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

std::string randomHex(std::size_t bytes) {
    std::string raw(bytes, '\0');
    fillRandom(reinterpret_cast<unsigned char*>(raw.data()), raw.size());
    return toHex(raw);
}

}  // namespace weir
