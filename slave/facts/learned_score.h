// What the cluster has learned of mails, as it bears on one: bayes.score and fuzzy.score.
#pragma once

#include "common/learn/learned_model.h"
#include "common/policy/facts.h"

namespace weir {

// `field`: kBayesScore or kFuzzyScore. `model`: nullptr where the node has none. Nothing of the mail is read
// where the model could not say anything. No value always comes with a note that says why; what could not be
// read of the mail is left out of the judgement, and noted. Pure but for `content`; never throws for a mail.
FactAnswer learnedScore(Field field, const LearnedModel* model, const Message& message, MailContent& content);

}  // namespace weir
