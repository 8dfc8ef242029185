#include "slave/dns/dns_message.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>

#include "slave/dns/dns_name.h"

namespace weir {
namespace {

constexpr int kCname = 5, kSoa = 6, kIn = 1;
constexpr std::size_t kHeader = 12;
constexpr unsigned kNxDomain = 3;

struct Malformed {};

// Reads forward through a message. Throws Malformed within this file where the bytes end or lie.
class Reader {
  public:
    Reader(std::string_view message, std::size_t at) : message_(message), at_(at) {}

    std::uint8_t byte() {
        if (at_ >= message_.size()) throw Malformed();
        return static_cast<std::uint8_t>(message_[at_++]);
    }
    unsigned number16() {
        const unsigned high = byte();
        return high << 8 | byte();
    }
    std::uint32_t number32() {
        const std::uint32_t high = number16();
        return high << 16 | number16();
    }
    std::string_view bytes(std::size_t count) {
        if (count > message_.size() - at_) throw Malformed();
        at_ += count;
        return message_.substr(at_ - count, count);
    }
    std::string name();
    std::size_t at() const { return at_; }

  private:
    std::string_view message_;
    std::size_t at_;
};

// In lower case; "" is the root. A pointer goes only backwards, so names end however they are made.
std::string Reader::name() {
    std::string text;
    Reader from = *this;
    bool jumped = false;
    std::size_t lowest = at_;
    for (;;) {
        const std::uint8_t length = from.byte();
        if (length >= 0xC0) {
            const std::size_t target = (length & 0x3Fu) << 8 | from.byte();
            if (!jumped) at_ = from.at_;
            jumped = true;
            if (target >= lowest) throw Malformed();
            lowest = target;
            from.at_ = target;
            continue;
        }
        if (length > kMaxDnsLabel) throw Malformed();
        if (length == 0) break;
        const std::string_view label = from.bytes(length);
        // A dot or NUL inside a label cannot be written as text and be asked for again.
        if (label.find('.') != label.npos || label.find('\0') != label.npos) throw Malformed();
        if (!text.empty()) text += '.';
        text += lowerDnsName(label);
        if (text.size() > kMaxDnsName) throw Malformed();
    }
    if (!jumped) at_ = from.at_;
    return text;
}

struct Record {
    std::string owner;
    int type = 0;
    bool internet = false;
    std::chrono::seconds ttl{0};
    std::size_t begin = 0;  // of its content in the message
    std::size_t size = 0;
};

Record readRecord(Reader& reader) {
    Record record;
    record.owner = reader.name();
    record.type = static_cast<int>(reader.number16());
    record.internet = reader.number16() == kIn;
    const std::uint32_t ttl = reader.number32();
    record.ttl = std::chrono::seconds(ttl > 0x7FFFFFFFu ? 0 : ttl);  // RFC 2181 section 8
    record.size = reader.number16();
    record.begin = reader.at();
    reader.bytes(record.size);
    return record;
}

std::string addressText(int family, std::string_view bytes, std::size_t size) {
    char text[INET6_ADDRSTRLEN] = "";
    if (bytes.size() != size) throw Malformed();
    ::inet_ntop(family, bytes.data(), text, sizeof text);
    return text;
}

std::string joinedStrings(Reader reader, std::size_t end) {
    std::string text;
    while (reader.at() < end) {
        const std::size_t length = reader.byte();
        if (length > end - reader.at()) throw Malformed();
        text += reader.bytes(length);
    }
    return text;
}

struct Mx {
    unsigned preference;
    std::string name;
};

class Answer {
  public:
    Answer(std::string_view message, const DnsMessageLimits& limits) : message_(message), limits_(limits) {}

    DnsReply read(const std::string& name, DnsType type) {
        Reader reader(message_, 0);
        reader.number16();
        const unsigned flags = reader.number16();
        const unsigned questions = reader.number16(), answers = reader.number16(),
                       authorities = reader.number16();
        reader.number16();
        if ((flags & 0x8000u) == 0) return failed("malformed answer");
        const unsigned code = flags & 15u;
        if (code != 0 && code != kNxDomain) return failed("the server says " + rcodeText(message_));
        if (answers > limits_.records)
            return failed("more than " + std::to_string(limits_.records) + " records");
        for (unsigned i = 0; i < questions; ++i) {
            reader.name();
            reader.number32();
        }
        for (unsigned i = 0; i < answers; ++i) records_.push_back(readRecord(reader));
        const auto owner = followAliases(name);
        if (!owner)
            return failed("more than " + std::to_string(limits_.aliases) + " aliases, or a loop of them");
        take(*owner, type);
        if (reply_.answer.found()) return finished();
        reply_.answer.state = code == kNxDomain ? DnsAnswer::State::kNoName : DnsAnswer::State::kNoData;
        readNegativeTtl(reader, authorities);
        return finished();
    }

    static DnsReply failed(std::string why) {
        DnsReply reply;
        reply.answer.detail = std::move(why);
        return reply;
    }

  private:
    void atMost(std::chrono::seconds ttl) { reply_.ttl = std::min(reply_.ttl.value_or(ttl), ttl); }

    DnsReply finished() {
        reply_.answer.ttl = reply_.ttl.value_or(std::chrono::seconds(0));
        return std::move(reply_);
    }

    std::optional<std::string> followAliases(std::string owner) {
        for (std::size_t steps = 0; steps <= limits_.aliases; ++steps) {
            const auto alias = std::find_if(records_.begin(), records_.end(), [&](const Record& record) {
                return record.internet && record.type == kCname && record.owner == owner;
            });
            if (alias == records_.end()) return owner;
            atMost(alias->ttl);
            owner = Reader(message_, alias->begin).name();
        }
        return std::nullopt;
    }

    void take(const std::string& owner, DnsType type) {
        std::vector<Mx> exchanges;
        for (const Record& record : records_) {
            if (!record.internet || record.type != wireType(type) || record.owner != owner) continue;
            atMost(record.ttl);
            Reader content(message_, record.begin);
            std::vector<std::string>& found = reply_.answer.records;
            switch (type) {
                case DnsType::kA:
                    found.push_back(addressText(AF_INET, content.bytes(record.size), 4));
                    break;
                case DnsType::kAaaa:
                    found.push_back(addressText(AF_INET6, content.bytes(record.size), 16));
                    break;
                case DnsType::kTxt:
                    found.push_back(joinedStrings(content, record.begin + record.size));
                    break;
                case DnsType::kPtr:
                    found.push_back(content.name());
                    break;
                case DnsType::kMx:
                    exchanges.push_back({content.number16(), content.name()});
                    break;
            }
        }
        std::stable_sort(exchanges.begin(), exchanges.end(),
                         [](const Mx& a, const Mx& b) { return a.preference < b.preference; });
        for (Mx& exchange : exchanges) reply_.answer.records.push_back(std::move(exchange.name));
        if (!reply_.answer.records.empty()) reply_.answer.state = DnsAnswer::State::kFound;
    }

    void readNegativeTtl(Reader& reader, unsigned authorities) {
        for (unsigned i = 0; i < std::min<std::size_t>(authorities, limits_.records); ++i) {
            const Record record = readRecord(reader);
            if (record.type != kSoa) continue;
            Reader content(message_, record.begin);
            content.name();
            content.name();
            for (int skipped = 0; skipped < 4; ++skipped) content.number32();
            atMost(std::min<std::chrono::seconds>(record.ttl, std::chrono::seconds(content.number32())));
            return;
        }
        reply_.ttl.reset();  // that of an alias says nothing about what is not there
    }

    const std::string_view message_;
    const DnsMessageLimits& limits_;
    std::vector<Record> records_;
    DnsReply reply_;
};

}  // namespace

DnsReply readDnsReply(std::string_view message, const std::string& name, DnsType type,
                      const DnsMessageLimits& limits) {
    try {
        return Answer(message, limits).read(name, type);
    } catch (const Malformed&) {
        return Answer::failed("malformed answer");
    }
}

int wireType(DnsType type) {
    switch (type) {
        case DnsType::kA:
            return 1;
        case DnsType::kAaaa:
            return 28;
        case DnsType::kMx:
            return 15;
        case DnsType::kTxt:
            return 16;
        case DnsType::kPtr:
            return 12;
    }
    return 0;
}

std::string rcodeText(std::string_view message) {
    if (message.size() < kHeader) return "nothing";
    static constexpr const char* kNames[] = {"no error", "FORMERR", "SERVFAIL",
                                             "NXDOMAIN", "NOTIMP",  "REFUSED"};
    const unsigned code = static_cast<std::uint8_t>(message[3]) & 15u;
    return code < std::size(kNames) ? kNames[code] : "RCODE " + std::to_string(code);
}

}  // namespace weir
