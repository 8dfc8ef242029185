// A DNS server on loopback, UDP and TCP on one free port, that serves the records a test gives it, and can be
// slow, broken or hostile about single names.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weir::test {

struct DnsRecord {
    std::string type;     // A, AAAA, MX, TXT, PTR, CNAME, NS
    std::string content;  // MX: "10 mail.example.org"; TXT: text, split into strings of 255 bytes
    std::uint32_t ttl = 300;
};

// What happens to questions for one name; each applies until it is set again.
struct DnsBehaviour {
    enum class Kind {
        kAnswer,
        kServfail,
        kRefused,
        kDrop,           // never answered
        kTruncate,       // over UDP: truncated and empty; over TCP: answered
        kGarbage,        // bytes that are no message, with the right id; the answer never
        kWrongId,        // a forged answer with another id; the true one never
        kForgedFirst,    // forged answers with other ids, then the true one
        kOtherQuestion,  // an answer to another question with the right id, then the true one
        kCutShort,       // the true answer without its last bytes
        kHold,           // answered when release() is called
    };
    Kind kind = Kind::kAnswer;
    std::chrono::milliseconds delay{0};
};

class DnsServer {
  public:
    DnsServer();
    ~DnsServer();
    DnsServer(const DnsServer&) = delete;
    DnsServer& operator=(const DnsServer&) = delete;

    std::string address() const;  // "127.0.0.1:port"

    // Names in any case, without the final dot. A name exists if it or one below it has a record.
    void add(const std::string& name, DnsRecord record);
    void behave(const std::string& name, DnsBehaviour behaviour);
    void release();
    // Sent with negative answers as the SOA's TTL and minimum; no SOA at all when 0.
    void negativeTtl(std::uint32_t seconds);

    // Questions that came in for this name and type, over both transports together and over TCP.
    std::size_t asked(const std::string& name, const std::string& type) const;
    std::size_t askedOverTcp(const std::string& name, const std::string& type) const;
    std::size_t askedAtAll() const;

  private:
    struct State;
    const std::unique_ptr<State> state_;
};

}  // namespace weir::test
