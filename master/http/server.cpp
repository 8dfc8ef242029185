#include "master/http/server.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include <csignal>
#include <mutex>
#include <thread>

#include "common/base/log.h"
#include "master/http/connection.h"
#include "master/http/tls_context.h"

namespace weir::http {

namespace net = Poco::Net;

namespace {

constexpr int kBacklog = 256;

class Factory final : public net::TCPServerConnectionFactory {
  public:
    explicit Factory(Listener& listener) : listener_(listener) {}
    net::TCPServerConnection* createConnection(const net::StreamSocket& socket) override {
        return new Connection(socket, listener_);
    }

  private:
    Listener& listener_;
};

// Refuses before a thread is spent.
class Filter final : public net::TCPServerConnectionFilter {
  public:
    explicit Filter(ConnectionWatch& watch) : watch_(watch) {}
    bool accept(const net::StreamSocket& socket) override {
        try {
            return !watch_.full(socket.peerAddress().host().toString());
        } catch (const Poco::Exception&) {
            return false;  // gone again already
        }
    }

  private:
    ConnectionWatch& watch_;
};

net::ServerSocket bound(const std::string& listen) {
    try {
        net::ServerSocket socket;
        // Not SO_REUSEPORT: a second master on the same port must fail, not take half of the connections.
        socket.bind(net::SocketAddress(listen), true, false);
        socket.listen(kBacklog);
        return socket;
    } catch (const Poco::Exception& error) {
        throw Error(ErrorCode::kIo, "cannot listen on " + listen + ": " + error.displayText());
    }
}

Poco::Timespan timespan(std::chrono::milliseconds time) {
    return Poco::Timespan(std::chrono::microseconds(time).count());
}

net::HTTPServerParams::Ptr makeParams(const ServerLimits& limits) {
    net::HTTPServerParams::Ptr params = new net::HTTPServerParams;
    params->setTimeout(timespan(limits.headerTime));
    params->setKeepAlive(true);
    params->setKeepAliveTimeout(timespan(limits.idleTime));
    params->setMaxKeepAliveRequests(0);
    params->setMaxThreads(limits.threads);
    params->setMaxQueued(limits.queued);
    return params;
}

}  // namespace

struct Server::State {
    State(ServerOptions o, const Router& router, Observer watcher)
        : options(std::move(o)),
          observer(std::move(watcher)),
          context(makeServerContext(options.tls)),
          watch(options.name, options.limits.connectionsPerAddress),
          pool(options.name, 2, options.limits.threads, 60),
          listener{
              options, router, observer, watch, [this] { return present(); }, makeParams(options.limits)},
          socket(bound(options.listen)),
          server(new Factory(listener), pool, socket, listener.params) {
        server.setConnectionFilter(new Filter(watch));
        server.start();
    }

    net::Context::Ptr present() {
        std::lock_guard lock(contextMutex);
        return context;
    }

    const ServerOptions options;
    const Observer observer;
    std::mutex contextMutex;
    net::Context::Ptr context;
    ConnectionWatch watch;
    Poco::ThreadPool pool;
    Listener listener;
    net::ServerSocket socket;
    net::TCPServer server;
    const int port = server.port();
    std::mutex stopMutex;
    bool stopped = false;
};

Server::Server(ServerOptions options, const Router& router, Observer observer) {
    std::signal(SIGPIPE, SIG_IGN);  // NOLINT: OpenSSL writes without MSG_NOSIGNAL
    state_ = std::make_unique<State>(std::move(options), router, std::move(observer));
    logInfo("http.listening",
            {{"server", state_->options.name}, {"address", state_->server.socket().address().toString()}});
}

Server::~Server() {
    stop(std::chrono::milliseconds(0));
}

int Server::port() const {
    return state_->server.port();
}

int Server::connections() const {
    return state_->watch.count();
}

void Server::reloadCertificate() {
    auto fresh = makeServerContext(state_->options.tls);
    std::lock_guard lock(state_->contextMutex);
    state_->context = std::move(fresh);
}

void Server::stop(std::chrono::milliseconds grace) {
    std::lock_guard lock(state_->stopMutex);
    if (state_->stopped) return;
    state_->stopped = true;
    state_->server.stop();
    state_->socket.close();  // else the kernel goes on taking connections that nobody serves
    state_->watch.stopIdle();
    const auto deadline = std::chrono::steady_clock::now() + grace;
    while (state_->watch.count() > 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    state_->watch.breakOffAll();
    state_->pool.joinAll();
}

}  // namespace weir::http
