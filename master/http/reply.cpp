#include "master/http/reply.h"

#include <nlohmann/json.hpp>

#include "master/http/request.h"

namespace weir::http {

namespace {

constexpr const char* kProblemType = "application/problem+json";
constexpr std::string_view kTypePrefix = "https://weir.invalid/problems/";

int statusOf(ErrorCode code) {
    switch (code) {
        case ErrorCode::kInvalid:
            return 400;
        case ErrorCode::kNotFound:
            return 404;
        case ErrorCode::kConflict:
            return 409;
        case ErrorCode::kDenied:
            return 403;
        case ErrorCode::kUnavailable:
            return 503;
        case ErrorCode::kTimeout:
            return 504;
        case ErrorCode::kNoSpace:
            return 507;
        case ErrorCode::kLimit:
            return 413;
        case ErrorCode::kIo:
        case ErrorCode::kInternal:
            return 500;
    }
    return 500;
}

}  // namespace

Reply& Reply::header(std::string_view name, std::string value) {
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
        throw Error(ErrorCode::kInternal, "line end in the value of header " + std::string(name));
    for (auto& [key, old] : headers) {
        if (!equalIgnoringCase(key, name)) continue;
        old = std::move(value);
        return *this;
    }
    headers.emplace_back(name, std::move(value));
    return *this;
}

Reply jsonReply(int status, const Json& body) {
    Reply reply;
    reply.status = status;
    reply.body = toText(body);
    reply.header("Content-Type", "application/json");
    return reply;
}

Reply textReply(int status, std::string body, std::string_view contentType) {
    Reply reply;
    reply.status = status;
    reply.body = std::move(body);
    reply.header("Content-Type", std::string(contentType));
    return reply;
}

Reply emptyReply(int status) {
    Reply reply;
    reply.status = status;
    return reply;
}

Reply problemReply(int status, std::string_view word, std::string_view detail,
                   const std::vector<Problem>& errors) {
    Json body = {{"type", std::string(kTypePrefix) + std::string(word)},
                 {"title", reasonPhrase(status)},
                 {"status", status},
                 {"detail", std::string(detail)}};
    if (!errors.empty()) {
        Json list = Json::array();
        for (const auto& error : errors) list.push_back({{"where", error.where}, {"what", error.what}});
        body["errors"] = std::move(list);
    }
    Reply reply = jsonReply(status, body);
    reply.header("Content-Type", kProblemType);
    if (status == 503) reply.header("Retry-After", "2");
    return reply;
}

Reply problemReply(const Error& error) {
    const bool ours = error.code() == ErrorCode::kInternal || error.code() == ErrorCode::kIo;
    return problemReply(statusOf(error.code()), toString(error.code()),
                        ours ? "the master could not do this; its log says why" : error.what());
}

const char* reasonPhrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Content";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 507:
            return "Insufficient Storage";
        default:
            return "Unknown";
    }
}

}  // namespace weir::http
