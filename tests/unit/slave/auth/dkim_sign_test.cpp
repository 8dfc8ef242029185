#include "slave/auth/dkim_sign.h"

#include <catch2/catch.hpp>

#include "common/mail/header_edit.h"
#include "signed_mail.h"
#include "slave/auth/tag_list.h"
#include "tests/support/thrown_code.h"

using namespace weir;
using namespace weir::test;

namespace {

std::vector<AddedField> fieldsOf(const std::string& mail, const std::vector<DkimSigner>& signers,
                                 const DkimSignSettings& settings = usualDkimSettings()) {
    ViewedMail view(mail);
    return signDkim(view.mail, signers, settings, kSigned).value();
}

std::string tagOf(const AddedField& field, const char* tag) {
    const auto list = TagList::parse(field.value);
    REQUIRE(list);
    return withoutSpace(list->value(tag).value_or("(none)"));
}

}  // namespace

TEST_CASE("each signer adds one signature that says what it was told to") {
    DkimSignSettings settings = usualDkimSettings();
    settings.lifetime = std::chrono::hours(24);
    DkimSigner named = rsaSigner();
    named.identity = "ann; =@mail.example.org";
    const auto fields = fieldsOf(kPlainMail, {named, edSigner()}, settings);
    REQUIRE(fields.size() == 2);
    CHECK(fields[0].name == "DKIM-Signature");
    CHECK(tagOf(fields[0], "v") == "1");
    CHECK(tagOf(fields[0], "a") == "rsa-sha256");
    CHECK(tagOf(fields[0], "c") == "relaxed/relaxed");
    CHECK(tagOf(fields[0], "d") == "example.org");
    CHECK(tagOf(fields[0], "s") == "rsa");
    CHECK(tagOf(fields[0], "i") == "ann=3B=20=3D@mail.example.org");
    CHECK(tagOf(fields[0], "t") == "1700000000");
    CHECK(tagOf(fields[0], "x") == "1700086400");
    CHECK(tagOf(fields[0], "h") == "From:Subject:Date:Message-ID:To:From");
    CHECK(tagOf(fields[1], "a") == "ed25519-sha256");
    CHECK(tagOf(fields[1], "i") == "(none)");
    Zone zone = exampleZone();
    const auto outcome = verifiedDkim(onTop(fields, kPlainMail), zone);
    CHECK(outcome.signatures.at(0).passed());
    CHECK(outcome.signatures.at(0).identity == "ann; =@mail.example.org");
    CHECK(outcome.signatures.at(1).passed());
}

TEST_CASE("a signature is folded as the milter library wants it, and no line is long") {
    std::string mail = kPlainMail;
    for (int i = 0; i < 40; ++i) mail = "Resent-To: someone@example.net\r\n" + mail;
    for (const std::size_t columns : {std::size_t{72}, std::size_t{40}, std::size_t{3}}) {
        DkimSignSettings settings = usualDkimSettings();
        settings.signatureColumns = columns;
        const auto field = fieldsOf(mail, {rsaSigner()}, settings).at(0);
        CHECK(field.value.find('\r') == std::string::npos);
        std::size_t column = field.name.size() + 2;
        for (std::size_t i = 0; i < field.value.size(); ++i) {
            if (field.value[i] == '\n') REQUIRE(field.value.at(i + 1) == ' ');
            column = field.value[i] == '\n' ? 0 : column + 1;
            REQUIRE(column <= 78);
        }
        Zone zone = exampleZone();
        CHECK(verifiedOne(onTop({field}, mail), zone).passed());
    }
    DkimSignSettings settings = usualDkimSettings();
    settings.signatureColumns = 0;
    const auto field = fieldsOf(kPlainMail, {rsaSigner()}, settings).at(0);
    CHECK(field.value.substr(field.value.find("b=", field.value.find("bh=") + 3)).find('\n') ==
          std::string::npos);
}

TEST_CASE("a signature put in as a header edit still holds") {
    const Message message(kPlainMail);
    CanonicalMail mail(message.headers(), message.body());
    for (const Canonicalization form : {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
        DkimSignSettings settings = usualDkimSettings();
        settings.headerForm = settings.bodyForm = form;
        const auto field = signDkim(mail, {rsaSigner()}, settings, kSigned).value().at(0);
        const std::string block = applyHeaderEdits(message.headerBlock(),
                                                   {{HeaderEdit::Kind::kAppend, field.name, 0, field.value}});
        Zone zone = exampleZone();
        CHECK(verifiedOne(block + "\r\n" + std::string(message.body()), zone).passed());
    }
}

TEST_CASE("fields are signed as often as they are there, and oversigned once more") {
    DkimSignSettings settings;
    settings.headers = {"From", "X-A", "x-none"};
    settings.oversigned = {"From", "Subject", "X-A"};
    const std::string mail = "X-a: 1\r\nx-A: 2\r\n" + kPlainMail;
    CHECK(tagOf(fieldsOf(mail, {edSigner()}, settings).at(0), "h") == "From:X-A:X-A:From:Subject:X-A");
}

TEST_CASE("a mail that no verifier would accept is not signed") {
    ViewedMail noFrom("To: a@b\r\n\r\nx");
    CHECK_FALSE(signDkim(noFrom.mail, {edSigner()}, usualDkimSettings(), kSigned));
    std::string many = kPlainMail;
    for (int i = 0; i < 500; ++i) many = "To: a@b\r\n" + many;
    ViewedMail tooMany(many);
    CHECK_FALSE(signDkim(tooMany.mail, {edSigner()}, usualDkimSettings(), kSigned));
}

TEST_CASE("signers and settings that cannot work are refused") {
    ViewedMail view(kPlainMail);
    const auto codeWith = [&](const DkimSigner& signer, const DkimSignSettings& settings) {
        return codeOf([&] { static_cast<void>(signDkim(view.mail, {signer}, settings, kSigned)); });
    };
    const DkimSignSettings usual = usualDkimSettings();
    CHECK(codeWith({nullptr, "example.org", "ed", ""}, usual) == ErrorCode::kInvalid);
    CHECK(codeWith({&edKey(), "", "ed", ""}, usual) == ErrorCode::kInvalid);
    CHECK(codeWith({&edKey(), "example.org;", "ed", ""}, usual) == ErrorCode::kInvalid);
    CHECK(codeWith({&edKey(), "example.org", "a b", ""}, usual) == ErrorCode::kInvalid);
    CHECK(codeWith({&edKey(), "example.org", "ed", "ann@example.com"}, usual) == ErrorCode::kInvalid);
    CHECK(codeWith({&edKey(), "example.org", "ed", "ann"}, usual) == ErrorCode::kInvalid);
    DkimSignSettings noFrom;
    noFrom.headers = {"To"};
    CHECK(codeWith(edSigner(), noFrom) == ErrorCode::kInvalid);
    DkimSignSettings noName;
    noName.headers = {"From", "a:b"};
    CHECK(codeWith(edSigner(), noName) == ErrorCode::kInvalid);
    noName.headers = {"From", "a;b"};
    CHECK(codeWith(edSigner(), noName) == ErrorCode::kInvalid);
}
