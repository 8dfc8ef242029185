#include <catch2/catch.hpp>

#include "signed_mail.h"
#include "slave/auth/arc_seal.h"
#include "slave/auth/arc_verify.h"
#include "slave/auth/auth_results.h"
#include "tests/support/thrown_code.h"

using namespace weir;
using namespace weir::test;

namespace {

const std::string kResults = "mx.example.org;\n spf=pass smtp.mailfrom=ann@example.org";

ArcOutcome verified(const std::string& bytes, Zone& zone, const ArcLimits& limits = {}) {
    ViewedMail view(bytes);
    DkimKeys keys(zone);
    return verifyArc(view.mail, keys, kSigned, limits);
}

ArcSeal sealOf(const std::string& bytes, Zone& zone, const DkimSigner& signer,
               const ArcSealSettings& settings = usualArcSettings()) {
    const ArcOutcome chain = verified(bytes, zone);
    ViewedMail view(bytes);
    return sealArc(view.mail, chain, signer, kResults, settings, kSigned);
}

std::string sealed(const std::string& bytes, Zone& zone, const DkimSigner& signer = edSigner(),
                   const ArcSealSettings& settings = usualArcSettings()) {
    return onTop(sealOf(bytes, zone, signer, settings).fields, bytes);
}

std::string sealedTimes(int times, Zone& zone) {
    std::string mail = kPlainMail;
    for (int i = 0; i < times; ++i) mail = sealed(mail, zone);
    return mail;
}

}  // namespace

TEST_CASE("a chain of seals passes and tells who sealed it") {
    Zone zone = exampleZone();
    std::string mail = kPlainMail;
    CHECK(verified(mail, zone).result == ArcResult::kNone);
    mail = sealed(mail, zone, rsaSigner());
    mail = sealed("Received: by list\r\n" + mail, zone, edSigner());
    mail = sealed("Received: by mx\r\n" + mail, zone, rsaSigner());
    for (const std::string& bytes : {mail, withLf(mail)}) {
        const ArcOutcome chain = verified(bytes, zone);
        INFO(chain.detail);
        CHECK(chain.result == ArcResult::kPass);
        CHECK(chain.instances == 3);
        CHECK(chain.oldestPass == 0);
        REQUIRE(chain.hops.size() == 3);
        CHECK(chain.hops[1].instance == 2);
        CHECK(chain.hops[1].sealDomain == "example.org");
        CHECK(chain.hops[1].sealSelector == "ed");
        CHECK(chain.hops[2].messageSelector == "rsa");
        CHECK(chain.hops[0].results.find("spf=pass") != std::string::npos);
    }
}

TEST_CASE("the fields of a seal come in the order in which they are added, i= first") {
    Zone zone = exampleZone();
    const auto fields = sealOf(kPlainMail, zone, edSigner()).fields;
    REQUIRE(fields.size() == 3);
    CHECK(fields[0].name == "ARC-Seal");
    CHECK(fields[0].value.starts_with("i=1; a=ed25519-sha256;\n b="));
    CHECK(fields[1].name == "ARC-Message-Signature");
    CHECK(fields[1].value.starts_with("i=1; a=ed25519-sha256;\n b="));
    CHECK(fields[2].name == "ARC-Authentication-Results");
    CHECK(fields[2].value == "i=1; " + kResults);
}

TEST_CASE("a chain passes while the newest signature holds, and tells from where on all do") {
    Zone zone = exampleZone();
    const std::string first = sealed(kPlainMail, zone);
    const std::string changed = replaced(first, "this is\ta mail.", "this is a mail with a footer.");
    CHECK(verified(changed, zone).result == ArcResult::kFail);
    // A list verifies what it gets and seals what it sends.
    const ArcOutcome chain = verified(first, zone);
    ViewedMail view(changed);
    const ArcSeal seal = sealArc(view.mail, chain, rsaSigner(), kResults, usualArcSettings(), kSigned);
    const std::string second = onTop(seal.fields, changed);
    CHECK(verified(second, zone).result == ArcResult::kPass);
    CHECK(verified(second, zone).oldestPass == 2);
    const std::string third = sealed(second, zone);
    CHECK(verified(third, zone).oldestPass == 2);
    ArcLimits limits;
    limits.findOldestPass = false;
    CHECK(verified(third, zone, limits).oldestPass == 3);
}

TEST_CASE("what was changed in any set breaks the chain") {
    Zone zone = exampleZone();
    const std::string mail = sealedTimes(3, zone);
    CHECK(verified(mail, zone).result == ArcResult::kPass);
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"Authentication-Results: i=1; mx", "Authentication-Results: i=1; my"},
             {"ARC-Seal: i=1; ", "ARC-Seal: i=4; "},
             {"ARC-Seal: i=2; a=ed25519", "ARC-Seal: i=2; a=rsa"},
             {"ARC-Message-Signature: i=2; ", "ARC-Message-Signature: i=2; y=; "},
             {"ARC-Message-Signature: i=2; ", "X-ARC-Message-Signature: i=2; "},
             {"cv=none", "cv=pass"},
             {"a mail", "no mail"}}) {
        const ArcOutcome chain = verified(replaced(mail, from, to), zone);
        INFO(from);
        CHECK(chain.result == ArcResult::kFail);
        CHECK_FALSE(chain.detail.empty());
        CHECK_FALSE(chain.temporary);
    }
    CHECK(verified(replaced(mail, "Received: from a", "Received: from b"), zone).result == ArcResult::kPass);
}

TEST_CASE("a chain that failed gets one last seal over the new set alone") {
    Zone zone = exampleZone();
    const std::string broken = replaced(sealedTimes(2, zone), "a mail", "no mail");
    const std::string last = sealed(broken, zone);
    CHECK(last.find("ARC-Seal: i=3; ") != std::string::npos);
    const ArcOutcome chain = verified(last, zone);
    CHECK(chain.result == ArcResult::kFail);
    CHECK(chain.ended);
    const ArcSeal none = sealOf(last, zone, edSigner());
    CHECK(none.fields.empty());
    CHECK_FALSE(none.notSealed.empty());
    // The seal does not cover the older sets: it is the same without them.
    const auto with = sealOf(broken, zone, edSigner()).fields;
    const ArcOutcome failed = verified(broken, zone);
    ViewedMail bare(replaced(kPlainMail, "a mail", "no mail"));
    const auto without = sealArc(bare.mail, failed, edSigner(), kResults, usualArcSettings(), kSigned).fields;
    CHECK(with.at(0).value == without.at(0).value);
}

TEST_CASE("fifty sets pass, and more are neither read nor made") {
    Zone zone = exampleZone();
    const std::string fifty = sealedTimes(50, zone);
    const ArcOutcome chain = verified(fifty, zone);
    CHECK(chain.result == ArcResult::kPass);
    CHECK(chain.instances == 50);
    CHECK(sealOf(fifty, zone, edSigner()).fields.empty());
    const ArcOutcome over = verified("ARC-Seal: i=51; x=y\r\n" + fifty, zone);
    CHECK(over.result == ArcResult::kFail);
    CHECK(over.instances == 50);
    CHECK(over.detail == "more than 50 sets");
    ArcLimits limits;
    limits.sets = 49;
    CHECK(verified(fifty, zone, limits).result == ArcResult::kFail);
}

TEST_CASE("fields that are no whole sets fail the chain without a look at DNS") {
    Zone zone = exampleZone();
    const std::string mail = sealed(kPlainMail, zone);
    zone.asked.clear();
    for (const std::string& extra :
         {std::string("ARC-Seal: i=2; cv=pass\r\n"), std::string("ARC-Message-Signature: i=1\r\n"),
          std::string("ARC-Authentication-Results: i=51; x; none\r\n"), std::string("ARC-Seal: \r\n"),
          std::string("ARC-Seal: i=0; cv=none\r\n"), std::string("ARC-Authentication-Results: x; i=2\r\n"),
          std::string("ARC-Authentication-Results: i=3; x; none\r\n")}) {
        const ArcOutcome chain = verified(extra + mail, zone);
        INFO(extra);
        CHECK(chain.result == ArcResult::kFail);
        CHECK_FALSE(chain.detail.empty());
    }
    CHECK(zone.asked.empty());
}

TEST_CASE("a chain that DNS says nothing about now is not sealed for ever") {
    Zone zone = exampleZone();
    const std::string mail = sealed(kPlainMail, zone);
    zone.silent = {"ed._domainkey.example.org"};
    const ArcOutcome chain = verified(mail, zone);
    CHECK(chain.result == ArcResult::kFail);
    CHECK(chain.temporary);
    CHECK(sealOf(mail, zone, edSigner()).fields.empty());
    zone.silent.clear();
    CHECK(verified(mail, zone).result == ArcResult::kPass);
}

TEST_CASE("a sealer signs neither seals nor results, and is one that verifiers can find") {
    Zone zone = exampleZone();
    for (const char* name :
         {"ARC-Seal", "arc-message-signature", "ARC-Authentication-Results", "Authentication-Results"}) {
        ArcSealSettings settings = usualArcSettings();
        settings.signature.headers.emplace_back(name);
        CHECK(codeOf([&] { sealOf(kPlainMail, zone, edSigner(), settings); }) == ErrorCode::kInvalid);
    }
    CHECK(codeOf([&] { sealOf(kPlainMail, zone, {&edKey(), "", "ed", ""}); }) == ErrorCode::kInvalid);
}

TEST_CASE("a chain in the mail as sent must be the one that was verified") {
    Zone zone = exampleZone();
    const std::string mail = sealedTimes(2, zone);
    const ArcOutcome chain = verified(mail, zone);
    ViewedMail bare(kPlainMail);
    CHECK(sealArc(bare.mail, chain, edSigner(), kResults, usualArcSettings(), kSigned).fields.empty());
}
