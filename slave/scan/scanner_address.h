// Where a scanner listens. Host names are looked up aside, so that a slow name server holds nobody longer
// than the deadline he came with. Thread-safe.
#pragma once

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/config/settings.h"
#include "slave/scan/scanner_wait.h"

namespace weir {

struct SocketTarget {
    sockaddr_storage address{};
    socklen_t size = 0;
};

// Every address of a host, at most 8; may block.
using HostLookup = std::function<Expected<std::vector<SocketTarget>>(const std::string& host, int port)>;
Expected<std::vector<SocketTarget>> lookUpHost(const std::string& host, int port);

class ScannerAddress {
  public:
    // `text` as in ScannerSettings::address. What is wrong with it is what targets() throws.
    explicit ScannerAddress(const std::string& text, HostLookup lookup = lookUpHost);
    ~ScannerAddress();

    // Never empty. What a name stood for is kept for 30 s, and used on while it is looked up again.
    // Throws ScanError: kAway when there is no such host or path, kSlow, kGivenUp.
    std::vector<SocketTarget> targets(const Until& until);

  private:
    struct Book;
    std::shared_ptr<Book> book_;  // the look-up has its share: it may outlive us
};

}  // namespace weir
