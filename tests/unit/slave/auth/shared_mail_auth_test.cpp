// Signed mail of other people. Their keys are in DNS of years ago, so what can be proved here is that the
// body has the hash that they wrote down. Skipped, saying so, where that mail is not here.
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <map>

#include "common/base/durable_file.h"
#include "signed_mail.h"

using namespace weir;
using namespace weir::test;
namespace fs = std::filesystem;

namespace {

constexpr const char* kOtherBody = "the body is not the one that was signed";

struct Count {
    int signatures = 0, matching = 0;
    std::map<std::string, int> others;  // why the rest was not compared, or does not match
};

void countField(CanonicalMail& mail, std::size_t position, SignatureKind kind, Count& count) {
    const DkimSignature read = readSignature(mail.fields()[position].value, kind);
    ++count.signatures;
    if (read.defect != DkimSignature::Defect::kNone) {
        ++count.others[read.detail];
    } else if (read.algorithm == DkimAlgorithm::kRsaSha1) {
        ++count.others["rsa-sha1"];
    } else if (mail.bodyHash(read.bodyForm, read.length).digest == read.bodyHash) {
        ++count.matching;
    } else {
        ++count.others[kOtherBody];
    }
}

Count countFolder(const fs::path& folder) {
    Count count;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        ViewedMail view(readFile(entry.path()));
        for (const std::size_t position : view.mail.named("dkim-signature"))
            countField(view.mail, position, SignatureKind::kDkim, count);
        for (const std::size_t position : view.mail.named("arc-message-signature"))
            countField(view.mail, position, SignatureKind::kArcMessage, count);
    }
    std::cout << "body hashes in " << folder.filename().string() << ": " << count.matching << " of "
              << count.signatures << " match";
    for (const auto& [why, times] : count.others) std::cout << "; " << times << ' ' << why;
    std::cout << '\n';
    return count;
}

}  // namespace

TEST_CASE("signed mail of others has the body hashes that its signatures say") {
    const fs::path folder = fs::path(WEIR_SOURCE_DIR) / "../shared/mail";
    if (!fs::is_directory(folder)) {
        WARN("skipped: ../shared/mail is not here");
        return;
    }
    // The bounces were made anonymous after they were signed, and some of rspamd's are broken on purpose.
    // tests/e2e/dkim_round_trip_test.py compares every one of these hashes with dkimpy's.
    const Count spamassassin = countFolder(folder / "spamassassin");
    CHECK(spamassassin.matching >= 33);
    CHECK(spamassassin.others.count(kOtherBody) == 0);
    CHECK(countFolder(folder / "rspamd").matching >= 32);
    CHECK(countFolder(folder / "mail-parser").matching >= 2);
    countFolder(folder / "mikel");
    countFolder(folder / "mimekit");
    countFolder(folder / "bounces");
}
