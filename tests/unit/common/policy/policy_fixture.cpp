#include "tests/unit/common/policy/policy_fixture.h"

namespace weir::test {

FactAnswer TableSource::values(const FieldSpec& field, const std::string& argument,
                               const std::string& recipient, MailContent&) {
    const std::string name(field.name);
    asked.push_back(argument.empty() ? name : name + ":" + argument);
    for (const std::string& key : {name + "@" + recipient, name + ":" + argument, name})
        if (const auto found = answers.find(key); found != answers.end()) return found->second;
    return {};
}

void TableSource::text(const std::string& field, const std::string& value) {
    answers[field].values.texts.push_back(value);
    answers[field].values.present = true;
}
void TableSource::flag(const std::string& field, bool value) {
    answers[field].values.present = value;
}
void TableSource::fails(const std::string& field, const std::string& why, FailureChoice choice) {
    answers[field].failures.push_back({why, choice});
}

Mail sampleMail() {
    Mail mail;
    mail.envelope.clientAddress = "192.0.2.17";
    mail.envelope.clientName = "mx.partner.example";
    mail.envelope.helo = "MX.Partner.Example";
    mail.envelope.tlsVersion = "TLSv1.3";
    mail.envelope.sender = "Alice@mail.Partner.example";
    mail.envelope.recipients = {"bob@example.com"};
    mail.envelope.direction = Direction::kInbound;
    mail.bytes =
        "From: Alice <alice@partner.example>\r\n"
        "To: bob@example.com\r\n"
        "Subject: =?UTF-8?Q?Quarterly_Invoice_=C3=9Cberweisung?=\r\n"
        "List-Id: News <news.partner.example>\r\n"
        "X-Mailer: Bulk\r\n"
        "X-Mailer: Sender 3\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n"
        "\r\n"
        "--b\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "\r\n"
        "Please make the wire\r\ntransfer today.\r\n"
        "--b\r\n"
        "Content-Type: application/octet-stream; name=\"invoice.PDF.exe\"\r\n"
        "Content-Disposition: attachment; filename=\"invoice.PDF.exe\"\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "\r\n"
        "TVoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"
        "AAAAgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"
        "AAAAAAAAAAAAAAAAAABQRQAATAEBAAAAAAAAAAAAAAAAAOAAAgELAQAAAAAAAA==\r\n"
        "--b\r\n"
        "Content-Type: text/plain; name=notes.txt\r\n"
        "Content-Disposition: attachment; filename=notes.txt\r\n"
        "\r\n"
        "just notes\r\n"
        "--b--\r\n";
    return mail;
}

CompiledPolicyPtr compiled(const Json& document) {
    auto policy = compilePolicy(document, 1);
    if (policy) return *policy;
    std::string all;
    for (const Problem& one : policy.error()) all += one.text() + "\n";
    FAIL("policy has problems:\n" << all);
    return nullptr;
}

Evaluation run(const CompiledPolicy& policy, const Mail& mail, Json* trace) {
    const Message message(mail.bytes);
    DirectReader reader;
    Facts facts(mail.envelope, message, reader, mail.source, mail.time);
    return evaluate(policy, facts, trace);
}

Json withRules(const std::string& rules) {
    return Json{{"rules", json(rules)}};
}

Json withCondition(const std::string& condition) {
    return withRules(R"([{"id":"r","when":)" + condition + R"(,"then":[{"quarantine":{"queue":"held"}}]}])");
}

bool holds(const std::string& condition, const Mail& mail) {
    const auto policy = compiled(withCondition(condition));
    Json trace;
    const Evaluation plain = run(*policy, mail);
    const Evaluation traced = run(*policy, mail, &trace);
    REQUIRE(plain.outcomes.size() == mail.envelope.recipients.size());
    CHECK(plain.outcomes == traced.outcomes);
    const bool matched = plain.outcomes.front().verdict.kind == VerdictKind::kQuarantine;
    CHECK(trace["recipients"][0]["rules"][0]["matched"] == matched);
    return matched;
}

bool holds(const std::string& condition) {
    return holds(condition, sampleMail());
}

std::string problemsOf(const Json& document) {
    const auto parsed = parsePolicy(document);
    std::string all;
    if (!parsed)
        for (const Problem& one : parsed.error()) all += one.text() + "\n";
    return all;
}

}  // namespace weir::test
