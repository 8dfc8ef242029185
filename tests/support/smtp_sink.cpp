#include "tests/support/smtp_sink.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace weir::test {
namespace {

using Hang = SinkBehaviour::Hang;

// Lines with their line end; throws when the peer has gone.
class Peer {
  public:
    explicit Peer(int fd) : fd_(fd) {}
    std::string line() {
        for (;;) {
            const auto end = buffer_.find('\n');
            if (end != std::string::npos) {
                std::string line = buffer_.substr(0, end + 1);
                buffer_.erase(0, end + 1);
                return line;
            }
            char block[4096];
            const ssize_t count = ::recv(fd_, block, sizeof block, 0);
            if (count <= 0) throw std::runtime_error("gone");
            buffer_.append(block, static_cast<std::size_t>(count));
        }
    }
    void say(const std::string& text) {
        const std::string line = text + "\r\n";
        ::send(fd_, line.data(), line.size(), MSG_NOSIGNAL);
    }

  private:
    int fd_;
    std::string buffer_;
};

std::string addressIn(const std::string& command) {
    const auto begin = command.find('<'), end = command.rfind('>');
    return command.substr(begin + 1, end - begin - 1);
}

std::string parametersIn(const std::string& command) {
    const auto end = command.rfind('>');
    return end + 2 < command.size() ? command.substr(end + 2) : "";
}

// On a free port, which it returns.
std::uint16_t listenOn(int& listener, Loopback loopback) {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_addr = in6addr_loopback;
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool ipv6 = loopback == Loopback::kIpv6;
    sockaddr* address = ipv6 ? reinterpret_cast<sockaddr*>(&six) : reinterpret_cast<sockaddr*>(&four);
    socklen_t length = ipv6 ? sizeof six : sizeof four;
    listener = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener, address, length) != 0 || ::listen(listener, 64) != 0) {
        ::close(listener);
        throw std::runtime_error("the SMTP sink cannot listen");
    }
    ::getsockname(listener, address, &length);
    return ntohs(ipv6 ? six.sin6_port : four.sin_port);
}

}  // namespace

struct SmtpSink::State {
    mutable std::mutex mutex;
    SinkBehaviour behaviour;
    std::vector<SinkMail> mails;
    std::vector<std::string> commands;
    std::list<std::thread> conversations;
    std::set<int> open;
    int listener = -1;
    std::uint16_t port = 0;
    std::atomic<bool> stopping{false};
    std::thread acceptor;

    void accept();
    void converse(int fd, SinkBehaviour how);
    bool takeData(Peer& peer, SinkMail& mail, const SinkBehaviour& how);
};

SmtpSink::SmtpSink(SinkBehaviour behaviour, Loopback loopback) : state_(std::make_unique<State>()) {
    State& s = *state_;
    s.behaviour = std::move(behaviour);
    s.port = listenOn(s.listener, loopback);
    s.acceptor = std::thread([&s] { s.accept(); });
}

SmtpSink::~SmtpSink() {
    State& s = *state_;
    s.stopping = true;
    ::shutdown(s.listener, SHUT_RDWR);
    s.acceptor.join();
    {
        std::lock_guard lock(s.mutex);
        for (const int fd : s.open) ::shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& conversation : s.conversations) conversation.join();
    ::close(s.listener);
}

void SmtpSink::State::accept() {
    for (;;) {
        const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0 || stopping) {
            if (fd >= 0) ::close(fd);
            return;
        }
        std::lock_guard lock(mutex);
        open.insert(fd);
        conversations.emplace_back([this, fd, how = behaviour] {
            try {
                converse(fd, how);
            } catch (const std::exception&) {
                // The peer ended the conversation.
            }
            std::lock_guard done(mutex);
            open.erase(fd);
            ::close(fd);
        });
    }
}

void SmtpSink::State::converse(int fd, SinkBehaviour how) {
    Peer peer(fd);
    if (how.hang == Hang::kAtGreeting) {
        peer.line();
        return;
    }
    peer.say(how.greeting);
    SinkMail mail;
    for (;;) {
        std::string command = peer.line();
        command.erase(command.find_last_not_of("\r\n") + 1);
        {
            std::lock_guard lock(mutex);
            commands.push_back(command);
        }
        const std::string verb = command.substr(0, command.find_first_of(" :"));
        if (verb == "EHLO" && how.ehloReply.empty()) {
            peer.say("250-sink");
            for (const std::string& extension : how.extensions) peer.say("250-" + extension);
            peer.say("250 HELP");
        } else if (verb == "EHLO") {
            peer.say(how.ehloReply);
        } else if (verb == "HELO") {
            peer.say("250 sink");
        } else if (verb == "MAIL") {
            mail = {addressIn(command), parametersIn(command), {}, ""};
            peer.say(how.mailReply);
        } else if (verb == "RCPT") {
            const bool refused = how.refusedRecipients.contains(addressIn(command));
            if (!refused) mail.recipients.push_back(addressIn(command));
            peer.say(refused ? how.recipientRefusal : "250 2.1.5 ok");
        } else if (verb == "DATA") {
            if (!takeData(peer, mail, how)) return;
        } else if (verb == "RSET") {
            mail = {};
            peer.say("250 2.0.0 forgotten");
        } else if (verb == "QUIT") {
            peer.say("221 bye");
            return;
        } else {
            peer.say("500 5.5.2 what?");
        }
    }
}

// False: the conversation ends here.
bool SmtpSink::State::takeData(Peer& peer, SinkMail& mail, const SinkBehaviour& how) {
    peer.say(how.dataReply);
    if (!how.dataReply.starts_with("354")) return true;
    for (;;) {
        std::string line = peer.line();
        if (how.hang == Hang::kDropInData) return false;
        if (line == ".\r\n") break;
        if (line.front() == '.') line.erase(0, 1);
        mail.bytes += line;
    }
    if (how.hang == Hang::kDropAfterDot) return false;
    if (how.finalReply.starts_with("2")) {
        std::lock_guard lock(mutex);
        mails.push_back(mail);
    }
    if (how.hang == Hang::kKeepThenDrop) return false;
    if (how.hang == Hang::kSilentAfterDot) {
        peer.line();
        return false;
    }
    peer.say(how.finalReply);
    return true;
}

std::uint16_t SmtpSink::port() const {
    return state_->port;
}

void SmtpSink::dropAll() {
    std::lock_guard lock(state_->mutex);
    for (const int fd : state_->open) ::shutdown(fd, SHUT_RDWR);
}

void SmtpSink::behave(SinkBehaviour behaviour) {
    std::lock_guard lock(state_->mutex);
    state_->behaviour = std::move(behaviour);
}

std::vector<SinkMail> SmtpSink::mails() const {
    std::lock_guard lock(state_->mutex);
    return state_->mails;
}

std::vector<std::string> SmtpSink::commands() const {
    std::lock_guard lock(state_->mutex);
    return state_->commands;
}

}  // namespace weir::test
