// The spam scanner rspamd, over HTTP: POST /checkv2 (https://rspamd.com/doc/architecture/protocol.html).
#pragma once

#include <string>
#include <string_view>

#include "slave/scan/scanner_protocol.h"

namespace weir {

struct RspamdLimits {
    std::size_t answerBytes = 4u << 20;
    std::size_t answerDepth = 16;
    std::size_t answerValues = 100'000;
    std::size_t symbols = 1000;  // more are left out
    std::size_t options = 20;    // of one symbol; more are left out
    std::size_t textBytes = 256;
    // rspamd takes no head over 80 KiB: recipients that do not fit are left out.
    std::size_t requestHead = 60u << 10;
};

// The JSON of an answer with status 200. kFound where the action says spam: reject, add header, rewrite
// subject, quarantine, discard; of an action that rspamd's own list does not have, where the score reaches
// required.
Expected<ScanOutcome> parseRspamdAnswer(std::string_view json, const RspamdLimits& limits = {});

// The head of the request, with the empty line. Control characters of the envelope become '?'.
std::string rspamdRequestHead(const ScanRequest& request, const std::string& host,
                              const std::string& password, const RspamdLimits& limits = {});

class RspamdProtocol : public ScannerProtocol {
  public:
    explicit RspamdProtocol(const ScannerSettings& settings);

    Answer scan(ScannerSocket& socket, const ScanRequest& request) override;
    ScannerVersion check(ScannerSocket& socket) override;

  private:
    const ScannerSettings& settings_;
    const std::string host_;
};

// HOST:PORT of an address, for the Host header; "localhost" for a Unix socket.
std::string hostHeader(const std::string& address);

}  // namespace weir
