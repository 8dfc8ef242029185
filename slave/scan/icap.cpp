#include "slave/scan/icap.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "slave/scan/http_body.h"
#include "slave/scan/rspamd.h"

namespace weir {
namespace {

constexpr std::size_t kChunk = 256u << 10;

std::string inHex(std::size_t number) {
    std::string text;
    do text.insert(text.begin(), "0123456789abcdef"[number % 16]);
    while ((number /= 16) > 0);
    return text;
}

// The path of the URI: letters that would end or split the request line are escaped.
std::string servicePath(std::string_view service) {
    std::string path;
    while (service.starts_with('/')) service.remove_prefix(1);
    for (const char c : service) {
        if (c > ' ' && c < 0x7f)
            path += c;
        else
            path += std::string("%") + "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4] +
                    "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15];
    }
    return path;
}

bool sendChunks(ScannerSocket& socket, std::string_view bytes) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(kChunk, bytes.size()))) {
        const std::string_view chunk = bytes.substr(0, kChunk);
        if (!socket.send(inHex(chunk.size()) + "\r\n") || !socket.send(chunk) || !socket.send("\r\n"))
            return false;
    }
    return true;
}

ScanError nonsense(const std::string& text) {
    return ScanError(ScanFailure::kNonsense, "answered what is no result: " + text);
}

// The status of an answer that is neither 200 nor 204.
ScanError refusal(const HttpHead& head, const std::string& service) {
    const std::string said = std::to_string(head.status) + " " + peerText(head.reason, 80);
    if (head.status < 400) return nonsense(said);
    if (head.status == 404)
        return ScanError(ScanFailure::kError, "has no service '" + service + "': " + said);
    return ScanError(ScanFailure::kError, "said: " + said);
}

HttpHead readIcapHead(ScannerSocket& socket, const HttpLimits& limits) {
    HttpHead head = readHttpHead(socket, limits);
    if (!head.protocol.starts_with("ICAP/")) throw nonsense("'" + peerText(head.protocol, 20) + "'");
    return head;
}

}  // namespace

IcapProtocol::IcapProtocol(const ScannerSettings& settings)
    : settings_(settings),
      method_(settings.method == IcapMethod::kRespmod ? "RESPMOD" : "REQMOD"),
      host_(hostHeader(settings.address)),
      uri_("icap://" + host_ + "/" + servicePath(settings.service)) {}

// False when the server ends the connection after it.
bool IcapProtocol::askOptions(ScannerSocket& socket) {
    socket.send("OPTIONS " + uri_ + " ICAP/1.0\r\nHost: " + host_ + "\r\n\r\n");
    const HttpHead head = readIcapHead(socket, limits_.http);
    if (head.status != 200) throw refusal(head, settings_.service);
    const auto options = parseIcapOptions(head, limits_);
    if (!options) throw nonsense(options.error().text());
    const bool can = settings_.method == IcapMethod::kRespmod ? options->respmod : options->reqmod;
    if (!can)
        throw ScanError(ScanFailure::kError, "has no " + method_ + " in service '" + settings_.service + "'");
    options_ = *options;
    optionsUntil_ = std::chrono::steady_clock::now() + std::chrono::seconds(options->seconds);
    bool plain = true;  // nothing follows the head
    if (head.field("Encapsulated")) {
        const auto inside = parseIcapInside(head);
        if (!inside) throw nonsense(inside.error().text());
        plain = !inside->body && !inside->request && !inside->response;
    }
    return plain && !head.lists("Connection", "close");
}

bool IcapProtocol::prepare(ScannerSocket& socket) {
    if (options_ && std::chrono::steady_clock::now() < optionsUntil_) return true;
    return askOptions(socket);
}

std::string IcapProtocol::requestHead(std::size_t mailBytes) const {
    const std::string length =
        "Content-Type: message/rfc822\r\nContent-Length: " + std::to_string(mailBytes) + "\r\n\r\n";
    const std::string target = "http://weir.invalid/mail HTTP/1.1\r\nHost: weir.invalid\r\n";
    const bool respmod = settings_.method == IcapMethod::kRespmod;
    const std::string request = respmod ? "GET " + target + "\r\n" : "POST " + target + length;
    const std::string response = respmod ? "HTTP/1.1 200 OK\r\n" + length : "";
    std::string head = method_ + " " + uri_ + " ICAP/1.0\r\nHost: " + host_ + "\r\nAllow: 204\r\n";
    if (options_ && options_->preview)
        head += "Preview: " + std::to_string(std::min(*options_->preview, mailBytes)) + "\r\n";
    head += "Encapsulated: req-hdr=0, ";
    if (respmod) head += "res-hdr=" + std::to_string(request.size()) + ", ";
    head +=
        std::string(respmod ? "res-body=" : "req-body=") + std::to_string(request.size() + response.size());
    return head + "\r\n\r\n" + request + response;
}

ScannerProtocol::Answer IcapProtocol::scan(ScannerSocket& socket, const ScanRequest& request) {
    const std::string_view mail = request.mail;
    const bool previews = options_ && options_->preview;
    const std::size_t shown = previews ? std::min(*options_->preview, mail.size()) : mail.size();
    bool whole = socket.send(requestHead(mail.size())) && sendChunks(socket, mail.substr(0, shown)) &&
                 socket.send(previews && shown == mail.size() ? "0; ieof\r\n\r\n" : "0\r\n\r\n");
    HttpHead head = readIcapHead(socket, limits_.http);
    if (head.status == 100) {
        if (shown == mail.size() || !whole) throw nonsense("it asked for more than there is");
        whole = sendChunks(socket, mail.substr(shown)) && socket.send("0\r\n\r\n");
        head = readIcapHead(socket, limits_.http);
    }
    Answer answer = readAnswer(socket, head, mail);
    if (!whole && answer.outcome.state == ScanOutcome::State::kClean) {
        throw ScanError(ScanFailure::kNonsense, "gave a result before it had the whole mail");
    }
    answer.keep = answer.keep && whole;
    // Another tag: other signatures, and perhaps other options.
    const std::string* tag = head.field("ISTag");
    if (options_ && tag && peerText(*tag) != options_->serviceTag) optionsUntil_ = {};
    return answer;
}

ScannerProtocol::Answer IcapProtocol::readAnswer(ScannerSocket& socket, const HttpHead& head,
                                                 std::string_view mail) {
    Answer answer;
    if (head.status == 413) return {tooLarge("over the ICAP server's limit"), false};
    if (head.status != 200 && head.status != 204) throw refusal(head, settings_.service);
    answer.outcome.names = icapThreats(head, limits_);
    // Once the result is known nothing more is read: a server that stalls would cost the mail its time-out.
    bool ended = head.status == 204;
    if (!ended && answer.outcome.names.empty()) {
        ended = unchanged(socket, head, mail);
        if (!ended) answer.outcome.names.emplace_back("changed by the ICAP service");
    }
    if (!answer.outcome.names.empty()) answer.outcome.state = ScanOutcome::State::kFound;
    answer.keep = ended && !head.lists("Connection", "close");
    return answer;
}

// Whether the answer gives the mail back as it was; read to its end then, and else up to the first change.
bool IcapProtocol::unchanged(ScannerSocket& socket, const HttpHead& head, std::string_view mail) const {
    const auto inside = parseIcapInside(head);
    if (!inside) throw nonsense(inside.error().text());
    // What answers a REQMOD with a response is a page that says what is wrong.
    if (!inside->body || inside->response != (settings_.method == IcapMethod::kRespmod)) return false;
    if (inside->request) readHttpHead(socket, limits_.http);
    if (inside->response && readHttpHead(socket, limits_.http).status != 200) return false;
    HttpLimits limits = limits_.http;
    limits.body = SIZE_MAX / 2;  // it is not kept, and read no further than the mail is long
    HttpBody body = HttpBody::chunked(socket, limits);
    for (std::string_view rest = mail;;) {
        const std::string_view piece = body.next();
        if (piece.empty()) return rest.empty();
        if (!rest.starts_with(piece)) return false;
        rest.remove_prefix(piece.size());
    }
}

ScannerVersion IcapProtocol::check(ScannerSocket& socket) {
    askOptions(socket);
    return {options_->service, options_->serviceTag};
}

}  // namespace weir
