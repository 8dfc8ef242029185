// SpamAssassin's daemon spamd: the command SYMBOLS of its protocol, one connection a scan
// (https://svn.apache.org/repos/asf/spamassassin/trunk/spamd/PROTOCOL).
#pragma once

#include <string>
#include <string_view>

#include "slave/scan/scanner_protocol.h"

namespace weir {

struct SpamdLimits {
    std::size_t line = 1024;
    std::size_t lines = 32;               // of the head
    std::size_t answerBytes = 64u << 10;  // of the list of symbols
    std::size_t symbols = 1000;           // more are left out
    std::size_t symbolBytes = 128;
};

struct SpamdHead {
    std::string version;  // "SPAMD/1.1"
    unsigned code = 0;    // 0: EX_OK; else sysexits.h
    std::string text;     // "EX_OK", "PONG", or what is wrong
    bool judged = false;  // there was a Spam line: the next three hold
    bool spam = false;
    double score = 0;
    double required = 0;
    bool hasLength = false;
    std::size_t length = 0;  // of the body
};

// The first line and the header lines, without the empty line; line ends may be LF alone.
Expected<SpamdHead> parseSpamdHead(std::string_view head, const SpamdLimits& limits = {});
// "GTUBE,MISSING_DATE" without scores: spamd names none.
std::vector<Symbol> parseSpamdSymbols(std::string_view body, const SpamdLimits& limits = {});

class SpamdProtocol : public ScannerProtocol {
  public:
    explicit SpamdProtocol(const ScannerSettings& settings) : settings_(settings) {}

    Answer scan(ScannerSocket& socket, const ScanRequest& request) override;
    ScannerVersion check(ScannerSocket& socket) override;

  private:
    const ScannerSettings& settings_;
};

}  // namespace weir
