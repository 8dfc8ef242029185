#include "slave/dns/dns_channel.h"

#include <ares.h>
#include <poll.h>
#include <sys/time.h>

#include <algorithm>
#include <memory>

#include "common/base/error.h"

namespace weir {
namespace {

constexpr int kInternetClass = 1;
constexpr int kEdnsBytes = 1232;  // fits every path unfragmented (DNS flag day 2020)

// c-ares splits at dots and takes the byte after a backslash as it is.
std::string escaped(const std::string& name) {
    std::string text;
    for (const char c : name) {
        if (c == '\\') text += '\\';
        text += c;
    }
    return text;
}

std::string failureText(int status) {
    if (status == ARES_ETIMEOUT) return "time-out: no DNS server answered";
    // c-ares goes to the next server after each of these, and does not say which it was at the end.
    if (status == ARES_ECONNREFUSED) return "no DNS server can be reached, or all say SERVFAIL or REFUSED";
    return ares_strerror(status);
}

}  // namespace

DnsChannel::DnsChannel(const DnsServers& servers, Done done) : done_(std::move(done)) {
    static const int library = ares_library_init(ARES_LIB_INIT_ALL);
    if (library != ARES_SUCCESS) throw Error(ErrorCode::kInternal, "c-ares does not start");
    ares_options options{};
    char lookups[] = "b";  // DNS alone, not /etc/hosts
    options.flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
    options.timeout = static_cast<int>(servers.timeout.count());
    options.tries = servers.tries;
    options.lookups = lookups;
    options.ednspsz = kEdnsBytes;
    options.sock_state_cb_data = this;
    options.sock_state_cb = [](void* self, ares_socket_t fd, int read, int write) {
        static_cast<DnsChannel*>(self)->watch(fd, read != 0, write != 0);
    };
    const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                     ARES_OPT_EDNSPSZ | ARES_OPT_SOCK_STATE_CB;
    if (const int status = ares_init_options(&channel_, &options, mask); status != ARES_SUCCESS)
        throw Error(ErrorCode::kUnavailable, std::string("DNS resolver: ") + ares_strerror(status));
    if (servers.addresses.empty()) return;
    if (const int status = ares_set_servers_ports_csv(channel_, servers.addresses.c_str());
        status != ARES_SUCCESS) {
        ares_destroy(channel_);
        throw Error(ErrorCode::kInvalid, "DNS servers \"" + servers.addresses +
                                             "\": expected IP addresses, or IP:port, "
                                             "separated by commas");
    }
}

DnsChannel::~DnsChannel() {
    ares_destroy(channel_);
}

void DnsChannel::watch(int fd, bool read, bool write) {
    std::erase_if(sockets_, [&](const Socket& socket) { return socket.fd == fd; });
    if (read || write) sockets_.push_back({fd, read, write});
}

void DnsChannel::ask(std::uint64_t ticket, const std::string& name, int wireType) {
    auto question = std::make_unique<Question>(Question{this, ticket});
    ares_query(channel_, escaped(name).c_str(), kInternetClass, wireType, &DnsChannel::answered,
               question.release());
}

void DnsChannel::answered(void* argument, int status, int, unsigned char* bytes, int size) {
    const std::unique_ptr<Question> question(static_cast<Question*>(argument));
    const Done& done = question->channel->done_;
    if (status != ARES_EDESTRUCTION && bytes != nullptr && size > 0) {
        done(question->ticket, {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)}, "");
    } else {
        done(question->ticket, {}, failureText(status));
    }
}

void DnsChannel::run(int wakeFd, std::chrono::milliseconds atMost) {
    const auto until = std::chrono::steady_clock::now() + atMost;
    std::vector<pollfd> polled;
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        const auto millis = std::max<std::chrono::milliseconds::rep>(0, left.count());
        timeval most{static_cast<time_t>(millis / 1000), static_cast<suseconds_t>(millis % 1000 * 1000)},
            next{};
        const timeval* const wait = ares_timeout(channel_, &most, &next);
        polled.assign(1, {wakeFd, POLLIN, 0});
        for (const Socket& socket : sockets_) {
            const int events = (socket.read ? POLLIN : 0) | (socket.write ? POLLOUT : 0);
            polled.push_back({socket.fd, static_cast<short>(events), 0});
        }
        const auto pause = wait->tv_sec * 1000 + (wait->tv_usec + 999) / 1000;
        ::poll(polled.data(), polled.size(), static_cast<int>(pause));
        for (std::size_t i = 1; i < polled.size(); ++i) {
            const bool read = (polled[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0;
            const bool write = (polled[i].revents & POLLOUT) != 0;
            if (!read && !write) continue;
            ares_process_fd(channel_, read ? polled[i].fd : ARES_SOCKET_BAD,
                            write ? polled[i].fd : ARES_SOCKET_BAD);
        }
        ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // time-outs, after what came in time
        if ((polled[0].revents & POLLIN) != 0 || millis == 0) return;
    }
}

}  // namespace weir
