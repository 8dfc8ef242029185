#include "slave/link/node_client.h"

#include <nlohmann/json.hpp>

#include "common/base/json.h"
#include "slave/link/https_connection.h"

namespace weir {
namespace {

std::vector<MasterAddress> addressesOf(const std::vector<std::string>& masters) {
    std::vector<MasterAddress> addresses;
    for (const std::string& text : masters) {
        const auto address = masterAddressFromText(text);
        if (!address) throw Error(ErrorCode::kInvalid, address.error().text());
        addresses.push_back(*address);
    }
    if (addresses.empty()) throw Error(ErrorCode::kInvalid, "no master is configured");
    return addresses;
}

}  // namespace

NodeClient::NodeClient(IdentityStore& identity, NodeClientOptions options)
    : identity_(identity), options_(std::move(options)), addresses_(addressesOf(options_.masters)) {}

NodeClient::~NodeClient() = default;

Json NodeClient::post(const std::string& path, const std::string& body, std::size_t answerLimit) {
    return exchange("POST", path, "application/json", body, answerLimit);
}

Json NodeClient::postLines(const std::string& path, const std::string& lines, std::size_t answerLimit) {
    return exchange("POST", path, "application/x-ndjson", lines, answerLimit);
}

Json NodeClient::put(const std::string& path, const std::string& body, std::size_t answerLimit) {
    return exchange("PUT", path, "application/json", body, answerLimit);
}

std::string NodeClient::get(const std::string& path, std::size_t answerLimit) {
    return request("GET", path, "application/octet-stream", {}, answerLimit).body;
}

bool NodeClient::isReusable() const {
    return connection_ && generation_ == identity_.generation() &&
           std::chrono::steady_clock::now() - used_ < options_.idle;
}

std::shared_ptr<HttpsConnection> NodeClient::connect() {
    const auto identity = identity_.current();
    if (!identity) throw Error(ErrorCode::kDenied, "this node is not enrolled");
    const std::lock_guard lock(mutex_);
    if (interrupted_) throw Error(ErrorCode::kUnavailable, "the link is being stopped");
    generation_ = identity_.generation();
    connection_ = std::make_shared<HttpsConnection>(
        addresses_[preferred_], TlsFiles{identity_.caFile(), identity_.identityFile()}, identity->cluster,
        options_.connectTimeout, options_.answerTimeout);
    return connection_;
}

void NodeClient::drop(bool next) {
    const std::lock_guard lock(mutex_);
    connection_.reset();
    if (next) preferred_ = (preferred_ + 1) % addresses_.size();
}

// One request, on the connection at hand or on a new one.
template <class Work>
HttpsAnswer NodeClient::once(Work work, bool& reused) {
    reused = isReusable();
    const std::shared_ptr<HttpsConnection> connection = reused ? connection_ : connect();
    try {
        HttpsAnswer answer = work(*connection);
        used_ = std::chrono::steady_clock::now();
        return answer;
    } catch (const Error&) {
        // A used connection may just have been closed by the master: its address is still the first choice.
        drop(!reused);
        if (interrupted_) throw Error(ErrorCode::kUnavailable, "the link is being stopped");
        throw;
    }
}

HttpsAnswer NodeClient::request(const std::string& method, const std::string& path,
                                const std::string& contentType, const std::string& body, std::size_t limit) {
    HttpsAnswer answer;
    for (std::size_t attempt = 0;; ++attempt) {
        bool reused = false;
        try {
            answer = once(
                [&](HttpsConnection& connection) {
                    return connection.exchange(method, path, contentType, body, limit);
                },
                reused);
            break;
        } catch (const Error& error) {
            const bool more = reused || attempt + 1 < addresses_.size();
            if (error.code() != ErrorCode::kUnavailable || interrupted_ || !more) throw;
            if (reused) attempt = static_cast<std::size_t>(-1);
        }
    }
    if (answer.status >= 400) throw refusalOf(answer);
    return answer;
}

Json NodeClient::exchange(const std::string& method, const std::string& path, const std::string& contentType,
                          const std::string& body, std::size_t limit) {
    const HttpsAnswer answer = request(method, path, contentType, body, limit);
    if (answer.body.empty()) return Json::object();
    auto json = parseJson(answer.body, {.bytes = limit});
    if (!json) throw Error(ErrorCode::kInvalid, "the master's answer is not JSON: " + json.error().text());
    return std::move(*json);
}

void NodeClient::putStream(const std::string& path, std::uint64_t size,
                           const std::function<void(std::ostream&)>& writer) {
    drop(false);  // a stream cannot be repeated, so it gets a connection that is certainly alive
    bool reused = false;
    const HttpsAnswer answer =
        once([&](HttpsConnection& connection) { return connection.stream(path, size, writer); }, reused);
    if (answer.status >= 400) throw refusalOf(answer);
}

void NodeClient::interrupt() {
    std::shared_ptr<HttpsConnection> connection;
    {
        const std::lock_guard lock(mutex_);
        interrupted_ = true;
        connection = connection_;
    }
    if (connection) connection->abort();
}

std::string NodeClient::connectedTo() const {
    const std::lock_guard lock(mutex_);
    return connection_ ? connection_->address().text() : std::string();
}

}  // namespace weir
