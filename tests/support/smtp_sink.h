// A small real SMTP server for tests: takes mail on a loopback port of its own and keeps it.
//
// What it does wrong is chosen before a conversation begins. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace weir::test {

struct SinkMail {
    std::string sender;      // as in MAIL FROM:<…>
    std::string parameters;  // what followed it: "SIZE=12 BODY=8BITMIME"
    std::vector<std::string> recipients;
    std::string bytes;  // dots unstuffed, with every line end
};

struct SinkBehaviour {
    std::set<std::string> extensions = {"8BITMIME", "SMTPUTF8", "SIZE 104857600"};
    std::string greeting = "220 sink ESMTP";
    std::string ehloReply = {};  // instead of the list of extensions
    std::string mailReply = "250 2.1.0 sender ok";
    std::set<std::string> refusedRecipients = {};  // answered with recipientRefusal
    std::string recipientRefusal = "550 5.1.1 no such user";
    std::string dataReply = "354 go on";
    std::string finalReply = "250 2.0.0 kept";  // a mail is kept only when it begins with 2
    enum class Hang { kNone, kAtGreeting, kDropInData, kDropAfterDot, kKeepThenDrop, kSilentAfterDot };
    Hang hang = Hang::kNone;
};

enum class Loopback { kIpv4, kIpv6 };

class SmtpSink {
  public:
    // Throws std::runtime_error where it cannot listen, as on a machine without IPv6.
    explicit SmtpSink(SinkBehaviour behaviour = {}, Loopback loopback = Loopback::kIpv4);
    ~SmtpSink();  // ends every conversation

    std::uint16_t port() const;
    void behave(SinkBehaviour behaviour);  // from the next conversation on
    void dropAll();                        // ends every conversation, and goes on listening
    std::vector<SinkMail> mails() const;
    std::vector<std::string> commands() const;  // every line heard outside DATA

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir::test
