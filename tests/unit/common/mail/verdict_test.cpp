#include "common/mail/verdict.h"

#include <catch2/catch.hpp>

#include "common/mail/envelope.h"

using namespace weir;

TEST_CASE("each verdict is read back from its word") {
    for (const VerdictKind kind : {VerdictKind::kDeliver, VerdictKind::kQuarantine, VerdictKind::kDiscard,
                                   VerdictKind::kReject, VerdictKind::kTempfail}) {
        VerdictKind read = kind == VerdictKind::kDeliver ? VerdictKind::kReject : VerdictKind::kDeliver;
        REQUIRE(verdictFromText(toString(kind), read));
        CHECK(read == kind);
    }
    VerdictKind kind = VerdictKind::kReject;
    CHECK_FALSE(verdictFromText("accept", kind));
    CHECK(kind == VerdictKind::kReject);
}

TEST_CASE("severity grows from deliver to tempfail") {
    CHECK(VerdictKind::kDeliver < VerdictKind::kQuarantine);
    CHECK(VerdictKind::kQuarantine < VerdictKind::kDiscard);
    CHECK(VerdictKind::kDiscard < VerdictKind::kReject);
    CHECK(VerdictKind::kReject < VerdictKind::kTempfail);
}

TEST_CASE("directions have their words") {
    CHECK(std::string(toString(Direction::kInbound)) == "inbound");
    CHECK(std::string(toString(Direction::kOutbound)) == "outbound");
}
