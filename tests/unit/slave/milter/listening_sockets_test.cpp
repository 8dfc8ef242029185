#include "slave/milter/listening_sockets.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace weir;

namespace {

struct Listener {
    Listener() : fd(socket(AF_INET, SOCK_STREAM, 0)) {
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(listen(fd, 4) == 0);
        socklen_t size = sizeof address;
        REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    }
    ~Listener() { close(fd); }
    int port() const { return ntohs(address.sin_port); }

    // Whether an accepted connection sends at once.
    bool acceptsAtOnce() const {
        const int client = socket(AF_INET, SOCK_STREAM, 0);
        REQUIRE(connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        const int accepted = accept(fd, nullptr, nullptr);
        int on = 0;
        socklen_t size = sizeof on;
        REQUIRE(getsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, &size) == 0);
        close(accepted);
        close(client);
        return on != 0;
    }

    int fd;
    sockaddr_in address{};
};

}  // namespace

TEST_CASE("connections of the port send at once, those of another as before") {
    const Listener milter, other;
    CHECK_FALSE(milter.acceptsAtOnce());
    CHECK(sendAtOnce(milter.port()) == 1);
    CHECK(milter.acceptsAtOnce());
    CHECK_FALSE(other.acceptsAtOnce());
}
