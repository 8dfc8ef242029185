#include "tests/support/dns_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace weir::test {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = DnsBehaviour::Kind;

const std::map<std::string, unsigned> kTypes = {{"A", 1},    {"NS", 2},  {"CNAME", 5}, {"SOA", 6},
                                                {"PTR", 12}, {"MX", 15}, {"TXT", 16},  {"AAAA", 28}};

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

std::string two(unsigned value) {
    return {static_cast<char>(value >> 8), static_cast<char>(value)};
}
std::string four(std::uint32_t value) {
    return two(value >> 16) + two(value & 0xffff);
}

std::string wireName(const std::string& name) {
    std::string wire;
    std::size_t begin = 0;
    while (begin < name.size()) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        wire += static_cast<char>(end - begin);
        wire += name.substr(begin, end - begin);
        begin = end + 1;
    }
    return wire + '\0';
}

std::string wireContent(const DnsRecord& record) {
    if (record.type == "A" || record.type == "AAAA") {
        char bytes[16];
        const bool v4 = record.type == "A";
        if (::inet_pton(v4 ? AF_INET : AF_INET6, record.content.c_str(), bytes) != 1)
            throw std::invalid_argument("no address: " + record.content);
        return {bytes, v4 ? 4u : 16u};
    }
    if (record.type == "MX") {
        const std::size_t space = record.content.find(' ');
        return two(static_cast<unsigned>(std::stoul(record.content))) +
               wireName(record.content.substr(space + 1));
    }
    if (record.type != "TXT") return wireName(record.content);
    std::string wire;
    for (std::size_t at = 0; at == 0 || at < record.content.size(); at += 255) {
        const std::string piece = record.content.substr(at, 255);
        wire += static_cast<char>(piece.size());
        wire += piece;
    }
    return wire;
}

std::string wireRecord(const std::string& owner, const DnsRecord& record, const std::string& content) {
    return owner + two(kTypes.at(record.type)) + two(1) + four(record.ttl) +
           two(static_cast<unsigned>(content.size())) + content;
}

struct Question {
    std::string id;
    std::string name;  // lower case
    unsigned type = 0;
    std::string wire;  // the question section as received
};

Question questionIn(const std::string& message) {
    Question question;
    question.id = message.substr(0, 2);
    std::size_t at = 12;
    while (at < message.size() && message[at] != 0) {
        const auto length = static_cast<std::size_t>(message[at]);
        question.name += (question.name.empty() ? "" : ".") + message.substr(at + 1, length);
        at += length + 1;
    }
    question.name = lower(question.name);
    question.type = static_cast<unsigned char>(message.at(at + 2));
    question.wire = message.substr(12, at + 5 - 12);
    return question;
}

struct Pending {
    std::string bytes;
    bool overTcp = false;
    int tcp = -1;
    sockaddr_in to{};
    Clock::time_point due;
};

}  // namespace

struct DnsServer::State {
    mutable std::mutex mutex;
    std::map<std::string, std::vector<DnsRecord>> zone;
    std::map<std::string, DnsBehaviour> behaviours;
    std::map<std::pair<std::string, std::string>, std::size_t> asked, askedOverTcp;
    std::size_t total = 0;
    std::uint32_t negativeTtl = 0;
    std::list<Pending> pending;
    int udp = -1, listener = -1, wake = -1;
    std::uint16_t port = 0;
    bool stopping = false;
    std::list<int> connections;
    std::thread thread;

    void run();
    void take(const std::string& message, int tcp, const sockaddr_in& from);
    std::string answerTo(const Question& question) const;
    bool exists(const std::string& name) const;
    void send(const Pending& one) const;
    void sendDue();
    void takeTcp(int connection);
};

DnsServer::DnsServer() : state_(std::make_unique<State>()) {
    State& s = *state_;
    sockaddr_in address{};
    socklen_t size = sizeof address;
    for (int tries = 0; s.listener < 0; ++tries) {
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = 0;
        s.udp = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        ::bind(s.udp, reinterpret_cast<const sockaddr*>(&address), size);
        ::getsockname(s.udp, reinterpret_cast<sockaddr*>(&address), &size);
        const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
            ::listen(listener, 16) == 0) {
            s.listener = listener;
        } else if (::close(listener), ::close(s.udp); tries > 20) {
            throw std::runtime_error("the DNS server cannot listen");
        }
    }
    s.port = ntohs(address.sin_port);
    s.wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    s.thread = std::thread([&s] { s.run(); });
}

DnsServer::~DnsServer() {
    State& s = *state_;
    {
        std::lock_guard lock(s.mutex);
        s.stopping = true;
    }
    ::eventfd_write(s.wake, 1);
    s.thread.join();
    for (const int fd : s.connections) ::close(fd);
    for (const int fd : {s.udp, s.listener, s.wake}) ::close(fd);
}

void DnsServer::State::run() {
    for (;;) {
        std::vector<pollfd> polled = {{wake, POLLIN, 0}, {udp, POLLIN, 0}, {listener, POLLIN, 0}};
        for (const int fd : connections) polled.push_back({fd, POLLIN, 0});
        int pause = 1000;
        {
            std::lock_guard lock(mutex);
            for (const Pending& one : pending) {
                if (one.due == Clock::time_point::max()) continue;
                const auto left =
                    std::chrono::ceil<std::chrono::milliseconds>(one.due - Clock::now()).count();
                pause = static_cast<int>(std::clamp<std::int64_t>(left, 0, pause));
            }
        }
        ::poll(polled.data(), polled.size(), pause);
        eventfd_t count = 0;
        ::eventfd_read(wake, &count);
        if (polled[1].revents != 0) {
            char bytes[4096];
            sockaddr_in from{};
            socklen_t size = sizeof from;
            const ssize_t got =
                ::recvfrom(udp, bytes, sizeof bytes, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from), &size);
            if (got > 12) take({bytes, static_cast<std::size_t>(got)}, -1, from);
        }
        if (polled[2].revents != 0) {
            const int connection = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (connection >= 0) connections.push_back(connection);
        }
        for (std::size_t i = 3; i < polled.size(); ++i) {
            if (polled[i].revents != 0) takeTcp(polled[i].fd);
        }
        std::lock_guard lock(mutex);
        if (stopping) return;
        sendDue();
    }
}

void DnsServer::State::takeTcp(int connection) {
    unsigned char length[2];
    std::string message;
    if (::recv(connection, length, 2, MSG_WAITALL) == 2) {
        message.resize(static_cast<std::size_t>(length[0] << 8 | length[1]));
        if (::recv(connection, message.data(), message.size(), MSG_WAITALL) ==
            static_cast<ssize_t>(message.size())) {
            take(message, connection, {});
            return;
        }
    }
    connections.remove(connection);
    ::close(connection);
}

bool DnsServer::State::exists(const std::string& name) const {
    return std::any_of(zone.begin(), zone.end(), [&](const auto& entry) {
        return entry.first == name || entry.first.ends_with("." + name);
    });
}

std::string DnsServer::State::answerTo(const Question& question) const {
    std::string answers, name = question.name, owner = "\xC0\x0C";
    unsigned count = 0;
    bool found = false;
    for (int aliases = 0; aliases < 20; ++aliases) {
        const auto entry = zone.find(name);
        if (entry == zone.end()) break;
        const DnsRecord* alias = nullptr;
        for (const DnsRecord& record : entry->second) {
            if (kTypes.at(record.type) == question.type) {
                answers += wireRecord(owner, record, wireContent(record));
                ++count;
                found = true;
            } else if (record.type == "CNAME") {
                alias = &record;
            }
        }
        if (found || alias == nullptr) break;
        answers += wireRecord(owner, *alias, wireContent(*alias));
        ++count;
        name = lower(alias->content);
        owner = wireName(name);
    }
    const unsigned code = found || exists(name) ? 0 : 3;
    std::string authority;
    if (!found && negativeTtl != 0) {
        const std::string soa = wireName("ns.test") + wireName("root.test") + four(1) + four(2) + four(3) +
                                four(4) + four(negativeTtl);
        authority = wireRecord(std::string(1, '\0'), {"SOA", "", negativeTtl}, soa);
    }
    return question.id + two(0x8180u | code) + two(1) + two(count) + two(authority.empty() ? 0 : 1) + two(0) +
           question.wire + answers + authority;
}

void DnsServer::State::take(const std::string& message, int tcp, const sockaddr_in& from) {
    const Question question = questionIn(message);
    std::lock_guard lock(mutex);
    for (const auto& [type, number] : kTypes) {
        if (number != question.type) continue;
        ++asked[{question.name, type}];
        if (tcp >= 0) ++askedOverTcp[{question.name, type}];
    }
    ++total;
    const auto found = behaviours.find(question.name);
    const DnsBehaviour how = found == behaviours.end() ? DnsBehaviour{} : found->second;
    const auto due = how.kind == Kind::kHold ? Clock::time_point::max() : Clock::now() + how.delay;
    const auto later = [&](std::string bytes) {
        pending.push_back({std::move(bytes), tcp >= 0, tcp, from, due});
    };
    const std::string answer = answerTo(question), rest = answer.substr(4);
    const std::string otherId = {static_cast<char>(answer[0] ^ 1), answer[1]};
    const std::string counts = two(1) + two(0) + two(0) + two(0);
    switch (how.kind) {
        case Kind::kAnswer:
        case Kind::kHold:
            later(answer);
            break;
        case Kind::kServfail:
            later(question.id + two(0x8182) + counts + question.wire);
            break;
        case Kind::kRefused:
            later(question.id + two(0x8185) + counts + question.wire);
            break;
        case Kind::kDrop:
            break;
        case Kind::kTruncate:
            later(tcp >= 0 ? answer : question.id + two(0x8380) + counts + question.wire);
            break;
        case Kind::kGarbage:
            later(question.id + two(0x8180) + std::string(40, '\xFF'));
            break;
        case Kind::kWrongId:
            later(otherId + answer.substr(2));
            break;
        case Kind::kForgedFirst:
            for (int i = 1; i < 50; ++i) {
                later({static_cast<char>(answer[0] ^ i), answer[1]});
                later(std::string{static_cast<char>(answer[0] ^ i), answer[1]} + answer.substr(2));
            }
            later(answer);
            break;
        case Kind::kOtherQuestion:
            later(question.id + two(0x8180) + two(1) + two(1) + two(0) + two(0) + wireName("other.test") +
                  two(question.type) + two(1) +
                  wireRecord("\xC0\x0C", {"A", "", 300}, wireContent({"A", "203.0.113.66", 300})));
            later(answer);
            break;
        case Kind::kCutShort:
            later(answer.substr(0, answer.size() - 3));
            break;
    }
}

void DnsServer::State::sendDue() {
    const auto now = Clock::now();
    for (auto one = pending.begin(); one != pending.end();) {
        if (one->due > now) {
            ++one;
            continue;
        }
        send(*one);
        one = pending.erase(one);
    }
}

void DnsServer::State::send(const Pending& one) const {
    if (!one.overTcp) {
        ::sendto(udp, one.bytes.data(), one.bytes.size(), 0, reinterpret_cast<const sockaddr*>(&one.to),
                 sizeof one.to);
    } else if (std::find(connections.begin(), connections.end(), one.tcp) != connections.end()) {
        const std::string framed = two(static_cast<unsigned>(one.bytes.size())) + one.bytes;
        ::send(one.tcp, framed.data(), framed.size(), MSG_NOSIGNAL);
    }
}

std::string DnsServer::address() const {
    return "127.0.0.1:" + std::to_string(state_->port);
}

void DnsServer::add(const std::string& name, DnsRecord record) {
    std::lock_guard lock(state_->mutex);
    state_->zone[lower(name)].push_back(std::move(record));
}

void DnsServer::behave(const std::string& name, DnsBehaviour behaviour) {
    std::lock_guard lock(state_->mutex);
    state_->behaviours[lower(name)] = behaviour;
}

void DnsServer::release() {
    {
        std::lock_guard lock(state_->mutex);
        for (Pending& one : state_->pending) one.due = {};
        std::erase_if(state_->behaviours, [](const auto& entry) { return entry.second.kind == Kind::kHold; });
    }
    ::eventfd_write(state_->wake, 1);
}

void DnsServer::negativeTtl(std::uint32_t seconds) {
    std::lock_guard lock(state_->mutex);
    state_->negativeTtl = seconds;
}

std::size_t DnsServer::asked(const std::string& name, const std::string& type) const {
    std::lock_guard lock(state_->mutex);
    const auto found = state_->asked.find({lower(name), type});
    return found == state_->asked.end() ? 0 : found->second;
}

std::size_t DnsServer::askedOverTcp(const std::string& name, const std::string& type) const {
    std::lock_guard lock(state_->mutex);
    const auto found = state_->askedOverTcp.find({lower(name), type});
    return found == state_->askedOverTcp.end() ? 0 : found->second;
}

std::size_t DnsServer::askedAtAll() const {
    std::lock_guard lock(state_->mutex);
    return state_->total;
}

}  // namespace weir::test
