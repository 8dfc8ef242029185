// A TCP server on a free loopback port that runs a script for each connection, each in a thread of its own,
// to play a peer that answers, stalls or goes away.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace weir::test {

class ScriptedPeer {
  public:
    // `script` gets a connected socket, which is closed when it returns.
    explicit ScriptedPeer(std::function<void(int)> script) : script_(std::move(script)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof name;
        ::bind(listener_, reinterpret_cast<const sockaddr*>(&name), size);
        ::listen(listener_, 16);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&name), &size);
        port_ = ntohs(name.sin_port);
        thread_ = std::thread([this] { run(); });
    }
    ~ScriptedPeer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        for (std::thread& conversation : conversations_) conversation.join();
        ::close(listener_);
    }
    ScriptedPeer(const ScriptedPeer&) = delete;
    ScriptedPeer& operator=(const ScriptedPeer&) = delete;

    int port() const { return port_; }
    std::string address() const { return "inet:127.0.0.1:" + std::to_string(port_); }

    // Reads until `size` bytes came or the client ended.
    static std::string read(int socket, std::size_t size) {
        std::string bytes;
        char buffer[4096];
        while (bytes.size() < size) {
            const ssize_t got = ::recv(socket, buffer, std::min(sizeof buffer, size - bytes.size()), 0);
            if (got <= 0) break;
            bytes.append(buffer, static_cast<std::size_t>(got));
        }
        return bytes;
    }
    static void write(int socket, std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

  private:
    void run() {
        for (;;) {
            const int socket = ::accept(listener_, nullptr, nullptr);
            if (socket < 0) return;
            conversations_.emplace_back([this, socket] {
                script_(socket);
                ::close(socket);
            });
        }
    }

    std::function<void(int)> script_;
    int listener_ = -1;
    int port_ = 0;
    std::vector<std::thread> conversations_;
    std::thread thread_;
};

}  // namespace weir::test
