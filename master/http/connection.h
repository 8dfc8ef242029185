// One accepted connection: TLS, then request after request until it ends.
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/TCPServerConnection.h>

#include <functional>
#include <memory>

#include "master/http/connection_watch.h"
#include "master/http/server.h"

namespace weir::http {

class BodyReader;

// What all connections of a listener share; lives longer than every one of them.
struct Listener {
    const ServerOptions& options;
    const Router& router;
    const Observer& observer;
    ConnectionWatch& watch;
    std::function<Poco::Net::Context::Ptr()> context;  // the present one
    Poco::Net::HTTPServerParams::Ptr params;
};

class Connection final : public Poco::Net::TCPServerConnection {
  public:
    Connection(const Poco::Net::StreamSocket& socket, Listener& listener)
        : TCPServerConnection(socket), listener_(listener) {}
    void run() override;  // on a thread of the listener's pool; lets no exception out

  private:
    class Session;
    void serve(ConnectionWatch::Entry& entry);
    bool serveOne(Session& session, ConnectionWatch::Entry& entry);
    bool answer(Session& session, ConnectionWatch::Entry& entry, Request& request, BodyReader& body,
                bool keepAlive);

    Listener& listener_;
};

}  // namespace weir::http
