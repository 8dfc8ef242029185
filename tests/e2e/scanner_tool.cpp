// Scans mails with real scanners, for scanner_daemons_test.py. One JSON object a line comes in, one goes out:
//   {"settings": {NAME: {"kind": "clamd", "address": "inet:…", …}}}  → {}; what did not change keeps its pool
//   {"scan": FILE}   → {NAME: {"state": "found", "failure": "none", "names": […], …}}, all of them at the
//   same time
//   {"health": true} → {NAME: {"state": "ok", "version": "…", …}}
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "common/base/json.h"
#include "slave/scan/scanners.h"

using namespace weir;

namespace {

std::chrono::milliseconds millis(const Json& object, const char* name, std::chrono::milliseconds fallback) {
    return std::chrono::milliseconds(object.value(name, static_cast<std::int64_t>(fallback.count())));
}

ScannerKind kindFrom(const std::string& name) {
    for (const ScannerKind kind :
         {ScannerKind::kClamd, ScannerKind::kRspamd, ScannerKind::kSpamd, ScannerKind::kIcap}) {
        if (name == toString(kind)) return kind;
    }
    throw Error(ErrorCode::kInvalid, "no such kind of scanner: " + name);
}

ScannerSettings settingsFrom(const Json& object) {
    ScannerSettings settings;
    settings.kind = kindFrom(object.at("kind"));
    settings.address = object.at("address");
    settings.password = object.value("password", "");
    settings.service = object.value("service", "");
    settings.method = object.value("reqmod", false) ? IcapMethod::kReqmod : IcapMethod::kRespmod;
    settings.timeout = millis(object, "timeout", settings.timeout);
    settings.maxBytes = object.value("max_bytes", settings.maxBytes);
    settings.connections = object.value("connections", settings.connections);
    settings.checkEvery = millis(object, "check_every", settings.checkEvery);
    settings.breaker.failures = object.value("failures", settings.breaker.failures);
    settings.breaker.firstPause = millis(object, "first_pause", settings.breaker.firstPause);
    settings.breaker.longestPause = millis(object, "longest_pause", settings.breaker.longestPause);
    return settings;
}

Json shown(const ScanOutcome& outcome) {
    Json symbols = Json::object();
    for (const Symbol& symbol : outcome.symbols) symbols[symbol.name] = symbol.score;
    return {{"state", toString(outcome.state)},
            {"failure", toString(outcome.failure)},
            {"names", outcome.names},
            {"score", outcome.score},
            {"required", outcome.required},
            {"action", outcome.action},
            {"symbols", symbols},
            {"detail", outcome.detail},
            {"millis", outcome.millis}};
}

Json shown(const ScannerHealth& health) {
    return {{"ok", health.ok},
            {"state", toString(health.state)},
            {"detail", health.detail},
            {"version", health.version},
            {"signatures", health.signatures},
            {"last_error", health.lastError},
            {"scans", health.scans},
            {"failures", health.failures},
            {"not_asked", health.notAsked},
            {"average_millis", health.averageMillis}};
}

std::string bytesOf(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorCode::kNotFound, "no file " + file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

class Tool {
  public:
    Json answer(const Json& asked) {
        if (asked.contains("settings")) return use(asked.at("settings"));
        if (asked.contains("scan")) return scan(asked.at("scan"));
        Json answer = Json::object();
        for (const auto& [name, health] : scanners_.health()) answer[name] = shown(health);
        return answer;
    }

  private:
    Json use(const Json& wanted) {
        names_.clear();
        std::map<std::string, ScannerSettings> settings;
        for (const auto& [name, each] : wanted.items()) {
            settings.emplace(name, settingsFrom(each));
            names_.push_back(name);
        }
        scanners_ = Scanners(settings, scanners_);
        return Json::object();
    }
    Json scan(const std::string& file) {
        const std::string mail = bytesOf(file);
        Envelope envelope;
        envelope.clientAddress = "192.0.2.1";
        envelope.clientName = "mx.example.org";
        envelope.helo = "mx.example.org";
        envelope.sender = "sender@example.org";
        envelope.recipients = {"user@company.example", "other@company.example"};
        envelope.queueId = "4bXkTest";
        std::map<std::string, ScanTicket> tickets;
        for (const std::string& name : names_) {
            tickets.emplace(name, scanners_.find(name)->start({mail, envelope}));
        }
        Json answer = Json::object();
        for (auto& [name, ticket] : tickets) answer[name] = shown(ticket.wait());
        return answer;
    }

    Scanners scanners_;
    std::vector<std::string> names_;
};

}  // namespace

int main() {
    Tool tool;
    std::string line;
    while (std::getline(std::cin, line)) {
        try {
            const auto asked = parseJson(line);
            if (!asked) throw Error(ErrorCode::kInvalid, asked.error().text());
            std::cout << toText(tool.answer(*asked)) << std::endl;
        } catch (const std::exception& error) {
            std::cerr << "scanner_tool: " << error.what() << std::endl;
            return 1;
        }
    }
    return 0;
}
