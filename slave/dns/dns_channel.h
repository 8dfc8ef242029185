// Questions on the wire: a c-ares channel, its sockets, its time-outs and its retries over TCP. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

struct ares_channeldata;

namespace weir {

struct DnsServers {
    std::string addresses;  // "192.0.2.53", "127.0.0.1:5353", "[2001:db8::1]:53", separated by commas; empty:
                            // the system's (/etc/resolv.conf as it is now)
    std::chrono::milliseconds timeout{2000};  // of the first try; it doubles when all servers were tried
    int tries = 2;                            // of each server
};

class DnsChannel {
  public:
    // `message` is what the server sent, empty where `failure` says why there is none. Must not throw.
    using Done =
        std::function<void(std::uint64_t ticket, std::string_view message, const std::string& failure)>;

    // Throws Error (kInvalid) where the addresses cannot be read.
    DnsChannel(const DnsServers& servers, Done done);
    ~DnsChannel();  // what is unanswered is done with a failure
    DnsChannel(const DnsChannel&) = delete;
    DnsChannel& operator=(const DnsChannel&) = delete;

    // `name` is normal, or "." for the root. done() may be called before it returns.
    void ask(std::uint64_t ticket, const std::string& name, int wireType);

    // Handles what comes in until `wakeFd` is readable or `atMost` is over, at least one round.
    void run(int wakeFd, std::chrono::milliseconds atMost);

  private:
    struct Question {
        DnsChannel* channel;
        std::uint64_t ticket;
    };
    struct Socket {
        int fd;
        bool read, write;
    };
    static void answered(void* question, int status, int timeouts, unsigned char* bytes, int size);
    void watch(int fd, bool read, bool write);

    const Done done_;
    ares_channeldata* channel_ = nullptr;
    std::vector<Socket> sockets_;
};

}  // namespace weir
