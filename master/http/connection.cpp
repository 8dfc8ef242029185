#include "master/http/connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPHeaderStream.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPServerSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/X509Certificate.h>

#include <algorithm>
#include <sstream>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "master/http/body_reader.h"
#include "master/http/reply_writer.h"
#include "master/http/request_target.h"

namespace weir::http {

namespace {

namespace net = Poco::Net;

bool isToken(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

std::string peerPem(net::StreamSocket& socket) {
    const net::SecureStreamSocket secure(socket);
    if (!secure.havePeerCertificate()) return {};
    std::ostringstream pem;
    secure.peerCertificate().save(pem);
    return pem.str();
}

// Gives each stretch of reading its deadline and takes it away at the end of the body: reading is bounded by
// time, our own work is not.
class TimedSource final : public BodySource {
  public:
    TimedSource(BodyReader& body, ConnectionWatch::Entry& entry, std::chrono::milliseconds time)
        : body_(body), entry_(entry), time_(time) {}
    std::size_t read(char* buffer, std::size_t size) override {
        if (!begun_) entry_.within(time_);
        begun_ = true;
        const auto count = body_.read(buffer, size);
        if (body_.finished()) entry_.working();
        return count;
    }
    std::optional<std::uint64_t> declaredLength() const override { return body_.declaredLength(); }

  private:
    BodyReader& body_;
    ConnectionWatch::Entry& entry_;
    const std::chrono::milliseconds time_;
    bool begun_ = false;
};

Reply badRequest(const std::string& what) {
    return problemReply(400, "malformed", what);
}

}  // namespace

// Opens what Poco keeps for its own streams: the buffered bytes of the connection.
class Connection::Session : public net::HTTPServerSession {
  public:
    using HTTPServerSession::HTTPServerSession;
    int take(char* buffer, int size) {
        try {
            return read(buffer, size);
        } catch (const Poco::Exception&) {
            return -1;
        }
    }
    void put(std::string_view bytes) {
        try {
            while (!bytes.empty()) {
                const int count =
                    write(bytes.data(),
                          static_cast<std::streamsize>(std::min<std::size_t>(bytes.size(), 256u << 10)));
                if (count <= 0) throw Error(ErrorCode::kUnavailable, "the client has gone");
                bytes.remove_prefix(static_cast<std::size_t>(count));
            }
        } catch (const Poco::Exception&) {
            throw Error(ErrorCode::kUnavailable, "the client has gone or is too slow");
        }
    }
    std::string pem;  // of the verified client certificate
    bool pemKnown = false;
};

void Connection::run() {
    try {
        ConnectionWatch::Entry entry(listener_.watch, socket().impl()->sockfd(),
                                     socket().peerAddress().host().toString());
        if (!entry.admitted()) return;
        entry.within(listener_.options.limits.headerTime);
        serve(entry);
    } catch (const Poco::Exception&) {
        // A peer that resets, speaks no TLS, or breaks off: the normal end of many connections.
    } catch (const std::exception& error) {
        logWarning("http.connection", {{"server", listener_.options.name}, {"why", error.what()}});
    }
}

void Connection::serve(ConnectionWatch::Entry& entry) {
    Session session(net::SecureStreamSocket::attach(socket(), listener_.context()), listener_.params);
    while (!listener_.watch.stopping() && session.hasMoreRequests()) {
        if (!serveOne(session, entry)) break;
        entry.idle(listener_.options.limits.idleTime);
    }
}

bool Connection::serveOne(Session& session, ConnectionWatch::Entry& entry) {
    const auto& limits = listener_.options.limits;
    entry.within(limits.headerTime);
    int status = 0;
    const auto refuse = [&](Reply reply) {
        WriteOptions options;
        options.keepAlive = false;
        options.added = &listener_.options.headers;
        writeReply(
            std::move(reply), options, [&](std::string_view b) { session.put(b); }, status);
        if (listener_.observer) listener_.observer({"", "", status, 0});
        return false;
    };
    net::HTTPRequest parsed;
    parsed.setFieldLimit(static_cast<int>(limits.headerFields));
    try {
        net::HTTPHeaderInputStream stream(session);
        parsed.read(stream);
    } catch (const net::NoMessageException&) {
        return false;
    } catch (const net::MessageException& error) {
        return refuse(badRequest("malformed request header: " + error.message()));
    }
    if (session.networkException() != nullptr) return false;  // broken off, or cut off by the watchdog
    Request request;
    request.method = parsed.getMethod();
    if (!isToken(request.method)) return refuse(badRequest("malformed method"));
    if (parsed.getVersion() != net::HTTPMessage::HTTP_1_1 &&
        parsed.getVersion() != net::HTTPMessage::HTTP_1_0)
        return refuse(badRequest("only HTTP/1.1 is spoken here"));
    if (parsed.getURI().size() > limits.uriBytes)
        return refuse(problemReply(
            414, "limit", "the request target is over " + std::to_string(limits.uriBytes) + " bytes"));
    for (const auto& [name, value] : parsed) {
        if (!isToken(name)) return refuse(badRequest("malformed header name"));
        request.headers.emplace_back(name, value);
    }
    if (auto target = parseTarget(parsed.getURI(), request); !target)
        return refuse(badRequest(target.error().text()));
    const auto framing = bodyFraming(request.headers);
    if (!framing) return refuse(badRequest(framing.error().text()));
    if (!session.pemKnown) {
        session.pem = peerPem(session.socket());
        session.pemKnown = true;
    }
    request.peerCertificate = session.pem;
    request.peerAddress = session.clientAddress().host().toString();
    request.peerGone = [&entry] { return entry.peerGone(); };
    const bool http11 = parsed.getVersion() == net::HTTPMessage::HTTP_1_1;
    BodyReader body([&](char* buffer, int size) { return session.take(buffer, size); }, framing->length);
    if (http11 && parsed.getExpectContinue() && !body.finished())
        session.put("HTTP/1.1 100 Continue\r\n\r\n");
    const bool keepAlive = http11 && parsed.getKeepAlive() && session.canKeepAlive();
    return answer(session, entry, request, body, keepAlive) && body.finished();
}

bool Connection::answer(Session& session, ConnectionWatch::Entry& entry, Request& request, BodyReader& body,
                        bool keepAlive) {
    const auto& limits = listener_.options.limits;
    const Stopwatch watch;
    const Route* route = listener_.router.find(request.method, request.path);
    const bool streamed = route != nullptr && route->body == Body::kStream;
    TimedSource timed(body, entry, streamed ? limits.streamTime : limits.bodyTime);
    request.source = &timed;
    entry.working();
    Reply reply = listener_.router.handle(request);
    WriteOptions options;
    options.head = request.method == "HEAD";
    // An unread body would be taken for the next request.
    options.keepAlive = keepAlive && body.finished() && !listener_.watch.stopping();
    options.added = &listener_.options.headers;
    entry.within(reply.stream ? limits.streamTime : limits.bodyTime);
    int status = reply.status;
    Written written = Written::kBrokenOff;
    try {
        written = writeReply(
            std::move(reply), options, [&](std::string_view b) { session.put(b); }, status);
    } catch (const Error&) {
        entry.breakOff();  // the client has gone; how the request ended counts all the same
    }
    if (written == Written::kBrokenOff) entry.breakOff();
    if (listener_.observer)
        listener_.observer({request.method, route != nullptr ? std::string_view(route->pattern) : "", status,
                            watch.millis()});
    return written == Written::kWhole && options.keepAlive;
}

}  // namespace weir::http
