// What honest mail is called ambiguous for; skipped, saying so, where the corpus is absent.
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <map>

#include "common/base/durable_file.h"
#include "common/mail/message.h"

using namespace weir;
namespace fs = std::filesystem;

namespace {

struct Census {
    std::size_t mails = 0, ambiguous = 0, cut = 0;
    std::map<std::string, std::size_t> reasons;
    std::map<std::string, std::string> examples;

    void add(const fs::path& folder) {
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
            if (!entry.is_regular_file()) continue;
            const std::string bytes = readFile(entry.path());
            const Message mail(bytes);
            ++mails;
            ambiguous += !mail.ambiguities().empty();
            cut += !mail.cuts().empty();
            for (const std::string_view word : mail.ambiguities()) count(word, entry.path());
            for (const std::string_view word : mail.cuts()) count(word, entry.path());
        }
    }
    void count(std::string_view word, const fs::path& file) {
        ++reasons[std::string(word)];
        examples[std::string(word)] += ' ' + file.filename().string();
    }
    void print(const char* what) const {
        std::cout << what << ": " << mails << " mails, " << ambiguous << " ambiguous, " << cut << " cut\n";
        for (const auto& [word, count] : reasons) {
            std::cout << "  " << word << ' ' << count << ':' << examples.at(word).substr(0, 120) << '\n';
        }
    }
};

const fs::path kShared = fs::path(WEIR_SOURCE_DIR) / "../shared";

}  // namespace

TEST_CASE("less than one honest mail in a thousand is called ambiguous") {
    if (!fs::is_directory(kShared / "corpus/ham") || !fs::is_directory(kShared / "mail/bounces")) {
        WARN("skipped: the corpus is not here");
        return;
    }
    Census honest;
    honest.add(kShared / "corpus/ham");
    honest.add(kShared / "mail/bounces");
    honest.print("honest");
    CHECK(honest.mails > 3000);
    CHECK(honest.ambiguous * 1000 < honest.mails);
    CHECK(honest.cut == 0);
}

TEST_CASE("what spam is called ambiguous for is shown") {
    if (!fs::is_directory(kShared / "corpus/spam")) {
        WARN("skipped: the corpus is not here");
        return;
    }
    Census spam;
    spam.add(kShared / "corpus/spam");
    spam.print("spam");
    CHECK(spam.mails > 400);
}
