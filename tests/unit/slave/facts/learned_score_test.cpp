#include "slave/facts/learned_score.h"

#include <catch2/catch.hpp>

#include "common/policy/rule.h"

using namespace weir;

namespace {

const std::string kSpam =
    "From: Bargain <sales@shop.example>\r\nSubject: cheap watches today\r\n\r\n"
    "Dear friend we offer cheap watches for everybody who buys before the end of this week and pays "
    "with a gift card so do not wait and visit the shop now while the whole stock lasts because "
    "tomorrow every price is doubled again\r\n";
const std::string kOther = "From: ann@example.org\r\nSubject: minutes\r\n\r\nsee you on monday\r\n";

// Reads nothing.
class BrokenReader final : public ContentReader {
  public:
    Html html(std::string_view, const HtmlLimits&) override { return {{}, "the parser was lost"}; }
    std::vector<FileReading> files(const std::vector<File>& files) override {
        return std::vector<FileReading>(files.size());
    }
};

FactAnswer ask(Field field, const LearnedModel* model, const std::string& mail,
               ContentReader* with = nullptr) {
    const Message message(mail);
    DirectReader direct;
    MailContent content(message, with != nullptr ? *with : direct);
    return learnedScore(field, model, message, content);
}

// As if `spam` times the one mail and `ham` times the other were learned.
std::shared_ptr<const LearnedModel> learned(std::uint32_t spam, std::uint32_t ham, bool digests = true) {
    const auto lesson = [](const std::string& mail) {
        const Message message(mail);
        DirectReader reader;
        MailContent content(message, reader);
        return lessonOf(message, content);
    };
    const Lesson bad = lesson(kSpam), good = lesson(kOther);
    std::map<std::uint64_t, std::pair<std::uint32_t, std::uint32_t>> counts;
    for (const std::uint64_t token : bad.tokens) counts[token].first = spam;
    for (const std::uint64_t token : good.tokens) counts[token].second = ham;
    LearnedModelWriter writer({spam, ham});
    for (const auto& [token, both] : counts) writer.token(token, both.first, both.second);
    for (const FuzzyDigest& one : bad.digests)
        if (digests) writer.digest(one);
    return LearnedModel::fromBytes(writer.finish()).value();
}

std::uint64_t score(const FactAnswer& answer) {
    REQUIRE(answer.values.numbers.size() == 1);
    CHECK(answer.values.present);
    return answer.values.numbers[0] - kScoreZero;
}

std::string whyNone(const FactAnswer& answer) {
    CHECK(answer.values.numbers.empty());
    CHECK_FALSE(answer.values.present);
    CHECK(answer.failures.empty());
    return answer.note;
}

}  // namespace

TEST_CASE("a mail like the spam that was learned has high scores, one like the ham low ones") {
    const auto model = learned(200, 200);
    CHECK(score(ask(Field::kBayesScore, model.get(), kSpam)) > 99'900);
    CHECK(score(ask(Field::kBayesScore, model.get(), kOther)) < 100);
    CHECK(score(ask(Field::kFuzzyScore, model.get(), kSpam)) == 100'000);
    CHECK(ask(Field::kBayesScore, model.get(), kSpam).note.empty());
}

TEST_CASE("while nothing or too little is learned there is no score, and the note says why") {
    CHECK(whyNone(ask(Field::kBayesScore, nullptr, kSpam)) == "nothing is learned yet");
    CHECK(whyNone(ask(Field::kFuzzyScore, nullptr, kSpam)) == "nothing is learned yet");
    CHECK(whyNone(ask(Field::kBayesScore, learned(250, 199).get(), kSpam)) ==
          "250 spam and 199 ham are learned; 200 of each are needed");
    CHECK(whyNone(ask(Field::kBayesScore, learned(199, 250).get(), kSpam)) ==
          "199 spam and 250 ham are learned; 200 of each are needed");
    CHECK(whyNone(ask(Field::kFuzzyScore, learned(0, 250, false).get(), kSpam)) ==
          "no spam to compare with is learned yet");
    // One copy of spam is enough to know it again.
    CHECK(score(ask(Field::kFuzzyScore, learned(1, 0).get(), kSpam)) == 100'000);
}

TEST_CASE("a mail of which nothing is known has no score, and the note says why") {
    CHECK(whyNone(ask(Field::kFuzzyScore, learned(1, 0).get(), kOther)) ==
          "too little text, and no large attachment, to compare with learned spam");
    LearnedModelWriter writer({200, 200});
    writer.token(7, 1, 1);
    const auto model = LearnedModel::fromBytes(writer.finish()).value();
    CHECK(whyNone(ask(Field::kBayesScore, model.get(), kSpam)) == "no word of the mail is known");
}

TEST_CASE("a model of another tokenizer gives no score, and the note says why") {
    LearnedModelWriter writer({200, 200});
    std::string bytes = writer.finish();
    bytes[12] = 9;
    const auto model = LearnedModel::fromBytes(bytes).value();
    for (const Field field : {Field::kBayesScore, Field::kFuzzyScore})
        CHECK(whyNone(ask(field, model.get(), kSpam)) ==
              "what is learned was made for version 9 of the tokenizer, this program has " +
                  std::to_string(kTokenizerVersion));
}

TEST_CASE("what cannot be read of a mail is left out, and noted") {
    BrokenReader broken;
    const std::string html =
        "Subject: cheap watches today\r\nContent-Type: text/html\r\n\r\n<p>unread</p>\r\n";
    const FactAnswer answer = ask(Field::kBayesScore, learned(200, 200).get(), html, &broken);
    CHECK(score(answer) > 50'000);
    CHECK(answer.failures.empty());
    CHECK(answer.note == "judged without a part that could not be read: HTML: the parser was lost");
}
