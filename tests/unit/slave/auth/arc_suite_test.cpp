// The public ARC test suite, whole: each mail with CRLF and with LF line ends. Skipped, saying so, where it
// is not here.
#include <catch2/catch.hpp>
#include <iostream>

#include "common/mail/ascii.h"
#include "common/mail/header_block.h"
#include "slave/auth/arc_seal.h"
#include "slave/auth/arc_verify.h"
#include "slave/auth/auth_results_parser.h"
#include "tests/support/arc_suite.h"
#include "tests/support/zone.h"

using namespace weir;
using namespace weir::test;
namespace fs = std::filesystem;

namespace {

const fs::path kSuite = fs::path(WEIR_SOURCE_DIR) / "../shared/suites/arc";

bool absent() {
    if (fs::is_directory(kSuite)) return false;
    WARN("skipped: the ARC suite is not here");
    return true;
}

std::string withCrlf(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '\n') result += '\r';
        result += c;
    }
    return result;
}

Zone zoneOf(const ArcGroup& group) {
    Zone zone;
    for (const auto& [name, record] : group.records) zone.txt[name] = {record};
    return zone;
}

ArcOutcome verified(const std::string& bytes, Zone& zone) {
    const HeaderBlock block = readHeaderBlock(bytes);
    CanonicalMail mail(block.fields, std::string_view(bytes).substr(block.bodyStart));
    DkimKeys keys(zone);
    return verifyArc(mail, keys, now());
}

// Without white space, which a sealer may put where it likes.
std::string pressed(std::string text) {
    std::erase_if(text, isAsciiSpace);
    return text;
}

ArcSeal sealed(const std::string& bytes, const ArcGroup& group, const ArcCase& one, Zone& zone) {
    const HeaderBlock block = readHeaderBlock(bytes);
    CanonicalMail mail(block.fields, std::string_view(bytes).substr(block.bodyStart));
    const SigningKey key = SigningKey::fromPem(group.values.at("privatekey"));
    const DkimSigner signer{&key, group.values.at("domain"), group.values.at("sel"), ""};
    ArcSealSettings settings;
    settings.sortedTags = true;
    settings.signature.signatureColumns = 0;  // the seals of the suite are over signatures in one line
    for (const std::string_view name : colonList(one["sig-headers"]))
        settings.signature.headers.emplace_back(name);
    return sealArc(mail, verified(bytes, zone), signer, mergedAuthResults(block.fields, one["srv-id"]),
                   settings, fromMillis(std::stoll(one["t"]) * 1000));
}

}  // namespace

TEST_CASE("every validation case of the ARC suite has the result that it wants") {
    if (absent()) return;
    int good = 0, all = 0;
    for (const ArcGroup& group : readArcSuite(kSuite / "arc-draft-validation-tests.yml")) {
        for (const ArcCase& one : group.cases) {
            // An empty one is a seal that says cv=fail: RFC 8617, section 5.2, step 2 makes that "fail".
            const std::string wanted = pressed(one["cv"]).empty() ? "fail" : lowered(pressed(one["cv"]));
            INFO(group.values.at("description") << ": " << one.name << ": " << one["description"]);
            Zone zone = zoneOf(group);
            const ArcOutcome lf = verified(one["message"], zone);
            const ArcOutcome crlf = verified(withCrlf(one["message"]), zone);
            INFO(lf.detail);
            CHECK(toString(lf.result) == wanted);
            CHECK(toString(crlf.result) == wanted);
            CHECK(lf.detail == crlf.detail);
            CHECK(lf.detail.empty() == (lf.result != ArcResult::kFail));
            ++all;
            good += toString(lf.result) == wanted && toString(crlf.result) == wanted;
        }
    }
    std::cout << "ARC suite, validation: " << good << " of " << all << '\n';
    CHECK(all >= 171);
    CHECK(good == all);
}

TEST_CASE("every signing case of the ARC suite makes the very fields that it wants") {
    if (absent()) return;
    int good = 0, all = 0;
    for (const ArcGroup& group : readArcSuite(kSuite / "arc-draft-sign-tests.yml")) {
        for (const ArcCase& one : group.cases) {
            INFO(one.name << ": " << one["description"]);
            Zone zone = zoneOf(group);
            for (const std::string& bytes : {one["message"], withCrlf(one["message"])}) {
                const ArcSeal seal = sealed(bytes, group, one, zone);
                std::vector<std::string> made, wanted;
                for (const AddedField& field : seal.fields) made.push_back(field.name + pressed(field.value));
                for (const char* name : {"AS", "AMS", "AAR"}) wanted.push_back(pressed(one[name]));
                ++all;
                if (pressed(one["AS"]).empty()) {
                    CHECK(made.empty());
                    CHECK_FALSE(seal.notSealed.empty());
                    good += made.empty();
                    continue;
                }
                REQUIRE(made.size() == 3);
                CHECK(made[0] == "ARC-Seal" + wanted[0]);
                CHECK(made[1] == "ARC-Message-Signature" + wanted[1]);
                CHECK(made[2] == "ARC-Authentication-Results" + wanted[2]);
                good += made[0] == "ARC-Seal" + wanted[0] && made[1] == "ARC-Message-Signature" + wanted[1] &&
                        made[2] == "ARC-Authentication-Results" + wanted[2];
            }
        }
    }
    std::cout << "ARC suite, signing: " << good / 2 << " of " << all / 2 << '\n';
    CHECK(all >= 2 * 17);
    CHECK(good == all);
}
