// A content scanner behind an ICAP server (RFC 3507): the mail is sent as the body of an HTTP exchange, and
// what the server leaves as it is has nothing in it.
//
// Clean: 204, or 200 with the body we sent. Found: a name in one of the fields of icapThreats(), or 200 with
// another body. Beware of servers that pass what is over their own limit unscanned with 204 (c-icap's
// virus_scan.MaxObjectSize, unless the service has sizelimit=off): maxBytes must not be above it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "slave/scan/icap_answer.h"
#include "slave/scan/scanner_protocol.h"

namespace weir {

class IcapProtocol : public ScannerProtocol {
  public:
    explicit IcapProtocol(const ScannerSettings& settings);

    // Asks for the options where those known are too old, or none are.
    bool prepare(ScannerSocket& socket) override;
    Answer scan(ScannerSocket& socket, const ScanRequest& request) override;
    ScannerVersion check(ScannerSocket& socket) override;

  private:
    bool askOptions(ScannerSocket& socket);
    std::string requestHead(std::size_t mailBytes) const;
    Answer readAnswer(ScannerSocket& socket, const HttpHead& head, std::string_view mail);
    bool unchanged(ScannerSocket& socket, const HttpHead& head, std::string_view mail) const;

    const ScannerSettings& settings_;
    const IcapLimits limits_;
    const std::string method_;
    const std::string host_;
    const std::string uri_;
    std::optional<IcapOptions> options_;
    std::chrono::steady_clock::time_point optionsUntil_{};
};

}  // namespace weir
