#include "slave/link/https_connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <charconv>
#include <istream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "common/base/json.h"
#include "common/wire/compression.h"
#include "common/wire/messages.h"
#include "common/wire/tls_identity.h"

namespace weir {
namespace {

using Poco::Net::Context;

constexpr std::uint16_t kDefaultPort = 8444;
constexpr auto kIdle = std::chrono::seconds(10);  // less than the master keeps an idle connection
constexpr std::size_t kProblemBytes = 64u << 10;

Poco::Timespan span(std::chrono::milliseconds time) {
    return Poco::Timespan(std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

Context::Ptr clientContext(const TlsFiles& files) {
    static std::once_flag once;
    std::call_once(once, [] { Poco::Net::initializeSSL(); });
    Context::Params params;
    params.caLocation = files.authority.string();
    params.certificateFile = params.privateKeyFile = files.identity.string();
    params.loadDefaultCAs = false;
    params.verificationMode = Context::VERIFY_STRICT;
    Context::Ptr context = new Context(Context::TLS_CLIENT_USE, params);
    context->requireMinimumProtocol(Context::PROTO_TLSV1_3);
    // A master is known by its certificate's role and cluster (checkPeer), wherever it is reached.
    context->enableExtendedCertificateVerification(false);
    return context;
}

bool mentions(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

// A TLS failure in words: who refused whom.
Error tlsError(const std::string& text, const MasterAddress& address) {
    if (mentions(text, "certificate verify failed") || mentions(text, "unacceptable certificate"))
        return Error(ErrorCode::kDenied, "the server at " + address.text() +
                                             " does not show a valid certificate of this cluster: " + text);
    if (mentions(text, "alert"))
        return Error(ErrorCode::kDenied,
                     "the master at " + address.text() + " refuses this node's certificate: " + text);
    return Error(ErrorCode::kUnavailable, "the connection to " + address.text() + " broke: " + text);
}

// Runs `work`; what Poco throws becomes an Error.
template <class Work>
auto translated(const MasterAddress& address, Work work) {
    try {
        return work();
    } catch (const Poco::TimeoutException&) {
        throw Error(ErrorCode::kTimeout, "no answer from " + address.text() + " in time");
    } catch (const Poco::Net::SSLException& error) {
        throw tlsError(error.displayText(), address);
    } catch (const Poco::Exception& error) {
        throw Error(ErrorCode::kUnavailable, address.text() + ": " + error.displayText());
    } catch (const std::ios_base::failure& error) {
        throw Error(ErrorCode::kUnavailable, address.text() + ": " + error.what());
    }
}

std::string readBounded(std::istream& in, std::size_t limit) {
    std::string body;
    char piece[16384];
    while (in.read(piece, sizeof piece), in.gcount() > 0) {
        body.append(piece, static_cast<std::size_t>(in.gcount()));
        if (body.size() > limit) throw Error(ErrorCode::kLimit, "the master's answer is too large");
    }
    return body;
}

ErrorCode codeOf(int status) {
    switch (status) {
        case 401:
        case 403:
            return ErrorCode::kDenied;
        case 404:
            return ErrorCode::kNotFound;
        case 409:
            return ErrorCode::kConflict;
        case 413:
            return ErrorCode::kLimit;
        case 504:
            return ErrorCode::kTimeout;
        default:
            return status == 429 || status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInvalid;
    }
}

}  // namespace

std::string MasterAddress::text() const {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Expected<MasterAddress> masterAddressFromText(std::string_view text) {
    const auto wrong = [&] {
        return problem("master", "expected HOST:PORT, found \"" + std::string(text.substr(0, 100)) + "\"");
    };
    MasterAddress address{"", kDefaultPort};
    std::string_view rest = text;
    if (rest.starts_with('[')) {
        const std::size_t end = rest.find(']');
        if (end == std::string_view::npos) return wrong();
        address.host = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
    } else {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        address.host = rest.substr(0, end);
        rest.remove_prefix(end);
    }
    if (address.host.empty() || address.host.find_first_of(" /\t\r\n") != std::string::npos) return wrong();
    if (rest.empty()) return address;
    rest.remove_prefix(1);
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), address.port);
    if (read.ec != std::errc{} || read.ptr != rest.data() + rest.size() || address.port == 0) return wrong();
    return address;
}

// Poco's session; connect() is its one way to a new connection, so that is where the peer is looked at.
class HttpsConnection::Session : public Poco::Net::HTTPSClientSession {
  public:
    Session(const MasterAddress& address, Context::Ptr context, ClusterId cluster,
            std::chrono::milliseconds connectTimeout, std::chrono::milliseconds answerTimeout)
        : HTTPSClientSession(address.host, address.port, context), cluster_(std::move(cluster)) {
        setTimeout(span(connectTimeout), span(answerTimeout), span(answerTimeout));
        setKeepAlive(true);
        setKeepAliveTimeout(span(kIdle));
    }

  protected:
    void connect(const Poco::Net::SocketAddress& address) override {
        HTTPSClientSession::connect(address);
        std::ostringstream pem;
        Poco::Net::SecureStreamSocket(socket()).peerCertificate().save(pem);
        const auto facts = readCertificate(pem.str());
        if (facts && facts->subject.role == CertificateRole::kMaster && facts->subject.cluster == cluster_)
            return;
        close();
        throw Poco::Net::SSLException("unacceptable certificate: not a master of this cluster");
    }

  private:
    const ClusterId cluster_;
};

HttpsConnection::HttpsConnection(MasterAddress address, const TlsFiles& files, ClusterId cluster,
                                 std::chrono::milliseconds connectTimeout,
                                 std::chrono::milliseconds answerTimeout)
    : address_(std::move(address)) {
    translated(address_, [&] {
        session_ = std::make_unique<Session>(address_, clientContext(files), std::move(cluster),
                                             connectTimeout, answerTimeout);
    });
}

HttpsConnection::~HttpsConnection() = default;

HttpsAnswer HttpsConnection::receive(std::size_t limit) {
    Poco::Net::HTTPResponse response;
    std::istream& in = session_->receiveResponse(response);
    HttpsAnswer answer;
    answer.status = response.getStatus();
    const std::size_t bound = answer.status < 400 ? limit : kProblemBytes;
    answer.body = readBounded(in, bound);
    if (response.get("Content-Encoding", "") != "zstd") return answer;
    auto plain = decompress(answer.body, bound);
    if (!plain) throw Error(ErrorCode::kInvalid, "the master's answer is " + plain.error().what);
    answer.body = std::move(*plain);
    return answer;
}

HttpsAnswer HttpsConnection::exchange(const std::string& method, const std::string& path,
                                      const std::string& contentType, const std::string& body,
                                      std::size_t limit) {
    return translated(address_, [&] {
        Poco::Net::HTTPRequest request(method, path, Poco::Net::HTTPMessage::HTTP_1_1);
        request.set("User-Agent", "weir-slave/" WEIR_VERSION);
        request.set("Accept-Encoding", "zstd");
        request.setContentType(contentType);
        const bool worth = body.size() > kCompressAbove;
        const std::string compressed = worth ? compress(body) : std::string();
        if (worth) request.set("Content-Encoding", "zstd");
        const std::string& sent = worth ? compressed : body;
        request.setContentLength(static_cast<std::streamsize>(sent.size()));
        std::ostream& out = session_->sendRequest(request);
        out.write(sent.data(), static_cast<std::streamsize>(sent.size()));
        out.flush();
        return receive(limit);
    });
}

HttpsAnswer HttpsConnection::stream(const std::string& path, std::uint64_t size,
                                    const std::function<void(std::ostream&)>& writer) {
    return translated(address_, [&] {
        Poco::Net::HTTPRequest request("PUT", path, Poco::Net::HTTPMessage::HTTP_1_1);
        request.set("User-Agent", "weir-slave/" WEIR_VERSION);
        request.setContentType("message/rfc822");
        request.setContentLength64(static_cast<Poco::Int64>(size));
        std::ostream& out = session_->sendRequest(request);
        writer(out);
        out.flush();
        if (!out) throw Error(ErrorCode::kUnavailable, "the master took no more of the content");
        return receive(kProblemBytes);
    });
}

void HttpsConnection::abort() {
    try {
        session_->abort();
    } catch (const Poco::Exception&) {
        // Not connected: there is nothing to end.
    }
}

Error refusalOf(const HttpsAnswer& answer) {
    std::string text = "the master answers with status " + std::to_string(answer.status);
    const auto body = parseJson(answer.body, {.bytes = kProblemBytes});
    if (body && body->is_object() && body->contains("detail") && body->at("detail").is_string())
        text = body->at("detail").get<std::string>().substr(0, WireLimits::kTextBytes);
    return Error(codeOf(answer.status), text);
}

std::vector<std::string> shownChain(const MasterAddress& address, std::chrono::milliseconds timeout) {
    struct FreeContext {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    struct FreeSession {
        void operator()(SSL* session) const { SSL_free(session); }
    };
    return translated(address, [&] {
        Poco::Net::StreamSocket socket;
        socket.connect(Poco::Net::SocketAddress(address.host, address.port), span(timeout));
        socket.setReceiveTimeout(span(timeout));
        socket.setSendTimeout(span(timeout));
        const std::unique_ptr<SSL_CTX, FreeContext> context(SSL_CTX_new(TLS_client_method()));
        const std::unique_ptr<SSL, FreeSession> session(context ? SSL_new(context.get()) : nullptr);
        if (!session || SSL_set_fd(session.get(), static_cast<int>(socket.impl()->sockfd())) != 1)
            throw Error(ErrorCode::kInternal, "TLS cannot be set up");
        if (SSL_connect(session.get()) != 1)
            throw Error(ErrorCode::kUnavailable, "the server at " + address.text() + " does not speak TLS");
        std::vector<std::string> chain;
        STACK_OF(X509)* shown = SSL_get_peer_cert_chain(session.get());
        for (int i = 0; shown && i < sk_X509_num(shown); ++i) {
            BIO* out = BIO_new(BIO_s_mem());
            PEM_write_bio_X509(out, sk_X509_value(shown, i));
            char* bytes = nullptr;
            const long size = BIO_get_mem_data(out, &bytes);
            chain.emplace_back(bytes, static_cast<std::size_t>(size));
            BIO_free(out);
        }
        return chain;
    });
}

}  // namespace weir
