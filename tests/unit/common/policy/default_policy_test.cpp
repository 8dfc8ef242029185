// conf/default-policy.json on the sample mail of tests/mail: each kind of verdict is shown.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/mail/text_encoder.h"
#include "common/policy/rule.h"
#include "tests/support/archive_maker.h"
#include "tests/support/document_maker.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

namespace {

const std::filesystem::path kSource = WEIR_SOURCE_DIR;

std::string fileText(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE(in);
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

Json defaultPolicy() {
    return json(fileText(kSource / "conf/default-policy.json"));
}

Outcome outcomeOf(const Json& document, const std::string& sample, FactSource* source = nullptr) {
    Mail mail = sampleMail();
    mail.bytes = fileText(kSource / "tests/mail" / sample);
    mail.source = source;
    return run(*compiled(document), mail).outcomes.front();
}

}  // namespace

TEST_CASE("the default policy is good, and every rule says why it is there") {
    const Json document = defaultPolicy();
    CHECK(checkDraft(document));
    for (const Json& rule : document["rules"]) CHECK(rule["comment"].get<std::string>().size() > 30);
    for (const Problem& one : policyWarnings(**parsePolicy(document))) {
        INFO(one.text());
        const bool meant = one.where == "/rules/0" || one.where == "/lists/trusted-senders";
        CHECK(meant);
    }
}

TEST_CASE("the default policy delivers, tags, rejects and holds the sample mail") {
    const Json document = defaultPolicy();
    for (const char* plain :
         {"plain.eml", "office-document.eml", "outbound.eml", "utf8-subject.eml", "test-virus.eml"}) {
        INFO(plain);
        CHECK(outcomeOf(document, plain) == Outcome{});
    }
    const Outcome tagged = outcomeOf(document, "newsletter.eml");
    CHECK(tagged.verdict.kind == VerdictKind::kDeliver);
    CHECK(tagged.changes.front() == HeaderChange{HeaderChange::Kind::kTagSubject, "Subject", "[BULK]"});
    const Outcome rejected = outcomeOf(document, "rejected-subject.eml");
    CHECK(rejected.verdict.kind == VerdictKind::kReject);
    CHECK(rejected.verdict.code == 550);
    const Outcome held = outcomeOf(document, "program.eml");
    CHECK(held.verdict.queue == "attachments");
    CHECK(held.matchedRules == std::vector<std::string>{"program-by-name", "program-by-type"});
}

TEST_CASE(
    "with the scanner enabled the default policy holds what it finds, and refuses for now while it is away") {
    Json document = defaultPolicy();
    document["sections"]["antivirus"]["enabled"] = true;
    TableSource found;
    found.flag("virus.found", true);
    CHECK(outcomeOf(document, "test-virus.eml", &found).verdict.queue == "virus");
    TableSource away;
    away.fails("virus.found", "connection refused", {});
    CHECK(outcomeOf(document, "plain.eml", &away).verdict.kind == VerdictKind::kTempfail);
}

namespace {

// A newsletter, which is tagged, with what the recipient's list and authentication say.
struct Allowed {
    std::string sender = "bounce@news.example.org";
    std::string from = "The Garden Letter <letter@news.example.org>";
    std::string spf = "pass", dmarc = "none", list = "allowed", virus = {}, more = {};
};

Outcome outcomeOf(const Allowed& one) {
    Json document = defaultPolicy();
    document["sections"]["antivirus"]["enabled"] = true;
    TableSource source;
    source.text("user-list", one.list);
    source.text("spf.result", one.spf);
    source.text("dmarc.result", one.dmarc);
    if (!one.virus.empty()) source.flag("virus.found", true);
    Mail mail = sampleMail();
    mail.envelope.sender = one.sender;
    mail.bytes = "From: " + one.from + "\r\nSubject: claim your prize\r\nPrecedence: bulk\r\n" + one.more +
                 "\r\nx\r\n";
    mail.source = &source;
    return run(*compiled(document), mail).outcomes.front();
}

bool spared(const Allowed& one) {
    const Outcome outcome = outcomeOf(one);
    return outcome.verdict.kind == VerdictKind::kDeliver && outcome.changes.empty();
}

}  // namespace

TEST_CASE("the default policy holds what a recipient blocks, for that recipient alone") {
    TableSource source;
    source.text("user-list@bob@example.com", "blocked");
    Mail mail = sampleMail();
    mail.envelope.recipients = {"bob@example.com", "ann@example.com"};
    mail.bytes = "From: a@b.example\r\nSubject: t\r\n\r\nx\r\n";
    mail.source = &source;
    const Evaluation both = run(*compiled(defaultPolicy()), mail);
    REQUIRE(both.outcomes.size() == 2);
    CHECK(both.outcomes[0].verdict.queue == "spam");
    CHECK(both.outcomes[0].verdict.rule == "user-blocked");
    CHECK(both.outcomes[1].verdict.kind == VerdictKind::kDeliver);
    // Whatever is worse stays what it was.
    CHECK(outcomeOf({.list = "blocked", .virus = "yes"}).verdict.queue == "virus");
}

TEST_CASE(
    "the default policy spares an allowed sender the rules of spam, where the address is known to be true") {
    CHECK(outcomeOf({.list = "none"}).verdict.rule == "advance-fee");
    CHECK(spared({}));
    CHECK(spared({.spf = "fail", .dmarc = "pass"}));
    CHECK(spared({.sender = "bounce@sender.example", .dmarc = "pass"}));
    CHECK(spared({.sender = "", .spf = "none", .dmarc = "pass"}));
    // Forged in one way or another: the envelope, From, both, with a HELO of one's own.
    CHECK_FALSE(spared({.spf = "fail"}));
    CHECK_FALSE(spared({.spf = "none", .dmarc = "fail"}));
    CHECK_FALSE(spared({.sender = "x@attacker.example"}));
    CHECK_FALSE(spared({.from = "x@attacker.example", .spf = "fail", .dmarc = "pass"}));
    CHECK_FALSE(spared({.sender = ""}));
}

TEST_CASE("the default policy spares nobody the rules of viruses, programs and structure") {
    CHECK(outcomeOf({.dmarc = "pass", .virus = "yes"}).verdict.queue == "virus");
    const std::string program = "Content-Type: application/octet-stream; name=a.exe\r\n";
    CHECK(outcomeOf({.dmarc = "pass", .more = program}).verdict.queue == "attachments");
    const Outcome twice =
        outcomeOf({.dmarc = "pass", .more = program + "Content-Type: multipart/mixed; boundary=x\r\n"});
    CHECK(twice.verdict.queue == "attachments");
    std::string flood;
    for (int i = 0; i < 2000; ++i) flood += "X-H: v\r\n";
    CHECK(outcomeOf({.dmarc = "pass", .more = flood}).verdict.queue == "unscanned");
}

TEST_CASE("the default policy obeys DMARC for mail from outside") {
    TableSource source;
    source.text("dmarc.policy", "reject");
    CHECK(outcomeOf(defaultPolicy(), "plain.eml", &source).verdict.rule == "dmarc-reject");
    TableSource milder;
    milder.text("dmarc.policy", "quarantine");
    CHECK(outcomeOf(defaultPolicy(), "plain.eml", &milder).verdict.queue == "forged");
    Mail mail = sampleMail();
    mail.envelope.authUser = "jane";
    mail.bytes = "Subject: t\r\n\r\nx\r\n";
    mail.source = &source;
    CHECK(run(*compiled(defaultPolicy()), mail).outcomes.front().verdict.kind == VerdictKind::kDeliver);
}

namespace {

Outcome outcomeWithFile(const std::string& name, const std::string& bytes) {
    Mail mail = sampleMail();
    mail.bytes =
        "Subject: t\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=" +
        name + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encodeBase64Lines(bytes, "\r\n");
    return run(*compiled(defaultPolicy()), mail).outcomes.front();
}

}  // namespace

TEST_CASE("the default policy holds documents that do something, and warns of those it cannot read") {
    const auto held = [](const std::string& bytes, const std::string& rule) {
        const Outcome outcome = outcomeWithFile("a.doc", bytes);
        CHECK(outcome.verdict.queue == "attachments");
        CHECK(outcome.matchedRules == std::vector<std::string>{rule});
    };
    const std::string macros = makeOoxml({{"word/vbaProject.bin", makeCfb({{"VBA/dir", "x"}})}});
    held(macros, "office-macros");
    held(makeZip({{.name = "a.docx", .bytes = macros}}), "office-macros");
    held(makeOoxml({{"word/embeddings/a.bin",
                     makeCfb({{"\1Ole10Native", makeOle10Native("a.exe", "a.exe", programBytes())}})}}),
         "program-in-document");
    held(makePdf({"<</S/Launch>>"}), "document-commands");
    const Outcome warned = outcomeWithFile(
        "a.docx", makeCfb({{"EncryptedPackage", std::string(5000, 'x')}, {"EncryptionInfo", "x"}}));
    CHECK(warned.verdict.kind == VerdictKind::kDeliver);
    CHECK(warned.changes.front() == HeaderChange{HeaderChange::Kind::kTagSubject, "Subject", "[ENCRYPTED]"});
    CHECK(outcomeWithFile("a.docx", makeOoxml({{"word/document.xml", "<w:document/>"}})) == Outcome{});
    CHECK(outcomeWithFile("a.pdf", makePdf({"<</Type/Catalog>>"})) == Outcome{});
}

namespace {

Outcome outcomeWithScores(const char* bayes, const char* fuzzy, const std::string& user = "") {
    TableSource source;
    const auto tell = [&](const char* field, const char* score) {
        if (score == nullptr) return;
        FieldValues& values = source.answers[field].values;
        values.present = true;
        values.numbers.push_back(kScoreZero + static_cast<std::uint64_t>(std::stod(score) * 1000));
    };
    tell("bayes.score", bayes);
    tell("fuzzy.score", fuzzy);
    Mail mail = sampleMail();
    mail.envelope.authUser = user;
    mail.bytes = "Subject: t\r\n\r\nx\r\n";
    mail.source = &source;
    return run(*compiled(defaultPolicy()), mail).outcomes.front();
}

}  // namespace

TEST_CASE("the default policy holds copies of learned spam, and warns of what reads like it") {
    CHECK(outcomeWithScores(nullptr, nullptr) == Outcome{});  // nothing is learned
    CHECK(outcomeWithScores("95", "90") == Outcome{});
    CHECK(outcomeWithScores("99", "50") == Outcome{});
    CHECK(outcomeWithScores(nullptr, "90.625").verdict.queue == "spam");
    CHECK(outcomeWithScores("95.1", "50.1").verdict.rule == "like-learned-spam");
    CHECK(outcomeWithScores("94.9", "50.1") == Outcome{});
    CHECK(outcomeWithScores("100", "100", "jane") == Outcome{});
    const Outcome tagged = outcomeWithScores("99.1", "0");
    CHECK(tagged.verdict.kind == VerdictKind::kDeliver);
    CHECK(tagged.changes.front() == HeaderChange{HeaderChange::Kind::kTagSubject, "Subject", "[SPAM]"});
}

TEST_CASE("the default policy rejects GTUBE") {
    Mail mail = sampleMail();
    mail.bytes = "Subject: t\r\n\r\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n";
    CHECK(run(*compiled(defaultPolicy()), mail).outcomes.front().verdict.rule == "spam-test");
}
