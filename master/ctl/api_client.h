// The master's REST API over HTTPS, with one API token.
//
// call() throws Error: kUnavailable when the master cannot be reached or its certificate is not trusted,
// kDenied, kNotFound, kConflict, kInvalid and so on with the words of the API's problem document. One thread.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/base/json.h"

namespace weir::ctl {

struct Target {
    std::string url;    // "https://HOST:8443"
    std::string ca;     // PEM file; empty: the system's certificate authorities
    std::string token;  // API token
};

struct Answer {
    int status = 0;
    std::string etag;
    std::string body;
};

class ApiClient {
  public:
    explicit ApiClient(const Target& target);
    ~ApiClient();

    // `path` below /api/v1, with its query. `ifMatch` may be empty.
    Answer call(const std::string& method, const std::string& path, const Json* body = nullptr,
                const std::string& ifMatch = {});
    // POST of a file as it is.
    Answer upload(const std::string& path, const std::string& content);
    Json get(const std::string& path);
    // All items of a list, following its cursor, at most `limit`.
    Json list(const std::string& path, std::size_t limit);

  private:
    Answer exchange(const std::string& method, const std::string& path, const char* type,
                    const std::string& content, const std::string& ifMatch);
    struct State;
    std::unique_ptr<State> state_;
};

// One query: "?a=1&b=2" from the members that are not empty, percent-encoded.
std::string query(std::initializer_list<std::pair<const char*, std::string>> parameters);
// A path segment, percent-encoded.
std::string segment(const std::string& text);

}  // namespace weir::ctl
