#include "common/learn/words.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

using namespace weir;

namespace {

std::vector<Word> wordsOf(std::string_view text) {
    std::vector<Word> words;
    WordReader reader(text);
    for (Word word = reader.next(); word.characters > 0; word = reader.next()) words.push_back(word);
    return words;
}

}  // namespace

TEST_CASE("spellings that a reader takes for the same word are one word") {
    const auto [plain, other] = GENERATE(table<std::string, std::string>({
        {"viagra", "VIAGRA"},
        {"resume", "Résumé"},
        {"viagra", "ｖｉａｇｒａ"},
        {"viagra", "𝐯𝐢𝐚𝐠𝐫𝐚"},
        {"viagra", "vi\u00ADa\u200Bgra"},
        {"viagra", "v\u0301iagra"},
        {"don't", "don’t"},
        {"страх", "СТРАХ"},
        {"file", "ﬁle"},
    }));
    INFO(plain << " and " << other);
    CHECK(wordsHash(plain) == wordsHash(other));
    REQUIRE(wordsOf(other).size() == 1);
    CHECK(wordsOf(plain).at(0).hash == wordsOf(other).at(0).hash);
}

TEST_CASE("words end where a reader sees their end") {
    const auto [text, count] = GENERATE(table<std::string, std::size_t>({
        {"", 0},
        {" \t\r\n.,;-'", 0},
        {"one two", 2},
        {"one,two.three", 3},
        {"don't e-mail", 2},
        {"'quoted'", 1},
        {"a--b", 2},
        {"$1,234.50 100%", 2},
        {"at 3.x", 3},
        {"10.0.0.1", 1},
        {"user@example.org", 3},
        {"漢字かな", 4},
        {"abc漢def", 3},
        {"½", 2},
        {std::string("a\0b", 3), 2},
        {"a\xFF\xFE"
         "b",
         2},
    }));
    INFO(text);
    CHECK(wordsOf(text).size() == count);
}

TEST_CASE("the order and the division of words make another hash") {
    CHECK(wordsHash("one two") != wordsHash("two one"));
    CHECK(wordsHash("one two") != wordsHash("onetwo"));
    CHECK(wordsHash("") != wordsHash("one"));
    CHECK(wordsHash("one. Two") == wordsHash("one two"));
}

TEST_CASE("a word tells its characters and whether it has digits") {
    const std::vector<Word> words = wordsOf("Ünïcode v1 plain");
    REQUIRE(words.size() == 3);
    CHECK(words[0].characters == 7);
    CHECK_FALSE(words[0].digits);
    CHECK(words[1].digits);
    CHECK_FALSE(words[2].digits);
}

TEST_CASE("any bytes are words or none, and no more than the bytes allow") {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string bytes(random() % 400, '\0');
        for (char& c : bytes) c = static_cast<char>(random() % (round % 2 == 0 ? 256 : 128));
        std::size_t characters = 0;
        for (const Word& word : wordsOf(bytes)) characters += word.characters;
        CHECK(characters <= 6 * bytes.size());
    }
}

TEST_CASE("a character that stands for many is no way to make long words out of few bytes") {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "\xEF\xB7\xBA";  // U+FDFA, 18 characters in its compatibility form
    std::size_t characters = 0;
    for (const Word& word : wordsOf(text)) characters += word.characters;
    CHECK(characters <= 18'000);
}
