// Every field of the table with every operator it has, on a mail that has the value and against another
// value. One section a field, so that each can be run alone:
//
//   unit-common-policy "[condition]" -c url.domain
//
// Operands are made from the value; fields of the envelope and headers have rows of their own besides, in
// rule_fields_test.cpp.
#include <map>

#include "common/mail/text_encoder.h"
#include "common/policy/rule.h"
#include "common/policy/rule_fields.h"
#include "tests/support/archive_maker.h"
#include "tests/support/document_maker.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

namespace {

Mail mailOf(const std::string& contentType, const std::string& more, const std::string& body) {
    Mail mail = sampleMail();
    mail.bytes = "From: a@b.example\r\nSubject: t\r\nMIME-Version: 1.0\r\nContent-Type: " + contentType +
                 "\r\n" + more + "\r\n" + body;
    return mail;
}

Mail fileMail(const std::string& name, const std::string& bytes) {
    return mailOf(
        "application/octet-stream",
        "Content-Disposition: attachment; filename=\"" + name + "\"\r\nContent-Transfer-Encoding: base64\r\n",
        encodeBase64Lines(bytes, "\r\n") + "\r\n");
}

Mail htmlMail() {
    return mailOf("text/html; charset=utf-8", "",
                  "<script>x()</script><a href='https://www.evil.example.org/wp/file.zip?x=1'>"
                  "https://bank.example.com/</a>\r\n");
}

Mail archiveMail() {
    return fileMail("a.zip", makeZip({{.name = "evil.js", .bytes = "var x = 1;"}}));
}

Mail encryptedArchive() {
    return fileMail("a.zip", makeZip({{.name = "evil.js", .bytes = "var x = 1;", .flags = 1}}));
}

Mail oddArchive() {
    return fileMail("a.zip", makeZip({{.name = "a.txt", .bytes = "x", .localName = "a.exe"}}));
}

// Macros, an embedded program, a template from elsewhere.
Mail documentMail() {
    return fileMail(
        "a.docx",
        makeOoxml({{"word/vbaProject.bin", makeCfb({{"VBA/dir", "x"}})},
                   {"word/embeddings/oleObject1.bin",
                    makeCfb({{"\1Ole10Native", makeOle10Native("run.exe", "run.exe", programBytes())}})},
                   {"word/_rels/settings.xml.rels",
                    "<Relationship Type='http://x/attachedTemplate' Target='http://evil.example/t.dotm' "
                    "TargetMode='External'/>"}}));
}

Mail encryptedDocument() {
    return fileMail("a.docx",
                    makeCfb({{"EncryptedPackage", std::string(5000, 'x')}, {"EncryptionInfo", "x"}}));
}

Mail ambiguousMail() {
    Mail mail = sampleMail();
    mail.bytes =
        "From: a@b.example\r\nContent-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        "--x\r\nContent-Type: application/octet-stream; name=evil.exe\r\n\r\nMZ\r\n--x--\r\n";
    return mail;
}

Mail headerFlood() {
    Mail mail = sampleMail();
    mail.bytes.clear();
    for (int i = 0; i < 2000; ++i) mail.bytes += "X-H: v\r\n";
    mail.bytes += "\r\nx\r\n";
    return mail;
}

Mail lyingSender() {
    Mail mail = sampleMail();
    mail.envelope.sender = "bounce@other.example";
    mail.bytes = "From: \"boss@company.example\" <x@free.example>\r\nReply-To: y@reply.example\r\n\r\nx\r\n";
    return mail;
}

struct Case {
    const char* field;  // with its argument
    const char* value;  // that the mail has; in JSON for numbers and flags
    const char* other;  // that it does not have
    Mail (*mail)();     // nullptr: the sample mail with `value` told by a source
};

const Case kCases[] = {
    {"client.address", "192.0.2.17", "192.0.2.18", sampleMail},
    {"client.name", "mx.partner.example", "mx.other.example", sampleMail},
    {"client.country", "FR", "DE", nullptr},
    {"client.asn", "64500", "64501", nullptr},
    {"helo", "mx.partner.example", "mx.other.example", sampleMail},
    {"sender", "alice@mail.partner.example", "bob@other.example", sampleMail},
    {"sender.domain", "other.example", "free.example", lyingSender},
    {"sender.group", "staff", "guests", nullptr},
    {"recipient", "bob@example.com", "ann@other.example", sampleMail},
    {"recipient.domain", "example.com", "other.example", sampleMail},
    {"recipient.group", "board", "guests", nullptr},
    {"recipient.verification", "undeliverable", "deliverable", nullptr},
    {"user-list", "blocked", "allowed", nullptr},
    {"recipient.count", "1", "7", sampleMail},
    {"tls", "true", "false", sampleMail},
    {"tls.version", "TLSv1.3", "SSLv3", sampleMail},
    {"direction", "inbound", "outbound", sampleMail},
    {"header:X-Mailer", "sender 3", "another", sampleMail},
    {"header.first:X-Mailer", "bulk", "another", sampleMail},
    {"header.count:X-Mailer", "2", "7", sampleMail},
    {"from.address", "x@free.example", "z@other.example", lyingSender},
    {"from.domain", "free.example", "other.example", lyingSender},
    {"from.name", "boss@company.example", "somebody else", lyingSender},
    {"from.differs", "true", "false", lyingSender},
    {"from.deceptive", "true", "false", lyingSender},
    {"reply-to.domain", "reply.example", "other.example", lyingSender},
    {"attachment.name", "notes.txt", "none.pdf", sampleMail},
    {"attachment.extension", "txt", "pdf", sampleMail},
    {"attachment.declared-type", "text/plain", "image/png", sampleMail},
    {"attachment.real-type", "application/x-dosexec", "image/png", sampleMail},
    {"attachment.count", "2", "7", sampleMail},
    {"archive.name", "evil.js", "none.pdf", archiveMail},
    {"archive.extension", "js", "pdf", archiveMail},
    {"archive.real-type", "text/plain", "image/png", archiveMail},
    {"archive.format", "zip", "rar", archiveMail},
    {"archive.entries", "1", "7", archiveMail},
    {"archive.depth", "1", "7", archiveMail},
    {"archive.encrypted", "true", "false", encryptedArchive},
    {"archive.finding", "names differ", "entries overlap", oddArchive},
    {"document.encrypted", "true", "false", encryptedDocument},
    {"document.macros", "true", "false", documentMail},
    {"document.embedded", "run.exe", "none.pdf", documentMail},
    {"document.finding", "external-template", "launch", documentMail},
    {"document.link", "http://evil.example/t.dotm", "http://other.example/", documentMail},
    {"structure.malformed", "headers over 1000", "none-such", headerFlood},
    {"structure.ambiguous", "contradicting-type", "none-such", ambiguousMail},
    {"structure.cut", "headers-over-limit", "none-such", headerFlood},
    {"url", "https://www.evil.example.org/wp/file.zip?x=1", "https://other.example/", htmlMail},
    {"url.host", "www.evil.example.org", "www.other.example", htmlMail},
    {"url.domain", "example.org", "other.example", htmlMail},
    {"url.tld", "org", "net", htmlMail},
    {"url.path", "/wp/file.zip", "/none", htmlMail},
    {"url.count", "2", "7", htmlMail},
    {"url.deceptive", "true", "false", htmlMail},
    {"html.finding", "script", "frame", htmlMail},
    {"spf.result", "fail", "pass", nullptr},
    {"spf.domain", "partner.example", "other.example", nullptr},
    {"dkim.result", "pass", "fail", nullptr},
    {"dkim.domain", "partner.example", "other.example", nullptr},
    {"dmarc.result", "fail", "pass", nullptr},
    {"dmarc.policy", "reject", "none", nullptr},
    {"arc.result", "pass", "fail", nullptr},
    {"arc.sealer", "list.example", "other.example", nullptr},
    {"dns-list", "spamhaus", "surbl", nullptr},
    {"dns-list.score", "4.5", "90", nullptr},
    {"virus.name", "Win.Test.EICAR", "none", nullptr},
    {"virus.found", "true", "false", nullptr},
    {"rspamd.score", "4.5", "90", nullptr},
    {"rspamd.symbol", "BAYES_SPAM", "BAYES_HAM", nullptr},
    {"rspamd.action", "greylist", "reject", nullptr},
    {"spamd.score", "4.5", "90", nullptr},
    {"spamd.symbol", "URIBL_BLACK", "BAYES_00", nullptr},
    {"bayes.score", "95.5", "99.9", nullptr},
    {"fuzzy.score", "93.75", "100", nullptr},
    {"rate:mails", "5", "9", nullptr},
};

// Fields that other tests have rows for, with a section each too: body, subject, any-text, language,
// listener, auth.user, size, part.count, attachment.size and attachment.hash in rule_fields_test.cpp; here
// those whose value no operand can be made from.
bool hasRowsElsewhere(std::string_view field) {
    for (const std::string_view one :
         {"listener", "auth.user", "subject", "body", "any-text", "language", "size", "part.count",
          "attachment.size", "attachment.hash", "time", "score", "parser.failed"})
        if (field == one) return true;
    return false;
}

std::string quoted(const std::string& text) {
    return Json(text).dump();
}
std::string plus(const std::string& number, double by) {
    if (number.find('.') != std::string::npos) return Json(std::stod(number) + by).dump();
    return std::to_string(std::stoll(number) + static_cast<long long>(by));
}
std::string escaped(const std::string& text) {
    std::string out;
    for (char c : text) {
        if (!std::isalnum(static_cast<unsigned char>(c))) out += '\\';
        out += c;
    }
    return out;
}

struct Operands {
    std::string holds, not_;
};

Operands operandsFor(const FieldSpec& field, Operator op, const std::string& value,
                     const std::string& other) {
    const bool number =
        field.kind == FieldKind::kNumber || field.kind == FieldKind::kSize || field.kind == FieldKind::kScore;
    const bool plain = number || field.kind == FieldKind::kFlag;
    const auto json = [&](const std::string& text) { return plain ? text : quoted(text); };
    switch (op) {
        case Operator::kIs:
            return {json(value), json(other)};
        case Operator::kIn:
            return {"[" + quoted(other) + "," + quoted(value) + "]", "[" + quoted(other) + "]"};
        case Operator::kMatches:
            return {quoted(value.substr(0, value.size() - 1) + "*"), quoted(other + "*")};
        case Operator::kContains:
            return {quoted(value.substr(1)), quoted(other)};
        case Operator::kRegex:
            return {quoted("^" + escaped(value) + "$"), quoted("^" + escaped(other))};
        case Operator::kLess:
            return {plus(value, 1), plus(value, 0)};
        case Operator::kGreater:
            return {plus(value, -1), other};
        case Operator::kBetween:
            return {"[" + value + "," + value + "]", "[" + other + "," + other + "]"};
        case Operator::kExists:
            return {"true", "false"};
        case Operator::kResembles:  // a letter more, so that it is not the listed one itself
            return {"[" + quoted(value.substr(0, 3) + value.substr(2)) + "]", "[" + quoted(other) + "]"};
        default:
            return {};
    }
}

void tell(TableSource& source, const FieldSpec& field, const std::string& name, const std::string& value) {
    FieldValues& values = source.answers[name].values;
    values.present = true;
    if (field.kind == FieldKind::kNumber) values.numbers.push_back(std::stoull(value));
    if (field.kind == FieldKind::kScore)
        values.numbers.push_back(kScoreZero + static_cast<std::uint64_t>(std::stod(value) * 1000));
    if (field.kind != FieldKind::kNumber && field.kind != FieldKind::kScore && field.kind != FieldKind::kFlag)
        values.texts.push_back(value);
}

Json documentOf(const std::string& condition) {
    Json document = withCondition(condition);
    document["sections"] = json(R"({"antivirus":{"enabled":true},"rspamd":{"enabled":true},
        "spamd":{"enabled":true},"rates":{"mails":{"key":"user","limit":100}},
        "dns-lists":{"spamhaus":{"zone":"a.example"},"surbl":{"zone":"b.example"}}})");
    return document;
}

bool matches(const std::string& condition, const Case& one, const FieldSpec& field) {
    Mail mail = one.mail == nullptr ? sampleMail() : one.mail();
    TableSource source;
    if (one.mail == nullptr) tell(source, field, one.field, one.value);
    mail.source = &source;
    return !run(*compiled(documentOf(condition)), mail).outcomes.front().matchedRules.empty();
}

}  // namespace

TEST_CASE("every condition holds where the mail has the value and nowhere else", "[condition]") {
    for (const Case& one : kCases) {
        const std::string name = one.field;
        const FieldSpec& field = *findField(name.substr(0, name.find(':')));
        DYNAMIC_SECTION(field.name) {
            for (const OperatorSpec& op : ruleOperators()) {
                if (!field.operators.has(op.op)) continue;
                const Operands operands = operandsFor(field, op.op, one.value, one.other);
                const std::string start = "{\"" + name + "\":{\"" + std::string(op.name) + "\":";
                INFO(start << operands.holds << "}} / " << operands.not_);
                REQUIRE_FALSE(operands.holds.empty());
                CHECK(matches(start + operands.holds + "}}", one, field));
                CHECK_FALSE(matches(start + operands.not_ + "}}", one, field));
            }
        }
    }
}

TEST_CASE("no field of the table is without a row") {
    for (const FieldSpec& field : ruleFields()) {
        INFO(field.name);
        const bool here = std::any_of(std::begin(kCases), std::end(kCases), [&](const Case& one) {
            return std::string_view(one.field).substr(0, field.name.size()) == field.name;
        });
        CHECK((here || hasRowsElsewhere(field.name)));
    }
}
