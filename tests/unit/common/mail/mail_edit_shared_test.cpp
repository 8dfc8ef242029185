// Every mail that others wrote, edited: what no change names is the same afterwards. Skipped, saying so,
// where that folder is absent.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "common/mail/ascii.h"
#include "common/mail/mail_edit.h"
#include "common/mail/mime_reader.h"
#include "common/mail/part_edit_text.h"

using namespace weir;
namespace fs = std::filesystem;

namespace {

const fs::path kShared = fs::path(WEIR_SOURCE_DIR) / "../shared";
const std::string kText = "This is the disclaimer of the house, which no mail of others holds: f81d4fae.";

std::vector<std::string> mailsOf(const char* folder) {
    std::vector<std::string> mails;
    if (!fs::is_directory(kShared / folder)) {
        WARN("skipped: " << folder << " is not here");
        return mails;
    }
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kShared / folder)) {
        if (entry.is_regular_file()) mails.push_back(entry.path());
    }
    return mails;
}

// Without those of other readings, which an edit may resolve.
std::size_t usualParts(const Message& message) {
    const auto& parts = message.mime().parts;
    return static_cast<std::size_t>(
        std::count_if(parts.begin(), parts.end(), [](const MimePart& part) { return part.view.empty(); }));
}

// What each leaf decodes to, texts that may be changed left out.
std::vector<std::string> files(const Message& message) {
    std::vector<std::string> sums;
    for (const MimePart& part : message.mime().parts) {
        if (part.container || !part.received || !part.view.empty() || part.type == "text/plain" ||
            part.type == "text/html")
            continue;
        std::string decoded;
        decodeTransfer(part.encoding, part.body, decoded);
        sums.push_back(sha256Hex(decoded));
    }
    return sums;
}

bool inOrder(const std::vector<std::string>& wanted, const std::vector<std::string>& all) {
    auto at = all.begin();
    for (const std::string& one : wanted) {
        at = std::find(at, all.end(), one);
        if (at++ == all.end()) return false;
    }
    return true;
}

void checkHeaders(const Message& message, const EditedMail& edited, const std::string& bytes) {
    if (edited.headers.empty()) CHECK(bytes.starts_with(message.headerBlock()));
    const Message after(bytes);
    std::size_t before = 0, kept = 0;
    for (const HeaderField& field : message.headers()) before += !lowered(field.name).starts_with("content-");
    for (const HeaderField& field : after.headers()) kept += !lowered(field.name).starts_with("content-");
    CHECK(kept >= before);
    CHECK(kept <= before + 1);  // MIME-Version
}

struct Tally {
    std::size_t mails = 0, disclaimed = 0, left = 0, disarmed = 0, stripped = 0;
};

void disclaim(const std::string& bytes, Tally& tally) {
    const Message message(bytes);
    BodyEdits edits;
    edits.disclaimers = {DisclaimerEdit{.text = kText}};
    const EditedMail edited = editMail(message, edits);
    CHECK(edited.done.empty() == !edited.changed);
    CHECK(edited.done.size() + edited.refused.size() > 0);
    (edited.changed ? tally.disclaimed : tally.left) += 1;
    const std::string result = editedMail(message, edited);
    if (!edited.changed) {
        CHECK(result == bytes);
        return;
    }
    checkHeaders(message, edited, result);
    const Message after(result);
    CHECK(after.text().find("f81d4fae") != std::string::npos);
    CHECK(usualParts(after) >= usualParts(message));
    CHECK(inOrder(files(message), files(after)));
    const EditedMail again = editMail(after, edits);
    CHECK_FALSE(again.changed);
}

void disarm(const std::string& bytes, Tally& tally) {
    const Message message(bytes);
    BodyEdits edits;
    edits.disarm = DisarmEdit{.attachments = true};
    const EditedMail edited = editMail(message, edits);
    if (!edited.changed) return;
    ++tally.disarmed;
    const std::string result = editedMail(message, edited);
    checkHeaders(message, edited, result);
    const Message after(result);
    CHECK(usualParts(after) == usualParts(message));
    CHECK(files(message) == files(after));
    const EditedMail again = editMail(after, edits);
    INFO((again.done.empty() ? "" : again.done.front().text));
    CHECK_FALSE(again.changed);
}

void strip(const std::string& bytes, Tally& tally) {
    const Message message(bytes);
    const std::vector<MimePart>& parts = message.mime().parts;
    for (std::size_t i = 1; i < std::min<std::size_t>(parts.size(), 12); ++i) {
        const MimePart& part = parts[i];
        if (part.container || !isReplaceable(part)) continue;
        BodyEdits edits;
        edits.strip = StripEdit{};
        edits.strip->parts = {{i, "test"}};
        edits.strip->notice = *MacroText::parse("${file.name} is gone", "", MacroPlace::kPlain, true);
        edits.strip->evenSigned = true;
        const EditedMail edited = editMail(message, edits);
        CHECK(edited.changed);
        CHECK(edited.headers.empty());
        const std::string result = editedMail(message, edited);
        const auto begin = static_cast<std::size_t>(part.whole.data() - bytes.data());
        const std::size_t bodyStart = bytes.size() - message.body().size();
        CHECK(edited.body.starts_with(bytes.substr(bodyStart, begin - bodyStart)));
        CHECK(result.ends_with(bytes.substr(begin + part.whole.size())));
        const Message after(result);
        if (!part.type.starts_with("message/")) CHECK(usualParts(after) == usualParts(message));
        if (usualParts(after) == usualParts(message)) {
            for (std::size_t j = 1; j < usualParts(message); ++j) {
                if (j != i && !parts[j].container) CHECK(after.mime().parts[j].whole == parts[j].whole);
            }
        }
        ++tally.stripped;
    }
}

Tally editAll(const char* folder) {
    Tally tally;
    for (const std::string& path : mailsOf(folder)) {
        INFO(path);
        const std::string bytes = readFile(path);
        disclaim(bytes, tally);
        disarm(bytes, tally);
        strip(bytes, tally);
        ++tally.mails;
    }
    return tally;
}

}  // namespace

TEST_CASE("every file of the shared mail keeps what no edit names") {
    const Tally tally = editAll("mail");
    if (tally.mails == 0) return;
    CHECK(tally.mails > 1000);
    CHECK(tally.disclaimed > tally.mails * 3 / 4);
    CHECK(tally.disarmed > 30);
    CHECK(tally.stripped > 1000);
}

TEST_CASE("every mail of the shared corpus keeps what no edit names") {
    const Tally tally = editAll("corpus");
    if (tally.mails == 0) return;
    CHECK(tally.mails > 1000);
    CHECK(tally.disclaimed > tally.mails * 9 / 10);
    CHECK(tally.disarmed > 100);
    CHECK(tally.stripped > 300);
}
