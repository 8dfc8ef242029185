// The sample mails of tests/mail are what their README says, so the default policy has something to find.
#include <catch2/catch.hpp>
#include <filesystem>

#include "common/base/durable_file.h"
#include "common/mail/message.h"

using namespace weir;

namespace {

std::string sample(const char* name) {
    return readFile(std::filesystem::path(WEIR_SOURCE_DIR) / "tests/mail" / name);
}

}  // namespace

TEST_CASE("the sample mails are whole") {
    std::size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(WEIR_SOURCE_DIR) / "tests/mail")) {
        if (entry.path().extension() != ".eml") continue;
        INFO(entry.path().filename());
        const std::string bytes = readFile(entry.path());
        const Message mail(bytes);
        CHECK_FALSE(mail.subject().empty());
        CHECK_FALSE(mail.messageId().empty());
        CHECK_FALSE(mail.text().empty());
        mail.attachments();
        CHECK(mail.defects().empty());
        ++count;
    }
    CHECK(count >= 8);
}

TEST_CASE("the samples that a policy should notice show why") {
    const std::string program = sample("program.eml");
    const Message withProgram(program);
    REQUIRE(withProgram.attachmentsWithRealTypes().size() == 1);
    CHECK(withProgram.attachments()[0].name == "viewer.exe");
    CHECK(withProgram.attachments()[0].realType == "application/x-dosexec");
    const std::string document = sample("office-document.eml");
    CHECK(Message(document).attachmentsWithRealTypes().at(0).realType ==
          "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    const std::string virus = sample("test-virus.eml");
    CHECK(Message(virus).text().find("WEIR-TEST-MALWARE-7c9d1f") != std::string::npos);
    const std::string rejected = sample("rejected-subject.eml");
    CHECK(Message(rejected).subject().starts_with("You have won the lottery"));
    const std::string utf8 = sample("utf8-subject.eml");
    CHECK(Message(utf8).subject() == "Grüße aus Zürich — schönes Wochenende ☀");
    const std::string letter = sample("newsletter.eml");
    CHECK(Message(letter).text().find("nobody sees") == std::string::npos);
    CHECK(Message(letter).text().find("Story 12") != std::string::npos);
}
