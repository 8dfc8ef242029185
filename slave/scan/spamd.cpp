#include "slave/scan/spamd.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "common/mail/ascii.h"
#include "slave/scan/http_head.h"

namespace weir {
namespace {

constexpr unsigned kTimeoutCode = 79;  // spamd's own EX_TIMEOUT
constexpr unsigned kTooBigCode = 866;  // EX_TOOBIG of libspamc, which proxies hand on
constexpr unsigned kMaxCode = 9999;

std::string_view takeUntil(std::string_view& text, char end) {
    const std::size_t at = std::min(text.find(end), text.size());
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return taken;
}

bool readScore(std::string_view text, double& score) {
    text = trimmed(text);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), score);
    return error == std::errc() && end == text.data() + text.size() && std::isfinite(score);
}

// "True ; 1000.0 / 5.0"
bool readJudgement(std::string_view value, SpamdHead& head) {
    const std::string_view answer = trimmed(takeUntil(value, ';'));
    head.spam = equalIgnoringCase(answer, "true") || equalIgnoringCase(answer, "yes");
    head.judged = head.spam || equalIgnoringCase(answer, "false") || equalIgnoringCase(answer, "no");
    const std::string_view score = takeUntil(value, '/');
    return head.judged && readScore(score, head.score) && readScore(value, head.required);
}

// "SPAMD/1.1 0 EX_OK"
bool readFirstLine(std::string_view line, SpamdHead& head) {
    head.version = peerText(takeUntil(line, ' '), 32);
    const auto code = httpNumber(takeUntil(line, ' '), kMaxCode);
    if (!head.version.starts_with("SPAMD/") || !code) return false;
    head.code = static_cast<unsigned>(*code);
    head.text = peerText(line);
    return true;
}

SpamdHead parsedHead(std::string_view text, const SpamdLimits& limits) {
    auto head = parseSpamdHead(text, limits);
    if (!head) throw ScanError(ScanFailure::kNonsense, "answered what is not spamd's: " + head.error().what);
    return std::move(*head);
}

SpamdHead readHead(ScannerSocket& socket, const SpamdLimits& limits) {
    std::string text = socket.readUntil("\n", limits.line) + "\n";
    const SpamdHead first = parsedHead(text, limits);
    if (first.code != 0) return first;  // what spamd refuses it says in one line, and closes
    for (std::size_t lines = 0; lines <= limits.lines; ++lines) {
        const std::string line = socket.readUntil("\n", limits.line);
        if (trimmed(line).empty()) break;
        text.append(line).append("\n");
    }
    return parsedHead(text, limits);
}

std::string readBody(ScannerSocket& socket, const SpamdHead& head, const SpamdLimits& limits) {
    std::string body;
    for (;;) {
        const std::string_view piece = socket.readSome(limits.answerBytes + 1 - body.size());
        body.append(piece);
        if (body.size() > limits.answerBytes) {
            throw ScanError(ScanFailure::kNonsense,
                            "answered more than " + std::to_string(limits.answerBytes) + " bytes");
        }
        if (piece.empty()) break;
    }
    if (head.hasLength && body.size() != head.length) {
        throw ScanError(body.size() < head.length ? ScanFailure::kBroken : ScanFailure::kNonsense,
                        "announced " + std::to_string(head.length) + " bytes and answered " +
                            std::to_string(body.size()));
    }
    return body;
}

// Throws what a code other than 0 means.
void refuse(const SpamdHead& head) {
    const std::string said = std::to_string(head.code) + " " + head.text;
    if (head.code == kTimeoutCode) throw ScanError(ScanFailure::kSlow, "ran into its own time-out: " + said);
    throw ScanError(ScanFailure::kError, "said: " + said);
}

}  // namespace

Expected<SpamdHead> parseSpamdHead(std::string_view text, const SpamdLimits& limits) {
    SpamdHead head;
    const std::string_view first = takeUntil(text, '\n');
    if (!readFirstLine(trimmed(first), head)) return problem("", "'" + peerText(first, 80) + "'");
    for (std::size_t lines = 0; !text.empty(); ++lines) {
        if (lines == limits.lines) return problem("", "more than " + std::to_string(lines) + " header lines");
        const std::string_view line = trimmed(takeUntil(text, '\n'));
        std::string_view value = line;
        const std::string_view name = takeUntil(value, ':');
        if (equalIgnoringCase(name, "Spam")) {
            if (!readJudgement(value, head)) return problem("", "'" + peerText(line, 80) + "'");
        } else if (equalIgnoringCase(name, "Content-length")) {
            const auto length = httpNumber(trimmed(value), limits.answerBytes);
            if (!length) return problem("", "the length in '" + peerText(line, 80) + "'");
            head.hasLength = true;
            head.length = static_cast<std::size_t>(*length);
        }
    }
    return head;
}

std::vector<Symbol> parseSpamdSymbols(std::string_view body, const SpamdLimits& limits) {
    std::vector<Symbol> symbols;
    while (!body.empty() && symbols.size() < limits.symbols) {
        Symbol symbol;
        symbol.name = peerText(takeUntil(body, ','), limits.symbolBytes);
        if (!symbol.name.empty()) symbols.push_back(std::move(symbol));
    }
    return symbols;
}

ScannerProtocol::Answer SpamdProtocol::scan(ScannerSocket& socket, const ScanRequest& request) {
    const SpamdLimits limits;
    std::string head = "SYMBOLS SPAMC/1.5\r\nContent-length: " + std::to_string(request.mail.size()) + "\r\n";
    if (!settings_.user.empty()) head += "User: " + peerText(settings_.user) + "\r\n";
    const bool whole = socket.send(head + "\r\n") && socket.send(request.mail);
    socket.endSending();
    const SpamdHead answer = readHead(socket, limits);
    if (answer.code == kTooBigCode) return {tooLarge("over spamd's own limit"), false};
    if (answer.code != 0) refuse(answer);
    if (!answer.judged) throw ScanError(ScanFailure::kNonsense, "answered without a Spam line");
    if (!whole) throw ScanError(ScanFailure::kNonsense, "gave a result before it had the whole mail");
    ScanOutcome outcome;
    outcome.symbols = parseSpamdSymbols(readBody(socket, answer, limits), limits);
    outcome.score = answer.score;
    outcome.required = answer.required;
    if (answer.spam) outcome.state = ScanOutcome::State::kFound;
    return {std::move(outcome), false};
}

ScannerVersion SpamdProtocol::check(ScannerSocket& socket) {
    socket.send("PING SPAMC/1.5\r\n\r\n");
    socket.endSending();
    const SpamdLimits limits;
    const auto answer = parseSpamdHead(socket.readUntil("\n", limits.line), limits);
    if (!answer || answer->text != "PONG") {
        throw ScanError(ScanFailure::kNonsense, "answered a ping with what is no PONG");
    }
    return {answer->version, ""};
}

}  // namespace weir
