// What the cluster learned of mails: how often each token stood in spam and in ham, and digests of spam.
//
// LearnedModelWriter makes the bytes (FORMAT.md; catalog `learned`), LearnedModel reads them: nothing is
// taken on trust, and what it holds is the bytes and two tables to look up in them, about 30 MB at the
// limits. Judging takes time for the tokens and digests of the mail alone, whatever the model's size.
// Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/learn/lesson.h"

namespace weir {

inline constexpr const char* kLearnedCatalog = "learned";

enum class LearnedClass { kSpam, kHam };
// "spam", "ham"
const char* toString(LearnedClass learnedClass);

struct LearnedMails {
    std::uint64_t spam = 0, ham = 0;
};

inline constexpr std::size_t kMostLearnedTokens = 1'000'000;
inline constexpr std::size_t kMostLearnedDigests = 50'000;
inline constexpr std::uint64_t kMostLearnedMails = UINT32_MAX;  // of a class
inline constexpr std::uint64_t kLeastLearnedMails = 200;        // of each class, for a spamProbability()

class LearnedModel {
  public:
    // Problem: not the bytes of a LearnedModelWriter, or of a later format.
    static Expected<std::shared_ptr<const LearnedModel>> fromBytes(std::string bytes);

    const LearnedMails& mails() const { return mails_; }
    std::size_t tokens() const { return tokens_; }
    std::size_t digests() const { return digests_; }
    // Its tokens and digests are made the way this program makes them. Else nothing of a mail is found in it.
    bool fits() const { return tokenizer_ == kTokenizerVersion; }
    std::string misfit() const;  // why it does not, in words; empty where it does

    // 0 to 1: Fisher's combination of the most telling tokens (Robinson 2003), 0.5 where they say nothing or
    // contradict each other. None where fewer than kLeastLearnedMails of either class were learned, where the
    // model does not fit, or where no token of the mail is known.
    std::optional<double> spamProbability(const Lesson& lesson) const;
    std::optional<double> spamProbability(std::span<const std::uint64_t> tokens) const;

    // 0 to 1: of the most alike mail that was learned as spam. From 25 of 32 equal minima on it is found
    // unless over a thousand others have the rarest of them too, below that nearly always. 0 where the model
    // does not fit.
    double likeness(const Lesson& lesson) const;
    double likeness(std::span<const FuzzyDigest> digests) const;

  private:
    // The digests by one of their minima.
    struct MinimumIndex {
        std::vector<std::uint64_t> entries;  // minimum << 32 | digest, rising
    };
    struct Counts {
        std::uint32_t spam, ham;
    };
    static constexpr std::size_t kIndexed = 8;  // so that what differs in all of them is not alike

    explicit LearnedModel(std::string bytes) : bytes_(std::move(bytes)) {}
    std::optional<Problem> read();
    std::optional<Problem> readTokens();
    std::optional<Problem> readDigests();
    std::uint64_t tokenAt(std::size_t index) const;
    Counts countsAt(std::size_t index) const;
    std::uint32_t minimumAt(std::size_t digest, std::size_t place) const;
    std::optional<Counts> find(std::uint64_t token) const;
    std::size_t equalMinima(const FuzzyDigest& digest) const;

    const std::string bytes_;
    std::uint32_t tokenizer_ = 0;
    LearnedMails mails_;
    std::size_t tokens_ = 0, digests_ = 0;
    std::vector<std::uint32_t> directory_;  // by the first bits of a token: where those begin
    std::array<MinimumIndex, kIndexed> index_;
};

// Makes the bytes of a model. Misuse (tokens that do not rise, more than the limits) throws Error.
class LearnedModelWriter {
  public:
    explicit LearnedModelWriter(LearnedMails mails);
    // Tokens rising. A count over that of the mails becomes it; a token of no mail is left out.
    void token(std::uint64_t token, std::uint32_t spam, std::uint32_t ham);
    // Of a mail learned as spam, in any order; equal ones count once. Who learns a mail as ham leaves out
    // what its digests are alike to.
    void digest(const FuzzyDigest& digest);
    // Equal bytes for equal content. Once.
    std::string finish();

  private:
    LearnedMails mails_;
    std::vector<std::uint64_t> tokens_;
    std::vector<std::uint32_t> counts_;  // spam, ham of each token
    std::vector<std::array<std::uint32_t, 32>> digests_;
};

}  // namespace weir
