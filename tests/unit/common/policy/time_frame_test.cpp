#include "common/policy/time_frame.h"

#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;
using namespace weir::test;

namespace {

bool within(const std::string& frame, const std::string& time) {
    Mail mail = sampleMail();
    mail.time = *timeFromText(time);
    return holds(R"({"time":{"within":)" + frame + "}}", mail);
}

}  // namespace

TEST_CASE("a time frame is local time in its zone, with summer time", "[time]") {
    const std::string office =
        R"({"days":["mon","tue","wed","thu","fri"],"from":"08:00","to":"18:00","zone":"Europe/Paris"})";
    CHECK(within(office, "2026-01-05T07:00:00.000Z"));  // Monday, 08:00 in winter
    CHECK_FALSE(within(office, "2026-01-05T06:59:59.999Z"));
    CHECK(within(office, "2026-07-06T06:00:00.000Z"));        // Monday, 08:00 in summer
    CHECK_FALSE(within(office, "2026-07-06T16:00:00.000Z"));  // 18:00
    CHECK_FALSE(within(office, "2026-07-05T10:00:00.000Z"));  // Sunday
    CHECK(within(office, "2036-07-07T06:00:00.000Z"));
}

TEST_CASE("a frame past midnight belongs to the day on which it began", "[time]") {
    const std::string night = R"({"days":["fri"],"from":"22:00","to":"06:00"})";
    CHECK(within(night, "2026-01-09T22:00:00.000Z"));  // Friday
    CHECK(within(night, "2026-01-10T05:59:00.000Z"));  // Saturday morning
    CHECK_FALSE(within(night, "2026-01-10T06:00:00.000Z"));
    CHECK_FALSE(within(night, "2026-01-09T05:00:00.000Z"));  // Friday morning
}

TEST_CASE("days alone are whole days", "[time]") {
    CHECK(within(R"({"days":["sat","sun"],"zone":"Asia/Tokyo"})", "2026-01-09T15:00:00.000Z"));
    CHECK_FALSE(within(R"({"days":["sat","sun"],"zone":"Asia/Tokyo"})", "2026-01-09T14:59:00.000Z"));
}

TEST_CASE("a frame that means nothing is refused where it stands") {
    const auto problems = [](const std::string& frame) {
        return problemsOf(withCondition(R"({"time":{"within":)" + frame + "}}"));
    };
    CHECK(problems(R"({"days":["someday"]})").find("/rules/0/when/time/within/days/0: expected a day") == 0);
    CHECK(problems(R"({"days":[]})").find("at least one day") != std::string::npos);
    CHECK(problems(R"({"from":"8:00"})").find("expected a time of day") != std::string::npos);
    CHECK(problems(R"({"to":"24:01"})").find("expected a time of day") != std::string::npos);
    CHECK(problems(R"({"zone":"Mars/Olympus"})").find("expected a time zone") != std::string::npos);
    CHECK(problems(R"({"from":"08:00","to":"08:00"})").find("no time lies between") != std::string::npos);
    CHECK(problems(R"({"until":"08:00"})").find("until") != std::string::npos);
    CHECK(problems("[]").find("expected an object") != std::string::npos);
}
