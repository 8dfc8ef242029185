#include "slave/scan/clamd.h"

#include <arpa/inet.h>

#include <cstring>

#include "common/base/clock.h"
#include "common/base/control.h"
#include "common/base/error.h"
#include "common/config/settings.h"
#include "slave/scan/scanner_socket.h"

namespace weir {
namespace {

constexpr std::size_t kChunk = 256u << 10;
constexpr std::size_t kMaxReply = 4096;
constexpr std::string_view kPrefix = "stream: ";
constexpr std::string_view kFound = " FOUND";

std::string lengthWord(std::size_t length) {
    const std::uint32_t word = htonl(static_cast<std::uint32_t>(length));
    std::string bytes(sizeof word, '\0');
    std::memcpy(bytes.data(), &word, sizeof word);
    return bytes;
}

// zINSTREAM\0, then <u32 length><chunk>…, then <u32 0>.
void sendMail(ScannerSocket& socket, std::string_view mail) {
    if (!socket.send(std::string_view("zINSTREAM\0", 10))) return;
    for (; !mail.empty(); mail.remove_prefix(std::min(kChunk, mail.size()))) {
        const std::string_view chunk = mail.substr(0, kChunk);
        if (!socket.send(lengthWord(chunk.size())) || !socket.send(chunk)) return;
    }
    socket.send(lengthWord(0));
}

VirusResult resultOf(const std::string& reply) {
    VirusResult result;
    const std::string_view text = reply;
    if (text == "stream: OK") return result;
    if (text.starts_with(kPrefix) && text.ends_with(kFound) && text.size() > kPrefix.size() + kFound.size()) {
        result.state = VirusResult::State::kInfected;
        result.names.emplace_back(text.substr(kPrefix.size(), text.size() - kPrefix.size() - kFound.size()));
    } else if (text.starts_with("INSTREAM size limit exceeded")) {
        result.state = VirusResult::State::kTooLarge;
        result.detail = "over clamd's StreamMaxLength";
    } else {
        result.state = VirusResult::State::kUnavailable;
        result.detail =
            text.empty() ? "clamd closed the connection without an answer" : "clamd said: " + reply;
    }
    return result;
}

}  // namespace

VirusResult scanWithClamd(const AntivirusSection& section, std::string_view mail) {
    const Stopwatch watch;
    VirusResult result;
    if (mail.size() > section.maxBytes) {
        result.state = VirusResult::State::kTooLarge;
        result.detail =
            "over the antivirus section's limit of " + std::to_string(section.maxBytes) + " bytes";
        return result;
    }
    try {
        const auto address = parseSocketName(section.address);
        if (!address) throw Error(ErrorCode::kInvalid, address.error().text());
        ScannerSocket socket(
            *address, std::chrono::steady_clock::now() + std::chrono::milliseconds(section.timeoutMillis));
        sendMail(socket, mail);
        result = resultOf(socket.receiveUntil('\0', kMaxReply));
    } catch (const std::exception& error) {
        if (controlOff("scan-failure")) return result;
        result.state = VirusResult::State::kUnavailable;
        result.detail = error.what();
    }
    result.millis = watch.millis();
    return result;
}

ScannerHealth clamdHealth(const std::string& address, std::chrono::milliseconds timeout) {
    try {
        const auto parsed = parseSocketName(address);
        if (!parsed) return {false, parsed.error().text()};
        ScannerSocket socket(*parsed, std::chrono::steady_clock::now() + timeout);
        socket.send(std::string_view("zVERSION\0", 9));
        const std::string reply = socket.receiveUntil('\0', kMaxReply);
        if (reply.starts_with("ClamAV")) return {true, reply};
        return {false,
                reply.empty() ? "clamd closed the connection without an answer" : "clamd said: " + reply};
    } catch (const std::exception& error) {
        return {false, error.what()};
    }
}

}  // namespace weir
