#include "slave/counters/snapshot_file.h"

#include <algorithm>
#include <type_traits>

namespace weir {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kMagic = "WEIRCNT\0"sv;
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kDigest = 64;  // hexadecimal digits at the end
constexpr std::size_t kPiece = 256u << 10;
constexpr std::size_t kTextBytes = 255;
constexpr char kTriplet = 'T', kNetwork = 'N', kCount = 'C', kPoison = 'P', kEnd = 'E';

template <class N>
void appendNumber(std::string& out, N number) {
    static_assert(std::is_unsigned_v<N>);
    for (std::size_t i = 0; i < sizeof number; ++i) out += static_cast<char>(number >> (8 * i) & 0xff);
}

void appendText(std::string& out, std::string_view text) {
    text = text.substr(0, kTextBytes);
    out += static_cast<char>(text.size());
    out += text;
}

// The bytes of a file from the front. After its end everything is 0 or empty and `good` is false.
class Bytes {
  public:
    explicit Bytes(std::string_view all) : rest_(all) {}
    std::string_view take(std::size_t size) {
        if (size > rest_.size()) good_ = false;
        if (!good_) return {};
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    template <class N>
    N number() {
        N number = 0;
        const std::string_view bytes = take(sizeof number);
        for (std::size_t i = bytes.size(); i-- > 0;)
            number = static_cast<N>(N(number << 8) | static_cast<unsigned char>(bytes[i]));
        return number;
    }
    std::uint32_t number32() { return number<std::uint32_t>(); }
    std::string_view text() { return take(static_cast<unsigned char>(number8())); }
    char number8() {
        const std::string_view byte = take(1);
        return byte.empty() ? '\0' : byte.front();
    }
    SharedKey key() {
        SharedKey key{};
        const std::string_view bytes = take(key.size());
        std::copy(bytes.begin(), bytes.end(), key.begin());
        return key;
    }
    bool good() const { return good_; }
    bool atEnd() const { return rest_.empty(); }

  private:
    std::string_view rest_;
    bool good_ = true;
};

SnapshotHead readHead(Bytes& in) {
    SnapshotHead head;
    const std::uint32_t lives = in.number32();
    for (std::uint32_t i = 0; i < lives && in.good(); ++i) {
        Life life;
        life.life = in.number<Column>();
        life.node.value = in.text();
        head.lives.push_back(std::move(life));
    }
    head.state = in.text();
    head.cursor = in.number<std::uint64_t>();
    return head;
}

CountEntry readCount(Bytes& in) {
    CountEntry entry;
    entry.key = in.key();
    entry.column = in.number<Column>();
    entry.slot = in.number32();
    entry.until = in.number32();
    entry.amount = in.number<std::uint64_t>();
    return entry;
}

TripletEntry readTriplet(Bytes& in) {
    TripletEntry entry;
    entry.key = in.key();
    entry.round = in.number32();
    entry.first = in.number32();
    entry.passed = in.number32();
    entry.until = in.number32();
    return entry;
}

PoisonEntry readPoison(Bytes& in) {
    PoisonEntry entry;
    entry.key = in.key();
    entry.since = in.number32();
    entry.until = in.number32();
    entry.reason = in.text();
    return entry;
}

}  // namespace

SnapshotWriter::SnapshotWriter(const std::filesystem::path& file, const SnapshotHead& head) : file_(file) {
    piece_.reserve(kPiece + 1024);
    piece_ = kMagic;
    appendNumber(piece_, kVersion);
    appendNumber(piece_, static_cast<std::uint32_t>(head.lives.size()));
    for (const Life& life : head.lives) {
        appendNumber(piece_, life.life);
        appendText(piece_, life.node.value);
    }
    appendText(piece_, head.state);
    appendNumber(piece_, head.cursor);
}

void SnapshotWriter::begin(char kind, const SharedKey& key) {
    flushIfLarge();
    piece_ += kind;
    piece_.append(reinterpret_cast<const char*>(key.data()), key.size());
}

void SnapshotWriter::add(const TripletEntry& entry) {
    begin(kTriplet, entry.key);
    for (const std::uint32_t number : {entry.round, entry.first, entry.passed, entry.until})
        appendNumber(piece_, number);
}

void SnapshotWriter::add(char kind, const CountEntry& entry) {
    begin(kind, entry.key);
    appendNumber(piece_, entry.column);
    appendNumber(piece_, entry.slot);
    appendNumber(piece_, entry.until);
    appendNumber(piece_, entry.amount);
}

void SnapshotWriter::add(const PoisonEntry& entry) {
    begin(kPoison, entry.key);
    appendNumber(piece_, entry.since);
    appendNumber(piece_, entry.until);
    appendText(piece_, entry.reason);
}

void SnapshotWriter::flushIfLarge() {
    if (piece_.size() >= kPiece) flush();
}

void SnapshotWriter::flush() {
    digest_.add(piece_);
    file_.write(piece_);
    piece_.clear();
}

void SnapshotWriter::commit() {
    piece_ += kEnd;
    flush();
    file_.write(digest_.hex());
    file_.commit();
}

Expected<SnapshotHead> SnapshotReader::read(std::string_view bytes) const {
    if (!bytes.starts_with(kMagic)) return problem("byte 0", "this is not a file of counters");
    Bytes front(bytes.substr(kMagic.size()));
    const std::uint32_t version = front.number32();
    if (!front.good() || version != kVersion)
        return problem("byte 8", "this file is of version " + std::to_string(version) +
                                     ", and this program reads " + std::to_string(kVersion));
    if (bytes.size() < kDigest ||
        sha256Hex(bytes.substr(0, bytes.size() - kDigest)) != bytes.substr(bytes.size() - kDigest))
        return problem("", "the file is damaged: its digest is another one");
    Bytes in(bytes.substr(kMagic.size() + sizeof version,
                          bytes.size() - kMagic.size() - sizeof version - kDigest));
    SnapshotHead head = readHead(in);
    for (;;) {
        const char kind = in.number8();
        if (!in.good()) return problem("", "the file is damaged: it has no end");
        if (kind == kEnd) break;
        if (kind == kTriplet)
            triplet(readTriplet(in));
        else if (kind == kNetwork)
            network(readCount(in));
        else if (kind == kCount)
            count(readCount(in));
        else if (kind == kPoison)
            poison(readPoison(in));
        else
            return problem("", "the file is damaged: an entry of a kind that is not known");
    }
    if (!in.atEnd()) return problem("", "the file is damaged: there is more after its end");
    return head;
}

}  // namespace weir
