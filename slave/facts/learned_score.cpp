#include "slave/facts/learned_score.h"

#include <cmath>

#include "common/policy/rule.h"

namespace weir {
namespace {

// Why the model can say nothing, whatever the mail; empty where it can.
std::string silence(Field field, const LearnedModel* model) {
    if (model == nullptr) return "nothing is learned yet";
    if (!model->fits()) return model->misfit();
    const LearnedMails& mails = model->mails();
    if (field == Field::kFuzzyScore)
        return model->digests() == 0 ? "no spam to compare with is learned yet" : "";
    if (mails.spam >= kLeastLearnedMails && mails.ham >= kLeastLearnedMails) return {};
    return std::to_string(mails.spam) + " spam and " + std::to_string(mails.ham) + " ham are learned; " +
           std::to_string(kLeastLearnedMails) + " of each are needed";
}

void put(FactAnswer& answer, double part) {
    answer.values.numbers.push_back(kScoreZero + static_cast<std::uint64_t>(std::llround(part * 100'000)));
    answer.values.present = true;
}

}  // namespace

FactAnswer learnedScore(Field field, const LearnedModel* model, const Message& message,
                        MailContent& content) {
    FactAnswer answer;
    answer.note = silence(field, model);
    if (!answer.note.empty()) return answer;
    if (field == Field::kBayesScore) {
        const auto probability = model->spamProbability(lessonTokens(message, content));
        if (probability) {
            put(answer, *probability);
        } else {
            answer.note = "no word of the mail is known";
        }
    } else {
        const std::vector<FuzzyDigest> digests = lessonDigests(message, content);
        if (!digests.empty()) {
            put(answer, model->likeness(digests));
        } else {
            answer.note = "too little text, and no large attachment, to compare with learned spam";
        }
    }
    for (const std::string& one : content.failures())
        answer.note += (answer.note.empty() ? "judged without a part that could not be read: " : "; ") + one;
    return answer;
}

}  // namespace weir
