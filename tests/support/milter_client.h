// An MTA's side of the milter protocol, version 6: talks to a real filter over its socket, and keeps what the
// filter answers and changes. For component tests and benchmarks.
//
// One thread. Throws std::runtime_error when the filter breaks the protocol, closes, or is silent for the
// time-out.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::test {

struct MilterChange {
    char kind = 0;            // 'h' add, 'i' insert, 'm' change header; '-' remove, '+' add recipient
    std::uint32_t index = 0;  // 'i', 'm'
    std::string name;         // header name, or the recipient
    std::string value;
};

struct MilterReply {
    char kind = 0;  // 'a' accept, 'c' continue, 'd' discard, 'r' reject, 't' tempfail, 'y' with a reply text
    std::string text;  // 'y': "550 5.7.1 no"
    std::vector<MilterChange> changes{};
    std::string body{};  // in place of the mail's own; empty: it stays

    bool delivers() const { return kind == 'a' || kind == 'c'; }
    const MilterChange* change(char kind, std::string_view name) const;
};

struct MilterMail {
    std::string sender = "alice@example.org";
    std::vector<std::string> recipients = {"bob@example.net"};
    std::string content;  // header lines, empty line, body; CRLF line ends
    std::string queueId = "4bTEST";
    std::string authUser;
};

class MilterClient {
  public:
    using Macros = std::vector<std::pair<std::string, std::string>>;

    // `address` as in milter.listen.
    explicit MilterClient(const std::string& address,
                          std::chrono::milliseconds timeout = std::chrono::seconds(20));
    ~MilterClient();
    MilterClient(const MilterClient&) = delete;
    MilterClient& operator=(const MilterClient&) = delete;

    // What this MTA offers; the filter takes a part of it.
    static constexpr std::uint32_t kAllActions = 0x1FF, kAllSteps = 0x1FFFFF;
    void negotiate(std::uint32_t actions = kAllActions, std::uint32_t steps = kAllSteps);
    std::uint32_t actions() const { return actions_; }
    std::uint32_t steps() const { return steps_; }

    // Each returns what the filter said, or 'c' where it has negotiated to say nothing.
    MilterReply connect(const std::string& name = "client.example.org",
                        const std::string& address = "192.0.2.7");
    MilterReply helo(const std::string& name = "client.example.org");
    MilterReply mailFrom(const std::string& sender, const Macros& macros = {});
    MilterReply rcptTo(const std::string& recipient);
    MilterReply header(std::string_view name, std::string_view value);
    MilterReply body(std::string_view chunk);
    MilterReply endOfMessage(const std::string& queueId);
    void abort();
    void quit();

    // negotiate, connect and helo.
    void open(const std::string& address = "192.0.2.7");
    // One whole mail on an open conversation.
    MilterReply send(const MilterMail& mail);

    // The frames of send(), to be sent later and often: benchmarks must not measure this side.
    std::string framesOf(const MilterMail& mail) const;
    void sendFrames(std::string_view frames);
    MilterReply readAnswer();  // to the end of message

    // Raw bytes, for what no MTA would send.
    void sendRaw(std::string_view bytes);
    // The filter has closed the connection; false after the time-out.
    bool closedByFilter();

  private:
    struct Frame {
        char command = 0;
        std::string content;
    };
    bool silent(std::uint32_t step) const { return (steps_ & step) != 0; }
    MilterReply exchange(char command, std::string_view content, std::uint32_t silentStep);
    MilterReply readReply();
    Frame readFrame();
    void receive(char* into, std::size_t size);

    int fd_ = -1;
    int timeoutMillis_;
    std::uint32_t actions_ = 0, steps_ = 0;
};

// One frame: length, command, content.
std::string milterFrame(char command, std::string_view content);

}  // namespace weir::test
