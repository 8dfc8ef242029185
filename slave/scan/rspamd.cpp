#include "slave/scan/rspamd.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "common/base/json.h"
#include "common/base/utf8.h"
#include "slave/scan/http_body.h"
#include "slave/scan/http_head.h"

namespace weir {
namespace {

constexpr std::array<std::string_view, 5> kSpamActions = {"reject", "add header", "rewrite subject",
                                                          "quarantine", "discard"};
constexpr std::array<std::string_view, 3> kOtherActions = {"no action", "greylist", "soft reject"};

constexpr std::size_t kMaxField = 1024;
constexpr std::size_t kLargeMail = 1u << 20;

std::string headerValue(std::string_view value) {
    std::string clean(value.substr(0, kMaxField));
    for (char& c : clean) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    return clean;
}

void addField(std::string& head, std::string_view name, std::string_view value) {
    if (!value.empty()) head.append(name).append(": ").append(headerValue(value)).append("\r\n");
}

double number(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number()) return NAN;
    return found->get<double>();
}

Symbol symbolFrom(const std::string& name, const Json& value, const RspamdLimits& limits) {
    Symbol symbol;
    symbol.name = peerText(name, limits.textBytes);
    if (!value.is_object()) return symbol;
    const double score = number(value, "score");
    if (std::isfinite(score)) symbol.score = score;
    const auto options = value.find("options");
    if (options == value.end() || !options->is_array()) return symbol;
    for (const Json& option : *options) {
        if (symbol.options.size() == limits.options) break;
        if (option.is_string())
            symbol.options.push_back(peerText(option.get_ref<const std::string&>(), limits.textBytes));
    }
    return symbol;
}

bool isSpam(const ScanOutcome& outcome) {
    const auto has = [&](const auto& actions) {
        return std::find(actions.begin(), actions.end(), outcome.action) != actions.end();
    };
    return has(kSpamActions) || (!has(kOtherActions) && outcome.score >= outcome.required);
}

// What rspamd says where it cannot scan: {"error": "…"} or plain text.
std::string errorText(const HttpHead& head, const std::string& body) {
    std::string text = std::to_string(head.status) + " " + peerText(head.reason, 60);
    const auto json = parseJson(body, JsonLimits{body.size(), 4, 100});
    if (json && json->is_object() && json->contains("error") && json->at("error").is_string())
        return text + ": " + peerText(json->at("error").get_ref<const std::string&>());
    return text;
}

// rspamd closes without a word when a mail is over its max_message, which nobody sets below a megabyte.
HttpHead readAnswerHead(ScannerSocket& socket, std::size_t mailBytes) {
    try {
        return readHttpHead(socket);
    } catch (const ScanError& error) {
        if (error.failure() != ScanFailure::kBroken || socket.heard() || mailBytes < kLargeMail) throw;
        throw ScanError(ScanFailure::kBroken,
                        error.what() + std::string(", as it does over its max_message"));
    }
}

bool keepsConnection(const HttpHead& head, const HttpBody& body) {
    if (!body.ended() || head.lists("Connection", "close")) return false;
    return head.protocol == "HTTP/1.1" || head.lists("Connection", "keep-alive");
}

}  // namespace

std::string hostHeader(const std::string& address) {
    const auto name = parseSocketName(address);
    if (!name || !name->path.empty()) return "localhost";
    const bool v6 = name->host.find(':') != std::string::npos;
    return (v6 ? "[" + name->host + "]" : name->host) + ":" + std::to_string(name->port);
}

Expected<ScanOutcome> parseRspamdAnswer(std::string_view text, const RspamdLimits& limits) {
    // What symbols matched on comes from the mail, and rspamd hands its bytes on as they are.
    auto json =
        parseJson(validUtf8(text), JsonLimits{limits.answerBytes, limits.answerDepth, limits.answerValues});
    if (!json) return tl::unexpected(json.error());
    if (!json->is_object()) return problem("", "expected an object");
    ScanOutcome outcome;
    JsonReader reader(*json, "", JsonReader::Unknown::kIgnore);
    outcome.action = peerText(reader.text("action"), limits.textBytes);
    const Json* symbols = reader.object("symbols");
    if (reader.finish()) return tl::unexpected(*reader.finish());
    outcome.score = number(*json, "score");
    if (!std::isfinite(outcome.score)) return problem("/score", "missing; expected a number");
    const double required = number(*json, "required_score");
    if (std::isfinite(required)) outcome.required = required;  // absent where no action has a score
    if (symbols) {
        for (const auto& [name, value] : symbols->items()) {
            if (outcome.symbols.size() == limits.symbols) break;
            outcome.symbols.push_back(symbolFrom(name, value, limits));
        }
    }
    if (isSpam(outcome)) outcome.state = ScanOutcome::State::kFound;
    return outcome;
}

std::string rspamdRequestHead(const ScanRequest& request, const std::string& host,
                              const std::string& password, const RspamdLimits& limits) {
    const Envelope& envelope = request.envelope;
    std::string head = "POST /checkv2 HTTP/1.1\r\n";
    addField(head, "Host", host);
    addField(head, "Content-Length", std::to_string(request.mail.size()));
    addField(head, "Connection", "keep-alive");
    addField(head, "Password", password);
    addField(head, "Queue-Id", envelope.queueId);
    addField(head, "IP", envelope.clientAddress);
    addField(head, "Helo", envelope.helo);
    addField(head, "Hostname", envelope.clientName == "unknown" ? "" : envelope.clientName);
    addField(head, "User", envelope.authUser);
    addField(head, "From", "<" + envelope.sender + ">");
    for (const std::string& recipient : envelope.recipients) {
        if (head.size() + recipient.size() > limits.requestHead) break;
        addField(head, "Rcpt", "<" + recipient + ">");
    }
    return head + "\r\n";
}

RspamdProtocol::RspamdProtocol(const ScannerSettings& settings)
    : settings_(settings), host_(hostHeader(settings.address)) {}

ScannerProtocol::Answer RspamdProtocol::scan(ScannerSocket& socket, const ScanRequest& request) {
    const bool whole =
        socket.send(rspamdRequestHead(request, host_, settings_.password)) && socket.send(request.mail);
    const HttpHead head = readAnswerHead(socket, request.mail.size());
    HttpBody body(socket, head);
    const std::string text = body.all();
    if (head.status == 413) return {tooLarge("over rspamd's max_message"), false};
    if (head.status != 200) throw ScanError(ScanFailure::kError, "said: " + errorText(head, text));
    auto outcome = parseRspamdAnswer(text);
    if (!outcome)
        throw ScanError(ScanFailure::kNonsense,
                        "answered what is no result: " + peerText(outcome.error().text()));
    if (!whole) throw ScanError(ScanFailure::kNonsense, "gave a result before it had the whole mail");
    return {std::move(*outcome), keepsConnection(head, body)};
}

ScannerVersion RspamdProtocol::check(ScannerSocket& socket) {
    socket.send("GET /ping HTTP/1.1\r\nHost: " + host_ + "\r\nConnection: close\r\n\r\n");
    const HttpHead head = readHttpHead(socket);
    HttpBody body(socket, head);
    const std::string text = body.all();
    if (head.status != 200) throw ScanError(ScanFailure::kError, "said: " + errorText(head, text));
    if (!text.starts_with("pong"))
        throw ScanError(ScanFailure::kNonsense, "answered a ping with '" + peerText(text, 60) + "'");
    const std::string* server = head.field("Server");
    return {server ? peerText(*server) : "", ""};
}

}  // namespace weir
