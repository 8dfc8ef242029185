#include "master/db/tops_table.h"

#include <catch2/catch.hpp>
#include <map>
#include <thread>

#include "master/db/mails_table.h"
#include "tests/support/each_database.h"

using namespace weir;
using namespace weir::test;

namespace {

db::MailRow mailOf(const std::string& sender, const std::vector<std::string>& recipients,
                   std::int64_t size = 100) {
    db::MailRow mail;
    mail.time = 1'795'000'000'000;
    mail.sender = sender;
    mail.clientAddress = "192.0.2.1";
    mail.recipients = db::joinedWords(recipients);
    mail.size = size;
    return mail;
}

std::int64_t dayOf(const db::MailRow& mail) {
    return mail.time / 86'400'000;
}

void keep(db::Database& database, const db::TopChanges& changes) {
    const auto texts = changes.texts();
    std::vector<const std::string*> pointers;
    for (const auto& text : texts) pointers.push_back(&text);
    database.transaction([&](db::Connection& c) { db::addWaitingTops(c, pointers); });
}

void foldAll(db::Database& database) {
    for (bool more = true; more;) database.transaction([&](db::Connection& c) { more = db::foldTops(c); });
}

std::map<std::string, std::int64_t> topsOf(db::Database& database, db::TopKind kind, std::int64_t day) {
    std::map<std::string, std::int64_t> tops;
    database.read([&](db::Connection& c) {
        db::eachTop(c, kind, day, day, 1000,
                    [&](const std::string& name, std::int64_t mails, std::int64_t) { tops[name] = mails; });
    });
    return tops;
}

}  // namespace

TEST_CASE("what waits is added up when it is folded, and only once") {
    onEachDatabase([](TestDatabase& it) {
        const auto mail = mailOf("A@x.example", {"b@y.example", "c@y.example"});
        for (int batch = 0; batch < 70; ++batch) {
            db::TopChanges changes;
            changes.addMail(mail, 1);
            keep(*it.database, changes);
        }
        CHECK(topsOf(*it.database, db::TopKind::kSender, dayOf(mail)).empty());
        foldAll(*it.database);
        foldAll(*it.database);
        CHECK(topsOf(*it.database, db::TopKind::kSender, dayOf(mail)) ==
              std::map<std::string, std::int64_t>{{"a@x.example", 70}});
        CHECK(topsOf(*it.database, db::TopKind::kRecipient, dayOf(mail)) ==
              std::map<std::string, std::int64_t>{{"b@y.example", 70}, {"c@y.example", 70}});
        CHECK(topsOf(*it.database, db::TopKind::kClient, dayOf(mail)).at("192.0.2.1") == 70);
    });
}

TEST_CASE("what is taken back leaves nothing, whichever came first") {
    onEachDatabase([](TestDatabase& it) {
        const auto mail = mailOf("a@x.example", {"b@y.example"});
        for (const std::int64_t times : {-1, 1}) {
            db::TopChanges changes;
            changes.addMail(mail, times);
            keep(*it.database, changes);
            foldAll(*it.database);
        }
        CHECK(topsOf(*it.database, db::TopKind::kSender, dayOf(mail)).empty());
    });
}

TEST_CASE("many folding at once count everything once") {
    onEachDatabase([](TestDatabase& it) {
        constexpr int kBatches = 200;
        const auto mail = mailOf("a@x.example", {"b@y.example"});
        std::vector<std::thread> threads;
        for (int t = 0; t < 3; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 30; ++i) foldAll(*it.database);
            });
        for (int batch = 0; batch < kBatches; ++batch) {
            db::TopChanges changes;
            changes.addMail(mail, 1);
            keep(*it.database, changes);
        }
        for (auto& thread : threads) thread.join();
        foldAll(*it.database);
        CHECK(topsOf(*it.database, db::TopKind::kSender, dayOf(mail)).at("a@x.example") == kBatches);
    });
}

TEST_CASE("names of any characters and any number come through the text") {
    db::TopChanges changes;
    changes.addMail(mailOf("line\nbreak 7 8 9 \"x\"@x.example", {"\xC3\xBC@y.example"}), 1);
    std::vector<std::string> many;
    for (int i = 0; i < 60'000; ++i)
        many.push_back("recipient-number-" + std::to_string(i) + "@company.example");
    changes.addMail(mailOf("s@x.example", many, 5), 1);
    const auto texts = changes.texts();
    CHECK(texts.size() > 1);
    db::TopChanges again;
    for (const auto& text : texts) {
        CHECK(text.size() < 2u << 20);
        again.addText(text);
    }
    CHECK(again.rows().size() == changes.rows().size());
    for (const char* text : {"x", "1 2 3 4", "1 2 3 4 5 abc\n", "1 2 3 4 3 abcd\n", "1 2 3 4 -1 \n",
                             "1 2 3 4 99999999999999999999 a\n"}) {
        CHECK_THROWS_AS(db::TopChanges().addText(text), Error);
    }
}
