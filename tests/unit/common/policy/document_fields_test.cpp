// Fields of Office files and PDFs: each with each of its operators.
#include "common/mail/text_encoder.h"
#include "tests/support/archive_maker.h"
#include "tests/support/document_maker.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;
using namespace std::string_literals;

namespace {

Mail with(const std::vector<NamedBytes>& files) {
    Mail mail = sampleMail();
    mail.bytes =
        "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n";
    for (const NamedBytes& file : files)
        mail.bytes +=
            "--x\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; "
            "filename=\"" +
            file.name + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
            encodeBase64Lines(file.bytes, "\r\n") + "\r\n";
    mail.bytes += "--x--\r\n";
    return mail;
}

// Macros, an embedded program, a template from elsewhere.
std::string armed() {
    return makeOoxml({
        {"word/vbaProject.bin", makeCfb({{"VBA/dir", "x"}})},
        {"word/embeddings/oleObject1.bin",
         makeCfb({{"\1Ole10Native", makeOle10Native("run.exe", "run.exe", programBytes())}})},
        {"word/_rels/settings.xml.rels",
         "<Relationship Type='http://x/attachedTemplate' Target='http://evil.example/t.dotm' "
         "TargetMode='External'/>"},
    });
}
std::string encrypted() {
    return makeCfb({{"EncryptedPackage", std::string(5000, 'x')}, {"EncryptionInfo", "x"}});
}
std::string plain() {
    return makeOoxml({{"word/document.xml", "<w:document/>"}});
}

}  // namespace

TEST_CASE("documents are compared by what they carry, with every operator") {
    const Mail mail = with({{"a.docx", armed()}});
    const Mail packed = with({{"a.zip", makeZip({{.name = "a.docx", .bytes = armed()}})}});
    const Mail honest = with({{"a.docx", plain()}, {"b.pdf", makePdf({"<</Type/Catalog>>"})}});
    for (const char* condition :
         {R"({"document.macros":{"is":true}})", R"({"document.macros":{"exists":true}})",
          R"({"document.embedded":{"is":"run.exe"}})", R"({"document.embedded":{"in":["run.exe"]}})",
          R"({"document.embedded":{"matches":"*.exe"}})", R"({"document.embedded":{"contains":"run"}})",
          R"({"document.embedded":{"regex":"^run\\.exe$"}})", R"({"document.embedded":{"exists":true}})",
          R"({"document.embedded":{"is":"application/x-dosexec"}})",
          R"({"document.finding":{"is":"embedded-object"}})",
          R"({"document.finding":{"in":["launch","external-template"]}})",
          R"({"document.finding":{"exists":true}})",
          R"({"document.link":{"is":"http://evil.example/t.dotm"}})",
          R"({"document.link":{"in":["http://evil.example/t.dotm"]}})",
          R"({"document.link":{"matches":"*.dotm"}})", R"({"document.link":{"contains":"evil.example"}})",
          R"({"document.link":{"regex":"^http://"}})", R"({"document.link":{"exists":true}})"}) {
        INFO(condition);
        CHECK(holds(condition, mail));
        CHECK(holds(condition, packed));
        CHECK_FALSE(holds(condition, honest));
        CHECK_FALSE(holds(condition, sampleMail()));
    }
    CHECK(holds(R"({"document.macros":{"is":false}})", honest));
    CHECK(holds(R"({"document.macros":{"exists":false}})", honest));
}

TEST_CASE("what is odd about an archive is told, with every operator") {
    const Mail differs = with({{"a.zip", makeZip({{.name = "a.txt", .bytes = "x", .localName = "a.exe"}})}});
    const Mail honest = with({{"a.zip", makeZip({{.name = "a.txt", .bytes = "x"}})}});
    for (const char* condition : {R"({"archive.finding":{"is":"names differ"}})",
                                  R"({"archive.finding":{"in":["entries overlap","names differ"]}})",
                                  R"({"archive.finding":{"exists":true}})"}) {
        INFO(condition);
        CHECK(holds(condition, differs));
        CHECK_FALSE(holds(condition, honest));
    }
    const std::string whole = makeArchive("tar", "gz", {{"a.txt", noise(5000)}});
    CHECK(holds(R"({"archive.finding":{"is":"damaged"}})", with({{"a.tgz", whole.substr(0, 2000)}})));
    CHECK_FALSE(holds(R"({"archive.finding":{"exists":true}})", with({{"a.tgz", whole}})));
}

TEST_CASE("an encrypted document is told, in an archive too") {
    for (const Mail& mail : {with({{"a.docx", encrypted()}}),
                             with({{"a.tar", makeArchive("tar", "", {{"a.docx", encrypted()}})}}),
                             with({{"a.pdf", makePdf({"<</Encrypt 5 0 R>>"})}})}) {
        CHECK(holds(R"({"document.encrypted":{"is":true}})", mail));
        CHECK(holds(R"({"document.encrypted":{"exists":true}})", mail));
        CHECK_FALSE(holds(R"({"document.encrypted":{"is":false}})", mail));
    }
    CHECK_FALSE(holds(R"({"document.encrypted":{"is":true}})", with({{"a.docx", plain()}})));
}

TEST_CASE("a damaged document says so, and one over a limit is not looked at whole") {
    CHECK(holds(R"({"document.finding":{"is":"damaged"}})", with({{"a.doc", encrypted().substr(0, 600)}})));
    std::string nested = plain();
    for (int i = 0; i < 6; ++i) nested = makeOoxml({{"word/embeddings/inner.docx", nested}});
    CHECK(holds(R"({"structure.cut":{"is":"document-over-limit"}})", with({{"a.docx", nested}})));
    CHECK_FALSE(holds(R"({"structure.cut":{"exists":true}})", with({{"a.docx", armed()}})));
}

TEST_CASE("strip takes the document in which something was found, and no other") {
    const Json document =
        withRules(R"([{"id":"r","when":{"document.macros":{"is":true}},"then":[{"strip":{"queue":"q"}}]}])");
    const Mail mail = with({{"a.docx", plain()}, {"b.docx", armed()}, {"c.pdf", makePdf({"<<>>"})}});
    const Outcome outcome = run(*compiled(document), mail).outcomes.front();
    REQUIRE(outcome.bodyOrders.size() == 1);
    CHECK(outcome.bodyOrders[0].attachments == std::vector<std::uint32_t>{1});
}
