// A connection to a scanner on which every operation ends by one deadline.
//
// Everything throws ScanError: kAway, kSlow, kGivenUp, kBroken when the connection ends too early, kNonsense
// when an answer is over a limit. After an exception the connection is of no further use. One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slave/scan/scanner_address.h"
#include "slave/scan/scanner_wait.h"

namespace weir {

class ScannerSocket {
  public:
    // Tries one target after the other, each for its share of the time that is left.
    ScannerSocket(const std::vector<SocketTarget>& targets, const Until& until);
    ~ScannerSocket();
    ScannerSocket(const ScannerSocket&) = delete;
    ScannerSocket& operator=(const ScannerSocket&) = delete;

    // Begins another exchange on a kept connection, with a limit of its own.
    void begin(const Until& until);
    // Nothing waits to be read and the peer has not closed: what a kept connection must be.
    bool quiet() const;
    // Some byte of the peer came since begin().
    bool heard() const { return heard_; }

    // False when the peer answered or closed before all of it was taken: read what it has to say.
    bool send(std::string_view bytes);
    void endSending();

    // Up to `end`, which is not included. At most `limit` bytes.
    std::string readUntil(std::string_view end, std::size_t limit);
    // The next bytes, at most `limit`; empty at the end of the stream. Valid until the next call.
    std::string_view readSome(std::size_t limit);

  private:
    void connect(const SocketTarget& target, const Until& until);
    void wait(short events, const Until& until, const char* slowText) const;
    bool fill();

    Until until_;
    int fd_ = -1;
    std::string buffer_;
    std::size_t at_ = 0;  // what lies before was handed out
    bool heard_ = false;
};

}  // namespace weir
