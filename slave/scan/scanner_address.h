// Where a scanner listens: `inet:HOST:PORT`, `inet:[IPV6]:PORT` or `unix:/PATH`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/error.h"

namespace weir {

struct ScannerAddress {
    std::string host;  // empty for a unix socket
    std::uint16_t port = 0;
    std::string path;  // of a unix socket; at most 107 bytes (sockaddr_un)
};

Expected<ScannerAddress> parseScannerAddress(std::string_view text);

}  // namespace weir
