// What learning is worth on the public corpus of SpamAssassin: every second mail is learned, the others are
// judged, and the other way round.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "common/learn/learned_model.h"

using namespace weir;
namespace fs = std::filesystem;

namespace {

const fs::path kCorpus = WEIR_SOURCE_DIR "/../shared/corpus";

std::vector<Lesson> lessonsIn(const fs::path& folder) {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<Lesson> lessons;
    for (const fs::path& path : paths) {
        std::ifstream file(path, std::ios::binary);
        const std::string mail{std::istreambuf_iterator<char>(file), {}};
        const Message message(mail);
        DirectReader reader;
        MailContent content(message, reader);
        lessons.push_back(lessonOf(message, content));
    }
    return lessons;
}

bool isLearned(std::size_t index, std::size_t half) {
    return index % 2 == half;
}

std::shared_ptr<const LearnedModel> learned(const std::vector<Lesson>& spam, const std::vector<Lesson>& ham,
                                            std::size_t half) {
    std::map<std::uint64_t, std::pair<std::uint32_t, std::uint32_t>> counts;
    LearnedMails mails;
    std::vector<FuzzyDigest> digests;
    for (std::size_t i = 0; i < spam.size(); ++i) {
        if (!isLearned(i, half)) continue;
        ++mails.spam;
        for (const std::uint64_t token : spam[i].tokens) ++counts[token].first;
        digests.insert(digests.end(), spam[i].digests.begin(), spam[i].digests.end());
    }
    for (std::size_t i = 0; i < ham.size(); ++i) {
        if (!isLearned(i, half)) continue;
        ++mails.ham;
        for (const std::uint64_t token : ham[i].tokens) ++counts[token].second;
    }
    LearnedModelWriter writer(mails);
    for (const auto& [token, both] : counts) writer.token(token, both.first, both.second);
    for (const FuzzyDigest& one : digests) writer.digest(one);
    return LearnedModel::fromBytes(writer.finish()).value();
}

struct Judged {
    std::size_t mails = 0, sure = 0, leaning = 0, alike = 0;  // probability ≥ 0.99, ≥ 0.9; likeness ≥ 0.9
};

Judged judged(const LearnedModel& model, const std::vector<Lesson>& lessons, std::size_t half) {
    Judged result;
    for (std::size_t i = 0; i < lessons.size(); ++i) {
        if (isLearned(i, half)) continue;
        const double probability = model.spamProbability(lessons[i]).value_or(0.5);
        ++result.mails;
        result.sure += probability >= 0.99 ? 1 : 0;
        result.leaning += probability >= 0.9 ? 1 : 0;
        result.alike += model.likeness(lessons[i]) >= 0.9 ? 1 : 0;
    }
    return result;
}

double percent(std::size_t part, std::size_t whole) {
    return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

TEST_CASE("half of the public corpus teaches to tell the other half apart") {
    if (!fs::exists(kCorpus / "spam")) {
        WARN("skipped: ../shared/corpus is not there");
        return;
    }
    const std::vector<Lesson> spam = lessonsIn(kCorpus / "spam"), ham = lessonsIn(kCorpus / "ham");
    for (const std::size_t half : {0, 1}) {
        const auto model = learned(spam, ham, half);
        const Judged caught = judged(*model, spam, half), wronged = judged(*model, ham, half);
        std::printf(
            "learned %llu spam, %llu ham: bayes >= 99 in %.1f %% of spam and %.2f %% of ham, >= 90 in %.1f "
            "and %.2f; fuzzy >= 90 in %.1f and %.2f\n",
            static_cast<unsigned long long>(model->mails().spam),
            static_cast<unsigned long long>(model->mails().ham), percent(caught.sure, caught.mails),
            percent(wronged.sure, wronged.mails), percent(caught.leaning, caught.mails),
            percent(wronged.leaning, wronged.mails), percent(caught.alike, caught.mails),
            percent(wronged.alike, wronged.mails));
        CHECK(percent(caught.sure, caught.mails) > 88);
        CHECK(percent(wronged.sure, wronged.mails) < 0.4);
        CHECK(percent(caught.leaning, caught.mails) > 92);
        CHECK(percent(wronged.leaning, wronged.mails) < 0.6);
        CHECK(percent(caught.alike, caught.mails) > 15);
        CHECK(percent(wronged.alike, wronged.mails) < 0.2);
    }
}
