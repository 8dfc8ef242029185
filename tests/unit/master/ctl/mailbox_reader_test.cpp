#include "master/ctl/mailbox_reader.h"

#include <catch2/catch.hpp>
#include <sstream>

using weir::ctl::MailboxReader;

namespace {

std::vector<std::string> mailsOf(const std::string& file, std::size_t limit = 1000) {
    std::istringstream in(file);
    MailboxReader reader(in, limit);
    std::vector<std::string> mails;
    while (const auto mail = reader.next()) mails.push_back((mail->whole ? "" : "cut:") + mail->bytes);
    return mails;
}

using Mails = std::vector<std::string>;

}  // namespace

TEST_CASE("a file with one mail is that mail, byte for byte") {
    const std::string mail = "Subject: a\r\n\r\nFrom here on\r\n>From quoted\r\n\r\nFrom x\r\n\r\n";
    CHECK(mailsOf(mail) == Mails{mail});
    CHECK(mailsOf("Subject: no end") == Mails{"Subject: no end"});
    CHECK(mailsOf("").empty());
}

TEST_CASE("the mails of an mbox are told apart where a line From follows an empty line") {
    CHECK(mailsOf("From a@b Sat\nSubject: 1\n\nbody\n\nFrom c@d Sun\nSubject: 2\n\nx\nFrom here on\n\n") ==
          Mails{"Subject: 1\n\nbody\n", "Subject: 2\n\nx\nFrom here on\n"});
    CHECK(mailsOf("From a\r\nS: 1\r\n\r\nbody\r\n\r\nFrom b\r\nS: 2\r\n\r\nx") ==
          Mails{"S: 1\r\n\r\nbody\r\n", "S: 2\r\n\r\nx"});
    // Two empty lines: one is the mail's.
    CHECK(mailsOf("From a\nS: 1\n\n\n\nFrom b\nS: 2\n") == Mails{"S: 1\n\n\n", "S: 2\n"});
}

TEST_CASE("quoted lines of an mbox lose one sign") {
    CHECK(mailsOf("From a\nS: 1\n\n>From me\n>>From you\n> From him\n") ==
          Mails{"S: 1\n\nFrom me\n>From you\n> From him\n"});
}

TEST_CASE("a mail over the limit is told, and the next one is found") {
    const std::string large(500'000, 'x');
    CHECK(mailsOf("From a\nS: 1\n" + large + "\n\nFrom b\nS: 2\n", 10) == Mails{"cut:S: 1\nxxxxx", "S: 2\n"});
    CHECK(mailsOf("S: 1\n" + large, 10) == Mails{"cut:S: 1\nxxxxx"});
    // A piece of a long line that looks like a beginning is none.
    const std::string piece((64u << 10) - 3, 'y');
    CHECK(mailsOf("From a\nS: 1\n\nyyy" + piece + "From b\n\nFrom c\nS: 3\n", 1u << 20) ==
          Mails{"S: 1\n\nyyy" + piece + "From b\n", "S: 3\n"});
}
