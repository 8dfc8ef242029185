#include <charconv>

#include "common/config/settings.h"

namespace weir {

std::string SocketName::text() const {
    if (!path.empty()) return "unix:" + path;
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Expected<SocketName> parseSocketName(std::string_view text) {
    const auto refuse = [&] {
        return problem("", "expected HOST:PORT, [IPV6]:PORT, inet:HOST:PORT or unix:PATH, found \"" +
                               std::string(text.substr(0, 200)) + "\"");
    };
    if (text.starts_with("unix:")) {
        if (text.size() < 7 || text[5] != '/' || text.size() > 5 + 107) return refuse();
        return SocketName{.host = {}, .port = 0, .path = std::string(text.substr(5))};
    }
    std::string_view rest = text.starts_with("inet:") ? text.substr(5) : text;
    const auto colon = rest.rfind(':');
    if (colon == std::string_view::npos) return refuse();
    std::string_view host = rest.substr(0, colon);
    const std::string_view portText = rest.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        return refuse();
    int port = 0;
    const auto [end, error] = std::from_chars(portText.data(), portText.data() + portText.size(), port);
    if (host.empty() || error != std::errc() || end != portText.data() + portText.size() || port < 0 ||
        port > 65535)
        return refuse();
    return SocketName{.host = std::string(host), .port = port, .path = {}};
}

}  // namespace weir
