// The milter protocol (libmilter): listens, calls the sessions, hands their answers to the MTA. Nothing
// outside this file and its .cpp knows libmilter.
//
// libmilter has one filter a process, and runs it once: so one MilterServer a process, for good. It takes its
// own threads, and SIGHUP, SIGTERM and SIGINT wherever a thread leaves them unblocked: the main thread must
// be the one that handles them (main.cpp).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "slave/filter/mail_filter.h"
#include "slave/milter/milter_session.h"
#include "slave/report/answer_slots.h"

namespace weir {

struct MilterServerSettings {
    std::string listen;          // "inet:127.0.0.1:8890" or "unix:/PATH"
    unsigned socketMode = 0660;  // of a unix socket
    std::chrono::seconds timeout{
        7210};  // for the MTA's next command, as long as an SMTP client may be silent
    MilterLimits limits;
    DirectionRule direction;
};

struct MilterState {
    std::size_t connections = 0;
    std::size_t mailsInHand = 0;
    std::uint64_t memoryBytes = 0;         // of mails in hand
    std::uint64_t refusedConnections = 0;  // since the start, over the limit
};

class MilterServer {
  public:
    MilterServer(MilterServerSettings settings, MailFilter& filter, AnswerSlots& slots);
    ~MilterServer();  // stops
    MilterServer(const MilterServer&) = delete;
    MilterServer& operator=(const MilterServer&) = delete;

    // Listening at return. Throws Error kUnavailable when the socket cannot be opened.
    void start();
    // New mail is answered tempfail from now on; mails in hand are finished, for at most `patience`. No
    // callback runs any more at return. Idempotent.
    void stop(std::chrono::milliseconds patience = std::chrono::seconds(20));
    // libmilter ended although nobody asked for it (a lost listener): the process should end, too.
    bool ended() const;
    MilterState state() const;

    struct Parts;

  private:
    std::unique_ptr<Parts> parts_;
};

}  // namespace weir
