#include "slave/status_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/config/settings.h"

namespace weir {
namespace {

using Poco::Net::HTTPResponse;

constexpr int kThreads = 16;  // a silent connection holds one until the time-out
constexpr int kQueued = 32;
const Poco::Timespan kTimeout(5, 0);

struct Sources {
    std::function<HealthReport()> health;
    std::function<std::string()> metrics;
};

class Handler : public Poco::Net::HTTPRequestHandler {
  public:
    explicit Handler(const Sources& sources) : sources_(sources) {}

    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override {
        try {
            answer(request, response);
        } catch (const std::exception& error) {
            logWarning("status.request", {{"reason", error.what()}});
        }
    }

  private:
    void answer(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) const {
        const std::string path = request.getURI().substr(0, request.getURI().find('?'));
        response.setKeepAlive(false);
        if (request.getMethod() != "GET" && request.getMethod() != "HEAD") {
            response.set("Allow", "GET, HEAD");
            return send(response, HTTPResponse::HTTP_METHOD_NOT_ALLOWED, "text/plain", "only GET and HEAD\n");
        }
        if (path == "/healthz") {
            const HealthReport report = sources_.health();
            return send(response, report.ok ? HTTPResponse::HTTP_OK : HTTPResponse::HTTP_SERVICE_UNAVAILABLE,
                        "application/json", report.json + "\n");
        }
        if (path == "/metrics") {
            return send(response, HTTPResponse::HTTP_OK, "text/plain; version=0.0.4; charset=utf-8",
                        sources_.metrics());
        }
        send(response, HTTPResponse::HTTP_NOT_FOUND, "text/plain", "there is /healthz and /metrics\n");
    }

    static void send(Poco::Net::HTTPServerResponse& response, HTTPResponse::HTTPStatus status,
                     const char* type, const std::string& body) {
        response.setStatusAndReason(status);
        response.setContentType(type);
        response.sendBuffer(body.data(), body.size());
    }

    const Sources& sources_;
};

class Handlers : public Poco::Net::HTTPRequestHandlerFactory {
  public:
    explicit Handlers(const Sources& sources) : sources_(sources) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
        return new Handler(sources_);  // the server deletes it
    }

  private:
    const Sources& sources_;
};

Poco::Net::HTTPServerParams::Ptr parameters() {
    Poco::Net::HTTPServerParams::Ptr parameters = new Poco::Net::HTTPServerParams;
    parameters->setMaxThreads(kThreads);
    parameters->setMaxQueued(kQueued);
    parameters->setTimeout(kTimeout);
    parameters->setKeepAlive(false);
    return parameters;
}

Poco::Net::ServerSocket listener(const std::string& listen) {
    const auto name = parseSocketName(listen);
    if (!name) throw Error(ErrorCode::kInvalid, "metrics.listen: " + name.error().text());
    try {
        Poco::Net::ServerSocket socket;
        socket.bind(Poco::Net::SocketAddress(name->host, static_cast<Poco::UInt16>(name->port)), true);
        socket.listen(kQueued);
        return socket;
    } catch (const Poco::Exception& error) {
        throw Error(ErrorCode::kUnavailable, "metrics.listen " + listen + ": " + error.displayText());
    }
}

}  // namespace

struct StatusServer::State {
    State(Sources s, const Poco::Net::ServerSocket& socket)
        : sources(std::move(s)),
          pool(2, kThreads),
          server(new Handlers(sources), pool, socket, parameters()) {}
    Sources sources;
    Poco::ThreadPool pool;
    Poco::Net::HTTPServer server;
};

StatusServer::StatusServer(const std::string& listen, std::function<HealthReport()> health,
                           std::function<std::string()> metrics)
    : state_(std::make_unique<State>(Sources{std::move(health), std::move(metrics)}, listener(listen))) {
    state_->server.start();
    logInfo("status.listening", {{"address", state_->server.socket().address().toString()}});
}

StatusServer::~StatusServer() {
    state_->server.stopAll(true);
    state_->pool.joinAll();
}

int StatusServer::port() const {
    return state_->server.port();
}

}  // namespace weir
