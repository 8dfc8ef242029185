// Mails made to cost much: what a limit cut is said, and memory stays bounded. Times: tests/bench/bomb_bench.
#include <algorithm>
#include <catch2/catch.hpp>

#include "common/mail/message.h"
#include "common/mail/mime_reader.h"
#include "tests/support/hostile_mail.h"
#include "tests/support/peak_memory.h"

using namespace weir;

namespace {

void readAll(const Message& mail) {
    mail.subject();
    mail.header("To");
    mail.text();
    mail.attachmentsWithRealTypes();
    mail.attachmentsWithDigests();
    mail.ambiguities();
}

}  // namespace

TEST_CASE("a mail that is made to cost much says what was cut of it, and stays within every limit") {
    const MessageLimits limits;
    for (const test::MailBomb& bomb : test::mailBombs()) {
        INFO(bomb.name);
        const std::string bytes = bomb.make(bomb.n * 4);
        const Message mail(bytes);
        readAll(mail);
        const std::vector<std::string_view> cuts = mail.cuts();
        for (const std::string& cut : bomb.cuts) {
            INFO(cut);
            CHECK(std::find(cuts.begin(), cuts.end(), cut) != cuts.end());
        }
        CHECK(mail.headers().size() <= limits.headers + 50);
        CHECK(mail.text().size() <= limits.textBytes);
        CHECK(mail.attachments().size() <= limits.attachments);
        CHECK(mail.mime().parts.size() <= limits.parts + limits.views);
        CHECK(mail.defects().size() <= 200);
    }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a mail that is made to cost much takes less than 128 MB of memory") {
    readAll(Message("Content-Type: x/y; name=x\n\nx"));  // libmagic loads its database once
    for (const test::MailBomb& bomb : test::mailBombs()) {
        INFO(bomb.name);
        const std::string bytes = bomb.make(bomb.n * 4);
        const long peak = test::peakKilobytes([&] { readAll(Message(bytes)); });
        CHECK(peak >= 0);
        CHECK(peak < 128 * 1024);
    }
}
#endif
