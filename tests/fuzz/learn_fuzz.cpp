// Any bytes as a learned model, as a mail to learn, and as the numbers of a model.
#include <algorithm>
#include <cstring>
#include <map>

#include "common/learn/learned_model.h"
#include "common/learn/words.h"
#include "tests/fuzz/fuzz_target.h"

using namespace weir;
using weir::test::mustHold;

namespace {

bool isPart(double value) {
    return value >= 0 && value <= 1;
}

void judge(const LearnedModel& model, const Lesson& lesson) {
    mustHold(model.tokens() <= kMostLearnedTokens && model.digests() <= kMostLearnedDigests,
             "a model keeps to its limits");
    if (const auto probability = model.spamProbability(lesson))
        mustHold(isPart(*probability), "a probability is from 0 to 1");
    mustHold(isPart(model.likeness(lesson)), "a likeness is from 0 to 1");
}

Lesson learn(std::string_view mail) {
    const LessonLimits limits;
    const Message message(mail);
    DirectReader reader;
    MailContent content(message, reader);
    Lesson lesson = lessonOf(message, content, limits);
    mustHold(lesson.tokens.size() <= limits.textTokens + limits.otherTokens, "tokens within their limits");
    mustHold(lesson.digests.size() <= limits.attachments + 1, "digests within their limit");
    mustHold(std::is_sorted(lesson.tokens.begin(), lesson.tokens.end()), "tokens rise");
    return lesson;
}

std::uint64_t numberAt(std::string_view bytes, std::size_t at) {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data() + at, sizeof number);
    return number;
}

// A model of the bytes' numbers: read again, and everything in it found.
void write(std::string_view bytes, const Lesson& lesson) {
    std::map<std::uint64_t, std::uint64_t> counts;
    for (std::size_t at = 0; at + 16 <= bytes.size(); at += 16)
        counts[numberAt(bytes, at)] = numberAt(bytes, at + 8) % 200;
    LearnedModelWriter writer({200, 200});
    for (const auto& [token, count] : counts)
        writer.token(token, static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(200 - count));
    for (const FuzzyDigest& one : lesson.digests) writer.digest(one);
    const auto model = LearnedModel::fromBytes(writer.finish());
    mustHold(model.has_value(), "what was written is read");
    for (const auto& [token, count] : counts)
        mustHold((*model)->spamProbability(Lesson{{token}, {}}).has_value(), "every token is found");
    if (!lesson.digests.empty()) mustHold((*model)->likeness(lesson) == 1.0, "every digest is found");
    judge(**model, lesson);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = test::inputOf(data, size);
    const Lesson lesson = learn(bytes);
    write(bytes, lesson);
    if (const auto model = LearnedModel::fromBytes(std::string(bytes))) {
        judge(**model, lesson);
    } else {
        mustHold(!model.error().text().empty(), "a problem has words");
    }
    std::size_t characters = 0;
    WordReader words(bytes);
    for (Word word = words.next(); word.characters > 0; word = words.next()) characters += word.characters;
    mustHold(characters <= 6 * size, "words are no longer than their bytes allow");
    return 0;
}
