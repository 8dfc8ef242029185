// All engines give the same hits: libhs on whole expressions, atoms with confirmation, RE2 one by one, and
// for phrases libhs and our own index against a plain search. On random texts and on real mail.
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "common/policy/match_text.h"
#include "common/policy/phrase_scanner.h"
#include "common/policy/regex_engine.h"
#include "common/policy/regex_pattern.h"
#include "tests/unit/common/policy/policy_fixture.h"

using namespace weir;

namespace {

class Hits final : public HitSink {
  public:
    void hit(std::uint32_t pattern) override { found.insert(pattern); }
    std::set<std::uint32_t> found;
};

template <class Scanner>
std::set<std::uint32_t> hitsOf(const Scanner& scanner, std::string_view text) {
    Hits hits;
    scanner.scan(text, hits);
    return hits.found;
}

using Random = std::mt19937;

std::string pick(Random& random, const std::vector<std::string>& from) {
    return from[random() % from.size()];
}

std::string randomText(Random& random, std::size_t pieces) {
    static const std::vector<std::string> kPieces = {
        "a",  "b", "ab", "K",    "k",    "s",   "S",    " ",          "\n", "\r\n", "\t",
        "\v", "0", "7",  "_",    "-",    ".",   "é",    "É",          "ß",  "ſ",    "\xE2\x84\xAA",
        "Ω",  "ω", "😀",  "x",    "X",    "bat", "free", "Free money", "\f", "$",    "^",
        "(",  "]", "\\", "\xFF", "\xC3", "я",   "Я"};
    std::string text;
    for (std::size_t i = 0; i < pieces; ++i) text += pick(random, kPieces);
    return text;
}

std::string randomRegex(Random& random, int depth = 0) {
    static const std::vector<std::string> kAtoms = {"a",
                                                    "b",
                                                    "k",
                                                    "s",
                                                    "x",
                                                    ".",
                                                    "\\s",
                                                    "\\S",
                                                    "\\d",
                                                    "\\D",
                                                    "\\w",
                                                    "\\W",
                                                    "\\b",
                                                    "\\B",
                                                    "é",
                                                    "Ω",
                                                    "[ab]",
                                                    "[^a]",
                                                    "[^ab\\s]",
                                                    "[\\s\\d]",
                                                    "[\\S]",
                                                    "[a-é]",
                                                    "$",
                                                    "^",
                                                    "\\z",
                                                    "\\A",
                                                    "\\v",
                                                    "[\\v]",
                                                    "\\.",
                                                    "\\Qa.b\\E",
                                                    "\\x{e9}",
                                                    "\\pL",
                                                    "\\PL",
                                                    "free",
                                                    "money",
                                                    "[[:upper:]]",
                                                    "[[:^alpha:]]",
                                                    "\\$",
                                                    "\\n",
                                                    "\\t",
                                                    "[]a]",
                                                    "[$]",
                                                    "bat",
                                                    "(?-i:K)",
                                                    "(?i:É)",
                                                    "[^\\W]",
                                                    "\\141",
                                                    "_"};
    static const std::vector<std::string> kRepeats = {"", "", "", "*", "+", "?", "{2}", "{1,3}", "*?", "+?"};
    std::string regex;
    if (depth == 0 && random() % 12 == 0) regex = pick(random, {"(?s)", "(?m)", "(?-i)", "(?ms)", "(?U)"});
    const std::size_t length = 1 + random() % 4;
    for (std::size_t i = 0; i < length; ++i) {
        if (depth < 2 && random() % 6 == 0) {
            regex += "(" + randomRegex(random, depth + 1) + "|" + randomRegex(random, depth + 1) + ")";
        } else {
            regex += pick(random, kAtoms);
        }
        regex += pick(random, kRepeats);
    }
    return regex;
}

void checkAlike(const RegexPatterns& patterns, const std::vector<std::string>& texts) {
    const auto reference = referenceEngine(patterns);
    const auto atoms = atomEngine(patterns);
    const auto database = databaseEngine(patterns);
    std::size_t hits = 0;
    for (const std::string& text : texts) {
        std::string buffer;
        const std::string_view scanned = regexText(text, buffer);
        const auto expected = hitsOf(*reference, scanned);
        hits += expected.size();
        for (const RegexEngine* engine : {atoms.get(), database.get()}) {
            const auto found = hitsOf(*engine, scanned);
            if (found == expected) continue;
            for (std::uint32_t i = 0; i < patterns.texts.size(); ++i)
                if (found.count(i) != expected.count(i))
                    FAIL_CHECK(engine->name()
                               << (found.count(i) ? " finds " : " misses ") << patterns.texts[i] << " in "
                               << Catch::Detail::stringify(text.substr(0, 300)));
        }
    }
    CHECK(hits > 0);
}

// Every mail below ../shared, as raw text; empty where that folder is absent.
std::vector<std::string> realMail(std::size_t most) {
    std::vector<std::string> texts;
    const auto shared = std::filesystem::path(WEIR_SOURCE_DIR) / "../shared";
    for (const char* folder : {"mail", "corpus"}) {
        std::error_code none;
        std::size_t taken = 0;
        for (const auto& file : std::filesystem::recursive_directory_iterator(shared / folder, none)) {
            if (!file.is_regular_file() || taken == most) continue;
            std::ifstream in(file.path(), std::ios::binary);
            std::ostringstream text;
            text << in.rdbuf();
            texts.push_back(std::move(text).str().substr(0, 20'000));
            ++taken;
        }
    }
    return texts;
}

}  // namespace

TEST_CASE("all engines give the same hits for random expressions on random text") {
    Random random(7);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 60; ++i) texts.push_back(randomText(random, 1 + i * 2));
    // In small sets: such dense expressions take libhs seconds a hundred.
    for (int set = 0; set < 8; ++set) {
        RegexPatterns patterns;
        patterns.caseless = set % 4 != 0;
        while (patterns.texts.size() < 20) {
            const std::string regex = randomRegex(random);
            if (checkRegex(regex)) patterns.texts.push_back(regex);
        }
        checkAlike(patterns, texts);
    }
}

TEST_CASE("all engines give the same hits on real mail") {
    const auto texts = realMail(150);
    if (texts.empty()) {
        WARN("skipped: there is no ../shared folder with mail");
        return;
    }
    Random random(11);
    RegexPatterns patterns;
    patterns.texts = {R"(https?://[^\s/]+\.(ru|cn|info)\b)",
                      R"(\b(viagra|cialis)\b)",
                      R"(^Received:)",
                      R"((?m)^Subject:.*free)",
                      R"(unsubscribe.{0,40}here)",
                      R"(\$\s?[0-9]+(,[0-9]{3})+)",
                      R"([A-Z]{12})",
                      R"((?-i)[A-Z]{12})",
                      R"(dear\s+(friend|sir|customer))",
                      R"(\.$)",
                      R"((?s)html.*body)",
                      R"([^\x00-\x7f]{3})",
                      R"(é)"};
    while (patterns.texts.size() < 300) {
        const std::string& text = texts[random() % texts.size()];
        std::istringstream words(text.substr(random() % text.size()));
        std::string first, second;
        if (!(words >> first >> first >> second) || first.size() + second.size() > 60) continue;
        std::string buffer;
        const std::string regex = RE2::QuoteMeta(std::string(regexText(first, buffer))) +
                                  (random() % 2 ? R"(\s+)" : ".+") +
                                  RE2::QuoteMeta(std::string(regexText(second, buffer)));
        if (checkRegex(regex)) patterns.texts.push_back(regex);
    }
    checkAlike(patterns, texts);
}

// Words that many of the expressions share are not looked for on their own.
TEST_CASE("all engines give the same hits where expressions share their words") {
    Random random(13);
    const std::vector<std::string> words = {"invoice", "Money", "offer", "click", "here", "prize", "account"};
    const std::vector<std::string> rare = {"zq1", "zq22", "zq333", "[bc]at4", "(?:qa|qb)9", ""};
    const std::vector<std::string> gaps = {"\\s+", ".{0,9}", "\\W", "[\\s_-]{1,3}"};
    RegexPatterns patterns;
    for (int i = 0; i < 200; ++i) {
        std::string regex = pick(random, words) + pick(random, gaps);
        if (random() % 2) regex += "(?:" + pick(random, words) + "|" + pick(random, words) + ")";
        regex += pick(random, gaps) + pick(random, rare);
        patterns.texts.push_back(regex + (random() % 2 ? pick(random, words) : ""));
    }
    std::vector<std::string> texts;
    for (int i = 0; i < 200; ++i) {
        std::string text;
        for (std::size_t n = random() % 30; n > 0; --n) {
            text += pick(random, words) + pick(random, {" ", "\n", "_", "--"});
            if (random() % 6 == 0) text += pick(random, {"zq1 ", "ZQ22", "zq333", "cat4", "qb9 "});
        }
        texts.push_back(text);
    }
    checkAlike(patterns, texts);
}

TEST_CASE("an expression that libhs cannot hold is left to RE2") {
    RegexPatterns patterns;
    patterns.texts = {"[\\Sa]+x", "(?U)a.*b", "(a|b)*a(a|b){200}c", ".{900}z", "plain"};
    std::vector<std::string> texts = {"plain", "aaxx", "a--b", std::string(950, 'q') + "z",
                                      "a" + std::string(200, 'b') + "c"};
    checkAlike(patterns, texts);
}

TEST_CASE("evil expressions cost linear time") {
    RegexPatterns patterns;
    patterns.texts = {"(a+)+$", "(a|a)*b", "(.*)(.*)(.*)(.*)[0-9]", "((a*)*)*c"};
    const std::string text(200'000, 'a');
    for (const auto& engine : {referenceEngine(patterns), atomEngine(patterns), databaseEngine(patterns)}) {
        const auto start = std::chrono::steady_clock::now();
        CHECK(hitsOf(*engine, text) == std::set<std::uint32_t>{0});
        CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
    }
}

void checkPhrases(const std::set<std::string>& distinct, const std::vector<std::string>& texts) {
    const std::vector<std::string> phrases(distinct.begin(), distinct.end());
    const PhraseScanner best(phrases);
    const PhraseScanner index(phrases, PhraseScanner::Engine::kIndex);
    std::size_t hits = 0;
    for (const std::string& text : texts) {
        std::set<std::uint32_t> expected;
        for (std::uint32_t p = 0; p < phrases.size(); ++p)
            if (text.find(phrases[p]) != std::string::npos) expected.insert(p);
        CHECK(hitsOf(best, text) == expected);
        CHECK(hitsOf(index, text) == expected);
        hits += expected.size();
    }
    CHECK(hits > 0);
}

TEST_CASE("both phrase engines find what a plain search finds") {
    Random random(3);
    std::set<std::string> distinct;
    while (distinct.size() < 3000) {
        std::string phrase = foldedText(randomText(random, 1 + random() % 9));
        if (!phrase.empty()) distinct.insert(phrase);
    }
    for (const char* one : {"a", "ab", "abc", "abcd", "abcdefg", "abcdefgh", "aaaaaaaaaaaaaaaaaaaa"})
        distinct.insert(one);
    std::vector<std::string> texts;
    for (int i = 0; i < 100; ++i)
        texts.push_back(foldedText(randomText(random, random() % 200) + (i % 5 ? "" : std::string(30, 'a'))));
    checkPhrases(distinct, texts);
}

TEST_CASE("both phrase engines find long phrases that begin and end alike") {
    Random random(5);
    const std::vector<std::string> words = {"wire transfer", "invoice", "account", "x", "now", "zq1", "zq2"};
    const auto someWords = [&](std::size_t count) {
        std::string text = pick(random, words);
        while (--count > 0) text += " " + pick(random, words);
        return text;
    };
    std::set<std::string> distinct;
    while (distinct.size() < 500) distinct.insert(someWords(2 + random() % 4));
    std::vector<std::string> texts;
    for (std::size_t i = 1; i < 100; ++i) texts.push_back(someWords(i));
    for (const std::string& one : distinct) {  // at both ends, and cut off there
        texts.push_back(one);
        texts.push_back(one.substr(1));
        texts.push_back(one.substr(0, one.size() - 1));
    }
    checkPhrases(distinct, texts);
}

TEST_CASE("a hundred thousand phrases are ready in under a second and found") {
    std::vector<std::string> phrases;
    for (int i = 0; i < 100'000; ++i)
        phrases.push_back("http://www.example.com/campaign/" + std::to_string(i) + "/x");
    const auto start = std::chrono::steady_clock::now();
    const PhraseScanner scanner(phrases);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
    CHECK(hitsOf(scanner, "see http://www.example.com/campaign/777/x now") == std::set<std::uint32_t>{777});
}

TEST_CASE("a wildcard pattern matches what its characters say, and nothing else") {
    const auto matches = [](const char* glob, const std::string& value) {
        return RE2::PartialMatch(value, RE2(regexOfGlob(glob), regexOptions(false)));
    };
    CHECK(matches("a*c", "abc"));
    CHECK(matches("a*c", "a\nc"));
    CHECK(matches("a?c", "aéc"));
    CHECK_FALSE(matches("a?c", "ac"));
    CHECK_FALSE(matches("*.exe", "x.exe.txt"));
    CHECK(matches("[x]+(y).*", "[x]+(y).z"));
}
