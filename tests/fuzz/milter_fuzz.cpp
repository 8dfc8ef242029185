// Any conversation of an MTA with a real listener of libmilter, and the same pieces for the mail that is put
// together from them.
//
// An input is lines of text: a letter of the milter protocol and what belongs to it, sent as one frame; a
// line that begins with '!' is sent as it is. In a line \r, \n, \\ and \xHH stand for bytes.
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/base/log.h"
#include "slave/milter/milter_server.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/eventually.h"
#include "tests/support/filter_node.h"
#include "tests/support/milter_client.h"

using namespace weir;
using weir::test::mustHold;

namespace {

constexpr std::size_t kLongestFrame = 1u << 20;  // of what a filter says
constexpr int kPatience = 8000;                  // milliseconds

Json rule(const char* id, Json when, Json action) {
    return {{"id", id}, {"name", id}, {"when", std::move(when)}, {"then", {std::move(action)}}};
}

// Every kind of answer, with text of the mail in it.
Json policy() {
    const Json any = {{"recipient.count", {{"greater", 0}}}};
    return {
        {"rules",
         {rule("refuse", {{"subject", {{"contains", "refuse"}}}}, {{"reject", {{"text", "no ${subject}"}}}}),
          rule("later", {{"subject", {{"contains", "later"}}}}, {{"tempfail", {{"text", "${sender}"}}}}),
          rule("away", {{"subject", {{"contains", "away"}}}}, {{"discard", Json::object()}}),
          rule("tag", any, {{"tag-subject", {{"text", "[${sender}]"}}}}),
          rule("add", any, {{"add-header", {{"name", "X-Fuzz"}, {"value", "${recipient} ${subject}"}}}}),
          rule("gone", any, {{"remove-header", {{"name", "X-Gone"}}}})}}};
}

struct Node : test::FilterNode {
    Node() : server(settings(), filter, slots) {
        setLogFile("/dev/null");
        policy.apply(::policy(), 1);
        server.start();
    }

    MilterServerSettings settings() const {
        MilterServerSettings all;
        all.listen = "unix:" + (folder / "socket").string();
        all.limits.mail = {200'000, 20'000, folder.path()};
        all.limits.recipients = 20;
        all.limits.memoryBytes = 100'000;
        return all;
    }

    MilterServer server;
};

struct Line {
    char command = 0;  // '!': bytes
    std::string content;
};

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = static_cast<char>(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string unescaped(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (text[i] != '\\' || next == '\0') {
            bytes += text[i];
        } else if (next == 'x' && i + 3 < text.size() && hexDigit(text[i + 2]) >= 0 &&
                   hexDigit(text[i + 3]) >= 0) {
            bytes += static_cast<char>(hexDigit(text[i + 2]) * 16 + hexDigit(text[i + 3]));
            i += 3;
        } else {
            bytes += next == 'r' ? '\r' : next == 'n' ? '\n' : next;
            ++i;
        }
    }
    return bytes;
}

std::vector<Line> linesOf(std::string_view text) {
    std::vector<Line> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end > 0) lines.push_back({text[0], unescaped(text.substr(1, end - 1))});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string bytesOf(const std::vector<Line>& lines) {
    std::string bytes;
    for (const Line& line : lines)
        bytes += line.command == '!' ? line.content : test::milterFrame(line.command, line.content);
    return bytes;
}

// libmilter reads past the end of a list of macros whose last name has no value: smfi_getsymval() of 8.17.
// Nothing above it can see such a list, so none is sent: a value is added.
std::string withPairsOfMacros(std::string_view bytes) {
    std::string all;
    while (bytes.size() > 4) {
        std::uint32_t size = 0;
        for (const char c : bytes.substr(0, 4)) size = size << 8 | static_cast<unsigned char>(c);
        if (size == 0 || size > bytes.size() - 4) break;
        std::string content(bytes.substr(5, size - 1));
        if (bytes[4] == 'D' &&
            std::count(content.begin() + (content.empty() ? 0 : 1), content.end(), '\0') % 2 != 0)
            content += '\0';
        all += test::milterFrame(bytes[4], content);
        bytes.remove_prefix(size + 4);
    }
    return all + std::string(bytes);
}

// Sends everything while it reads what comes, until the filter closes.
std::string converse(const std::string& path, std::string_view bytes) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    mustHold(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "it listens");
    std::string answer;
    bool sending = true;
    for (;;) {
        if (sending && bytes.empty()) {
            ::shutdown(fd, SHUT_WR);
            sending = false;
        }
        pollfd wait{fd, static_cast<short>(sending ? POLLIN | POLLOUT : POLLIN), 0};
        mustHold(::poll(&wait, 1, kPatience) == 1, "a conversation that the MTA has ended ends");
        if (sending && (wait.revents & POLLOUT) != 0) {
            const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            bytes.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : bytes.size());
        }
        char buffer[65536];
        const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
        if (got > 0) answer.append(buffer, static_cast<std::size_t>(got));
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) break;
    }
    ::close(fd);
    return answer;
}

// Whole frames but for the last, which may be cut off, each with a letter that a filter may say. The number
// of verdicts.
std::size_t verdictsIn(std::string_view answer) {
    std::size_t verdicts = 0;
    while (answer.size() > 4) {
        std::size_t size = 0;
        for (int i = 0; i < 4; ++i)
            size = size << 8 | static_cast<unsigned char>(answer[static_cast<std::size_t>(i)]);
        mustHold(size > 0 && size <= kLongestFrame, "a frame has a length");
        mustHold(std::strchr("Oacdrtyhimb+-", answer[4]) != nullptr, "a frame has a letter of the protocol");
        verdicts += std::strchr("acdrty", answer[4]) != nullptr ? 1 : 0;
        answer.remove_prefix(std::min(answer.size(), size + 4));
    }
    return verdicts;
}

// Header lines and body of the conversation, put together by hand.
void sameMail(const std::vector<Line>& lines, std::uint64_t memory, const std::filesystem::path& folder) {
    const MailBuilderLimits limits{100'000, memory, folder};
    MemoryBudget budget(30'000);
    MailBuilder builder(limits, budget);
    std::string expected;
    bool inBody = false;
    builder.begin(lines.size());
    for (const Line& line : lines) {
        const std::string& content = line.content;
        if (line.command == 'L' && !inBody) {
            const std::string name = content.substr(0, content.find('\0'));
            const std::string value = name.size() < content.size() ? content.substr(name.size() + 1) : "";
            builder.header(name, value, true);
            expected += name + ":";
            for (std::size_t i = 0; i < value.size(); ++i) {
                const bool bare = value[i] == '\n' && (i == 0 || value[i - 1] != '\r');
                expected += bare ? "\r\n" : std::string(1, value[i]);
            }
            expected += "\r\n";
        } else if (line.command == 'B') {
            if (!inBody) expected += "\r\n";
            inBody = true;
            builder.body(content);
            expected += content;
        }
    }
    if (!inBody) expected += "\r\n";
    mustHold(builder.bytes() == std::string_view(expected).substr(0, limits.mailBytes), "bytes as received");
    mustHold(builder.size() == expected.size(), "its size is counted in whole");
    mustHold(builder.tooLarge() == (expected.size() > limits.mailBytes), "too large is said");
    builder.clear();
    mustHold(budget.used() == 0, "memory is given back");
}

void plainMailIsJudged(const std::string& listen) {
    test::MilterClient client(listen);
    client.open();
    test::MilterMail mail;
    mail.content = "Subject: refuse this\r\n\r\nbody\r\n";
    const test::MilterReply reply = client.send(mail);
    mustHold(reply.kind == 'y' && reply.text.find("no refuse this") != std::string::npos,
             "others are served");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Node node;
    static std::uint64_t inputs = 0;
    const auto lines = linesOf(test::inputOf(data, size));
    for (const std::uint64_t memory : {0u, 100u, 1u << 20}) sameMail(lines, memory, node.folder.path());

    const std::string sent = withPairsOfMacros(bytesOf(lines));
    const std::size_t verdicts = verdictsIn(converse((node.folder / "socket").string(), sent));
    mustHold(verdicts <= sent.size() / 5 + 1, "no more answers than questions");
    mustHold(test::eventually([&] {
                 const MilterState state = node.server.state();
                 return state.connections == 0 && state.mailsInHand == 0 && state.memoryBytes == 0;
             }),
             "nothing is left of a conversation that ended");
    if (inputs++ % 50 == 0) plainMailIsJudged("unix:" + (node.folder / "socket").string());
    return 0;
}
