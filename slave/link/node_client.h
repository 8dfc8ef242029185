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
#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/base/json.h"
#include "slave/link/enrollment.h"

namespace weir {

struct NodeClientOptions {
    std::vector<std::string> masters;  // "host:port"
    std::chrono::milliseconds connectTimeout = std::chrono::seconds(5);
    std::chrono::milliseconds answerTimeout = std::chrono::seconds(15);
};

class NodeClient {
  public:
    // `identity` must have been loaded.
    NodeClient(IdentityStore& identity, NodeClientOptions options);
    ~NodeClient();

    // Sends `body` (JSON text; compressed when over 1 kB) and returns the answer's JSON. Throws Error:
    // kUnavailable (no master answers), kTimeout, kDenied (removed from the cluster, or a certificate that is
    // not accepted), else what the master's problem+json says.
    Json post(const std::string& path, const std::string& body, std::size_t answerLimit);
    Json put(const std::string& path, const std::string& body, std::size_t answerLimit);
    // Streams `size` bytes that `writer` puts into the stream, uncompressed. Not repeated by itself.
    void putStream(const std::string& path, std::uint64_t size,
                   const std::function<void(std::ostream&)>& writer);

    // Ends a call in progress (it throws kUnavailable) and every later one. From any thread.
    void interrupt();
    // "host:port" of the connection in use; empty without one.
    std::string connectedTo() const;

  private:
    class Connection;
    Json exchange(const std::string& method, const std::string& path, const std::string& body,
                  std::size_t limit);
    Connection& connect();
    void drop();

    IdentityStore& identity_;
    const NodeClientOptions options_;
    std::size_t preferred_ = 0;
    std::uint64_t generation_ = 0;
    std::unique_ptr<Connection> connection_;
    std::atomic<bool> interrupted_{false};
    std::mutex socket_;
    int fd_ = -1;
};

}  // namespace weir
