#include "common/smtp/smtp_session.h"

#include <algorithm>
#include <cctype>

#include "common/base/utf8.h"

namespace weir {

SmtpSession::SmtpSession(const SmtpClientSettings& settings, std::optional<Deadline> deadline)
    : settings_(settings),
      deadline_(deadline),
      connection_(settings.host, settings.port, within(settings.connectTimeout)) {}

std::chrono::milliseconds SmtpSession::within(std::chrono::milliseconds time) const {
    if (!deadline_) return time;
    const auto left = *deadline_ - std::chrono::steady_clock::now();
    return std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(left),
                      std::chrono::milliseconds(0), time);
}

SmtpReply SmtpSession::command(const std::string& line) {
    return connection_.command(line, within(settings_.commandTimeout));
}

SmtpReply SmtpSession::hello() {
    const SmtpReply reply = command("EHLO " + settings_.heloName);
    if (!reply.ok()) return reply.code >= 500 ? command("HELO " + settings_.heloName) : reply;
    for (std::size_t i = 1; i < reply.lines.size(); ++i) {
        std::string word = reply.lines[i].substr(0, reply.lines[i].find(' '));
        for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        extensions_.insert(word);
    }
    return reply;
}

SmtpSession::Opened SmtpSession::open() {
    if (!connection_.connected()) return {"connect", {0, {connection_.failure()}}};
    SmtpReply greeting = connection_.reply(within(settings_.commandTimeout));
    if (!greeting.ok()) return {"connect", std::move(greeting)};
    return {"HELO", hello()};
}

bool isSmtpAddress(const std::string& address) {
    bool quoted = false, escaped = false;
    for (const char c : address) {
        const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
        if (control || (!quoted && (c == ' ' || c == '<' || c == '>'))) return false;
        if (escaped)
            escaped = false;
        else if (c == '\\')
            escaped = true;
        else if (c == '"')
            quoted = !quoted;
    }
    return true;
}

bool needsSmtpUtf8(const std::string& address) {
    return !isAscii(address);
}

}  // namespace weir
