#include "master/ctl/api_client.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <nlohmann/json.hpp>

namespace weir::ctl {
namespace {

using namespace Poco::Net;

constexpr std::size_t kMaxAnswer = 256u << 20;

Context::Ptr tlsContext(const std::string& ca) {
    initializeSSL();
    const bool system = ca.empty();
    Context::Ptr context =
        new Context(Context::TLS_CLIENT_USE, "", "", ca, Context::VERIFY_STRICT, 9, system);
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    return context;
}

ErrorCode codeOf(int status) {
    switch (status) {
        case 401:
        case 403:
            return ErrorCode::kDenied;
        case 404:
            return ErrorCode::kNotFound;
        case 409:
        case 412:
            return ErrorCode::kConflict;
        case 429:
        case 502:
        case 503:
            return ErrorCode::kUnavailable;
        case 504:
            return ErrorCode::kTimeout;
        default:
            return status >= 500 ? ErrorCode::kInternal : ErrorCode::kInvalid;
    }
}

// The words of a problem document (RFC 9457), with one line for each of its errors.
std::string problemText(int status, const std::string& body) {
    const auto document = parseJson(body);
    if (!document || !document->is_object()) return "the master answered " + std::to_string(status);
    std::string text = document->value("detail", document->value("title", "the master refused this"));
    for (const Json& each : document->value("errors", Json::array()))
        if (each.is_object()) text += "\n  " + each.value("where", "") + ": " + each.value("what", "");
    return text;
}

}  // namespace

struct ApiClient::State {
    explicit State(const Target& t)
        : target(t), uri(t.url), session(uri.getHost(), uri.getPort(), tlsContext(t.ca)) {
        session.setTimeout(Poco::Timespan(40, 0));
        session.setKeepAlive(true);
    }
    Target target;
    Poco::URI uri;
    HTTPSClientSession session;
};

ApiClient::ApiClient(const Target& target) {
    try {
        state_ = std::make_unique<State>(target);
    } catch (const Poco::Exception& error) {
        throw Error(ErrorCode::kInvalid, "cannot use " + target.url + ": " + error.displayText());
    }
}
ApiClient::~ApiClient() = default;

Answer ApiClient::call(const std::string& method, const std::string& path, const Json* body,
                       const std::string& ifMatch) {
    return exchange(method, path, body ? "application/json" : nullptr, body ? toText(*body) : std::string(),
                    ifMatch);
}

Answer ApiClient::upload(const std::string& path, const std::string& content) {
    return exchange("POST", path, "application/octet-stream", content, {});
}

Answer ApiClient::exchange(const std::string& method, const std::string& path, const char* type,
                           const std::string& content, const std::string& ifMatch) {
    Answer answer;
    try {
        HTTPRequest request(method, "/api/v1" + path, HTTPMessage::HTTP_1_1);
        request.set("Authorization", "Bearer " + state_->target.token);
        if (!ifMatch.empty()) request.set("If-Match", ifMatch);
        if (type != nullptr) {
            request.setContentType(type);
            request.setContentLength64(static_cast<Poco::Int64>(content.size()));
        } else if (method != "GET") {
            request.setContentLength64(0);
        }
        state_->session.sendRequest(request) << content;
        HTTPResponse response;
        std::istream& in = state_->session.receiveResponse(response);
        answer.status = response.getStatus();
        answer.etag = response.get("ETag", "");
        Poco::StreamCopier::copyToString64(in, answer.body);
    } catch (const SSLException& error) {
        throw Error(ErrorCode::kUnavailable, "no trusted connection to " + state_->target.url + ": " +
                                                 error.displayText() + " (is --ca the cluster's ca.pem?)");
    } catch (const Poco::Exception& error) {
        throw Error(ErrorCode::kUnavailable,
                    "no answer from " + state_->target.url + ": " + error.displayText());
    }
    if (answer.body.size() > kMaxAnswer) throw Error(ErrorCode::kLimit, "the master's answer is too large");
    if (answer.status >= 400) throw Error(codeOf(answer.status), problemText(answer.status, answer.body));
    return answer;
}

Json ApiClient::get(const std::string& path) {
    const auto parsed = parseJson(call("GET", path).body, {.bytes = kMaxAnswer});
    if (!parsed)
        throw Error(ErrorCode::kInternal, "the master's answer to " + path + ": " + parsed.error().text());
    return *parsed;
}

Json ApiClient::list(const std::string& path, std::size_t limit) {
    Json items = Json::array();
    const std::string joint = path.find('?') == std::string::npos ? "?" : "&";
    for (std::string cursor; items.size() < limit;) {
        const std::size_t page = std::min<std::size_t>(500, limit - items.size());
        const Json answer = get(path + joint + "limit=" + std::to_string(page) +
                                (cursor.empty() ? "" : "&cursor=" + segment(cursor)));
        for (const Json& item : answer.at("items")) items.push_back(item);
        if (!answer.contains("next") || answer.at("next").is_null()) break;
        cursor = answer.at("next").get<std::string>();
    }
    return items;
}

std::string segment(const std::string& text) {
    std::string encoded;
    Poco::URI::encode(text, "/?#&=+%@:;,$!'()*[]\"<>\\^`{|} ", encoded);
    return encoded;
}

std::string query(std::initializer_list<std::pair<const char*, std::string>> parameters) {
    std::string text;
    for (const auto& [name, value] : parameters)
        if (!value.empty()) text += (text.empty() ? "?" : "&") + std::string(name) + "=" + segment(value);
    return text;
}

}  // namespace weir::ctl
