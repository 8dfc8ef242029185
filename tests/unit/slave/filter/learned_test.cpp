// What was learned of mails, in the filter: the default policy and a catalog as the master gives it, HTML
// read by a parser process.
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "common/base/durable_file.h"
#include "tests/support/filter_node.h"

using namespace weir;

namespace {

std::string htmlMail(const std::string& greeting, const std::string& subject = "cheap watches today") {
    return "From: Bargain <sales@shop.example>\r\nTo: bob@example.net\r\nSubject: " + subject +
           "\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>" + greeting +
           " we offer cheap watches for everybody who buys before the end of this week and pays with a "
           "gift card so do not wait and visit the shop now while the whole stock lasts because tomorrow "
           "every price is doubled again and nobody will remember that you ever asked for one of the fine "
           "watches from our house which all of your neighbours wear on sundays</p>\r\n";
}

Lesson lessonIn(const std::string& mail) {
    const Message message(mail);
    DirectReader reader;
    MailContent content(message, reader);
    return lessonOf(message, content);
}

// As the master would make it after so many mails like this one and so many that have nothing of it.
std::string learned(const std::string& mail, std::uint32_t spam, std::uint32_t ham) {
    const Lesson lesson = lessonIn(mail);
    LearnedModelWriter writer({spam, ham});
    for (const std::uint64_t token : lesson.tokens) writer.token(token, spam, 0);
    for (const FuzzyDigest& one : lesson.digests) writer.digest(one);
    return writer.finish();
}

struct Node : test::InspectionNode {
    Outcome judged(const std::string& mail) {
        Json document = Json::parse(readFile(WEIR_SOURCE_DIR "/conf/default-policy.json"));
        const auto asksNobody = [](const Json& rule) {
            const std::string text = rule.dump();
            return text.find("dmarc.") == std::string::npos && text.find("spf.") == std::string::npos;
        };
        Json rules = Json::array();
        for (const Json& rule : document["rules"])
            if (asksNobody(rule)) rules.push_back(rule);
        document["rules"] = rules;
        const auto policy = compilePolicy(document, 1);
        REQUIRE(policy);
        Envelope envelope;
        envelope.sender = "sales@shop.example";
        envelope.recipients = {"bob@example.net"};
        return inspectMail(envelope, Message(mail), *policy, services, now(), OutsideFacts::Use::kMail,
                           &trace)
            .outcomes.front();
    }
    bool tells(const std::string& text) const { return trace.dump().find(text) != std::string::npos; }

    Json trace;
};

}  // namespace

TEST_CASE("while nothing is learned the default policy delivers, and the trace says why") {
    Node node;
    CHECK(node.judged(htmlMail("Dear friend")) == Outcome{});
    CHECK(node.tells("nothing is learned yet"));
}

TEST_CASE("one spam that was learned makes the default policy hold its copies, and let others pass") {
    Node node;
    REQUIRE_FALSE(node.catalogs.apply(kLearnedCatalog, learned(htmlMail("Dear friend"), 1, 0)));
    const Outcome held = node.judged(htmlMail("Hello Bob 4711", "watches of today"));
    CHECK(held.verdict.queue == "spam");
    CHECK(held.verdict.rule == "like-learned-spam");
    CHECK(node.tells("1 spam and 0 ham are learned; 200 of each are needed"));
    CHECK(node.judged("From: ann@example.org\r\nSubject: minutes\r\n\r\nsee you on monday\r\n") == Outcome{});
}

TEST_CASE("words of spam alone make the default policy warn of it") {
    Node node;
    REQUIRE_FALSE(node.catalogs.apply(kLearnedCatalog, learned(htmlMail("Dear friend"), 300, 300)));
    const Outcome tagged = node.judged(
        "From: Bargain <sales@shop.example>\r\nSubject: cheap watches today\r\n"
        "Content-Type: text/html\r\n\r\n<p>cheap watches for everybody</p>\r\n");
    CHECK(tagged.verdict.kind == VerdictKind::kDeliver);
    CHECK(tagged.matchedRules == std::vector<std::string>{"reads-like-spam"});
    CHECK(tagged.changes.front() == HeaderChange{HeaderChange::Kind::kTagSubject, "Subject", "[SPAM]"});
}

TEST_CASE("a node judges without what is learned for another tokenizer, and says so") {
    Node node;
    std::string bytes = learned(htmlMail("Dear friend"), 300, 300);
    bytes[12] = 9;
    REQUIRE_FALSE(node.catalogs.apply(kLearnedCatalog, bytes));
    CHECK(node.judged(htmlMail("Dear friend")) == Outcome{});
    CHECK(node.tells("was made for version 9 of the tokenizer"));
    CHECK(node.catalogs.state(kLearnedCatalog).problem.empty());
    CHECK(node.catalogs.state(kLearnedCatalog).unused.starts_with("what is learned was made for version 9"));
    // After a restart too, and no longer once there is one that fits.
    Catalogs again(node.folder / "catalogs");
    CHECK_FALSE(again.state(kLearnedCatalog).unused.empty());
    REQUIRE_FALSE(again.apply(kLearnedCatalog, learned(htmlMail("Dear friend"), 300, 300)));
    CHECK(again.state(kLearnedCatalog).unused.empty());
}
