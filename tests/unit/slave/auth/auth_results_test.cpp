#include "slave/auth/auth_results.h"

#include <catch2/catch.hpp>

#include "common/mail/header_block.h"
#include "slave/auth/auth_results_owner.h"
#include "slave/auth/auth_results_parser.h"
#include "tests/support/thrown_code.h"

using namespace weir;
using namespace weir::test;

namespace {

const std::vector<std::string> kIds = {"mx1.example.org", "Cluster"};

AuthResults read(const std::string& value) {
    const auto results = parseAuthResults(value);
    if (!results) FAIL(results.error().text() << " in " << value);
    return *results;
}

}  // namespace

TEST_CASE("results are written as RFC 8601 has them") {
    CHECK(authenticationResults("mx1.example.org", {}) == "mx1.example.org; none");
    CHECK(authenticationResults(
              "mx1.example.org",
              {{"spf", "pass", "", "", {{"smtp", "mailfrom", "ann@example.org"}}},
               {"dkim",
                "pass",
                "2048-bit key",
                "",
                {{"header", "d", "example.org"}, {"header", "b", "AbC/+12="}}},
               {"dmarc", "fail", "p=reject", "not \"aligned\"", {{"header", "from", "example.org"}}},
               {"auth", "none", "", "", {}}}) ==
          "mx1.example.org;\n spf=pass smtp.mailfrom=ann@example.org;\n"
          " dkim=pass (2048-bit key) header.d=example.org header.b=\"AbC/+12=\";\n"
          " dmarc=fail (p=reject) reason=\"not \\\"aligned\\\"\" header.from=example.org;\n auth=none");
}

TEST_CASE("whatever the mail says comes back as it was, or harmless, and begins no line of its own") {
    for (const std::string& value :
         {std::string("plain"), std::string("a@b.example"), std::string("@b.example"), std::string(""),
          std::string("two words"), std::string("\"quoted\\"), std::string("a;b=c"), std::string("(x"),
          std::string("a@b@c"), std::string("..@b"), std::string("a@[192.0.2.1]"), std::string("2001:db8::1"),
          std::string("a(b)@c"), std::string("x y\"@z")}) {
        const std::string text = authenticationResults(
            "mx",
            {{"spf", "fail", value, value, {{"smtp", "mailfrom", value}}}, {"arc", "none", "", "", {}}});
        INFO(text);
        const AuthResults back = read(text);
        REQUIRE(back.results.size() == 2);
        CHECK(back.results[0].properties.at(0).value == value);
        CHECK(back.results[0].reason == value);
        CHECK(back.results[0].comment == value);
    }
    const std::string hostile = "a\r\nX-Evil: 1\n\t\x01\x7f\xc3\xa4\xff" + std::string(1, '\0');
    const std::string text =
        authenticationResults(hostile, {{"spf", "fail", hostile, hostile, {{"smtp", "mailfrom", hostile}}}});
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (text[i] == '\n') {
            REQUIRE(text.at(i + 1) == ' ');
        } else {
            REQUIRE((byte >= ' ' && byte < 0x7F));
        }
    }
    CHECK(read(text).results.at(0).properties.at(0).value ==
          "a??X-Evil: 1???????"
          "?");
}

TEST_CASE("UTF-8 stays where the mail may have it, and is cut between characters") {
    AuthResultsStyle style;
    style.utf8 = true;
    const auto value = [&](const std::string& text) {
        return read(authenticationResults("mx", {{"spf", "pass", "", "", {{"smtp", "mailfrom", text}}}},
                                          style))
            .results.at(0)
            .properties.at(0)
            .value;
    };
    CHECK(value("ä@ö.example") == "ä@ö.example");
    CHECK(value("\xff") == "?");
    style.valueBytes = 4;
    CHECK(value("aää") == "aä");
    CHECK(value("abcdef") == "abcd");
}

TEST_CASE("words that are no keywords are a mistake of the caller") {
    CHECK(codeOf([] { authenticationResults("mx", {{"s pf", "pass", "", "", {}}}); }) == ErrorCode::kInvalid);
    CHECK(codeOf([] { authenticationResults("mx", {{"spf", "", "", "", {}}}); }) == ErrorCode::kInvalid);
    CHECK(codeOf([] {
              authenticationResults("mx", {{"spf", "x", "", "", {{"a.b", "c", "d"}}}});
          }) == ErrorCode::kInvalid);
}

TEST_CASE("results of DKIM and ARC become results of the field") {
    DkimOutcome dkim;
    CHECK(authResultsOf(dkim) == std::vector<AuthResult>{{"dkim", "none", "", "", {}}});
    DkimSignatureResult one;
    one.result = DkimResult::kPass;
    one.domain = "example.org";
    one.identity = "@example.org";
    one.selector = "s1";
    one.algorithm = "rsa-sha256";
    one.signatureStart = "AAAABBBB";
    one.keyBits = 2048;
    one.testing = one.bodyBeyondLength = true;
    dkim.signatures = {one};
    dkim.skipped = 2;
    const auto results = authResultsOf(dkim);
    REQUIRE(results.size() == 2);
    CHECK(authenticationResults("mx", results) ==
          "mx;\n dkim=pass (2048-bit key, in test mode, end of body not signed)\n header.d=example.org "
          "header.i=@example.org header.s=s1 header.a=rsa-sha256\n header.b=AAAABBBB;\n"
          " dkim=policy reason=\"2 more signatures were not looked at\"");
    ArcOutcome arc;
    CHECK(authenticationResults("mx", {authResultOf(arc)}) == "mx;\n arc=none");
    arc.result = ArcResult::kPass;
    arc.instances = 3;
    CHECK(authenticationResults("mx", {authResultOf(arc)}) == "mx;\n arc=pass (i=3) header.oldest-pass=0");
    arc.result = ArcResult::kFail;
    arc.detail = "broken";
    CHECK(authenticationResults("mx", {authResultOf(arc)}) == "mx;\n arc=fail (i=3) reason=\"broken\"");
}

TEST_CASE("fields of other servers are read with comments, versions and quoted text anywhere") {
    const AuthResults all = read(
        "(a (b) \\) c) \"mx 1\" 1 (x);\r\n spf = pass (ok) reason = \"it\\\"s\" smtp . mailfrom = a@b;\n"
        "\tdkim/1=PASS header.i=@c header.b=a/b+c== (x);dmarc=pass;");
    CHECK(all.authservId == "mx 1");
    REQUIRE(all.results.size() == 3);
    CHECK(all.results[0] == AuthResult{"spf", "pass", "ok", "it\"s", {{"smtp", "mailfrom", "a@b"}}});
    CHECK(all.results[1].result == "pass");
    CHECK(all.results[1].properties ==
          std::vector<AuthProperty>{{"header", "i", "@c"}, {"header", "b", "a/b+c=="}});
    CHECK(read("mx; none").results.empty());
    CHECK(read("mx").results.empty());
    CHECK(read("mx; spf=pass smtp.mailfrom=").results.at(0).properties.at(0).value.empty());
    for (const std::string& bad :
         {std::string(), std::string(";"), std::string("mx; spf"), std::string("mx; =pass"),
          std::string("mx; spf="), std::string("mx; spf=pass smtp"), std::string("mx; spf=pass (open"),
          std::string("\"mx"), std::string("mx; spf=pass, dkim=pass"), std::string(20000, 'x')})
        CHECK_FALSE(parseAuthResults(bad));
}

TEST_CASE("a field of results has at most so many of them, and comments may nest for ever") {
    AuthResultsLimits limits;
    limits.results = 2;
    CHECK(parseAuthResults("mx; a=b; c=d", limits).has_value());
    CHECK_FALSE(parseAuthResults("mx; a=b; c=d; e=f", limits));
    limits.properties = 1;
    CHECK(parseAuthResults("mx; a=b c.d=e", limits).has_value());
    CHECK_FALSE(parseAuthResults("mx; a=b c.d=e f.g=h", limits));
    limits.bytes = 8;
    CHECK_FALSE(parseAuthResults("mx; a=b; c=d", limits));
    limits.bytes = 1u << 20;
    CHECK_FALSE(parseAuthResults(std::string(500000, '('), limits));
    CHECK(parseAuthResults(std::string(100000, '(') + std::string(100000, ')') + "mx; a=b", limits)
              .has_value());
}

TEST_CASE("the instance of an ARC field stands at its front") {
    const auto start = parseArcResultsStart(" (x) i = 07 ; mx; spf=pass");
    REQUIRE(start);
    CHECK(start->instance == 7);
    CHECK(start->results == " mx; spf=pass");
    for (const char* bad :
         {"", "i=1", "i=0; mx", "i=51; mx", "i=; mx", "i=1 mx; none", "mx; i=1;", "i=a;", "i=111;"})
        CHECK_FALSE(parseArcResultsStart(bad));
}

TEST_CASE("a field that could be taken for ours is ours") {
    for (const std::string& ours : {
             std::string("mx1.example.org; spf=pass"),
             std::string(" MX1.Example.ORG; none"),
             std::string("mx1.example.org 1; spf=pass"),
             std::string("mx1.example.org/1; spf=pass"),
             std::string("mx1.example.org.; spf=pass"),
             std::string("mx1.example.org"),
             std::string("mx1.example.org spf=pass"),
             std::string("mx1.example.org (x); spf=pass"),
             std::string("(x)mx1.example.org; spf=pass"),
             std::string("(a (b;) \\) c)\r\n\tmx1.example.org; spf=pass"),
             std::string("\"mx1.example.org\"; spf=pass"),
             std::string("\"m\\x1.example.org\" 1; spf=pass"),
             std::string("mx1.(x)example.org; spf=pass"),
             std::string("mx1 . example . org; spf=pass"),
             std::string("mx1.exam\r\n ple.org; spf=pass"),
             std::string("mx1.\xe2\x80\x8b"
                         "example.org; spf=pass"),
             std::string("mx1.example.org\0; spf=pass", 27),
             std::string("\x01mx1.example.org; spf=pass"),
             std::string("mx1.example.org=1; spf=pass"),
             std::string("mx1.example.org, x; spf=pass"),
             std::string("relay (for mx1.example.org); spf=pass"),
             std::string("=?utf-8?q?mx1=2Eexample.org?=; spf=pass"),
             std::string("cluster; spf=pass"),
             std::string("; spf=pass"),
             std::string(""),
             std::string("  "),
             std::string("(mx; spf=pass"),
             std::string("\"mx; spf=pass"),
             std::string("mx); spf=pass"),
             std::string("<mx>; spf=pass"),
         }) {
        INFO(ours);
        CHECK(mayBearId(ours, kIds));
    }
    for (const std::string& other : {
             std::string("mx2.example.org; spf=pass"),
             std::string("mx1.example.org.evil.example; spf=pass"),
             std::string("evil-mx1.example.org; spf=pass"),
             std::string("x.mx1.example.org; spf=pass"),
             std::string("example.org; spf=pass smtp.mailfrom=mx1.example.org"),
             std::string("mx.example.com 1; none"),
             std::string("relay (x); spf=pass (mx1.example.org)"),
             std::string("clusters; spf=pass"),
         }) {
        INFO(other);
        CHECK_FALSE(mayBearId(other, kIds));
    }
    CHECK_FALSE(mayBearId("mx1.example.org; none", {}));
    CHECK_FALSE(mayBearId("1; none", {""}));
}

TEST_CASE("fields to remove are counted as header edits count them, last to first") {
    const std::string text =
        "Authentication-Results: other; none\r\nauthentication-results : mx1.example.org; none\r\n"
        "ARC-Authentication-Results: i=1; mx1.example.org; none\r\nAUTHENTICATION-RESULTS: cluster; "
        "none\r\n\r\n";
    CHECK(fieldsToRemove(readHeaderBlock(text).fields, kIds) == std::vector<unsigned>{3, 2});
    CHECK(fieldsToRemove(readHeaderBlock("To: a\r\n\r\n").fields, kIds).empty());
}

TEST_CASE("the results of one server are merged as they were written") {
    const std::string text =
        "Authentication-Results: mx; arc=none;\r\n  spf=pass (x) smtp.mailfrom=a@b;\r\n"
        "Authentication-Results: other; dkim=pass\r\nAuthentication-Results: MX 1; dmarc=pass\r\n"
        "Authentication-Results: mx; none\r\nAuthentication-Results: mx; broken\r\n\r\n";
    CHECK(mergedAuthResults(readHeaderBlock(text).fields, "mx") ==
          "mx;\n arc=none;\n  spf=pass (x) smtp.mailfrom=a@b;\n dmarc=pass");
    CHECK(mergedAuthResults({}, "mx") == "mx; none");
}
