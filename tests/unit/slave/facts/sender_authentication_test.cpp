#include "slave/facts/sender_authentication.h"

#include <catch2/catch.hpp>

#include "slave/auth/dkim_sign.h"
#include "tests/support/zone_source.h"

using namespace weir;
using weir::test::ZoneSource;

namespace {

using Values = std::vector<std::string>;

struct Case {
    Envelope envelope;
    std::string bytes =
        "From: Alice <alice@bank.example>\r\nSubject: t\r\nDate: Sat, 21 Nov 2026 20:00:00 "
        "+0000\r\n\r\nbody\r\n";
    ZoneSource dns;
    AuthenticationSection section;

    Case() {
        envelope.clientAddress = "192.0.2.1";
        envelope.helo = "mx.bank.example";
        envelope.sender = "alice@bank.example";
        envelope.recipients = {"bob@example.com"};
        dns.txt("bank.example", "v=spf1 ip4:192.0.2.0/24 -all");
        dns.txt("_dmarc.bank.example", "v=DMARC1; p=reject");
    }
    SenderAuthentication run() {
        const Message message(bytes);
        return authenticateSender(envelope, message, section, "mx.example.com", now(), dns);
    }
};

void sign(Case& one) {
    const NewSigningKey made = makeSigningKey(DkimKey::Type::kEd25519);
    const SigningKey key = SigningKey::fromPem(made.pem);
    one.dns.txt("s1._domainkey.bank.example", made.record);
    const Message message(one.bytes);
    CanonicalMail mail(message.headers(), message.body());
    DkimSigner signer;
    signer.key = &key;
    signer.domain = "bank.example";
    signer.selector = "s1";
    const auto fields = signDkim(mail, {signer}, usualDkimSettings(), now());
    REQUIRE(fields);
    std::string head;
    for (const AddedField& field : *fields) head += field.name + ": " + field.value + "\n";
    one.bytes = head + one.bytes;
}

}  // namespace

TEST_CASE("a mail that its domain vouches for passes SPF and DMARC") {
    Case one;
    const SenderAuthentication found = one.run();
    CHECK(found.values(Field::kSpfResult) == Values{"pass"});
    CHECK(found.values(Field::kSpfDomain) == Values{"bank.example"});
    CHECK(found.values(Field::kDkimResult) == Values{"none"});
    CHECK(found.values(Field::kDmarcResult) == Values{"pass"});
    CHECK(found.values(Field::kDmarcPolicy) == Values{"none"});
    CHECK(found.values(Field::kArcResult) == Values{"none"});
    CHECK(found.results.find("mx.example.com;") == 0);
    CHECK(found.results.find("spf=pass") != std::string::npos);
    CHECK(found.results.find("dmarc=pass") != std::string::npos);
}

TEST_CASE("a forged mail fails, and the owner's wish is known") {
    Case one;
    one.envelope.clientAddress = "203.0.113.5";
    const SenderAuthentication found = one.run();
    CHECK(found.values(Field::kSpfResult) == Values{"fail"});
    CHECK(found.values(Field::kSpfDomain).empty());
    CHECK(found.values(Field::kDmarcPolicy) == Values{"reject"});
    CHECK(found.temporaryError(Field::kDmarcPolicy).empty());
}

TEST_CASE("a signature that holds carries DMARC where SPF fails") {
    Case one;
    one.envelope.clientAddress = "203.0.113.5";
    sign(one);
    const SenderAuthentication found = one.run();
    CHECK(found.values(Field::kDkimResult) == Values{"pass"});
    CHECK(found.values(Field::kDkimDomain) == Values{"bank.example"});
    CHECK(found.values(Field::kDmarcResult) == Values{"pass"});
    one.bytes += "more\r\n";
    CHECK(one.run().values(Field::kDkimResult) == Values{"fail"});
    CHECK(one.run().values(Field::kDmarcPolicy) == Values{"reject"});
}

TEST_CASE("while DNS does not answer, nothing is final, and it is said which") {
    Case one;
    one.dns = ZoneSource();
    one.dns.fail("bank.example").fail("_dmarc.bank.example");
    const SenderAuthentication found = one.run();
    CHECK(found.values(Field::kSpfResult) == Values{"temperror"});
    CHECK(found.temporaryError(Field::kSpfResult).find("SPF: ") == 0);
    CHECK(found.temporaryError(Field::kDmarcResult).find("DMARC: ") == 0);
    CHECK(found.temporaryError(Field::kDkimResult).empty());
}

TEST_CASE("a bounce is checked by the client's HELO name, and local mail by nothing") {
    Case bounce;
    bounce.envelope.sender.clear();
    bounce.dns.txt("mx.bank.example", "v=spf1 -all");
    CHECK(bounce.run().values(Field::kSpfResult) == Values{"fail"});
    Case local;
    local.envelope.clientAddress.clear();
    CHECK(local.run().values(Field::kSpfResult) == Values{"none"});
}
