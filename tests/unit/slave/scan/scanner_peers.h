// The far ends of the scanners' protocols, for scripts of tests::ScriptedPeer: they read what we send and
// give the answers of the real daemons.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "slave/scan/scanner_settings.h"
#include "tests/support/scripted_peer.h"

namespace weir::test {

// What one connection of a scanner does. Made anew for each connection.
class ScannerPeer {
  public:
    virtual ~ScannerPeer() = default;

    // What comes before the first mail of a connection. False when the client has gone.
    virtual bool greet(int) { return true; }
    // The next mail; nothing when the client has gone or what it sent is not its protocol.
    virtual std::optional<std::string> readMail(int socket) = 0;
    virtual std::string clean() = 0;  // an answer, whole
    virtual std::string found() = 0;
    virtual std::string error() = 0;  // "I cannot"
    virtual std::string nonsense() { return std::string("!? what is this\r\n\r\n\0", 20); }
    // Answers a check; false when what came was none.
    virtual bool answerCheck(int socket) = 0;

    // Waits until the test is over.
    void hold() const { over.wait(); }
    std::shared_future<void> over;

    // Serves mails until the client goes or `answers` says no, a mail with "VIRUS" in it as found.
    void serve(
        int socket, const std::function<bool()>& answers = [] { return true; });
};

std::unique_ptr<ScannerPeer> makePeer(ScannerKind kind);
const std::vector<ScannerKind>& allKinds();

// Settings for a peer: no checks, a breaker that does not open, 5 s.
ScannerSettings settingsFor(ScannerKind kind, const std::string& address);

// Bytes up to and with `end`; what came when the client ended before.
std::string readThrough(int socket, std::string_view end);

}  // namespace weir::test
