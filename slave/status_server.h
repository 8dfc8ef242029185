// The small HTTP server of a slave: GET /healthz and GET /metrics, nothing else, no authentication. Bind it
// to loopback or a closed network.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace weir {

struct HealthReport {
    bool ok = false;   // false: this slave cannot filter, answered with status 503
    std::string json;  // {"status": "ok" | "failing", "problems": […], …}
};

class StatusServer {
  public:
    // Both functions are called from the server's threads. Throws Error kUnavailable when it cannot listen.
    StatusServer(const std::string& listen, std::function<HealthReport()> health,
                 std::function<std::string()> metrics);
    ~StatusServer();  // waits for requests in progress
    int port() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir
