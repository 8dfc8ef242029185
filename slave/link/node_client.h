// One connection to the master: HTTPS over TLS 1.3 with the node's certificate, the cluster's CA pinned.
//
// The master is known by its certificate (this cluster, role master), not by its address; of several
// addresses the one that worked last is tried first. Each Worker has its own NodeClient: only interrupt() may
// be called from another thread. A request on a connection that the peer closed meanwhile is sent once more
// on a new one (every message of the protocol may be repeated).
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <iosfwd>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/base/json.h"
#include "slave/link/enrollment.h"

namespace weir {

class HttpsConnection;
struct HttpsAnswer;
struct MasterAddress;

struct NodeClientOptions {
    std::vector<std::string> masters;  // "host:port", the port 8444 when missing
    std::chrono::milliseconds connectTimeout = std::chrono::seconds(3);
    std::chrono::milliseconds answerTimeout = std::chrono::seconds(15);
    std::chrono::milliseconds idle = std::chrono::seconds(10);  // a connection idle for longer is made anew
};

class NodeClient {
  public:
    // `identity` must have been loaded. Throws Error kInvalid for an address that is none.
    NodeClient(IdentityStore& identity, NodeClientOptions options);
    ~NodeClient();

    // Sends `body` (JSON text; compressed when over 1 kB) and returns the answer's JSON. Throws Error:
    // kUnavailable (no master answers), kTimeout, kDenied (removed from the cluster, or a certificate that is
    // not accepted), else what the master's problem+json says.
    Json post(const std::string& path, const std::string& body, std::size_t answerLimit);
    Json postLines(const std::string& path, const std::string& lines, std::size_t answerLimit);
    Json put(const std::string& path, const std::string& body, std::size_t answerLimit);
    // The bytes of an answer, at most `answerLimit`.
    std::string get(const std::string& path, std::size_t answerLimit);
    // Streams `size` bytes that `writer` puts into the stream, uncompressed. Not repeated by itself.
    void putStream(const std::string& path, std::uint64_t size,
                   const std::function<void(std::ostream&)>& writer);

    // Ends a call in progress (it throws kUnavailable) and every later one. From any thread.
    void interrupt();
    bool interrupted() const { return interrupted_; }
    // "host:port" of the connection in use; empty without one.
    std::string connectedTo() const;

  private:
    HttpsAnswer request(const std::string& method, const std::string& path, const std::string& contentType,
                        const std::string& body, std::size_t limit);
    Json exchange(const std::string& method, const std::string& path, const std::string& contentType,
                  const std::string& body, std::size_t limit);
    template <class Work>
    HttpsAnswer once(Work work, bool& reused);
    bool isReusable() const;
    std::shared_ptr<HttpsConnection> connect();
    void drop(bool next);  // next: try another address first

    IdentityStore& identity_;
    const NodeClientOptions options_;
    const std::vector<MasterAddress> addresses_;
    std::size_t preferred_ = 0;
    std::uint64_t generation_ = 0;
    std::chrono::steady_clock::time_point used_;
    mutable std::mutex mutex_;  // connection_ and interrupted_, for interrupt() and connectedTo()
    std::shared_ptr<HttpsConnection> connection_;
    std::atomic<bool> interrupted_{false};
};

}  // namespace weir
