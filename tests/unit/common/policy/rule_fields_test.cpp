// The tables, and every field with every operator it has.
#include <map>
#include <set>

#include "common/base/digest.h"
#include "common/policy/rule_fields.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

TEST_CASE("the tables stand in the order of their enumerations") {
    std::size_t i = 0;
    for (const FieldSpec& one : ruleFields()) CHECK(static_cast<std::size_t>(one.field) == i++);
    CHECK(i == static_cast<std::size_t>(Field::kScore) + 1);
    i = 0;
    for (const OperatorSpec& one : ruleOperators()) CHECK(static_cast<std::size_t>(one.op) == i++);
    CHECK(i == static_cast<std::size_t>(Operator::kWithin) + 1);
    i = 0;
    for (const ListKindSpec& one : listKinds()) CHECK(static_cast<std::size_t>(one.kind) == i++);
    CHECK(i == static_cast<std::size_t>(ListKind::kDictionary) + 1);
    i = 0;
    for (const ActionSpec& one : ruleActions()) CHECK(static_cast<std::size_t>(one.action) == i++);
    CHECK(i == static_cast<std::size_t>(ActionKind::kAlert) + 1);
}

TEST_CASE("the example of every field is a condition that the parser accepts") {
    for (const FieldSpec& one : ruleFields()) {
        Json document = withCondition(std::string(one.example));
        document["lists"] = {{"partners", {{"kind", "address"}, {"entries", {"@partner.example"}}}},
                             {"phrases", {{"kind", "phrase"}, {"entries", {"wire transfer"}}}},
                             {"shorteners", {{"kind", "domain"}, {"entries", {"short.example"}}}}};
        document["sections"] = json(R"({"rates":{"mails-of-user":{"key":"user","limit":100}},
            "dns-lists":{"spamhaus":{"zone":"a.example"},"surbl":{"zone":"b.example"}}})");
        INFO(one.name);
        CHECK(problemsOf(document) == "");
    }
}

TEST_CASE("the schema explains everything that it names, and no name comes twice") {
    const Json schema = policySchema();
    const auto explained = [](const Json& all, const std::string& where) {
        std::set<std::string> names;
        for (const Json& one : all) {
            INFO(where << " " << one.at("name"));
            CHECK(names.insert(one.at("name").get<std::string>()).second);
            const std::string help = one.at("help").get<std::string>();
            CHECK(help.size() >= 8);
            CHECK(help.ends_with('.'));
            CHECK(help.find("  ") == std::string::npos);
        }
        CHECK_FALSE(names.empty());
    };
    for (const char* part :
         {"fields", "operators", "actions", "list_kinds", "identifiers", "macros", "sections"})
        explained(schema.at(part), part);
    for (const Json& action : schema.at("actions"))
        if (!action.at("parameters").empty()) explained(action.at("parameters"), action.at("name"));
    for (const Json& section : schema.at("sections")) {
        explained(section.at("settings"), section.at("name"));
        INFO(section.at("name"));
        if (section.at("named") == true) CHECK(section.at("entry_help").get<std::string>().ends_with('.'));
    }
    for (const Json& field : schema.at("fields")) {
        CHECK_FALSE(field.at("cost").get<std::string>().empty());
        CHECK(field.at("example").is_object());
    }
}

TEST_CASE("every operator of every field holds where it should and not where it should not", "[condition]") {
    struct Row {
        const char* field;
        const char* op;
        const char* holds;
        const char* not_;
    };
    const Row rows[] = {
        {"client.address", "is", R"("192.0.2.17")", R"("192.0.2.18")"},
        {"client.address", "in", R"(["10.0.0.0/8","192.0.2.16/28"])", R"(["192.0.2.0/28","2001:db8::/32"])"},
        {"client.address", "exists", "true", "false"},
        {"client.name", "is", R"("mx.partner.example.")", R"("partner.example")"},
        {"client.name", "in", R"([".partner.example"])", R"(["partner.example"])"},
        {"client.name", "matches", R"("MX.*")", R"("mail.*")"},
        {"client.name", "contains", R"("PARTNER")", R"("parting")"},
        {"client.name", "regex", R"("^mx\\.")", R"("^partner")"},
        {"client.name", "exists", "true", "false"},
        {"helo", "is", R"("mx.partner.example")", R"("mx")"},
        {"helo", "in", R"([".example"])", R"([".test"])"},
        {"helo", "matches", R"("mx.*.example")", R"("mx.*.test")"},
        {"helo", "contains", R"("partner")", R"("none")"},
        {"helo", "regex", R"("^mx")", R"("^$")"},
        {"helo", "exists", "true", "false"},
        {"auth.user", "is", R"("jane")", R"("janet")"},
        {"auth.user", "in", R"(["joe","JANE"])", R"(["joe"])"},
        {"auth.user", "matches", R"("j?ne")", R"("j?")"},
        {"auth.user", "contains", R"("an")", R"("ann")"},
        {"auth.user", "regex", R"("^j.n")", R"("^n")"},
        {"auth.user", "exists", "true", "false"},
        {"tls", "is", "true", "false"},
        {"tls", "exists", "true", "false"},
        {"direction", "is", R"("inbound")", R"("outbound")"},
        {"sender", "is", R"("alice@mail.partner.example")", R"("bob@mail.partner.example")"},
        {"sender", "in", R"(["@.partner.example"])", R"(["@partner.example"])"},
        {"sender", "matches", R"("alice@*")", R"("*@example.com")"},
        {"sender", "contains", R"("@mail.")", R"("@mall.")"},
        {"sender", "regex", R"("@mail\\.partner")", R"("^mail")"},
        {"sender", "exists", "true", "false"},
        {"sender.domain", "is", R"("MAIL.partner.example")", R"("partner.example")"},
        {"sender.domain", "in", R"(["*.partner.example"])", R"(["partner.example"])"},
        {"sender.domain", "matches", R"("*.example")", R"("*.com")"},
        {"sender.domain", "contains", R"("partner")", R"("@")"},
        {"sender.domain", "regex", R"("example$")", R"("^example")"},
        {"sender.domain", "exists", "true", "false"},
        {"recipient", "is", R"("BOB@example.com")", R"("bob@example.org")"},
        {"recipient", "in", R"(["@example.com"])", R"(["@.example.com"])"},
        {"recipient", "matches", R"("b*@example.com")", R"("c*@example.com")"},
        {"recipient", "contains", R"("bob")", R"("bobby")"},
        {"recipient", "regex", R"("^b.b@")", R"("^o")"},
        {"recipient", "exists", "true", "false"},
        {"recipient.domain", "is", R"("example.com")", R"("com")"},
        {"recipient.domain", "in", R"([".com"])", R"([".org"])"},
        {"recipient.domain", "matches", R"("exam*")", R"("ex?m")"},
        {"recipient.domain", "contains", R"("ample")", R"("simple")"},
        {"recipient.domain", "regex", R"re("^example\\.(com|org)$")re", R"("^com")"},
        {"recipient.domain", "exists", "true", "false"},
        {"header:x-mailer", "is", R"("sender 3")", R"("sender")"},
        {"header:X-Mailer", "in", R"(["x","bulk"])", R"(["x"])"},
        {"header:X-Mailer", "matches", R"("sender*")", R"("*sender")"},
        {"header:X-Mailer", "contains", R"("ulk")", R"("hulk")"},
        {"header:X-Mailer", "regex", R"("[0-9]$")", R"("^[0-9]")"},
        {"header:X-Mailer", "exists", "true", "false"},
        {"header:X-Missing", "exists", "false", "true"},
        {"subject", "is", R"("quarterly invoice ÜBERWEISUNG")", R"("invoice")"},
        {"subject", "in", R"(["x","Quarterly  Invoice überweisung"])", R"(["Quarterly"])"},
        {"subject", "matches", R"("*invoice*")", R"("invoice*")"},
        {"subject", "contains", R"("überWEISUNG")", R"("uberweisung")"},
        {"subject", "regex", R"("QUARTERLY.*überweisung")", R"("(?-i)quarterly")"},
        {"subject", "exists", "true", "false"},
        {"body", "contains", R"("wire transfer")", R"("wiretransfer")"},
        {"body", "contains", R"(["none","please make"])", R"(["none"])"},
        {"body", "regex", R"("wire\\s+transfer")", R"("just notes")"},
        {"body", "exists", "true", "false"},
        {"size", "is", "@size", "1"},
        {"size", "less", R"("1M")", "10"},
        {"size", "greater", "100", R"("1M")"},
        {"size", "between", R"([100,"2K"])", "[1,99]"},
        {"recipient.count", "is", "1", "2"},
        {"recipient.count", "less", "2", "1"},
        {"recipient.count", "greater", "0", "1"},
        {"recipient.count", "between", "[1,1]", "[2,3]"},
        {"listener", "is", R"("mx in")", R"("mx")"},
        {"listener", "in", R"(["MX  IN"])", R"(["out"])"},
        {"listener", "matches", R"("mx*")", R"("out*")"},
        {"listener", "contains", R"("in")", R"("out")"},
        {"listener", "regex", R"("^mx")", R"("^in")"},
        {"listener", "exists", "true", "false"},
        {"tls.version", "is", R"("tlsv1.3")", R"("TLSv1")"},
        {"tls.version", "in", R"(["TLSv1.3"])", R"(["TLSv1.2"])"},
        {"tls.version", "matches", R"("*1.3")", R"("*1.2")"},
        {"tls.version", "contains", R"("1.3")", R"("1.2")"},
        {"tls.version", "regex", R"("[.]3$")", R"("[.]2$")"},
        {"tls.version", "exists", "true", "false"},
        {"sender.domain", "resembles", R"(["mail.partner-example.test","partmer.example"])",
         R"(["partner.example"])"},
        {"header.first:x-mailer", "is", R"("bulk")", R"("sender 3")"},
        {"header.first:X-Mailer", "in", R"(["bulk"])", R"(["sender 3"])"},
        {"header.first:X-Mailer", "matches", R"("b*")", R"("s*")"},
        {"header.first:X-Mailer", "contains", R"("ul")", R"("sender")"},
        {"header.first:X-Mailer", "regex", R"("^b")", R"("^s")"},
        {"header.first:X-Mailer", "exists", "true", "false"},
        {"header.count:X-Mailer", "is", "2", "1"},
        {"header.count:X-Mailer", "less", "3", "2"},
        {"header.count:X-Mailer", "greater", "1", "2"},
        {"header.count:X-Mailer", "between", "[1,2]", "[3,4]"},
        {"from.address", "is", R"("alice@partner.example")", R"("bob@example.com")"},
        {"from.address", "in", R"(["@partner.example"])", R"(["@example.com"])"},
        {"from.address", "matches", R"("alice@*")", R"("bob@*")"},
        {"from.address", "contains", R"("e@partner")", R"("e@example")"},
        {"from.address", "regex", R"("^alice@")", R"("^bob@")"},
        {"from.address", "exists", "true", "false"},
        {"from.domain", "is", R"("PARTNER.example")", R"("example")"},
        {"from.domain", "in", R"(["partner.example"])", R"([".partner.example"])"},
        {"from.domain", "matches", R"("*.example")", R"("*.com")"},
        {"from.domain", "contains", R"("part")", R"("@")"},
        {"from.domain", "regex", R"("^partner")", R"("^mail")"},
        {"from.domain", "resembles", R"(["partmer.example"])", R"(["partner.example","other.test"])"},
        {"from.domain", "exists", "true", "false"},
        {"from.name", "is", R"("alice")", R"("bob")"},
        {"from.name", "in", R"(["Alice"])", R"(["Bob"])"},
        {"from.name", "matches", R"("al*")", R"("b*")"},
        {"from.name", "contains", R"("lic")", R"("bob")"},
        {"from.name", "regex", R"("^A")", R"("^B")"},
        {"from.name", "resembles", R"(["Al1ce"])", R"(["Robert Smith"])"},
        {"from.name", "exists", "true", "false"},
        {"from.differs", "is", "false", "true"},
        {"from.differs", "exists", "false", "true"},
        {"from.deceptive", "is", "false", "true"},
        {"from.deceptive", "exists", "false", "true"},
        {"reply-to.domain", "is", R"("free.example")", R"("partner.example")"},
        {"reply-to.domain", "in", R"(["free.example"])", R"(["x.example"])"},
        {"reply-to.domain", "matches", R"("free.*")", R"("paid.*")"},
        {"reply-to.domain", "contains", R"("free")", R"("paid")"},
        {"reply-to.domain", "regex", R"("^free")", R"("^paid")"},
        {"reply-to.domain", "resembles", R"(["free1.example"])", R"(["free.example"])"},
        {"reply-to.domain", "exists", "true", "false"},
        {"subject", "count", R"({"of":["invoice","quarterly"],"at_least":2})",
         R"({"of":["invoice"],"at_least":2})"},
        {"body", "count", R"({"of":["5*wire transfer","/tod\\w+y/"],"at_least":6,"at_most":6})",
         R"({"of":["5*wire transfer"],"at_least":6})"},
        {"any-text", "contains", R"("invoice.pdf.exe")", R"("nothing like it")"},
        {"any-text", "regex", R"("just notes")", R"("^nothing$")"},
        {"any-text", "count", R"({"of":["/notes/"],"at_least":2})", R"({"of":["{iban}"],"at_least":1})"},
        {"any-text", "exists", "true", "false"},
        {"language", "is", R"("en")", R"("de")"},
        {"language", "in", R"(["fr","en"])", R"(["fr"])"},
        {"language", "exists", "true", "false"},
        {"part.count", "is", "4", "3"},
        {"part.count", "less", "5", "4"},
        {"part.count", "greater", "3", "4"},
        {"part.count", "between", "[4,4]", "[5,9]"},
        {"attachment.extension", "is", R"("EXE")", R"("pdf")"},
        {"attachment.extension", "in", R"(["txt"])", R"(["doc"])"},
        {"attachment.extension", "matches", R"("e*")", R"("d*")"},
        {"attachment.extension", "contains", R"("x")", R"("z")"},
        {"attachment.extension", "regex", R"("^ex")", R"("^d")"},
        {"attachment.extension", "exists", "true", "false"},
        {"attachment.hash", "is", "@hash", R"("00")"},
        {"attachment.hash", "in", "[@hash]", R"(["00"])"},
        {"attachment.hash", "exists", "true", "false"},
        {"attachment.name", "is", R"("Notes.txt")", R"("notes")"},
        {"attachment.name", "in", R"(["a","notes.txt"])", R"(["a"])"},
        {"attachment.name", "matches", R"("*.exe")", R"("*.pdf")"},
        {"attachment.name", "contains", R"(".pdf.")", R"("pdf.txt")"},
        {"attachment.name", "regex", R"("\\.pdf\\.exe$")", R"("\\.pdf$")"},
        {"attachment.name", "exists", "true", "false"},
        {"attachment.declared-type", "is", R"("text/plain")", R"("text/html")"},
        {"attachment.declared-type", "in", R"(["text/plain"])", R"(["image/png"])"},
        {"attachment.declared-type", "matches", R"("application/*")", R"("image/*")"},
        {"attachment.declared-type", "contains", R"("octet")", R"("dos")"},
        {"attachment.declared-type", "regex", R"("^application/")", R"("^image/")"},
        {"attachment.declared-type", "exists", "true", "false"},
        {"attachment.real-type", "is", R"("application/x-dosexec")", R"("application/pdf")"},
        {"attachment.real-type", "in", R"(["application/x-dosexec"])", R"(["application/zip"])"},
        {"attachment.real-type", "matches", R"("*dosexec")", R"("image/*")"},
        {"attachment.real-type", "contains", R"("exec")", R"("pdf")"},
        {"attachment.real-type", "regex", R"re("x-(dos|ms)")re", R"("zip")"},
        {"attachment.real-type", "exists", "true", "false"},
        {"attachment.size", "is", "10", "11"},
        {"attachment.size", "less", "11", "10"},
        {"attachment.size", "greater", "100", R"("1G")"},
        {"attachment.size", "between", "[9,10]", "[20,30]"},
        {"attachment.count", "is", "2", "1"},
        {"attachment.count", "less", "3", "2"},
        {"attachment.count", "greater", "1", "2"},
        {"attachment.count", "between", "[2,9]", "[3,9]"},
    };
    Mail mail = sampleMail();
    mail.envelope.authUser = "Jane";
    mail.envelope.listener = "MX in";
    mail.bytes.insert(0, "Reply-To: x@free.example\r\n");
    const std::string sentence = "Please make the wire\r\ntransfer today.";
    mail.bytes.replace(mail.bytes.find(sentence), sentence.size(),
                       sentence + " We have been asked to do this and it will be what they want from us.");
    const std::string notes = '"' + sha256Hex("just notes") + '"';
    const auto fieldOf = [](const Row& row) {
        return std::string(row.field).substr(0, std::string_view(row.field).find(':'));
    };
    std::map<std::string, std::set<std::string>> seen;
    for (const Row& row : rows) seen[fieldOf(row)].insert(row.op);
    const auto check = [&](const Row& row) {
        std::string holding = row.holds;
        if (holding == "@size") holding = std::to_string(mail.bytes.size());
        if (const auto at = holding.find("@hash"); at != std::string::npos) holding.replace(at, 5, notes);
        const std::string start = std::string("{\"") + row.field + "\":{\"" + row.op + "\":";
        INFO(start << holding << " / " << row.not_);
        CHECK(holds(start + holding + "}}", mail));
        CHECK_FALSE(holds(start + row.not_ + "}}", mail));
        CHECK(holds("{\"not\":" + start + row.not_ + "}}}", mail));
    };
    for (const auto& [field, operators] : seen) {
        DYNAMIC_SECTION(field) {
            for (const Row& row : rows)
                if (fieldOf(row) == field) check(row);
        }
    }
    for (const FieldSpec& field : ruleFields()) {
        // Of others, and of what no part of this mail holds: outside_facts_test.cpp, content_fields_test.cpp,
        // score_test.cpp
        if (field.group != FactGroup::kMessage && field.group != FactGroup::kParsing) continue;
        if (field.cost >= FieldCost::kParsing || field.name.starts_with("url") ||
            field.name.starts_with("html") || field.name.starts_with("structure") || field.name == "time")
            continue;
        for (const OperatorSpec& op : ruleOperators()) {
            INFO(field.name << " " << op.name);
            CHECK(field.operators.has(op.op) ==
                  (seen[std::string(field.name)].count(std::string(op.name)) > 0));
        }
    }
}

TEST_CASE("conditions without a value hold for nothing but exists false") {
    Mail mail = sampleMail();
    mail.envelope.sender = "";
    mail.envelope.clientName = "unknown";
    mail.envelope.tlsVersion = "";
    mail.envelope.clientAddress = "";
    mail.bytes = "From: a@b.example\r\n\r\n";
    CHECK(holds(R"({"sender":{"exists":false},"tls":{"is":false},"subject":{"exists":false}})", mail));
    CHECK(
        holds(R"({"client.name":{"exists":false},"client.address":{"exists":false},"body":{"exists":false}})",
              mail));
    CHECK(holds(R"({"attachment.count":{"is":0},"attachment.size":{"less":1}})", mail) == false);
    CHECK_FALSE(holds(R"({"sender":{"matches":"*"}})", mail));
    CHECK_FALSE(holds(R"({"subject":{"regex":"^"}})", mail));
    CHECK(holds(R"({"client.name":{"is":"unknown"}})", mail));
}

TEST_CASE("phrases are found across line breaks, hidden characters and letter case") {
    Mail mail = sampleMail();
    mail.bytes =
        "Content-Type: text/plain; charset=utf-8\r\n\r\nW\xC2\xADire \t\r\n  TRANS\xE2\x80\x8B"
        "FER now";
    CHECK(holds(R"({"body":{"contains":"wire transfer NOW"}})", mail));
}
