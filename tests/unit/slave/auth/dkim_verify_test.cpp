#include "slave/auth/dkim_verify.h"

#include <catch2/catch.hpp>

#include "signed_mail.h"

using namespace weir;
using namespace weir::test;
using Result = DkimResult;
using Form = Canonicalization;

namespace {

// A signature over chosen tags, for what signDkim() would never make.
std::string handSigned(const std::string& mail, const std::vector<std::pair<std::string, std::string>>& tags,
                       const std::vector<std::string>& names, const SigningKey& key = rsaKey()) {
    ViewedMail view(mail);
    DkimWriter writer("DKIM-Signature");
    for (const auto& [tag, value] : tags) writer.add(tag, value);
    writer.addSignature();
    DkimSignSettings settings;
    return onTop({signedField(writer, view.mail, names, settings, key)}, mail);
}

std::string bodyHashText(const std::string& mail, std::optional<std::uint64_t> length = {}) {
    ViewedMail view(mail);
    std::string text;
    const std::string digest = view.mail.bodyHash(Form::kRelaxed, length).digest;
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < digest.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k)
            bits = bits << 8 | (i + k < digest.size() ? static_cast<unsigned char>(digest[i + k]) : 0u);
        for (int k = 18; k >= 0; k -= 6) text += digits[bits >> k & 63];
    }
    text.back() = '=';  // 32 bytes
    return text;
}

using Tags = std::vector<std::pair<std::string, std::string>>;

Tags usualTags(const std::string& mail = kPlainMail) {
    return {{"v", "1"},   {"a", "rsa-sha256"}, {"c", "relaxed/relaxed"},  {"d", "example.org"},
            {"s", "rsa"}, {"h", "From:To"},    {"bh", bodyHashText(mail)}};
}

Tags with(Tags tags, const std::string& name, const std::string& value) {
    for (auto& [tag, old] : tags) {
        if (tag == name) {
            old = value;
            return tags;
        }
    }
    tags.emplace_back(name, value);
    return tags;
}

DkimSignatureResult handResult(const Tags& tags, const std::vector<std::string>& names = {"From", "To"},
                               TimePoint now = kSigned) {
    Zone zone = exampleZone();
    return verifiedOne(handSigned(kPlainMail, tags, names), zone, now);
}

}  // namespace

TEST_CASE("what is signed with either algorithm in any form passes, whatever the line ends") {
    for (const Form header : {Form::kSimple, Form::kRelaxed}) {
        for (const Form body : {Form::kSimple, Form::kRelaxed}) {
            for (const DkimSigner& signer : {rsaSigner(), edSigner()}) {
                DkimSignSettings settings = usualDkimSettings();
                settings.headerForm = header;
                settings.bodyForm = body;
                const std::string mail = signedMail(kPlainMail, {signer}, settings);
                Zone zone = exampleZone();
                const auto result = verifiedOne(mail, zone);
                INFO(mail << result.detail);
                CHECK(result.result == Result::kPass);
                CHECK(result.domain == "example.org");
                CHECK(result.selector == signer.selector);
                CHECK(result.identity == "@example.org");
                CHECK(result.algorithm == (signer.selector == "rsa" ? "rsa-sha256" : "ed25519-sha256"));
                CHECK(result.keyBits == (signer.selector == "rsa" ? 2048 : 256));
                CHECK(result.signatureStart.size() == 8);
                CHECK(verifiedOne(withLf(mail), zone).result == Result::kPass);
                CHECK(verifiedOne(replaced(mail, "is\ta", "is\tno"), zone).result == Result::kFail);
                CHECK(verifiedOne(replaced(mail, "Ann <", "Eve <"), zone).result == Result::kFail);
                const bool kept = header == Form::kRelaxed;
                CHECK(verifiedOne(replaced(mail, "An   example ", "An example"), zone).passed() == kept);
                const bool keptBody = body == Form::kRelaxed;
                CHECK(verifiedOne(replaced(mail, "Hello  Bob, ", "Hello Bob,"), zone).passed() == keptBody);
                CHECK(verifiedOne(mail + "\r\n\r\n", zone).passed());
            }
        }
    }
}

TEST_CASE("a mail without signatures has no results") {
    Zone zone;
    const auto outcome = verifiedDkim(kPlainMail, zone);
    CHECK(outcome.signatures.empty());
    CHECK(outcome.skipped == 0);
    CHECK(zone.asked.empty());
}

TEST_CASE("the signature of RFC 8463, appendix A.3, passes with both keys") {
    const std::string mail =
        "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
        " d=football.example.com; i=@football.example.com;\r\n"
        " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
        " subject : date : message-id : from : subject : date;\r\n"
        " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
        " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
        " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
        " d=football.example.com; i=@football.example.com;\r\n"
        " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
        " date : message-id : from : subject : date;\r\n"
        " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
        " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
        " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
        " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n"
        "From: Joe SixPack <joe@football.example.com>\r\n"
        "To: Suzie Q <suzie@shopping.example.net>\r\n"
        "Subject: Is dinner ready?\r\n"
        "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
        "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
        "\r\n"
        "Hi.\r\n"
        "\r\n"
        "We lost the game.  Are you hungry yet?\r\n"
        "\r\n"
        "Joe.\r\n";
    Zone zone;
    zone.txt["brisbane._domainkey.football.example.com"] = {
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="};
    zone.txt["test._domainkey.football.example.com"] = {
        "v=DKIM1; k=rsa; "
        "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi"
        "Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3"
        "Ip3G+2kryOTIKT+l/K4w3QIDAQAB"};
    const auto outcome = verifiedDkim(mail, zone);
    REQUIRE(outcome.signatures.size() == 2);
    CHECK(outcome.signatures[0].result == Result::kPass);
    CHECK(outcome.signatures[0].signatureStart == "/gCrinpc");
    CHECK(outcome.signatures[1].result == Result::kPass);
    CHECK(outcome.signatures[1].keyBits == 1024);
    CHECK(zone.expected.size() == 2);
}

TEST_CASE("each signature is judged on its own, and those over the limit are counted") {
    Zone zone = exampleZone();
    const std::string two = signedMail(kPlainMail, {rsaSigner(), edSigner()});
    const auto both = verifiedDkim(two, zone);
    REQUIRE(both.signatures.size() == 2);
    CHECK(both.signatures[0].passed());
    CHECK(both.signatures[0].selector == "rsa");
    CHECK(both.signatures[1].passed());
    CHECK(both.signatures[1].selector == "ed");

    std::string many = kPlainMail;
    for (int i = 0; i < 11; ++i) many = "DKIM-Signature: nonsense\r\n" + many;
    zone.asked.clear();
    const auto outcome = verifiedDkim(many, zone);
    CHECK(outcome.signatures.size() == 8);
    CHECK(outcome.skipped == 3);
    CHECK(zone.asked.empty());
    DkimLimits limits;
    limits.signatures = 1;
    const auto one = verifiedDkim(two, zone, kSigned, limits);
    CHECK(one.signatures.size() == 1);
    CHECK(one.skipped == 1);
}

TEST_CASE("the start of b= is as long as it takes to tell signatures apart") {
    Zone zone;
    const auto field = [](const std::string& b) { return "DKIM-Signature: v=1; b=" + b + "\r\n"; };
    const auto outcome = verifiedDkim(
        field("AAAABBBBCCCCDDDD") + field("AAAABBBB CCCCEEEE") + field("FFFFGGGGHHHHIIII") + kPlainMail,
        zone);
    CHECK(outcome.signatures[0].signatureStart == "AAAABBBBCCCCD");
    CHECK(outcome.signatures[1].signatureStart == "AAAABBBBCCCCE");
    CHECK(outcome.signatures[2].signatureStart == "FFFFGGGG");
}

TEST_CASE("a signature that cannot be understood is neutral, one that cannot hold a permanent error") {
    CHECK(handResult(usualTags()).passed());
    const std::vector<std::pair<Tags, Result>> cases = {
        {with(usualTags(), "d", ""), Result::kNeutral},
        {with(usualTags(), "d", "***"), Result::kNeutral},
        {with(usualTags(), "s", ""), Result::kNeutral},
        {with(usualTags(), "bh", "!"), Result::kNeutral},
        {with(usualTags(), "bh", "YWJj"), Result::kNeutral},
        {with(usualTags(), "l", "x"), Result::kNeutral},
        {with(usualTags(), "t", "-5"), Result::kNeutral},
        {with(with(usualTags(), "t", "5"), "x", "5"), Result::kNeutral},
        {with(usualTags(), "i", "nobody"), Result::kNeutral},
        {with(usualTags(), "i", "=4"), Result::kNeutral},
        {with(usualTags(), "v", "2"), Result::kPermError},
        {with(usualTags(), "v", "01"), Result::kPermError},
        {with(usualTags(), "a", "dsa-sha256"), Result::kPermError},
        {with(usualTags(), "c", "nofws"), Result::kPermError},
        {with(usualTags(), "c", "relaxed/"), Result::kPermError},
        {with(usualTags(), "q", "http"), Result::kPermError},
        {with(usualTags(), "i", "@example.com"), Result::kPermError},
        {with(usualTags(), "i", "@badexample.org"), Result::kPermError},
        {with(usualTags(), "h", "To:Subject"), Result::kPermError},
        {with(usualTags(), "h", ""), Result::kPermError},
        {with(usualTags(), "d", "other.example"), Result::kPermError},
        {with(usualTags(), "a", "ed25519-sha256"), Result::kPermError},
    };
    for (const auto& [tags, wanted] : cases) {
        const auto result = handResult(tags);
        INFO(result.detail);
        CHECK(toString(result.result) == std::string(toString(wanted)));
        CHECK_FALSE(result.detail.empty());
    }
}

TEST_CASE("optional tags are read as RFC 6376 has them") {
    CHECK(handResult(with(usualTags(), "q", "x/y : dns/txt")).passed());
    CHECK(handResult(with(usualTags(), "z", "From:nobody|To:=20nobody")).passed());
    CHECK(handResult(with(usualTags(), "unknown", "1")).passed());
    const auto identity = handResult(with(usualTags(), "i", "ann=2Ex=3By@Mail.Example.org"));
    CHECK(identity.passed());
    CHECK(identity.identity == "ann.x;y@Mail.Example.org");
    CHECK(handResult(with(usualTags(), "c", "relaxed")).result == Result::kFail);  // a simple body
    CHECK(handResult(with(usualTags(), "h", "From : To : X-None"), {"From", "To", "X-None"}).passed());
}

TEST_CASE("sha1, expired and future signatures are not accepted, with five minutes for clocks that differ") {
    CHECK(handResult(with(usualTags(), "a", "rsa-sha1")).result == Result::kPolicy);
    const Tags timed = with(with(usualTags(), "t", "1700000000"), "x", "1700003600");
    const auto at = [&](long seconds) {
        return handResult(timed, {"From", "To"}, kSigned + std::chrono::seconds(seconds)).result;
    };
    CHECK(at(0) == Result::kPass);
    CHECK(at(3600 + 300) == Result::kPass);
    CHECK(at(3600 + 301) == Result::kPolicy);
    CHECK(at(-300) == Result::kPass);
    CHECK(at(-301) == Result::kPolicy);
}

TEST_CASE("a body longer than l= is told, a shorter one fails") {
    const auto withLength = [](std::uint64_t length) {
        return handResult(
            with(with(usualTags(), "l", std::to_string(length)), "bh", bodyHashText(kPlainMail, length)));
    };
    const auto begin = withLength(5);
    CHECK(begin.passed());
    CHECK(begin.bodyBeyondLength);
    const auto none = withLength(0);
    CHECK(none.passed());
    CHECK(none.bodyBeyondLength);
    const std::uint64_t size = std::string("Hello Bob,\r\n\r\nthis is a mail.\r\n").size();
    const auto whole = withLength(size);
    CHECK(whole.passed());
    CHECK_FALSE(whole.bodyBeyondLength);
    CHECK(withLength(size + 1).result == Result::kFail);
    CHECK(handResult(with(usualTags(), "l", std::string(76, '9'))).result == Result::kFail);
    CHECK(handResult(with(usualTags(), "l", std::string(77, '9'))).result == Result::kNeutral);
}

TEST_CASE("an oversigned field cannot be added, one that is not oversigned can") {
    Zone zone = exampleZone();
    const std::string mail = signedMail(kPlainMail, {rsaSigner()});
    CHECK(verifiedOne(mail, zone).passed());
    CHECK(verifiedOne("From: eve@example.com\r\n" + mail, zone).result == Result::kFail);
    CHECK(verifiedOne(replaced(mail, "Received:", "From: eve@example.com\r\nReceived:"), zone).result ==
          Result::kFail);
    CHECK(verifiedOne("Subject: urgent\r\n" + mail, zone).passed());
    CHECK(verifiedOne(replaced(mail, "Date: Thu", "Subject: urgent\r\nDate: Thu"), zone).result ==
          Result::kFail);
    const std::string twice = signedMail("To: first\r\n" + kPlainMail, {rsaSigner()});
    CHECK(verifiedOne(twice, zone).passed());
    CHECK(verifiedOne(replaced(twice, "To: first\r\n", ""), zone).result == Result::kFail);
}

TEST_CASE("what a key record forbids is not done") {
    const std::string mail =
        handSigned(kPlainMail, with(usualTags(), "i", "@mail.example.org"), {"From", "To"});
    const std::string record = rsaKey().publicRecord();
    const std::string data = record.substr(record.find("p="));
    const auto resultWith = [&](const std::vector<std::string>& records) {
        Zone zone;
        zone.txt["rsa._domainkey.example.org"] = records;
        return verifiedOne(mail, zone);
    };
    CHECK(resultWith({record}).passed());
    CHECK(resultWith({data}).passed());
    CHECK(resultWith({"v=DKIM1; h=sha1:sha256; s=x:email; t=z; n=note; " + data}).passed());
    CHECK(resultWith({"v=DKIM1; s=*; " + data}).passed());
    for (const std::string& bad :
         {std::string("v=DKIM1; p="), "v=DKIM1; h=sha1; " + data, "v=DKIM1; s=tlsrpt; " + data,
          "v=DKIM1; t=s; " + data, "v=DKIM1; k=ed25519; " + data, "v=DKIM1; k=dsa; " + data,
          "v=DKIM2; " + data, data + "; v=DKIM1", std::string("v=DKIM1; p=AAAA"),
          std::string("v=DKIM1; p=%%%"), std::string("v=DKIM1; nonsense"), edKey().publicRecord(),
          std::string("v=spf1 -all")}) {
        const auto result = resultWith({bad});
        INFO(bad << " " << result.detail);
        CHECK(result.result == Result::kPermError);
        CHECK_FALSE(result.detail.empty());
    }
    CHECK(resultWith({}).result == Result::kPermError);
}

TEST_CASE("of several records each key is tried, and those that are no key are passed over") {
    const std::string mail = signedMail(kPlainMail, {rsaSigner()});
    const std::string good = rsaKey().publicRecord();
    const std::string other = SigningKey::fromPem(makeSigningKey(DkimKey::Type::kRsa).pem).publicRecord();
    const auto resultWith = [&](const std::vector<std::string>& records) {
        Zone zone;
        zone.txt["rsa._domainkey.example.org"] = records;
        return verifiedOne(mail, zone).result;
    };
    CHECK(resultWith({"v=spf1 -all", good}) == Result::kPass);
    CHECK(resultWith({other, good}) == Result::kPass);
    CHECK(resultWith({good, other}) == Result::kPass);
    CHECK(resultWith({"v=DKIM1; p=", good}) == Result::kPass);
    CHECK(resultWith({edKey().publicRecord(), other}) == Result::kFail);
    CHECK(resultWith({other, other, other, good}) == Result::kPass);
    CHECK(resultWith({other, other, other, other, good}) == Result::kFail);
}

TEST_CASE("a key in test mode makes a failure neutral, and a pass stays one") {
    Zone zone = exampleZone();
    zone.txt["rsa._domainkey.example.org"] = {rsaKey().publicRecord() + "; t=y"};
    const std::string mail = signedMail(kPlainMail, {rsaSigner()});
    CHECK(verifiedOne(mail, zone).passed());
    CHECK(verifiedOne(mail, zone).testing);
    const auto changed = verifiedOne(replaced(mail, "a mail", "no mail"), zone);
    CHECK(changed.result == Result::kNeutral);
    CHECK(changed.testing);
}

TEST_CASE("without an answer from DNS nothing is decided, but a changed body is") {
    Zone zone = exampleZone();
    zone.silent = {"rsa._domainkey.example.org"};
    const std::string mail = signedMail(kPlainMail, {rsaSigner()});
    const auto result = verifiedOne(mail, zone);
    CHECK(result.result == Result::kTempError);
    CHECK(result.detail.find("time-out") != std::string::npos);
    CHECK(verifiedOne(replaced(mail, "a mail", "no mail"), zone).result == Result::kFail);
}

TEST_CASE("a key is looked up once a mail, and only so many of them") {
    Zone zone = exampleZone();
    std::string mail = signedMail(kPlainMail, {rsaSigner(), rsaSigner(), edSigner()});
    ViewedMail view(mail);
    DkimKeysLimits limits;
    limits.names = 1;
    DkimKeys keys(zone, limits);
    const auto outcome = verifyDkim(view.mail, keys, kSigned);
    CHECK(zone.asked.size() == 1);
    CHECK(outcome.signatures[0].passed());
    CHECK(outcome.signatures[1].passed());
    CHECK(outcome.signatures[2].result == Result::kTempError);
}

TEST_CASE("signatures of others may be signed, a signature never signs itself") {
    Zone zone = exampleZone();
    const std::string first = signedMail(kPlainMail, {edSigner()});
    DkimSignSettings settings = usualDkimSettings();
    settings.headers.push_back("DKIM-Signature");
    const std::string second = signedMail(first, {rsaSigner()}, settings);
    CHECK(verifiedOne(second, zone).passed());
    CHECK(verifiedDkim(second, zone).signatures.at(1).passed());
}

TEST_CASE("a field of a signature has at most so many bytes, tags and names") {
    Zone zone = exampleZone();
    std::string names = "From";
    for (int i = 0; i < 1000; ++i) names += ":A";
    CHECK(handResult(with(usualTags(), "h", names)).result == Result::kPermError);
    CHECK(handResult(with(usualTags(), "z", std::string(17000, 'x'))).result == Result::kNeutral);
    Tags many = usualTags();
    for (int i = 0; i < 64; ++i) many.emplace_back("x" + std::to_string(i), "1");
    CHECK(handResult(many).result == Result::kNeutral);
}
