#include "slave/filter/splitter.h"

#include <catch2/catch.hpp>

using namespace weir;

namespace {

Outcome outcomeOf(VerdictKind kind, const std::string& rule = "r") {
    Outcome outcome;
    outcome.verdict.kind = kind;
    outcome.verdict.rule = rule;
    outcome.verdict.reason = "rule " + rule;
    if (kind == VerdictKind::kQuarantine) outcome.verdict.queue = "spam";
    if (kind == VerdictKind::kReject) outcome.verdict.code = 550, outcome.verdict.text = "no";
    if (kind == VerdictKind::kTempfail) outcome.verdict.code = 451, outcome.verdict.text = "later";
    return outcome;
}

Outcome tagged(const std::string& tag) {
    Outcome outcome = outcomeOf(VerdictKind::kDeliver);
    outcome.changes.push_back({HeaderChange::Kind::kTagSubject, "Subject", tag});
    return outcome;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("recipients with equal outcomes stay together in one mail") {
    const Split split =
        splitRecipients({"a", "b"}, {outcomeOf(VerdictKind::kDeliver), outcomeOf(VerdictKind::kDeliver)});
    CHECK(split.reply == VerdictKind::kDeliver);
    REQUIRE(split.groups.size() == 1);
    CHECK(split.groups[0].recipients == Names{"a", "b"});
    CHECK(split.deliveries.size() == 1);
    CHECK(split.removed.empty());
    CHECK(split.stores.empty());
}

TEST_CASE("different matched rules alone do not split a mail") {
    const Split split = splitRecipients(
        {"a", "b"}, {outcomeOf(VerdictKind::kDeliver, "x"), outcomeOf(VerdictKind::kDeliver, "y")});
    CHECK(split.groups.size() == 2);
    CHECK(split.deliveries.size() == 1);
    CHECK(split.removed.empty());
}

TEST_CASE("the first header changes stay in the mail, others are split off") {
    const Split split = splitRecipients({"a", "b", "c"}, {tagged("[A]"), tagged("[B]"), tagged("[A]")});
    CHECK(split.reply == VerdictKind::kDeliver);
    REQUIRE(split.deliveries.size() == 2);
    CHECK(split.deliveries[0].recipients == Names{"a", "c"});
    CHECK(split.deliveries[1].recipients == Names{"b"});
    CHECK(split.removed == Names{"b"});
}

TEST_CASE("one recipient's quarantine takes only that one out of the mail") {
    const Split split =
        splitRecipients({"a", "b"}, {outcomeOf(VerdictKind::kQuarantine), outcomeOf(VerdictKind::kDeliver)});
    CHECK(split.reply == VerdictKind::kDeliver);
    REQUIRE(split.stores.size() == 1);
    CHECK(split.stores[0].queue == "spam");
    CHECK(split.stores[0].recipients == Names{"a"});
    CHECK(split.groups[0].store == 0);
    CHECK(split.groups[1].store == -1);
    CHECK(split.removed == Names{"a"});
}

TEST_CASE("a mail that is quarantined for everyone is discarded at the MTA") {
    const Split split = splitRecipients(
        {"a", "b"}, {outcomeOf(VerdictKind::kQuarantine), outcomeOf(VerdictKind::kQuarantine)});
    CHECK(split.reply == VerdictKind::kDiscard);
    CHECK(split.stores.size() == 1);
    CHECK(split.stores[0].recipients == Names{"a", "b"});
    CHECK(split.removed.empty());
}

TEST_CASE("a reject by all is answered as a reject") {
    const Split split =
        splitRecipients({"a", "b"}, {outcomeOf(VerdictKind::kReject), outcomeOf(VerdictKind::kReject, "x")});
    CHECK(split.reply == VerdictKind::kReject);
    CHECK(split.replyVerdict.code == 550);
    CHECK(split.stores.empty());
}

TEST_CASE("a reject by some is stored in the queue rejected and says so") {
    const Split split =
        splitRecipients({"a", "b"}, {outcomeOf(VerdictKind::kReject), outcomeOf(VerdictKind::kDeliver)});
    CHECK(split.reply == VerdictKind::kDeliver);
    REQUIRE(split.stores.size() == 1);
    CHECK(split.stores[0].queue == "rejected");
    CHECK_THAT(split.stores[0].reason, Catch::Contains("550 no"));
    CHECK(split.groups[0].outcome.verdict.kind == VerdictKind::kQuarantine);
    CHECK(split.removed == Names{"a"});
}

TEST_CASE("a tempfail for one is a tempfail for all, and nothing is stored or changed") {
    Outcome kept = tagged("[A]");
    kept.copyQueues = {"archive"};
    const Split split = splitRecipients(
        {"a", "b", "c"}, {kept, outcomeOf(VerdictKind::kTempfail), outcomeOf(VerdictKind::kQuarantine)});
    CHECK(split.reply == VerdictKind::kTempfail);
    CHECK(split.replyVerdict.code == 451);
    CHECK(split.stores.empty());
    CHECK(split.deliveries.empty());
    for (const RecipientGroup& group : split.groups) {
        CHECK(group.outcome.verdict.kind == VerdictKind::kTempfail);
        CHECK(group.outcome.changes.empty());
    }
    CHECK_THAT(split.groups[0].outcome.verdict.reason, Catch::Contains("together with b"));
}

TEST_CASE("a discard for all leaves nothing, a discard for some removes them") {
    CHECK(splitRecipients({"a"}, {outcomeOf(VerdictKind::kDiscard)}).reply == VerdictKind::kDiscard);
    const Split some =
        splitRecipients({"a", "b"}, {outcomeOf(VerdictKind::kDiscard), outcomeOf(VerdictKind::kDeliver)});
    CHECK(some.reply == VerdictKind::kDeliver);
    CHECK(some.removed == Names{"a"});
    CHECK(some.stores.empty());
}

TEST_CASE("a kept copy is stored once a queue, beside delivery and beside a reject") {
    Outcome deliver = outcomeOf(VerdictKind::kDeliver);
    deliver.copyQueues = {"archive", "audit"};
    const Split split = splitRecipients({"a", "b"}, {deliver, deliver});
    CHECK(split.reply == VerdictKind::kDeliver);
    REQUIRE(split.stores.size() == 2);
    CHECK(split.stores[0].copy);
    CHECK(split.stores[0].recipients == Names{"a", "b"});
    CHECK(split.groups[0].store == -1);

    Outcome reject = outcomeOf(VerdictKind::kReject);
    reject.copyQueues = {"archive"};
    CHECK(splitRecipients({"a"}, {reject}).stores.size() == 1);
}
