// Fields of what lies in the parts of a mail: links, HTML, archives, structure.
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

namespace {

Mail htmlMail() {
    Mail mail = sampleMail();
    mail.bytes =
        "From: a@b.example\r\nSubject: t\r\nMIME-Version: 1.0\r\nContent-Type: text/html; "
        "charset=utf-8\r\n\r\n"
        "<html><body><script>x()</script><form action='https://form.example.net/post'><input "
        "type=password></form>"
        "<a href='https://evil.example.org/wp/file.zip?x=1'>https://bank.example.com/</a>"
        "<img src='http://track.example.net/1.gif' width=1 height=1></body></html>\r\n";
    return mail;
}

// A zip with one stored file, evil.js, of four bytes.
Mail zipMail() {
    Mail mail = sampleMail();
    mail.bytes =
        "From: a@b.example\r\nSubject: t\r\nMIME-Version: 1.0\r\nContent-Type: application/zip; "
        "name=a.zip\r\n"
        "Content-Disposition: attachment; filename=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "UEsDBBQAAAAAAAAAIQD9JrL6BAAAAAQAAAAHAAAAZXZpbC5qc3hYWFhQSwECFAMUAAAAAAAAACEA/Say+gQAAAAEAAAABwAAAAAA"
        "AAAAAAAAgAEAAAAAZXZpbC5qc1BLBQYAAAAAAQABADUAAAApAAAAAAA=\r\n";
    return mail;
}

}  // namespace

TEST_CASE("links are compared by each of their parts") {
    const Mail mail = htmlMail();
    for (const char* condition :
         {R"({"url":{"regex":"file\\.zip\\?x=1$"}})", R"({"url":{"contains":"https://evil.example.org/"}})",
          R"({"url.host":{"is":"evil.example.org"}})", R"({"url.host":{"in":[".example.org"]}})",
          R"({"url.domain":{"in":["example.org"]}})", R"({"url.domain":{"resembles":["examp1e.org"]}})",
          R"({"url.tld":{"in":["org"]}})", R"({"url.path":{"matches":"*.zip"}})",
          R"({"url.count":{"greater":2}})", R"({"url.deceptive":{"is":true}})",
          R"({"html.finding":{"in":["script"]}})", R"({"html.finding":{"is":"password-input"}})",
          R"({"html.finding":{"is":"tracking-pixel"}})"}) {
        INFO(condition);
        CHECK(holds(condition, mail));
        CHECK_FALSE(holds(condition, sampleMail()));
    }
}

TEST_CASE("archives are looked into") {
    const Mail mail = zipMail();
    for (const char* condition :
         {R"({"archive.name":{"matches":"*.js"}})", R"({"archive.extension":{"is":"js"}})",
          R"({"archive.format":{"is":"zip"}})", R"({"archive.entries":{"is":1}})",
          R"({"archive.depth":{"is":1}})", R"({"archive.encrypted":{"is":false}})",
          R"({"archive.real-type":{"exists":true}})"}) {
        INFO(condition);
        CHECK(holds(condition, mail));
    }
    CHECK_FALSE(holds(R"({"archive.name":{"exists":true}})", sampleMail()));
    CHECK_FALSE(holds(R"({"archive.encrypted":{"is":true}})", mail));
}

TEST_CASE("strip takes the archive in which something was found") {
    Json document = withRules(
        R"([{"id":"r","when":{"archive.name":{"matches":"*.js"}},"then":[{"strip":{"queue":"q"}}]}])");
    const Outcome outcome = run(*compiled(document), zipMail()).outcomes.front();
    REQUIRE(outcome.bodyOrders.size() == 1);
    CHECK(outcome.bodyOrders[0].attachments == std::vector<std::uint32_t>{0});
}

TEST_CASE("a mail that can be read in two ways says so, and both readings are seen") {
    Mail mail = sampleMail();
    mail.bytes =
        "From: a@b.example\r\nContent-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        "--x\r\nContent-Type: application/octet-stream; name=evil.exe\r\n\r\nMZ\r\n--x--\r\n";
    CHECK(holds(R"({"structure.ambiguous":{"exists":true},"attachment.name":{"is":"evil.exe"}})", mail));
    CHECK_FALSE(holds(R"({"structure.ambiguous":{"exists":true}})", sampleMail()));
    CHECK_FALSE(holds(R"({"structure.cut":{"exists":true}})", sampleMail()));
    CHECK_FALSE(holds(R"({"parser.failed":{"is":true}})", sampleMail()));
}

TEST_CASE("what is over a limit is named") {
    Mail mail = sampleMail();
    mail.bytes.clear();
    for (int i = 0; i < 2000; ++i) mail.bytes += "X-H: v\r\n";
    mail.bytes += "\r\nx\r\n";
    CHECK(holds(R"({"structure.cut":{"contains":"headers"}})", mail));
    CHECK(holds(R"({"structure.malformed":{"exists":true}})", mail));
}

namespace {

class FailingReader final : public ContentReader {
  public:
    Html html(std::string_view, const HtmlLimits&) override { return {{}, "died"}; }
    std::vector<FileReading> files(const std::vector<File>& files) override {
        return std::vector<FileReading>(files.size(), FileReading{{}, {}, "died"});
    }
};

Outcome outcomeWithFailure(const std::string& onFailure, const std::string& condition) {
    Json document = withCondition(condition);
    document["sections"] = {{"parsing", {{"on_failure", onFailure}}}};
    const Mail mail = htmlMail();
    const Message message(mail.bytes);
    FailingReader reader;
    Facts facts(mail.envelope, message, reader);
    return evaluate(*compiled(document), facts).outcomes.front();
}

}  // namespace

TEST_CASE("a parser that fails is a fact, and rules that need it do as the section says") {
    const std::string text = R"({"body":{"contains":"anything"}})";
    CHECK(outcomeWithFailure("quarantine", text).verdict.queue == "unscanned");
    CHECK(outcomeWithFailure("tempfail", text).verdict.kind == VerdictKind::kTempfail);
    CHECK(outcomeWithFailure("skip", text).verdict.kind == VerdictKind::kDeliver);
    CHECK(outcomeWithFailure("quarantine", R"({"parser.failed":{"is":true}})").verdict.queue == "held");
    CHECK(outcomeWithFailure("quarantine", R"({"subject":{"is":"t"}})").verdict.queue == "held");
}
