// What hides in a mail is found in some reading of it, or the mail says that it is ambiguous.
#include "tests/support/hostile_variants.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <iostream>

#include "common/mail/message.h"

using namespace weir;
using weir::test::HostileVariant;

namespace {

bool findsText(const Message& mail) {
    std::string squeezed = mail.text();
    return squeezed.find(test::kHiddenText) != std::string::npos;
}

bool findsProgram(const Message& mail) {
    const auto& files = mail.attachmentsWithRealTypes();
    return std::any_of(files.begin(), files.end(), [](const Attachment& file) {
        return file.extension == "exe" || file.realType == "application/x-dosexec";
    });
}

bool finds(const HostileVariant& variant, const Message& mail) {
    return variant.hides == test::Hides::kText ? findsText(mail) : findsProgram(mail);
}

bool says(const Message& mail, const std::string& word) {
    const auto& words = mail.ambiguities();
    return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

TEST_CASE("what a mail hides from some clients is found, and the mail says why it could be hidden") {
    std::size_t found = 0, flagged = 0;
    const std::vector<HostileVariant> variants = test::hostileVariants();
    for (const HostileVariant& variant : variants) {
        INFO(variant.name);
        const Message mail(variant.mail);
        if (variant.onlyFlagged) {
            ++flagged;
            CHECK_FALSE(finds(variant, mail));
        } else {
            ++found;
            CHECK(finds(variant, mail));
        }
        for (const std::string_view word : mail.ambiguities()) UNSCOPED_INFO("ambiguity " << word);
        if (variant.word.empty()) continue;
        CHECK(says(mail, variant.word));
    }
    std::cout << "hostile variants: " << variants.size() << ", " << found << " found, " << flagged
              << " flagged alone\n";
    CHECK(found + flagged >= 100);
}

TEST_CASE("what is asked first changes nothing in what is found") {
    for (const HostileVariant& variant : test::hostileVariants()) {
        INFO(variant.name);
        const Message textFirst(variant.mail), filesFirst(variant.mail);
        textFirst.text();
        filesFirst.ambiguities();
        CHECK(textFirst.text() == filesFirst.text());
        CHECK(textFirst.ambiguities() == filesFirst.ambiguities());
        CHECK(textFirst.attachments().size() == filesFirst.attachments().size());
    }
}

TEST_CASE("the same file is not listed twice for two readings of its surroundings") {
    for (const HostileVariant& variant : test::hostileVariants()) {
        INFO(variant.name);
        const Message mail(variant.mail);
        CHECK(mail.attachments().size() <= 8);
        std::vector<std::string> once;
        for (const Attachment& file : mail.attachmentsWithDigests()) {
            once.push_back(file.name + '|' + file.declaredType + '|' + file.sha256);
        }
        std::sort(once.begin(), once.end());
        CHECK(std::adjacent_find(once.begin(), once.end()) == once.end());
    }
}
