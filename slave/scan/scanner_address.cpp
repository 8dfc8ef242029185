#include "slave/scan/scanner_address.h"

#include <charconv>

namespace weir {
namespace {

constexpr std::size_t kMaxSocketPath = 107;
constexpr std::string_view kExpected = "expected inet:HOST:PORT or unix:/PATH, e.g. inet:127.0.0.1:3310";

}  // namespace

Expected<ScannerAddress> parseScannerAddress(std::string_view text) {
    const auto wrong = [&] {
        return problem({}, "scanner address '" + std::string(text) + "': " + std::string(kExpected));
    };
    if (text.starts_with("unix:")) {
        const std::string_view path = text.substr(5);
        if (path.empty() || path.front() != '/') return wrong();
        if (path.size() > kMaxSocketPath) return problem({}, "scanner address: socket path over 107 bytes");
        return ScannerAddress{{}, 0, std::string(path)};
    }
    if (!text.starts_with("inet:")) return wrong();
    const std::string_view rest = text.substr(5);
    const std::size_t colon = rest.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return wrong();
    std::string_view host = rest.substr(0, colon);
    const std::string_view port = rest.substr(colon + 1);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc{} || end != port.data() + port.size() || number == 0 || number > 65535)
        return wrong();
    return ScannerAddress{std::string(host), static_cast<std::uint16_t>(number), {}};
}

}  // namespace weir
