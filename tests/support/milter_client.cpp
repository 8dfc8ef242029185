#include "tests/support/milter_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace weir::test {
namespace {

// Numbers of libmilter's mfdef.h.
constexpr std::uint32_t kNrHeader = 0x80, kNrConnect = 0x1000, kNrHelo = 0x2000, kNrMail = 0x4000,
                        kNrRcpt = 0x8000, kNrBody = 0x80000, kNoEoh = 0x40, kLeadingSpace = 0x100000;
constexpr std::uint32_t kVersion = 6;
constexpr std::size_t kBodyChunk = 65535;
constexpr std::uint32_t kLongestReply = 4u << 20;

std::string word(std::uint32_t value) {
    const std::uint32_t net = htonl(value);
    return std::string(reinterpret_cast<const char*>(&net), sizeof net);
}

std::uint32_t wordAt(std::string_view bytes, std::size_t at) {
    if (bytes.size() < at + 4) throw std::runtime_error("milter: a reply is cut short");
    std::uint32_t net = 0;
    std::memcpy(&net, bytes.data() + at, sizeof net);
    return ntohl(net);
}

std::string zero(std::string_view text) {
    return std::string(text) + '\0';
}

std::string macroContent(char command, const MilterClient::Macros& macros) {
    std::string content(1, command);
    for (const auto& [name, value] : macros) content += zero(name) + zero(value);
    return content;
}

int openSocket(const std::string& address) {
    if (address.starts_with("unix:")) {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        address.copy(name.sun_path, sizeof name.sun_path - 1, 5);
        const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0) return fd;
        ::close(fd);
    } else {
        const std::string rest = address.starts_with("inet:") ? address.substr(5) : address;
        const std::size_t colon = rest.rfind(':');
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_port = htons(static_cast<std::uint16_t>(std::stoi(rest.substr(colon + 1))));
        ::inet_pton(AF_INET, rest.substr(0, colon).c_str(), &name.sin_addr);
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0) return fd;
        ::close(fd);
    }
    throw std::runtime_error("milter: no connection to " + address + ": " + std::strerror(errno));
}

// Calls `field(name, value)` for each header field, as an MTA hands it over: lines within a value end with
// LF.
template <class Field>
std::string_view eachHeader(std::string_view content, bool leadingSpace, Field field) {
    while (!content.empty() && !content.starts_with("\r\n")) {
        std::size_t end = content.find("\r\n");
        while (end != std::string_view::npos && end + 2 < content.size() &&
               (content[end + 2] == ' ' || content[end + 2] == '\t')) {
            end = content.find("\r\n", end + 2);
        }
        const std::string_view line = content.substr(0, end);
        const std::size_t colon = line.find(':');
        std::string value(line.substr(colon + 1));
        std::erase(value, '\r');
        if (!leadingSpace && value.starts_with(' ')) value.erase(0, 1);
        field(line.substr(0, colon), value);
        content = end == std::string_view::npos ? std::string_view() : content.substr(end + 2);
    }
    return content.empty() ? content : content.substr(2);
}

}  // namespace

std::string milterFrame(char command, std::string_view content) {
    std::string frame = word(static_cast<std::uint32_t>(content.size() + 1));
    frame += command;
    frame += content;
    return frame;
}

const MilterChange* MilterReply::change(char wanted, std::string_view name) const {
    for (const MilterChange& each : changes) {
        if (each.kind == wanted && each.name == name) return &each;
    }
    return nullptr;
}

MilterClient::MilterClient(const std::string& address, std::chrono::milliseconds timeout)
    : fd_(openSocket(address)), timeoutMillis_(static_cast<int>(timeout.count())) {}

MilterClient::~MilterClient() {
    ::close(fd_);
}

void MilterClient::sendRaw(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) throw std::runtime_error(std::string("milter: sending: ") + std::strerror(errno));
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void MilterClient::sendFrames(std::string_view frames) {
    sendRaw(frames);
}

void MilterClient::receive(char* into, std::size_t size) {
    while (size > 0) {
        pollfd entry{fd_, POLLIN, 0};
        if (::poll(&entry, 1, timeoutMillis_) <= 0) throw std::runtime_error("milter: the filter is silent");
        const ssize_t got = ::recv(fd_, into, size, 0);
        if (got <= 0) throw std::runtime_error("milter: the filter closed the connection");
        into += got;
        size -= static_cast<std::size_t>(got);
    }
}

bool MilterClient::closedByFilter() {
    char byte = 0;
    for (;;) {
        pollfd entry{fd_, POLLIN, 0};
        if (::poll(&entry, 1, timeoutMillis_) <= 0) return false;
        if (::recv(fd_, &byte, 1, 0) <= 0) return true;
    }
}

MilterClient::Frame MilterClient::readFrame() {
    char head[5];
    receive(head, sizeof head);
    const std::uint32_t length = wordAt({head, 4}, 0);
    if (length == 0 || length > kLongestReply)
        throw std::runtime_error("milter: a reply of impossible length");
    Frame frame{head[4], std::string(length - 1, '\0')};
    receive(frame.content.data(), frame.content.size());
    return frame;
}

void MilterClient::negotiate(std::uint32_t actions, std::uint32_t steps) {
    sendRaw(milterFrame('O', word(kVersion) + word(actions) + word(steps)));
    const Frame frame = readFrame();
    if (frame.command != 'O') throw std::runtime_error("milter: no answer to the negotiation");
    actions_ = wordAt(frame.content, 4);
    steps_ = wordAt(frame.content, 8);
}

MilterReply MilterClient::readReply() {
    MilterReply reply;
    for (;;) {
        const Frame frame = readFrame();
        const std::string_view content = frame.content;
        const auto textAt = [&](std::size_t at) {
            return std::string(content.substr(at, content.find('\0', at) - at));
        };
        switch (frame.command) {
            case 'a':
            case 'c':
            case 'd':
            case 'r':
            case 't':
                reply.kind = frame.command;
                return reply;
            case 'y':
                reply.kind = 'y';
                reply.text = textAt(0);
                return reply;
            case 'p':
                break;
            case '+':
            case '-':
                reply.changes.push_back({frame.command, 0, textAt(0), ""});
                break;
            case 'b':
                reply.body.append(content);
                break;
            case 'h': {
                const std::string name = textAt(0);
                reply.changes.push_back({'h', 0, name, textAt(name.size() + 1)});
                break;
            }
            case 'i':
            case 'm': {
                const std::string name = textAt(4);
                reply.changes.push_back({frame.command, wordAt(content, 0), name, textAt(name.size() + 5)});
                break;
            }
            default:
                throw std::runtime_error(std::string("milter: unknown reply ") + frame.command);
        }
    }
}

MilterReply MilterClient::exchange(char command, std::string_view content, std::uint32_t silentStep) {
    sendRaw(milterFrame(command, content));
    if (silent(silentStep)) return {'c', "", {}};
    return readReply();
}

MilterReply MilterClient::connect(const std::string& name, const std::string& address) {
    std::string content = zero(name);
    content += address.find(':') == std::string::npos ? '4' : '6';
    content += std::string("\x30\x39", 2) + zero(address);  // port 12345
    sendRaw(milterFrame('D', macroContent('C', {{"{daemon_port}", "25"}})));
    return exchange('C', content, kNrConnect);
}

MilterReply MilterClient::helo(const std::string& name) {
    return exchange('H', zero(name), kNrHelo);
}

MilterReply MilterClient::mailFrom(const std::string& sender, const Macros& macros) {
    if (!macros.empty()) sendRaw(milterFrame('D', macroContent('M', macros)));
    return exchange('M', zero("<" + sender + ">"), kNrMail);
}

MilterReply MilterClient::rcptTo(const std::string& recipient) {
    return exchange('R', zero("<" + recipient + ">"), kNrRcpt);
}

MilterReply MilterClient::header(std::string_view name, std::string_view value) {
    return exchange('L', zero(name) + zero(value), kNrHeader);
}

MilterReply MilterClient::body(std::string_view chunk) {
    return exchange('B', chunk, kNrBody);
}

MilterReply MilterClient::endOfMessage(const std::string& queueId) {
    sendRaw(milterFrame('D', macroContent('E', {{"i", queueId}})) + milterFrame('E', ""));
    return readReply();
}

void MilterClient::abort() {
    sendRaw(milterFrame('A', ""));
}

void MilterClient::quit() {
    sendRaw(milterFrame('Q', ""));
}

void MilterClient::open(const std::string& address) {
    negotiate();
    connect("client.example.org", address);
    helo();
}

std::string MilterClient::framesOf(const MilterMail& mail) const {
    if (!silent(kNrMail) || !silent(kNrRcpt) || !silent(kNrHeader) || !silent(kNrBody)) {
        throw std::runtime_error("milter: the filter wants to answer before the end of the message");
    }
    std::string frames = milterFrame('D', macroContent('M', {{"{auth_authen}", mail.authUser}}));
    frames +=
        milterFrame('M', zero("<" + mail.sender + ">") + zero("SIZE=" + std::to_string(mail.content.size())));
    for (const std::string& recipient : mail.recipients)
        frames += milterFrame('R', zero("<" + recipient + ">"));
    std::string_view body =
        eachHeader(mail.content, silent(kLeadingSpace), [&](std::string_view name, std::string_view value) {
            frames += milterFrame('L', zero(name) + zero(value));
        });
    if (!silent(kNoEoh)) frames += milterFrame('N', "");
    for (; !body.empty(); body.remove_prefix(std::min(kBodyChunk, body.size()))) {
        frames += milterFrame('B', body.substr(0, kBodyChunk));
    }
    frames += milterFrame('D', macroContent('E', {{"i", mail.queueId}}));
    return frames + milterFrame('E', "");
}

MilterReply MilterClient::readAnswer() {
    return readReply();
}

MilterReply MilterClient::send(const MilterMail& mail) {
    sendFrames(framesOf(mail));
    return readAnswer();
}

}  // namespace weir::test
