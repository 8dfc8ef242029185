// A TCP relay on loopback that breaks connections on purpose, for tests of what survives that.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace weir::test {

class CuttingProxy {
  public:
    // Relays to `target` on loopback. Each connection is reset after a number of bytes between 1 and
    // `mostBytes` (both directions together); 0: never.
    CuttingProxy(std::uint16_t target, std::uint32_t mostBytes) : target_(target), mostBytes_(mostBytes) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = loopback(0);
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(listener_, 64);
        socklen_t size = sizeof address;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { accept(); });
    }
    ~CuttingProxy() {
        stopping_ = true;
        acceptor_.join();
        for (std::thread& relay : relays_) relay.join();
        ::close(listener_);
    }
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    std::uint16_t port() const { return port_; }
    int cuts() const { return cuts_; }
    void cutAfter(std::uint32_t mostBytes) { mostBytes_ = mostBytes; }

  private:
    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }
    void accept() {
        while (!stopping_) {
            pollfd waiting{listener_, POLLIN, 0};
            if (::poll(&waiting, 1, 20) <= 0) continue;
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client >= 0) relays_.emplace_back([this, client] { relay(client); });
        }
    }
    void relay(int client) {
        const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = loopback(target_);
        if (::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
            shuttle(client, server);
        const linger reset{1, 0};
        ::setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        ::close(client);
        ::close(server);
    }
    void shuttle(int client, int server) {
        std::minstd_rand random(std::random_device{}());
        const std::uint32_t most = mostBytes_;
        std::int64_t left =
            most == 0 ? INT64_MAX : std::uniform_int_distribution<std::int64_t>(1, most)(random);
        pollfd ends[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        while (!stopping_) {
            if (::poll(ends, 2, 20) <= 0) continue;
            for (int i = 0; i < 2; ++i) {
                if ((ends[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
                char bytes[8192];
                const ssize_t count = ::recv(ends[i].fd, bytes, sizeof bytes, 0);
                if (count <= 0) return;
                left -= count;
                if (left <= 0) {
                    ++cuts_;
                    return;
                }
                if (::send(ends[1 - i].fd, bytes, static_cast<std::size_t>(count), MSG_NOSIGNAL) != count)
                    return;
            }
        }
    }

    const std::uint16_t target_;
    std::atomic<std::uint32_t> mostBytes_;
    std::atomic<int> cuts_{0};
    std::atomic<bool> stopping_{false};
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::thread acceptor_;
    std::vector<std::thread> relays_;
};

}  // namespace weir::test
