// An HTTPS/1.1 listener that hands every request to a Router and writes its reply.
//
// Serves from the constructor until stop(). Every connection costs a thread of its own pool and has a
// deadline for each phase (TLS and header, body, idle, writing): a client that only drips bytes is cut off by
// a watchdog. Content-Length together with Transfer-Encoding, several Content-Lengths and unknown transfer
// codings are refused with 400 and the connection closed; so are malformed paths. SIGPIPE is ignored
// process-wide.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "master/http/router.h"

namespace weir::http {

struct ServerLimits {
    std::size_t headerFields = 100;  // of at most 256 + 8192 bytes each
    std::size_t uriBytes = 8u << 10;
    int threads = 128;  // connections served at the same time
    int queued = 256;   // connections that wait for a thread
    int connectionsPerAddress = 32;
    std::chrono::milliseconds headerTime{10'000};   // TLS handshake and header block together
    std::chrono::milliseconds idleTime{15'000};     // keep-alive between two requests
    std::chrono::milliseconds bodyTime{60'000};     // reading or writing a whole body
    std::chrono::milliseconds streamTime{600'000};  // reading or writing a streamed body
};

struct TlsOptions {
    std::string certificateFile;  // PEM, chain
    std::string keyFile;          // PEM
    std::string clientCaFile;     // set: clients are asked for a certificate and it must verify; a client
                                  // without one is served too and has no Request::peerCertificate
    bool tls13Only = false;       // else TLS 1.2 is accepted as well
};

struct ServerOptions {
    std::string name;    // in logs and thread names: "console", "nodes"
    std::string listen;  // "HOST:PORT", "[::]:PORT"; port 0: any free one
    TlsOptions tls;
    ServerLimits limits;
    // Added to every reply that does not set them by itself.
    std::vector<std::pair<std::string, std::string>> headers = {{"Cache-Control", "no-store"}};
};

// Told of every finished request, for counters and logs; called on the connection's thread, must not throw.
struct Finished {
    std::string_view method;
    std::string_view route;  // pattern; "" when no route matched
    int status;
    double millis;
};
using Observer = std::function<void(const Finished&)>;

class Server {
  public:
    // Throws Error: kInvalid for an unusable address or certificate (the file is named), kIo when the port is
    // taken. `router` must outlive the server.
    Server(ServerOptions options, const Router& router, Observer observer = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    int port() const;
    int connections() const;  // open now
    // Reads certificate and key again, for new handshakes. Throws Error and keeps the old ones when they do
    // not fit each other.
    void reloadCertificate();
    // Takes no new connection, lets requests in work end for up to `grace`, then breaks the rest off.
    // Idempotent.
    void stop(std::chrono::milliseconds grace = std::chrono::seconds(5));

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir::http
