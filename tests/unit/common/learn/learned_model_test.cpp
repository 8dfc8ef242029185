#include "common/learn/learned_model.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>

#include "common/base/digest.h"
#include "common/learn/chi_square.h"

using namespace weir;

namespace {

using Counts = std::map<std::uint64_t, std::pair<std::uint32_t, std::uint32_t>>;

std::string bytesOf(LearnedMails mails, const Counts& counts, const std::vector<FuzzyDigest>& digests = {}) {
    LearnedModelWriter writer(mails);
    for (const auto& [token, both] : counts) writer.token(token, both.first, both.second);
    for (const FuzzyDigest& one : digests) writer.digest(one);
    return writer.finish();
}

std::shared_ptr<const LearnedModel> model(LearnedMails mails, const Counts& counts,
                                          const std::vector<FuzzyDigest>& digests = {}) {
    return LearnedModel::fromBytes(bytesOf(mails, counts, digests)).value();
}

FuzzyDigest digestOf(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    FuzzyDigest digest;
    for (std::uint64_t& one : digest.minima) one = random();
    return digest;
}

// The first `different` minima changed.
FuzzyDigest changed(FuzzyDigest digest, std::size_t different) {
    for (std::size_t i = 0; i < different; ++i) digest.minima[i] ^= 1;
    return digest;
}

// Spam tokens 1 to 99, ham tokens 101 to 199, and 201 to 299 that say nothing.
Counts clearCounts() {
    Counts counts;
    for (std::uint64_t i = 1; i < 100; ++i) {
        counts[i] = {50, 0};
        counts[100 + i] = {0, 50};
        counts[200 + i] = {30, 30};
    }
    return counts;
}

std::string refusal(std::string bytes) {
    const auto read = LearnedModel::fromBytes(std::move(bytes));
    return read ? "accepted" : read.error().text();
}

std::string with(std::string bytes, std::size_t at, std::uint32_t number) {
    for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(number >> (8 * i));
    return bytes;
}

}  // namespace

TEST_CASE("a model is what its writer was told") {
    const auto read =
        model({300, 400}, {{5, {1, 2}}, {9, {300, 0}}, {UINT64_MAX, {0, 400}}}, {digestOf(1), digestOf(2)});
    CHECK(read->mails().spam == 300);
    CHECK(read->mails().ham == 400);
    CHECK(read->tokens() == 3);
    CHECK(read->digests() == 2);
    CHECK(read->fits());
    CHECK(*read->spamProbability(Lesson{{9}, {}}) > 0.9);
    CHECK(*read->spamProbability(Lesson{{UINT64_MAX}, {}}) < 0.1);
}

TEST_CASE("the bytes of a model stay what they are") {
    FuzzyDigest digest;
    for (std::size_t i = 0; i < digest.minima.size(); ++i) digest.minima[i] = 0xAA00000000ull + i;
    const std::string bytes = bytesOf({3, 2}, {{0x0102030405060708, {1, 2}}}, {digest});
    CHECK(bytes.size() == 40 + 16 + 128);
    CHECK(toHex(bytes.substr(0, 64)) ==
          "7765697"
          "26c726e0a"
          "01000000"
          "01000000"
          "0300000000000000"
          "0200000000000000"
          "01000000"
          "01000000"
          "0807060504030201"
          "01000000"
          "02000000"
          "00000000"
          "01000000");
}

TEST_CASE("equal content makes equal bytes, in whatever order digests come") {
    const std::vector<FuzzyDigest> digests = {digestOf(1), digestOf(2), digestOf(3)};
    const std::vector<FuzzyDigest> other = {digestOf(3), digestOf(1), digestOf(2), digestOf(1)};
    CHECK(bytesOf({1, 1}, {{7, {1, 1}}}, digests) == bytesOf({1, 1}, {{7, {1, 1}}}, other));
}

TEST_CASE("counts over the mails become them, and a token of no mail is left out") {
    const auto read = model({2, 3}, {{1, {9, 9}}, {2, {0, 0}}, {3, {1, 0}}});
    CHECK(read->tokens() == 2);
    CHECK(bytesOf({2, 3}, {{1, {9, 9}}, {3, {1, 0}}}) == bytesOf({2, 3}, {{1, {2, 3}}, {3, {1, 0}}}));
}

TEST_CASE("misuse of the writer is told") {
    LearnedModelWriter writer({1, 1});
    writer.token(5, 1, 0);
    CHECK_THROWS_AS(writer.token(5, 1, 0), Error);
    CHECK_THROWS_AS(writer.token(4, 1, 0), Error);
    CHECK_THROWS_AS(LearnedModelWriter({kMostLearnedMails + 1, 0}), Error);
    CHECK_THROWS_AS(LearnedModelWriter({0, kMostLearnedMails + 1}), Error);
}

TEST_CASE("a model holds as many tokens and digests as the limits say, and no more") {
    LearnedModelWriter writer({1, 1});
    for (std::uint64_t i = 0; i < kMostLearnedTokens; ++i) writer.token(i << 43, 1, 0);
    CHECK_THROWS_AS(writer.token(UINT64_MAX, 1, 0), Error);
    FuzzyDigest digest;
    for (std::size_t i = 0; i < kMostLearnedDigests; ++i) {
        digest.minima[0] = i;
        writer.digest(digest);
    }
    CHECK_THROWS_AS(writer.digest(digest), Error);
    const std::string bytes = writer.finish();
    CHECK(bytes.size() == 40 + 16 * kMostLearnedTokens + 128 * kMostLearnedDigests);
    CHECK(bytes.size() < 64u << 20);
    const auto read = LearnedModel::fromBytes(bytes);
    REQUIRE(read);
    CHECK((*read)->tokens() == kMostLearnedTokens);
    CHECK((*read)->likeness(Lesson{{}, {digest}}) == 1.0);
    // One more, and the bytes for it.
    CHECK_THAT(refusal(with(bytes, 32, kMostLearnedTokens + 1) + std::string(16, 'x')),
               Catch::Contains("at most"));
    CHECK_THAT(refusal(with(bytes, 36, kMostLearnedDigests + 1) + std::string(128, 'x')),
               Catch::Contains("at most"));
}

TEST_CASE("every way in which bytes are no model is refused") {
    const std::string good = bytesOf({300, 400}, {{5, {1, 2}}, {9, {300, 0}}}, {digestOf(1), digestOf(2)});
    REQUIRE(refusal(good) == "accepted");
    for (std::size_t size = 0; size < good.size(); ++size) {
        INFO(size);
        CHECK(refusal(good.substr(0, size)) != "accepted");
    }
    CHECK_THAT(refusal(good + "x"), Catch::Contains("bytes; its numbers make"));
    CHECK_THAT(refusal("X" + good.substr(1)), Catch::Contains("no learned model"));
    CHECK_THAT(refusal(with(good, 8, 2)), Catch::Contains("format 2; this program reads 1"));
    CHECK_THAT(refusal(with(good, 20, 1)), Catch::Contains("more mails than there can be"));
    CHECK_THAT(refusal(with(good, 28, 1)), Catch::Contains("more mails than there can be"));
    CHECK_THAT(refusal(with(good, 32, 3)), Catch::Contains("its numbers make"));
    CHECK_THAT(refusal(with(good, 36, 1)), Catch::Contains("its numbers make"));
    CHECK_THAT(refusal(with(good, 48, 5)), Catch::Contains("token 1: not above"));  // equal to the first
    CHECK_THAT(refusal(with(good, 48, 4)), Catch::Contains("token 1: not above"));
    CHECK_THAT(refusal(with(good, 56, 301)), Catch::Contains("token 0: counts"));
    CHECK_THAT(refusal(with(good, 60, 401)), Catch::Contains("token 0: counts"));
    CHECK_THAT(refusal(with(good, 64, 0)), Catch::Contains("token 1: counts"));
    const std::string digests = good.substr(72);
    CHECK_THAT(refusal(good.substr(0, 72) + digests.substr(128) + digests.substr(0, 128)),
               Catch::Contains("digest 1: not above"));
    CHECK_THAT(refusal(good.substr(0, 72) + digests.substr(0, 128) + digests.substr(0, 128)),
               Catch::Contains("digest 1: not above"));
}

TEST_CASE("any changed byte is refused or another model, never a crash") {
    const std::string good = bytesOf({300, 400}, clearCounts(), {digestOf(1), digestOf(2), digestOf(3)});
    std::mt19937 random(3);
    const Lesson lesson{{1, 2, 3, 150}, {digestOf(1), changed(digestOf(2), 3)}};
    for (int round = 0; round < 3000; ++round) {
        std::string bytes = good;
        for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
        const auto read = LearnedModel::fromBytes(bytes);
        if (!read) continue;
        const auto probability = (*read)->spamProbability(lesson);
        if (probability) CHECK((*probability >= 0 && *probability <= 1));
        const double like = (*read)->likeness(lesson);
        CHECK((like >= 0 && like <= 1));
    }
}

TEST_CASE("a model of another tokenizer is read, and nothing is found in it") {
    const std::string bytes =
        with(bytesOf({300, 300}, clearCounts(), {digestOf(1)}), 12, kTokenizerVersion + 1);
    const auto read = LearnedModel::fromBytes(bytes);
    REQUIRE(read);
    CHECK_FALSE((*read)->fits());
    CHECK((*read)->misfit() ==
          "what is learned was made for version " + std::to_string(kTokenizerVersion + 1) +
              " of the tokenizer, this program has " + std::to_string(kTokenizerVersion));
    CHECK_FALSE((*read)->spamProbability(Lesson{{1, 2, 3}, {}}));
    CHECK((*read)->likeness(Lesson{{}, {digestOf(1)}}) == 0.0);
}

TEST_CASE("nothing is judged before enough of both classes is learned") {
    const Lesson spam{{1, 2, 3}, {}};
    CHECK_FALSE(model({199, 5000}, clearCounts())->spamProbability(spam));
    CHECK_FALSE(model({5000, 199}, clearCounts())->spamProbability(spam));
    CHECK(model({200, 200}, clearCounts())->spamProbability(spam));
    CHECK_FALSE(model({0, 0}, {})->spamProbability(spam));
}

TEST_CASE("a mail of which no token is known is not judged") {
    const auto read = model({200, 200}, clearCounts());
    CHECK_FALSE(read->spamProbability(Lesson{{1000, 2000}, {}}));
    CHECK_FALSE(read->spamProbability(Lesson{}));
    // Known, but it says nothing.
    CHECK(*read->spamProbability(Lesson{{201, 202}, {}}) == 0.5);
}

TEST_CASE("what spam is made of is spam, what ham is made of is not, and both together are unsure") {
    const auto read = model({200, 200}, clearCounts());
    Lesson spam, ham, both;
    for (std::uint64_t i = 1; i < 30; ++i) {
        spam.tokens.push_back(i);
        ham.tokens.push_back(100 + i);
    }
    both.tokens = spam.tokens;
    both.tokens.insert(both.tokens.end(), ham.tokens.begin(), ham.tokens.end());
    CHECK(*read->spamProbability(spam) > 0.999);
    CHECK(*read->spamProbability(ham) < 0.001);
    CHECK(*read->spamProbability(both) == Approx(0.5).margin(0.01));
}

TEST_CASE("a mail judged by the classes exchanged is judged the other way round") {
    Counts counts, exchanged;
    std::mt19937_64 random(5);
    Lesson lesson;
    for (int i = 0; i < 400; ++i) {
        const std::uint64_t token = random();
        const auto a = static_cast<std::uint32_t>(1 + random() % 20),
                   b = static_cast<std::uint32_t>(random() % 20);
        counts[token] = {a, b};
        exchanged[token] = {b, a};
        if (i % 3 == 0) lesson.tokens.push_back(token);
    }
    std::sort(lesson.tokens.begin(), lesson.tokens.end());
    const double one = *model({250, 900}, counts)->spamProbability(lesson);
    const double other = *model({900, 250}, exchanged)->spamProbability(lesson);
    CHECK(one + other == Approx(1.0));
}

TEST_CASE("the order in which tokens are asked for does not matter") {
    Counts counts;
    std::mt19937_64 random(6);
    Lesson lesson;
    for (int i = 0; i < 3000; ++i) {
        const std::uint64_t token = random();
        counts[token] = {static_cast<std::uint32_t>(1 + random() % 9),
                         static_cast<std::uint32_t>(random() % 9)};
        lesson.tokens.push_back(token);
    }
    const auto read = model({300, 300}, counts);
    std::sort(lesson.tokens.begin(), lesson.tokens.end());
    const double sorted = *read->spamProbability(lesson);
    std::reverse(lesson.tokens.begin(), lesson.tokens.end());
    CHECK(*read->spamProbability(lesson) == sorted);
}

TEST_CASE("one mail more with a token never makes it say less of that class") {
    double before = 0;
    for (std::uint32_t spam = 1; spam < 100; ++spam) {
        const double found = *model({200, 200}, {{1, {spam, 5}}})->spamProbability(Lesson{{1}, {}});
        CHECK(found >= before);
        before = found;
    }
}

TEST_CASE("every token of a model is found, and none that is not in it") {
    std::mt19937_64 random(11);
    Counts counts;
    for (int i = 0; i < 20'000; ++i) counts[i % 4 == 0 ? random() % 1000 : random()] = {1, 0};
    const auto read = model({200, 200}, counts);
    std::size_t found = 0, wrong = 0;
    for (const auto& [token, both] : counts) {
        found += read->spamProbability(Lesson{{token}, {}}) ? 1 : 0;
        wrong += !counts.contains(token + 1) && read->spamProbability(Lesson{{token + 1}, {}}) ? 1 : 0;
    }
    CHECK(found == counts.size());
    CHECK(wrong == 0);
}

TEST_CASE("the likeness of a mail is that of the most alike digest") {
    const auto read = model({1, 0}, {}, {digestOf(1), digestOf(2), digestOf(3)});
    CHECK(read->likeness(Lesson{}) == 0.0);
    CHECK(read->likeness(Lesson{{}, {digestOf(2)}}) == 1.0);
    CHECK(read->likeness(Lesson{{}, {digestOf(9)}}) == 0.0);
    CHECK(read->likeness(Lesson{{}, {digestOf(9), changed(digestOf(3), 4)}}) == 28.0 / 32);
    CHECK(model({1, 0}, {})->likeness(Lesson{{}, {digestOf(2)}}) == 0.0);
}

TEST_CASE("a digest with 25 equal minima is found whichever they are") {
    std::vector<FuzzyDigest> digests;
    for (std::uint64_t i = 0; i < 500; ++i) digests.push_back(digestOf(i));
    const auto read = model({1, 0}, {}, digests);
    std::mt19937 random(2);
    for (int round = 0; round < 300; ++round) {
        FuzzyDigest digest = digests[random() % digests.size()];
        std::vector<std::size_t> places(32);
        for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
        std::shuffle(places.begin(), places.end(), random);
        for (std::size_t i = 0; i < 7; ++i) digest.minima[places[i]] = random();
        CHECK(read->likeness(Lesson{{}, {digest}}) == 25.0 / 32);
    }
}

TEST_CASE("digests of which all share some minima do not make a look-up a scan, nor hide what is alike") {
    std::vector<FuzzyDigest> digests;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        FuzzyDigest digest = digestOf(i);
        for (std::size_t place = 0; place < 5; ++place) digest.minima[place] = 7;  // a footer
        digests.push_back(digest);
    }
    const auto read = model({1, 0}, {}, digests);
    for (const std::size_t which : {0, 9'999, 19'999}) {
        CHECK(read->likeness(Lesson{{}, {digests[which]}}) == 1.0);
        FuzzyDigest near = digests[which];
        near.minima[20] ^= 1;
        CHECK(read->likeness(Lesson{{}, {near}}) == 31.0 / 32);
    }
}

TEST_CASE("chi-square is what the tables say") {
    CHECK(chiSquareAbove(0, 5) == 1.0);
    CHECK(chiSquareAbove(1.5, 1) == Approx(std::exp(-1.5)));
    CHECK(chiSquareAbove(2, 2) == Approx(std::exp(-2) * 3));
    CHECK(chiSquareAbove(18.307 / 2, 5) == Approx(0.05).epsilon(1e-3));  // the 5 % point of ten degrees
    CHECK(chiSquareAbove(5000, 150) == 0.0);
    CHECK(chiSquareAbove(1, 150) == Approx(1.0));
    CHECK(combined({}) == 0.5);
}
