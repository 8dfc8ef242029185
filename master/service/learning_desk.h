// What the cluster was told of mails: spam or ham. The counts behind bayes.score, the digests behind
// fuzzy.score.
//
// A mail counts once, known by the SHA-256 of its bytes; as the other class it is moved, its counts of before
// taken back. So the counts are those of the mails that are listed, in whatever order they came. Beyond the
// limits the oldest mails are forgotten, the oldest digests go, and learned_publisher drops the rarest
// tokens; mails from before do not count in a token that went and came back.
//
// Each change is one transaction with its audit row. Thread-safe. Throws Error kUnavailable when the database
// is away.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "common/learn/learned_model.h"
#include "common/learn/lesson.h"
#include "master/db/database.h"
#include "master/db/learned_mails_table.h"
#include "master/service/audit.h"
#include "master/service/quarantine_desk.h"

namespace weir {

struct LearningLimits {
    std::size_t mailBytes = 32u << 20;
    std::int64_t tokens = kMostLearnedTokens;
    std::int64_t digests = kMostLearnedDigests;
    std::int64_t mails = 200'000;
};

std::optional<LearnedClass> learnedClass(std::string_view word);  // "spam", "ham"

struct LearnedMail {
    std::string sha256;
    LearnedClass kind = LearnedClass::kSpam;
    TimePoint time;
    std::string by, subject;  // the subject cut to 255 bytes
    ItemId item;              // empty: from a file
    std::uint64_t tokens = 0;
};

enum class LearnOutcome { kLearned, kKnown, kMoved };
const char* toString(LearnOutcome outcome);  // "learned", "known", "moved"

struct LearnResult {
    LearnOutcome outcome = LearnOutcome::kLearned;
    LearnedMail mail;                   // as it is learned now
    std::optional<LearnedMail> before;  // of kMoved
    std::uint64_t digests = 0;
};

struct LearnedQuery {
    std::optional<LearnedClass> kind;
    std::string text;  // part of the subject
    std::string sha256;
    std::string cursor;
    int limit = 50;
};
struct LearnedPage {
    std::vector<LearnedMail> mails;  // the latest first
    std::string next;                // empty: that was all
};

class LearningDesk {
  public:
    // `changed` is called after each change.
    LearningDesk(db::Database& database, QuarantineDesk& quarantine, std::function<void()> changed,
                 const LearningLimits& limits = {})
        : database_(database), quarantine_(quarantine), changed_(std::move(changed)), limits_(limits) {}

    // A mail as it was received. A Problem: it is no mail, or there is nothing in it. Throws Error kLimit
    // where it is too large.
    Expected<LearnResult> learn(const Actor& actor, LearnedClass kind, std::string_view mail);
    // A quarantined mail: its node is asked for it. Throws what QuarantineDesk::content() throws.
    Expected<LearnResult> learnItem(const Actor& actor, LearnedClass kind, const ItemId& item,
                                    std::chrono::milliseconds wait = std::chrono::seconds(20));
    // False: no such mail.
    bool forget(const Actor& actor, const std::string& sha256);

    // Throws Error kInvalid: a cursor that is none.
    LearnedPage find(const LearnedQuery& query);
    db::LearnedState state();
    const LearningLimits& limits() const { return limits_; }

  private:
    Expected<LearnResult> learnFrom(const Actor& actor, LearnedClass kind, std::string_view mail,
                                    const ItemId& item);

    db::Database& database_;
    QuarantineDesk& quarantine_;
    const std::function<void()> changed_;
    const LearningLimits limits_;
};

}  // namespace weir
