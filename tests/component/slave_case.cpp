#include "tests/component/slave_case.h"

#include <nlohmann/json.hpp>

#include "common/base/json.h"
#include "slave/report/report_queue.h"

namespace weir::test {
namespace {

Json rule(const std::string& id, Json when, Json then) {
    return {{"id", id}, {"name", id}, {"when", std::move(when)}, {"then", std::move(then)}};
}

Json subject(const std::string& word) {
    return {{"subject", {{"contains", word}}}};
}

Json recipient(const std::string& address) {
    return {{"recipient", {{"is", address}}}};
}

Json one(const std::string& action, Json parameters = Json::object()) {
    return Json::array({Json{{action, std::move(parameters)}}});
}

std::map<std::string, std::string> withTarget(std::map<std::string, std::string> settings, int port) {
    settings.emplace("reinject.target", "\"127.0.0.1:" + std::to_string(port) + "\"");
    return settings;
}

}  // namespace

std::string casePolicy() {
    const Json held{{"queue", "held"}};
    Json rules = Json::array();
    rules.push_back(rule("hold", subject("quarantine-me"), one("quarantine", held)));
    rules.push_back(rule("refuse", subject("reject-me"),
                         one("reject", {{"code", 554}, {"status", "5.7.9"}, {"text", "100% unwanted"}})));
    rules.push_back(rule("later", subject("tempfail-me"), one("tempfail", {{"text", "come back"}})));
    rules.push_back(rule("drop", subject("discard-me"), one("discard")));
    rules.push_back(rule("keep", subject("keep-me"), one("keep", {{"queue", "archive"}})));
    rules.push_back(rule("tag", subject("tag-me"), one("tag-subject", {{"text", "[TAGGED]"}})));
    Json edits = one("add-header", {{"name", "X-Added"}, {"value", "gr\u00fc\u00dfe"}});
    edits.push_back(Json{{"replace-header", {{"name", "X-Old"}, {"value", "new"}}}});
    edits.push_back(Json{{"remove-header", {{"name", "X-Secret"}}}});
    rules.push_back(rule("edit", subject("edit-me"), std::move(edits)));
    rules.push_back(rule("held-recipient", recipient("held@example.net"), one("quarantine", held)));
    rules.push_back(rule("refusing-recipient", recipient("refusing@example.net"),
                         one("reject", {{"text", "not to me"}})));
    rules.push_back(
        rule("tagged-recipient", recipient("tagged@example.net"), one("tag-subject", {{"text", "[T]"}})));
    rules.push_back(rule("outbound", Json{{"direction", {{"is", "outbound"}}}},
                         one("add-header", {{"name", "X-Direction"}, {"value", "outbound"}})));
    return Json{{"rules", std::move(rules)}}.dump();
}

MilterMail caseMail(const std::string& subject, std::vector<std::string> recipients) {
    MilterMail mail;
    mail.recipients = std::move(recipients);
    mail.content =
        "Received: from a by b;\r\n\tSat, 21 Nov 2026 20:00:00 +0000\r\nFrom: "
        "alice@example.org\r\nSubject: " +
        subject + "\r\nX-Old: old\r\nX-Secret: 1\r\nX-Secret:2\r\n\r\nHello,\r\n\r\n.dot\r\nno end of line";
    return mail;
}

SlaveCase::SlaveCase(std::string policy, std::map<std::string, std::string> settings)
    : slave(folder.path() / "slave",
            {WEIR_SLAVE_PROGRAM, std::move(policy), withTarget(std::move(settings), sink.port())}) {
    slave.start();
}

MilterReply SlaveCase::send(const MilterMail& mail) {
    MilterClient client(slave.milter());
    client.open();
    MilterReply reply = client.send(mail);
    client.quit();
    return reply;
}

std::vector<std::string> SlaveCase::eventBodies() {
    ReportQueue queue({.folder = slave.storage() / "report"});
    std::vector<std::string> bodies;
    for (const QueuedEvent& event : queue.read(1, 100'000, 1u << 30)) bodies.push_back(event.body);
    return bodies;
}

std::vector<MailEvent> SlaveCase::mailEvents() {
    std::vector<MailEvent> events;
    for (const std::string& body : eventBodies()) {
        const auto event = eventFromText(body).value();
        if (const auto* mail = std::get_if<MailEvent>(&event)) events.push_back(*mail);
    }
    return events;
}

}  // namespace weir::test
