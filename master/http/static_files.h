// The console's files: what is in one folder, and index.html for every other path.
//
// Each index.html goes out with a fresh nonce, in its `<meta name="csp-nonce" content="…">` and in the
// Content-Security-Policy, which allows nothing inline and nothing from elsewhere. Files under /assets/ have
// their content's hash in the name and may be kept for ever. Thread-safe; files are read at each request.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "master/http/reply.h"
#include "master/http/request.h"

namespace weir::http {

class StaticFiles {
  public:
    // A folder that is missing or has no index.html is answered 503 in words: the API works without a
    // console.
    explicit StaticFiles(std::filesystem::path folder);

    // GET and HEAD; 404 for a missing asset, 405 for other methods. Nothing outside the folder is ever read,
    // also not through a symbolic link.
    Reply serve(const Request& request) const;

  private:
    Reply index() const;
    Reply file(const std::filesystem::path& path, bool asset) const;

    const std::filesystem::path folder_;
};

// Headers of every reply of the console port that does not set them by itself.
std::vector<std::pair<std::string, std::string>> securityHeaders();

}  // namespace weir::http
