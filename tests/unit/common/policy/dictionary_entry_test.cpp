#include "common/policy/dictionary_entry.h"

#include <catch2/catch.hpp>
#include <random>

#include "common/policy/match_text.h"

using namespace weir;
using Kind = DictionaryEntry::Kind;

namespace {

std::string canonical(std::string_view line) {
    const auto entry = parseDictionaryEntry(line);
    return entry ? dictionaryEntryText(*entry) : "problem: " + entry.error().what;
}

std::string refused(std::string_view line) {
    const auto entry = parseDictionaryEntry(line);
    REQUIRE_FALSE(entry);
    CHECK(entry.error().where.empty());
    return entry.error().what;
}

}  // namespace

TEST_CASE("an entry is a phrase, an expression or an identifier, with a weight or without") {
    CHECK(parseDictionaryEntry("3*Wire  Transfer").value() ==
          DictionaryEntry{3, Kind::kPhrase, "wire transfer", {}});
    CHECK(parseDictionaryEntry("/conf[i1]dential/").value() ==
          DictionaryEntry{1, Kind::kRegex, "conf[i1]dential", {}});
    CHECK(parseDictionaryEntry("5*{iban}").value() ==
          DictionaryEntry{5, Kind::kIdentifier, "iban", Identifier::kIban});
    CHECK(parseDictionaryEntry(" 1000 * / a/b /  ").value() ==
          DictionaryEntry{1000, Kind::kRegex, " a/b ", {}});
    CHECK(parseDictionaryEntry("{ Payment-Card }").value() ==
          DictionaryEntry{1, Kind::kIdentifier, "payment-card", Identifier::kPaymentCard});
    CHECK(parseDictionaryEntry("top secret").value() == DictionaryEntry{1, Kind::kPhrase, "top secret", {}});
    CHECK(parseDictionaryEntry("5 apples").value().text == "5 apples");
    CHECK(parseDictionaryEntry("*star").value().text == "*star");
}

TEST_CASE("the canonical line is the shortest that means the same") {
    CHECK(canonical("1*Top Secret") == "top secret");
    CHECK(canonical("007*x") == "7*x");
    CHECK(canonical("2* {IBAN}") == "2*{iban}");
    CHECK(canonical("1*3*x") == "1*3*x");
    CHECK(canonical("1* 3 *x") == "1*3 *x");
    CHECK(canonical("1*/x/") == "/x/");
    std::mt19937 random(4);
    const std::string_view pieces[] = {"1",    "0", "*", " ",        "/",    "{", "}",
                                       "iban", "x", "A", "\xC3\x9C", "\xFF", "\t"};
    int read = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string line;
        for (unsigned i = 0; i < 1 + random() % 6; ++i) line += pieces[random() % std::size(pieces)];
        const auto entry = parseDictionaryEntry(line);
        if (!entry) continue;
        ++read;
        INFO(line << " -> " << dictionaryEntryText(*entry));
        REQUIRE(parseDictionaryEntry(dictionaryEntryText(*entry)).value() == *entry);
    }
    CHECK(read > 5000);
}

TEST_CASE("what is no entry is refused with what was expected") {
    CHECK(refused("").find("expected a phrase") != std::string::npos);
    CHECK(refused("3*").find("expected a phrase") != std::string::npos);
    CHECK(refused("0*x").find("1 to 1000") != std::string::npos);
    CHECK(refused("1001*x").find("1 to 1000") != std::string::npos);
    CHECK(refused("99999999999999999999*x").find("1 to 1000") != std::string::npos);
    CHECK(refused("/x").find("between two") != std::string::npos);
    CHECK(refused("//").find("between two") != std::string::npos);
    CHECK(refused("{iban").find("\"}\"") != std::string::npos);
    CHECK(refused("{card}").find("payment-card, iban, ") != std::string::npos);
    CHECK(refused("{}").find("there is no identifier {}") != std::string::npos);
    CHECK(refused("\xE2\x80\x8B").find("expected a phrase") != std::string::npos);
    CHECK(refused("\xE2\x80\x8B/x").find("as expression") != std::string::npos);
    CHECK(refused(std::string(4097, 'x')).find("4096") != std::string::npos);
    CHECK(refused(std::string(2000, '\xFF')).find("4096") != std::string::npos);
    CHECK(parseDictionaryEntry(std::string(4096, 'x')));
}

TEST_CASE("occurrences of a phrase are counted without overlaps, up to the cap") {
    CHECK(countPhrase("aaaa", "aa", 100) == 2);
    CHECK(countPhrase("a secret, a secret and secrets", "secret", 100) == 3);
    CHECK(countPhrase("a secret, a secret and secrets", "secret", 2) == 2);
    CHECK(countPhrase("text", "longer than the text", 100) == 0);
    CHECK(countPhrase("", "x", 100) == 0);
    CHECK(countPhrase("x", "", 100) == 0);
    CHECK(countPhrase(foldedText("Wire\n TRANSFER, wire transfer"), "wire transfer", 100) == 2);
    CHECK(countPhrase(std::string(1000000, 'a'), std::string(500, 'a') + "b", 100) == 0);
    CHECK(countPhrase(std::string(1000000, 'a'), "a", 1000) == 1000);
}
