#include "master/service/learning_desk.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <future>
#include <map>
#include <random>

#include "common/base/digest.h"
#include "common/wire/join_token.h"
#include "common/wire/tls_identity.h"
#include "master/db/learned_tokens_table.h"
#include "master/service/learned_digest.h"
#include "master/service/learned_publisher.h"
#include "tests/support/eventually.h"
#include "tests/support/thrown_code.h"
#include "tests/unit/master/service/intake_house.h"

using namespace weir;
using namespace weir::test;

namespace {

const Actor kAnn{"ann", "session", "192.0.2.1", "quarantine"};
constexpr auto kSpam = LearnedClass::kSpam;
constexpr auto kHam = LearnedClass::kHam;

// `words` words of a small language: mails share some of them.
std::string mailOf(unsigned number, unsigned words = 60) {
    std::mt19937 random(number);
    std::string text;
    for (unsigned i = 0; i < words; ++i) {
        const unsigned word = static_cast<unsigned>(random() % 400);
        text += std::string("ab") + static_cast<char>('a' + word % 20) + static_cast<char>('a' + word / 20) +
                (i % 8 == 7 ? "\r\n" : " ");
    }
    return "From: Someone <s" + std::to_string(number) + "@sender.example>\r\nSubject: mail number " +
           std::to_string(number) + "\r\n\r\n" + text + "\r\n";
}

struct LearningHouse {
    explicit LearningHouse(db::Database& db, const LearningLimits& limits = {})
        : house(db),
          desk(
              db, house.desk, [this] { ++changes; }, limits),
          publisher(db, shelf, limits) {}

    LearnResult learn(LearnedClass kind, const std::string& mail) {
        auto result = desk.learn(kAnn, kind, mail);
        if (!result) throw std::runtime_error(result.error().text());
        return *result;
    }
    std::string published() {
        publisher.publish();
        const auto bytes = shelf.bytes(kLearnedCatalog);
        return bytes ? *bytes : "";
    }
    std::shared_ptr<const LearnedModel> model() {
        auto made = LearnedModel::fromBytes(published());
        if (!made) throw std::runtime_error(made.error().text());
        return *made;
    }
    std::size_t audited(const std::string& action) {
        AuditQuery query;
        query.action = action;
        query.limit = 500;
        return Audit(house.database).find(query).entries.size();
    }
    // The counts of the state are those of the tables.
    void checkCounts() {
        const auto state = desk.state();
        CHECK(state.tokens == house.number("SELECT COUNT(*) FROM learned_tokens"));
        CHECK(state.digests == house.number("SELECT COUNT(*) FROM learned_digests"));
        CHECK(state.spam == house.number("SELECT COUNT(*) FROM learned_mails WHERE spam = 1"));
        CHECK(state.ham == house.number("SELECT COUNT(*) FROM learned_mails WHERE spam = 0"));
        CHECK(house.number("SELECT COUNT(*) FROM learned_tokens WHERE spam < 0 OR ham < 0 OR spam + ham = "
                           "0") == 0);
    }

    IntakeHouse house;
    int changes = 0;
    LearningDesk desk;
    CatalogShelf shelf;
    LearnedPublisher publisher;
};

Lesson lessonOfMail(const std::string& mail) {
    const Message message(mail);
    DirectReader reader;
    MailContent content(message, reader);
    return lessonOf(message, content);
}

std::string shaOf(unsigned number) {
    return sha256Hex(mailOf(number));
}

}  // namespace

TEST_CASE("a mail counts once, and learned again it says so") {
    onEachDatabase([](TestDatabase& it) {
        LearningHouse house(*it.database);
        const auto first = house.learn(kSpam, mailOf(1));
        CHECK(first.outcome == LearnOutcome::kLearned);
        CHECK(first.mail.sha256 == shaOf(1));
        CHECK(first.mail.by == "ann");
        CHECK(first.mail.subject == "mail number 1");
        CHECK(first.mail.tokens == lessonOfMail(mailOf(1)).tokens.size());
        const auto before = house.published();
        const auto again = house.learn(kSpam, mailOf(1));
        CHECK(again.outcome == LearnOutcome::kKnown);
        CHECK(again.mail.time == first.mail.time);
        CHECK(house.published() == before);
        CHECK(house.changes == 1);
        CHECK(house.desk.state().spam == 1);
        CHECK(house.audited("learning.learn") == 1);
        house.checkCounts();
    });
}

TEST_CASE("a mail learned as the other class is moved, and nothing of before is left") {
    onEachDatabase([](TestDatabase& it) {
        LearningHouse house(*it.database);
        house.learn(kHam, mailOf(2));
        house.learn(kHam, mailOf(1));
        const auto wanted = house.published();
        REQUIRE(house.desk.forget(kAnn, shaOf(1)));
        house.learn(kSpam, mailOf(1));
        CHECK(house.published() != wanted);
        const auto moved = house.learn(kHam, mailOf(1));
        CHECK(moved.outcome == LearnOutcome::kMoved);
        REQUIRE(moved.before);
        CHECK(moved.before->kind == kSpam);
        CHECK(moved.mail.kind == kHam);
        CHECK(house.published() == wanted);
        CHECK(house.model()->mails().ham == 2);
        house.checkCounts();
    });
}

TEST_CASE("what is forgotten leaves nothing, and can be learned again") {
    onEachDatabase([](TestDatabase& it) {
        LearningHouse house(*it.database);
        const auto empty = house.published();
        house.learn(kSpam, mailOf(1));
        house.learn(kHam, mailOf(2));
        CHECK(house.published() != empty);
        CHECK(house.desk.forget(kAnn, shaOf(1)));
        CHECK_FALSE(house.desk.forget(kAnn, shaOf(1)));
        CHECK(house.desk.forget(kAnn, shaOf(2)));
        CHECK(house.published() == empty);
        CHECK(house.desk.state().tokens == 0);
        CHECK(house.audited("learning.forget") == 2);
        CHECK(house.learn(kSpam, mailOf(1)).outcome == LearnOutcome::kLearned);
        house.checkCounts();
    });
}

TEST_CASE("the model is that of the mails that are learned, in whatever order they came") {
    onEachDatabase([](TestDatabase& it) {
        LearningHouse house(*it.database);
        std::mt19937 random(7);
        std::map<unsigned, LearnedClass> expected;
        for (int step = 0; step < 120; ++step) {
            const unsigned number = static_cast<unsigned>(random() % 25);
            if (random() % 4 == 0) {
                CHECK(house.desk.forget(kAnn, shaOf(number)) == (expected.erase(number) == 1));
            } else {
                const auto kind = random() % 2 == 0 ? kSpam : kHam;
                house.learn(kind, mailOf(number));
                expected[number] = kind;
            }
        }
        house.checkCounts();
        const auto random_order = house.published();
        for (unsigned number = 0; number < 25; ++number) house.desk.forget(kAnn, shaOf(number));
        CHECK(house.desk.state().tokens == 0);
        for (auto one = expected.rbegin(); one != expected.rend(); ++one)
            house.learn(one->second, mailOf(one->first));
        house.checkCounts();
        CHECK(house.published() == random_order);
        CHECK(house.model()->tokens() == static_cast<std::size_t>(house.desk.state().tokens));
    });
}

TEST_CASE("mails learned by many at once are all counted, each once") {
    onEachDatabase([](TestDatabase& it) {
        LearningHouse house(*it.database);
        std::vector<std::future<void>> people;
        for (unsigned person = 0; person < 4; ++person)
            people.push_back(std::async(std::launch::async, [&, person] {
                LearningDesk desk(*it.database, house.house.desk, [] {});
                for (unsigned number = 0; number < 12; ++number)
                    if (!desk.learn(kAnn, kSpam, mailOf((number + person * 3) % 12)))
                        throw std::runtime_error("not learned");
            }));
        for (auto& person : people) person.get();
        CHECK(house.desk.state().spam == 12);
        CHECK(house.audited("learning.learn") == 12);
        house.checkCounts();
        const auto together = house.published();
        for (unsigned number = 0; number < 12; ++number) house.desk.forget(kAnn, shaOf(number));
        for (unsigned number = 0; number < 12; ++number) house.learn(kSpam, mailOf(number));
        CHECK(house.published() == together);
    });
}

TEST_CASE("over the limit the rarest tokens go, and mails from before do not count in those that come back") {
    onEachDatabase([](TestDatabase& it) {
        LearningLimits limits;
        limits.tokens = 300;
        LearningHouse house(*it.database, limits);
        for (unsigned number = 0; number < 10; ++number) house.learn(kSpam, mailOf(number));
        const auto common = lessonOfMail(mailOf(0)).tokens;
        REQUIRE(house.desk.state().tokens > limits.tokens);
        const auto model = house.model();
        CHECK(house.desk.state().tokens <= limits.tokens);
        CHECK(model->tokens() <= static_cast<std::size_t>(limits.tokens));
        CHECK(house.house.number("SELECT MAX(spam) FROM learned_tokens") == 10);  // what all have stayed
        house.checkCounts();
        // The first mail's tokens that went come back with a near copy; forgetting the first takes nothing of
        // it.
        auto copy = mailOf(0);
        copy += "Regards\r\n";
        house.learn(kHam, copy);
        REQUIRE(house.desk.forget(kAnn, shaOf(0)));
        CHECK(house.house.number("SELECT COUNT(*) FROM learned_tokens WHERE ham = 1") ==
              static_cast<std::int64_t>(lessonOfMail(copy).tokens.size()));
        house.checkCounts();
        for (unsigned number = 1; number < 10; ++number) REQUIRE(house.desk.forget(kAnn, shaOf(number)));
        REQUIRE(house.desk.forget(kAnn, sha256Hex(copy)));
        CHECK(house.desk.state().tokens == 0);
        house.checkCounts();
    });
}

TEST_CASE("of tokens that are as rare, the ones not seen for longest go first") {
    onEachDatabase([](TestDatabase& it) {
        it.database->transaction([](db::Connection& c) {
            db::countTokens(c, {10, 11, 12, std::uint64_t{1} << 63}, true, 1, 100);
            db::countTokens(c, {12, 13}, false, 2, 90);
            const auto rarest = db::rarestTokens(c, 2);
            REQUIRE(rarest.size() == 2);
            CHECK(rarest[0].token == 13);
            CHECK(rarest[1].token == 10);
            CHECK(db::dropTokens(c, {10, 12, 13}, 1) == 2);  // 12 is in two mails
            const auto left = db::learnedTokens(c, 0, 10);
            REQUIRE(left.size() == 3);
            CHECK(left[1].token == 12);
            CHECK(left[2].token == std::uint64_t{1} << 63);  // they rise without a sign
            CHECK(db::learnedTokens(c, 12, 1)[0].ham == 1);
        });
    });
}

TEST_CASE("over the limit the oldest digests go, and the oldest mails are forgotten") {
    onEachDatabase([](TestDatabase& it) {
        LearningLimits limits;
        limits.digests = 5;
        limits.mails = 8;
        LearningHouse house(*it.database, limits);
        for (unsigned number = 0; number < 12; ++number) house.learn(kSpam, mailOf(number));
        CHECK(house.desk.state().spam == 8);
        CHECK(house.desk.state().digests == 5);
        CHECK(house.model()->digests() == 5);
        house.checkCounts();
        CHECK(house.model()->likeness(lessonOfMail(mailOf(11))) == 1);
        CHECK(house.model()->likeness(lessonOfMail(mailOf(0))) < 0.5);
        CHECK(house.learn(kSpam, mailOf(0)).outcome == LearnOutcome::kLearned);
        CHECK(house.learn(kSpam, mailOf(11)).outcome == LearnOutcome::kKnown);
        CHECK(house.desk.state().spam == 8);
        house.checkCounts();
    });
}

TEST_CASE("what was learned as ham too is no near copy of spam") {
    onEachDatabase([](TestDatabase& it) {
        LearningHouse house(*it.database);
        const auto spam = mailOf(1), copy = spam + "Regards\r\n";
        house.learn(kSpam, spam);
        CHECK(house.model()->likeness(lessonOfMail(copy)) > 0.9);
        house.learn(kHam, copy);
        CHECK(house.model()->likeness(lessonOfMail(copy)) == 0);
        house.desk.forget(kAnn, sha256Hex(copy));
        CHECK(house.model()->likeness(lessonOfMail(copy)) > 0.9);
    });
}

TEST_CASE("what is no mail, or too large, is refused and changes nothing") {
    onEachDatabase([](TestDatabase& it) {
        LearningLimits limits;
        limits.mailBytes = 1000;
        LearningHouse house(*it.database, limits);
        CHECK_FALSE(house.desk.learn(kAnn, kSpam, ""));
        CHECK(house.desk.learn(kAnn, kSpam, "no header here\r\n").error().what.find("no mail") !=
              std::string::npos);
        CHECK(codeOf([&] { house.desk.learn(kAnn, kSpam, mailOf(1, 500)); }) == ErrorCode::kLimit);
        CHECK(codeOf([&] { house.desk.learnItem(kAnn, kSpam, ItemId{newTimeUuid()}); }) ==
              ErrorCode::kNotFound);
        CHECK(house.desk.state().change == 0);
        CHECK(house.changes == 0);
        CHECK(house.audited("learning.learn") == 0);
    });
}

TEST_CASE("a subject is kept within its limit, whatever it holds") {
    onEachDatabase([](TestDatabase& it) {
        LearningHouse house(*it.database);
        std::string subject;
        for (int i = 0; i < 100; ++i) subject += "\xF0\x9F\x90\x9F";  // four bytes each
        house.learn(kSpam, "Subject: " + subject + "\r\n\r\nsome words of a mail\r\n");
        const auto mails = house.desk.find({}).mails;
        REQUIRE(mails.size() == 1);
        CHECK(mails[0].subject == subject.substr(0, 252));
    });
}

TEST_CASE("learned mails are listed, the latest first, by class, subject and digest") {
    onEachDatabase([](TestDatabase& it) {
        LearningHouse house(*it.database);
        for (unsigned number = 0; number < 5; ++number)
            house.learn(number % 2 == 0 ? kSpam : kHam, mailOf(number));
        LearnedQuery query;
        query.limit = 2;
        std::vector<std::string> subjects;
        for (bool more = true; more; more = !query.cursor.empty()) {
            const auto page = house.desk.find(query);
            for (const auto& mail : page.mails) subjects.push_back(mail.subject.substr(12));
            query.cursor = page.next;
        }
        CHECK(subjects == std::vector<std::string>{"4", "3", "2", "1", "0"});
        query.kind = kHam;
        CHECK(house.desk.find(query).mails.size() == 2);
        query.text = "NUMBER 3";
        CHECK(house.desk.find(query).mails.size() == 1);
        query = {};
        query.sha256 = shaOf(2);
        REQUIRE(house.desk.find(query).mails.size() == 1);
        CHECK(house.desk.find(query).mails[0].kind == kSpam);
        for (const char* wrong : {"x", "-1", "0", "12x", "99999999999999999999"}) {
            query.cursor = wrong;
            CHECK(codeOf([&] { house.desk.find(query); }) == ErrorCode::kInvalid);
        }
    });
}

TEST_CASE("a quarantined mail is learned from its node's disk") {
    onEachDatabase([](TestDatabase& it) {
        LearningHouse house(*it.database);
        IntakeHouse& intake = house.house;
        EnrollRequest request;
        request.secret = joinTokenFromText(intake.registry.createToken(kAnn, 10, {}, "").token)->secret;
        request.cluster = intake.authority.clusterId();
        request.csr = newSigningRequest(newPrivateKey());
        intake.node = intake.registry.enroll(request, "192.0.2.1", std::nullopt).node;
        SyncRequest sync;
        sync.time = now();
        intake.registry.synced(intake.node, sync, "192.0.2.1");
        const auto held = sampleMail("a@b.example", {"c@d.example"}, VerdictKind::kQuarantine);
        intake.take({wireEvent(1, held), wireEvent(2, sampleItem(held))});
        const ItemId item = held.outcomes.front().item;
        auto learning =
            std::async(std::launch::async, [&] { return house.desk.learnItem(kAnn, kSpam, item); });
        std::vector<Command> asked;
        REQUIRE(eventually([&] {
            asked = intake.commands.pending(intake.node, {});
            return !asked.empty();
        }));
        CHECK(asked.front().kind == "fetch");
        const std::string mail = mailOf(3);
        bool sent = false;
        intake.commands.content(intake.node, asked.front().id, [&]() -> std::string_view {
            return std::exchange(sent, true) ? std::string_view() : mail;
        });
        const auto learned = learning.get();
        REQUIRE(learned);
        CHECK(learned->mail.item == item);
        CHECK(learned->mail.sha256 == shaOf(3));
        CHECK(house.desk.find({}).mails.front().item == item);
        CHECK(house.learn(kSpam, mail).outcome == LearnOutcome::kKnown);
    });
}

TEST_CASE("the model is on the shelf at start and after changes, and rests in between") {
    onEachDatabase([](TestDatabase& it) {
        LearningHouse house(*it.database);
        CHECK_FALSE(house.publisher.last());
        CHECK(house.publisher.publish());
        CHECK_FALSE(house.publisher.publish());
        house.learn(kSpam, mailOf(1));
        CHECK(house.publisher.publish());
        const auto last = house.publisher.last();
        REQUIRE(last);
        CHECK(last->change == house.desk.state().change);
        CHECK(last->digest == sha256Hex(*house.shelf.bytes(kLearnedCatalog)));

        // A later master finds what was learned, by itself and after it is woken.
        CatalogShelf later;
        LearnedPublisher publisher(*it.database, later, {}, std::chrono::milliseconds(1));
        publisher.start();
        CHECK(eventually([&] { return later.bytes(kLearnedCatalog) != nullptr; }));
        CHECK(*later.bytes(kLearnedCatalog) == *house.shelf.bytes(kLearnedCatalog));
        house.learn(kHam, mailOf(2));
        publisher.wake();
        CHECK(eventually([&] { return publisher.last()->change == house.desk.state().change; }));
        publisher.stop();
    });
}

TEST_CASE("a digest is kept and read back as it is") {
    FuzzyDigest digest;
    for (std::size_t i = 0; i < digest.minima.size(); ++i) digest.minima[i] = i * 0x0123456789ABCDEFull;
    const auto bytes = digestBytes(digest);
    CHECK(bytes.size() == 256);
    CHECK(digestFromBytes(bytes) == digest);
    CHECK_FALSE(digestFromBytes(bytes.substr(1)));
}

// Run alone, optimised, for figures: how long the model takes at its limits, and how long who learns waits.
TEST_CASE("a model at its limits is written while mails are learned", "[.measure]") {
    onEachDatabase([](TestDatabase& it) {
        LearningHouse house(*it.database);
        constexpr std::uint64_t kTogether = 50'000, kPieces = 21;
        for (std::uint64_t piece = 0; piece < kPieces; ++piece)
            it.database->transaction([&](db::Connection& c) {
                std::vector<std::uint64_t> tokens(kTogether);
                for (std::uint64_t i = 0; i < kTogether; ++i)
                    tokens[i] = (piece * kTogether + i) * 0x9E3779B97F4A7C15ull;
                auto state = db::lockLearned(c);
                state.tokens += db::countTokens(c, tokens, true, 1, static_cast<std::int64_t>(piece));
                state.spam = 1;
                db::putLearnedState(c, state);
            });
        std::atomic<bool> done{false};
        auto publishing = std::async(std::launch::async, [&] {
            const Stopwatch watch;
            house.publisher.publish();
            const double first = watch.millis();
            house.learn(kSpam, mailOf(0));
            const Stopwatch again;
            house.publisher.publish();
            done = true;
            return std::pair(first, again.millis());
        });
        double longest = 0, all = 0;
        unsigned mails = 0;
        for (; !done; ++mails) {
            const Stopwatch watch;
            house.learn(kHam, mailOf(1000 + mails, 300));
            longest = std::max(longest, watch.millis());
            all += watch.millis();
        }
        const auto [first, second] = publishing.get();
        WARN(it.database->describe() << ": the first model of " << house.desk.state().tokens << " tokens, "
                                     << kTogether * kPieces << " before, in " << first << " ms, the next in "
                                     << second << " ms, " << house.publisher.last()->bytes
                                     << " bytes; meanwhile " << mails << " mails learned, " << all / mails
                                     << " ms each, the longest " << longest << " ms");
        const auto model = LearnedModel::fromBytes(*house.shelf.bytes(kLearnedCatalog));
        REQUIRE(model);
        CHECK((*model)->tokens() <= kMostLearnedTokens);
    });
}
