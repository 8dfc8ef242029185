#include "tests/unit/slave/scan/scanner_peers.h"

#include <cstring>

namespace weir::test {
namespace {

class ClamdPeer : public ScannerPeer {
  public:
    bool greet(int socket) override {
        return ScriptedPeer::read(socket, 11) == std::string("zIDSESSION\0", 11);
    }
    std::optional<std::string> readMail(int socket) override {
        if (ScriptedPeer::read(socket, 10) != std::string("zINSTREAM\0", 10)) return std::nullopt;
        ++commands_;
        std::string mail;
        for (;;) {
            std::uint32_t length = 0;
            const std::string word = ScriptedPeer::read(socket, 4);
            if (word.size() != 4) return std::nullopt;
            std::memcpy(&length, word.data(), 4);
            if (length == 0) return mail;
            mail += ScriptedPeer::read(socket, ntohl(length));
        }
    }
    std::string clean() override { return numbered("stream: OK"); }
    std::string found() override { return numbered("stream: Test.Virus FOUND"); }
    std::string error() override { return numbered("stream: Can't allocate memory ERROR"); }
    bool answerCheck(int socket) override {
        if (ScriptedPeer::read(socket, 9) != std::string("zVERSION\0", 9)) return false;
        ScriptedPeer::write(socket, std::string("ClamAV 1.4.6/27000/Sat Nov 21 2026\0", 35));
        return true;
    }

  private:
    std::string numbered(const std::string& text) const {
        return std::to_string(commands_) + ": " + text + std::string(1, '\0');
    }
    int commands_ = 0;
};

std::string httpAnswer(const std::string& status, const std::string& body) {
    return "HTTP/1.1 " + status + "\r\nServer: rspamd/3.4\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\nContent-Type: application/json\r\n\r\n" + body;
}

std::size_t numberAfter(const std::string& text, const std::string& name) {
    const std::size_t at = text.find(name);
    return at == std::string::npos ? 0 : std::stoul(text.substr(at + name.size()));
}

class RspamdPeer : public ScannerPeer {
  public:
    std::optional<std::string> readMail(int socket) override {
        const std::string head = readThrough(socket, "\r\n\r\n");
        if (!head.starts_with("POST /checkv2 HTTP/1.1\r\n")) return std::nullopt;
        return ScriptedPeer::read(socket, numberAfter(head, "Content-Length: "));
    }
    std::string clean() override {
        return httpAnswer(
            "200 OK", R"({"score":1.5,"required_score":15.0,"action":"no action","symbols":{"DATE_IN_PAST":)"
                      R"({"name":"DATE_IN_PAST","score":1.5,"options":["1 day"]}}})");
    }
    std::string found() override {
        return httpAnswer("200 OK", R"({"score":15.0,"required_score":15.0,"action":"reject",)"
                                    R"("symbols":{"GTUBE":{"name":"GTUBE","score":0.0}}})");
    }
    std::string error() override {
        return httpAnswer("500 invalid command", R"({"error":"invalid command"})");
    }
    bool answerCheck(int socket) override {
        if (!readThrough(socket, "\r\n\r\n").starts_with("GET /ping HTTP/1.1\r\n")) return false;
        ScriptedPeer::write(socket, httpAnswer("200 OK", "pong\r\n"));
        return true;
    }
};

class SpamdPeer : public ScannerPeer {
  public:
    std::optional<std::string> readMail(int socket) override {
        const std::string head = readThrough(socket, "\r\n\r\n");
        if (!head.starts_with("SYMBOLS SPAMC/1.5\r\n")) return std::nullopt;
        const std::string mail = ScriptedPeer::read(socket, numberAfter(head, "Content-length: "));
        if (!ScriptedPeer::read(socket, 1).empty()) return std::nullopt;  // it ends its sending
        return mail;
    }
    std::string clean() override {
        return "SPAMD/1.1 0 EX_OK\r\nContent-length: 11\r\nSpam: False ; -0.1 / 5.0\r\n\r\nNO_RECEIVED";
    }
    std::string found() override {
        return "SPAMD/1.1 0 EX_OK\r\nContent-length: 11\r\nSpam: True ; 1000.0 / 5.0\r\n\r\nGTUBE,OTHER";
    }
    std::string error() override { return "SPAMD/1.0 76 Bad header line: FOO\r\n"; }
    bool answerCheck(int socket) override {
        if (readThrough(socket, "\r\n\r\n") != "PING SPAMC/1.5\r\n\r\n") return false;
        ScriptedPeer::write(socket, "SPAMD/1.5 0 PONG\r\n");
        return true;
    }
};

class IcapPeer : public ScannerPeer {
  public:
    // A client that knows our options does not ask for them again.
    bool greet(int socket) override {
        char first = 0;
        return ::recv(socket, &first, 1, MSG_PEEK) == 1 && (first != 'O' || answerCheck(socket));
    }
    std::optional<std::string> readMail(int socket) override {
        const std::string head = readThrough(socket, "\r\n\r\n");
        if (!head.starts_with("RESPMOD icap://")) return std::nullopt;
        ScriptedPeer::read(socket, numberAfter(head, "res-body="));
        bool whole = false;
        std::string mail = readBody(socket, whole);
        if (!whole) {
            ScriptedPeer::write(socket, "ICAP/1.0 100 Continue\r\n\r\n");
            mail += readBody(socket, whole);
        }
        return mail;
    }
    std::string clean() override { return "ICAP/1.0 204 Unmodified\r\nISTag: \"T1\"\r\n\r\n"; }
    std::string found() override {
        const std::string page = "HTTP/1.0 403 Forbidden\r\nContent-Type: text/html\r\n\r\n";
        return "ICAP/1.0 200 OK\r\nISTag: \"T1\"\r\n"
               "X-Infection-Found: Type=0; Resolution=2; Threat=Test.Virus;\r\n"
               "Encapsulated: res-hdr=0, res-body=" +
               std::to_string(page.size()) + "\r\n\r\n" + page + "5\r\nsorry\r\n0\r\n\r\n";
    }
    std::string error() override {
        return "ICAP/1.0 500 Server error\r\nServer: C-ICAP/0.5.10\r\nConnection: close\r\n\r\n";
    }
    bool answerCheck(int socket) override {
        if (!readThrough(socket, "\r\n\r\n").starts_with("OPTIONS icap://")) return false;
        ScriptedPeer::write(socket,
                            "ICAP/1.0 200 OK\r\nMethods: RESPMOD, REQMOD\r\nService: Test service\r\n"
                            "ISTag: \"T1\"\r\nOptions-TTL: 3600\r\nPreview: 1024\r\nAllow: 204\r\n"
                            "Encapsulated: null-body=0\r\n\r\n");
        return true;
    }

  private:
    // Chunks up to the last; `whole` when that says that there is no more.
    static std::string readBody(int socket, bool& whole) {
        std::string body;
        for (;;) {
            const std::string line = readThrough(socket, "\r\n");
            if (line.empty()) return body;
            const std::size_t size = std::stoul("0" + line, nullptr, 16);
            if (size == 0) whole = whole || line.find("ieof") != std::string::npos;
            body += ScriptedPeer::read(socket, size);
            readThrough(socket, "\r\n");
            if (size == 0) return body;
        }
    }
};

}  // namespace

void ScannerPeer::serve(int socket, const std::function<bool()>& answers) {
    if (!greet(socket)) return;
    while (const auto mail = readMail(socket)) {
        if (!answers()) return;
        ScriptedPeer::write(socket, mail->find("VIRUS") == std::string::npos ? clean() : found());
        if (dynamic_cast<SpamdPeer*>(this)) return;
    }
}

std::unique_ptr<ScannerPeer> makePeer(ScannerKind kind) {
    switch (kind) {
        case ScannerKind::kClamd:
            return std::make_unique<ClamdPeer>();
        case ScannerKind::kRspamd:
            return std::make_unique<RspamdPeer>();
        case ScannerKind::kSpamd:
            return std::make_unique<SpamdPeer>();
        default:
            return std::make_unique<IcapPeer>();
    }
}

const std::vector<ScannerKind>& allKinds() {
    static const std::vector<ScannerKind> kinds = {ScannerKind::kClamd, ScannerKind::kRspamd,
                                                   ScannerKind::kSpamd, ScannerKind::kIcap};
    return kinds;
}

ScannerSettings settingsFor(ScannerKind kind, const std::string& address) {
    ScannerSettings settings;
    settings.kind = kind;
    settings.address = address;
    settings.service = "avscan";
    settings.timeout = std::chrono::seconds(5);
    settings.connections = 1;
    settings.checkEvery = std::chrono::milliseconds(0);
    settings.breaker.failures = 1000;
    return settings;
}

std::string readThrough(int socket, std::string_view end) {
    std::string text;
    while (!text.ends_with(end)) {
        const std::string byte = ScriptedPeer::read(socket, 1);
        if (byte.empty()) break;
        text += byte;
    }
    return text;
}

}  // namespace weir::test
