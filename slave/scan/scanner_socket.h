// A connection to a scanner on which every operation ends by one deadline.
//
// All functions throw Error: kUnavailable when the peer cannot be reached or went away, kTimeout when the
// deadline passed. One thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/config/settings.h"

namespace weir {

class ScannerSocket {
  public:
    using Deadline = std::chrono::steady_clock::time_point;

    ScannerSocket(const SocketName& address, Deadline deadline);
    ~ScannerSocket();
    ScannerSocket(const ScannerSocket&) = delete;
    ScannerSocket& operator=(const ScannerSocket&) = delete;

    // False when the peer answered or closed before all of it was taken: read what it has to say.
    bool send(std::string_view bytes);
    // Up to the first `end` byte (not included) or the end of the stream, at most `limit` bytes.
    std::string receiveUntil(char end, std::size_t limit);

  private:
    void wait(short events);
    const Deadline deadline_;
    int fd_ = -1;
};

}  // namespace weir
