// An HTTPS client that sends exactly the bytes a test asks for, also those that no real client would send.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::test {

struct HttpAnswer {
    int status = 0;      // 0: the connection ended without an answer
    std::string header;  // status line and fields
    std::string body;    // chunks joined
    bool whole = false;  // the body ended as its framing says

    std::string field(std::string name) const {
        const auto lower = [](std::string text) {
            std::transform(text.begin(), text.end(), text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
            return text;
        };
        const auto at = lower(header).find("\r\n" + lower(std::move(name)) + ": ");
        if (at == std::string::npos) return {};
        const auto begin = header.find(": ", at) + 2;
        return header.substr(begin, header.find("\r\n", begin) - begin);
    }
};

class HttpsClient {
  public:
    struct Options {
        std::string caFile;  // set: the server's certificate must verify
        std::string certificateFile, keyFile;
        int timeoutSeconds = 20;
        int maxVersion = 0;  // TLS1_2_VERSION …
    };

    explicit HttpsClient(int port) : HttpsClient(port, Options{}) {}
    HttpsClient(int port, const Options& options) : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
        if (options.maxVersion != 0) SSL_CTX_set_max_proto_version(context_.get(), options.maxVersion);
        if (!options.caFile.empty()) {
            SSL_CTX_load_verify_locations(context_.get(), options.caFile.c_str(), nullptr);
            SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        }
        if (!options.certificateFile.empty()) {
            SSL_CTX_use_certificate_chain_file(context_.get(), options.certificateFile.c_str());
            SSL_CTX_use_PrivateKey_file(context_.get(), options.keyFile.c_str(), SSL_FILETYPE_PEM);
        }
        fd_ = connected(port, options.timeoutSeconds);
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_fd(ssl_.get(), fd_);
        if (SSL_connect(ssl_.get()) != 1) {
            ::close(fd_);
            throw std::runtime_error("TLS handshake refused");
        }
    }
    ~HttpsClient() {
        ssl_.reset();
        ::close(fd_);
    }
    HttpsClient(const HttpsClient&) = delete;
    HttpsClient& operator=(const HttpsClient&) = delete;

    // A plain TCP connection with send and receive time-outs.
    static int connected(int port, int timeoutSeconds) {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        timeval limit{timeoutSeconds, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            ::close(fd);
            throw std::runtime_error("cannot connect");
        }
        return fd;
    }

    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const int count = SSL_write(ssl_.get(), bytes.data(),
                                        static_cast<int>(std::min<std::size_t>(bytes.size(), 1u << 20)));
            if (count <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    HttpAnswer receive(bool head = false) {
        HttpAnswer answer;
        while (buffer_.find("\r\n\r\n") == std::string::npos)
            if (!more()) return answer;
        const auto end = buffer_.find("\r\n\r\n");
        answer.header = buffer_.substr(0, end + 2);
        buffer_.erase(0, end + 4);
        answer.status = std::stoi(answer.header.substr(9, 3));
        if (answer.status == 100) return receive(head);
        if (head || answer.status == 204 || answer.status == 304)
            answer.whole = true;
        else if (answer.field("Transfer-Encoding") == "chunked")
            readChunks(answer);
        else
            readLength(answer);
        return answer;
    }

    HttpAnswer request(const std::string& method, const std::string& target,
                       const std::vector<std::pair<std::string, std::string>>& headers = {},
                       const std::string& body = {}) {
        std::string text = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
        for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
        if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH")
            text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        send(text + "\r\n" + body);
        return receive(method == "HEAD");
    }

    // True when the server has closed and nothing is left to read.
    bool ended() { return buffer_.empty() && !more(); }

  private:
    bool more() {
        char bytes[16384];
        const int count = SSL_read(ssl_.get(), bytes, sizeof bytes);
        if (count <= 0) return false;
        buffer_.append(bytes, static_cast<std::size_t>(count));
        return true;
    }
    bool atLeast(std::size_t size) {
        while (buffer_.size() < size)
            if (!more()) return false;
        return true;
    }
    void readLength(HttpAnswer& answer) {
        const auto field = answer.field("Content-Length");
        const std::size_t length = field.empty() ? 0 : std::stoul(field);
        answer.whole = atLeast(length);
        answer.body = buffer_.substr(0, length);
        buffer_.erase(0, length);
    }
    void readChunks(HttpAnswer& answer) {
        for (;;) {
            while (buffer_.find("\r\n") == std::string::npos)
                if (!more()) return;
            const auto end = buffer_.find("\r\n");
            const std::size_t size = std::stoul(buffer_.substr(0, end), nullptr, 16);
            if (!atLeast(end + 2 + size + 2)) return;
            answer.body += buffer_.substr(end + 2, size);
            buffer_.erase(0, end + 2 + size + 2);
            if (size == 0) {
                answer.whole = true;
                return;
            }
        }
    }

    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
    int fd_ = -1;
    std::string buffer_;
};

}  // namespace weir::test
