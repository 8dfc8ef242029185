// Mail that other people wrote, from public test suites; skipped, saying so, where that folder is absent.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/base/durable_file.h"
#include "common/base/json.h"
#include "common/base/utf8.h"
#include "common/mail/header_edit.h"
#include "common/mail/message.h"

using namespace weir;
namespace fs = std::filesystem;

namespace {

const fs::path kShared = fs::path(WEIR_SOURCE_DIR) / "../shared";

bool absent(const fs::path& folder) {
    if (fs::is_directory(folder)) return false;
    WARN("skipped: " << folder.filename() << " is not here");
    return true;
}

void readWhole(const std::string& bytes) {
    const MessageLimits limits;
    const Message mail(bytes, limits);
    const std::string text = mail.text();
    CHECK(text.size() <= limits.textBytes);
    CHECK(isValidUtf8(text));
    CHECK(isValidUtf8(mail.subject()));
    CHECK(isValidUtf8(mail.messageId()));
    CHECK(mail.headers().size() <= limits.headers);
    CHECK(mail.attachmentsWithRealTypes().size() <= limits.attachments);
    for (const Attachment& attachment : mail.attachments()) {
        CHECK(isValidUtf8(attachment.name));
        CHECK(attachment.size <= bytes.size());
        CHECK_FALSE(attachment.realType.empty());
    }
    CHECK(mail.defects().size() <= 200);
    CHECK(changedMail(mail, {}) == bytes);
    const std::string tagged = changedMail(mail, {{HeaderChange::Kind::kTagSubject, "Subject", "[T]"}});
    CHECK(Message(tagged).subject().starts_with("[T]"));
}

std::size_t readAll(const fs::path& folder) {
    std::size_t count = 0;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        INFO(entry.path().filename());
        readWhole(readFile(entry.path()));
        ++count;
    }
    return count;
}

std::string expectedSubject(const Json& message) {
    for (const Json& header : message["parts"][0]["headers"]) {
        if (header["name"] == "subject" && header["value"].is_object())
            return header["value"].value("Text", "");
    }
    return "";
}

}  // namespace

TEST_CASE("every file of the shared mail is read within the limits") {
    if (absent(kShared / "mail")) return;
    CHECK(readAll(kShared / "mail") > 1000);
}

TEST_CASE("every mail of the shared corpus is read within the limits") {
    if (absent(kShared / "corpus")) return;
    CHECK(readAll(kShared / "corpus") > 1000);
}

TEST_CASE("subjects and attachments of the conformance messages are those expected") {
    if (absent(kShared / "mail/mail-parser")) return;
    std::size_t compared = 0, differentCounts = 0;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kShared / "mail/mail-parser")) {
        fs::path json = entry.path();
        json.replace_extension(".json");
        if (entry.path().extension() != ".eml" || !fs::exists(json)) continue;
        INFO(entry.path().filename());
        const std::string bytes = readFile(entry.path());
        const Message mail(bytes);
        const Json expected = Json::parse(readFile(json));
        // Theirs has U+FFFD for raw windows-1252 in a header; ours reads it.
        const std::string subject = expectedSubject(expected);
        if (subject.find("\xEF\xBF\xBD") == std::string::npos) CHECK(mail.subject() == subject);
        differentCounts += mail.attachments().size() != expected["attachments"].size();
        ++compared;
    }
    CHECK(compared > 50);
    // Theirs counts text parts that are not the first and stops at forwarded messages; ours does the
    // opposite, and finds uuencoded files.
    CHECK(differentCounts <= 9);
}
