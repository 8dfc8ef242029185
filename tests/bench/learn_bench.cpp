// What learning and judging cost: CPU time a mail of each step, and how many times that is what reading the
// same mail's text takes. On a mixture of mails, or on the files named as arguments; the model is as large as
// one can be.
//
//   learn_bench [FILE...]
#include <sys/resource.h>

#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "common/base/durable_file.h"
#include "common/learn/learned_model.h"
#include "tests/bench/mail_mixture.h"

using namespace weir;

namespace {

double cpuMillis() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto millis = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    };
    return millis(usage.ru_utime) + millis(usage.ru_stime);
}

using Step = std::function<void(const Message&, MailContent&, std::size_t)>;

// Milliseconds a mail, over a second of CPU time at least.
double measured(const std::vector<std::string>& mails, const Step& step) {
    const double start = cpuMillis();
    std::size_t done = 0;
    while (cpuMillis() - start < 1000) {
        for (std::size_t i = 0; i < mails.size(); ++i) {
            const Message message(mails[i]);
            DirectReader reader;
            MailContent content(message, reader);
            step(message, content, i);
        }
        done += mails.size();
    }
    return (cpuMillis() - start) / static_cast<double>(done);
}

// As large as the limits let it be; the tokens of the mails are among its own.
std::string largestModel(const std::vector<Lesson>& lessons) {
    std::mt19937_64 random(1);
    std::vector<std::uint64_t> tokens;
    for (const Lesson& one : lessons) tokens.insert(tokens.end(), one.tokens.begin(), one.tokens.end());
    while (tokens.size() < kMostLearnedTokens) tokens.push_back(random());
    tokens.resize(kMostLearnedTokens);
    std::sort(tokens.begin(), tokens.end());
    tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
    LearnedModelWriter writer({100'000, 100'000});
    for (const std::uint64_t one : tokens)
        writer.token(one, static_cast<std::uint32_t>(random() % 50),
                     static_cast<std::uint32_t>(random() % 50));
    for (std::size_t i = 0; i < kMostLearnedDigests; ++i) {
        FuzzyDigest digest;
        for (std::uint64_t& one : digest.minima) one = random();
        writer.digest(digest);
    }
    return writer.finish();
}

std::vector<std::string> mailsOf(int count, char** paths) {
    std::vector<std::string> mails;
    for (int i = 0; i < count; ++i) mails.push_back(readFile(paths[i]));
    if (mails.empty()) mails = bench::mailMixture(300);
    return mails;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> mails = mailsOf(argc - 1, argv + 1);
    std::vector<Lesson> lessons(mails.size());
    std::size_t bytes = 0, tokens = 0;
    const double text =
        measured(mails, [](const Message&, MailContent& content, std::size_t) { content.text(); });
    const auto print = [&](const char* what, double millis) {
        std::printf("%-44s %8.4f ms  %5.2f\n", what, millis, millis / text);
    };
    const double lesson = measured(mails, [&](const Message& message, MailContent& content, std::size_t i) {
        lessons[i] = lessonOf(message, content);
    });
    for (std::size_t i = 0; i < mails.size(); ++i) {
        bytes += mails[i].size();
        tokens += lessons[i].tokens.size();
    }
    std::printf("%zu mails, mean %.1f kB and %zu tokens; each line with the reading of the text\n",
                mails.size(), static_cast<double>(bytes) / 1e3 / static_cast<double>(mails.size()),
                tokens / mails.size());
    print("text", text);
    print("+ tokens", measured(mails, [](const Message& message, MailContent& content, std::size_t) {
              lessonTokens(message, content);
          }));
    print("+ digests", measured(mails, [](const Message& message, MailContent& content, std::size_t) {
              lessonDigests(message, content);
          }));
    print("+ both: a lesson", lesson);

    const std::string model = largestModel(lessons);
    double start = cpuMillis();
    const auto read = LearnedModel::fromBytes(model).value();
    const double loading = cpuMillis() - start;
    print("+ a lesson, and judged by the largest model",
          measured(mails, [&](const Message& message, MailContent& content, std::size_t) {
              const Lesson one = lessonOf(message, content);
              static_cast<void>(read->spamProbability(one));
              static_cast<void>(read->likeness(one));
          }));
    std::printf("the largest model: %.1f MB, read and checked in %.0f ms\n",
                static_cast<double>(model.size()) / 1e6, loading);
}
