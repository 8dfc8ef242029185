#include "slave/scan/clamd.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "common/base/clock.h"
#include "common/base/control.h"
#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::size_t kChunk = 256u << 10;
constexpr std::size_t kMaxReply = 4096;
constexpr std::size_t kMaxName = 256;
constexpr std::string_view kPrefix = "stream: ";
constexpr std::string_view kFound = " FOUND";
constexpr std::string_view kEnd("\0", 1);

std::string lengthWord(std::size_t length) {
    const std::uint32_t word = htonl(static_cast<std::uint32_t>(length));
    std::string bytes(sizeof word, '\0');
    std::memcpy(bytes.data(), &word, sizeof word);
    return bytes;
}

// zINSTREAM\0, then <u32 length><chunk>…, then <u32 0>. False when clamd did not want all of it.
bool sendMail(ScannerSocket& socket, std::string_view mail) {
    if (!socket.send(std::string_view("zINSTREAM\0", 10))) return false;
    for (; !mail.empty(); mail.remove_prefix(std::min(kChunk, mail.size()))) {
        const std::string_view chunk = mail.substr(0, kChunk);
        if (!socket.send(lengthWord(chunk.size())) || !socket.send(chunk)) return false;
    }
    return socket.send(lengthWord(0));
}

ScanError saidError(std::string_view reply) {
    if (reply.ends_with(" ERROR") || reply == "UNKNOWN COMMAND")
        return ScanError(ScanFailure::kError, "said: " + peerText(reply));
    return ScanError(ScanFailure::kNonsense, "answered what is no result: '" + peerText(reply) + "'");
}

ScanOutcome outcomeOf(std::string_view reply) {
    ScanOutcome outcome;
    if (reply == "stream: OK") return outcome;
    if (reply.starts_with("INSTREAM size limit exceeded")) return tooLarge("over clamd's StreamMaxLength");
    if (!reply.starts_with(kPrefix) || !reply.ends_with(kFound) ||
        reply.size() <= kPrefix.size() + kFound.size())
        throw saidError(reply);
    outcome.state = ScanOutcome::State::kFound;
    reply.remove_prefix(kPrefix.size());
    reply.remove_suffix(kFound.size());
    outcome.names.push_back(peerText(reply, kMaxName));
    return outcome;
}

// "ClamAV 1.4.6/27000/Sat Nov 21 09:12:01 2026": program, number and date of the signatures.
ScannerVersion versionOf(std::string_view reply) {
    if (!reply.starts_with("ClamAV")) throw saidError(reply);
    const std::size_t slash = std::min(reply.find('/'), reply.size());
    ScannerVersion version;
    version.version = peerText(reply.substr(0, slash));
    std::string signatures = peerText(reply.substr(std::min(slash + 1, reply.size())));
    const std::size_t date = signatures.find('/');
    if (date != std::string::npos) signatures.replace(date, 1, " of ");
    version.signatures = std::move(signatures);
    return version;
}

}  // namespace

bool ClamdProtocol::prepare(ScannerSocket& socket) {
    commands_ = 0;
    if (use_ == Use::kSession) socket.send(std::string_view("zIDSESSION\0", 11));
    return true;
}

// In a session each answer begins with the number of its command: "3: stream: OK".
std::string ClamdProtocol::readAnswer(ScannerSocket& socket) {
    std::string reply = socket.readUntil(kEnd, kMaxReply);
    if (use_ == Use::kSingle) return reply;
    const std::string number = std::to_string(++commands_) + ": ";
    if (reply.starts_with(number)) return reply.substr(number.size());
    if (!reply.empty() && isAsciiDigit(reply.front())) {
        throw ScanError(ScanFailure::kNonsense,
                        "answered another question than " + number + "'" + peerText(reply) + "'");
    }
    return reply;  // an error that ends the session
}

ScannerProtocol::Answer ClamdProtocol::scan(ScannerSocket& socket, const ScanRequest& request) {
    const bool whole = sendMail(socket, request.mail);
    Answer answer;
    answer.outcome = outcomeOf(readAnswer(socket));
    if (!whole && answer.outcome.state != ScanOutcome::State::kTooLarge) {
        throw ScanError(ScanFailure::kNonsense, "gave a result before it had the whole mail");
    }
    answer.keep = whole && use_ == Use::kSession && answer.outcome.state != ScanOutcome::State::kTooLarge;
    return answer;
}

ScannerVersion ClamdProtocol::check(ScannerSocket& socket) {
    socket.send(std::string_view("zVERSION\0", 9));
    return versionOf(socket.readUntil(kEnd, kMaxReply));
}

}  // namespace weir
