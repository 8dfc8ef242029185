#include "common/learn/learned_model.h"

#include <algorithm>
#include <bit>

#include "common/learn/chi_square.h"
#include "common/learn/model_bytes.h"

namespace weir {
namespace {

constexpr unsigned kDirectoryBits = 16;
constexpr std::size_t kCandidates = 1024;  // digests compared for one of the mail

// Robinson's: what is thought of a token before anything is known of it, and how many mails that is worth.
constexpr double kPrior = 0.5;
constexpr double kPriorWeight = 0.45;
constexpr double kLeastDeviation = 0.1;    // from a half, of a token that counts
constexpr std::size_t kMostTelling = 150;  // tokens that count

std::size_t directoryPlace(std::uint64_t token) {
    return static_cast<std::size_t>(token >> (64 - kDirectoryBits));
}

}  // namespace

const char* toString(LearnedClass learnedClass) {
    return learnedClass == LearnedClass::kSpam ? "spam" : "ham";
}

Expected<std::shared_ptr<const LearnedModel>> LearnedModel::fromBytes(std::string bytes) {
    std::shared_ptr<LearnedModel> model(new LearnedModel(std::move(bytes)));
    if (auto problem = model->read()) return tl::unexpected<Problem>(std::move(*problem));
    return std::shared_ptr<const LearnedModel>(std::move(model));
}

std::string LearnedModel::misfit() const {
    if (fits()) return {};
    return "what is learned was made for version " + std::to_string(tokenizer_) +
           " of the tokenizer, this program has " + std::to_string(kTokenizerVersion);
}

std::optional<Problem> LearnedModel::read() {
    const std::string_view bytes = bytes_;
    if (bytes.size() < kModelHeaderBytes || !bytes.starts_with(kModelMagic))
        return Problem{"", "these bytes are no learned model"};
    const auto version = littleEndian<std::uint32_t>(bytes, kModelVersionAt);
    if (version != kModelVersion)
        return Problem{"", "learned model of format " + std::to_string(version) + "; this program reads " +
                               std::to_string(kModelVersion)};
    tokenizer_ = littleEndian<std::uint32_t>(bytes, kModelTokenizerAt);
    mails_ = {littleEndian<std::uint64_t>(bytes, kModelMailsAt),
              littleEndian<std::uint64_t>(bytes, kModelMailsAt + 8)};
    tokens_ = littleEndian<std::uint32_t>(bytes, kModelSizesAt);
    digests_ = littleEndian<std::uint32_t>(bytes, kModelSizesAt + 4);
    if (mails_.spam > kMostLearnedMails || mails_.ham > kMostLearnedMails)
        return Problem{"", "learned model with more mails than there can be"};
    if (tokens_ > kMostLearnedTokens || digests_ > kMostLearnedDigests)
        return Problem{"", "learned model with " + std::to_string(tokens_) + " tokens and " +
                               std::to_string(digests_) + " digests; at most " +
                               std::to_string(kMostLearnedTokens) + " and " +
                               std::to_string(kMostLearnedDigests)};
    const std::size_t size = kModelHeaderBytes + tokens_ * kModelTokenBytes + digests_ * kModelDigestBytes;
    if (bytes.size() != size)
        return Problem{"", "learned model of " + std::to_string(bytes.size()) + " bytes; its numbers make " +
                               std::to_string(size)};
    if (auto problem = readTokens()) return problem;
    return readDigests();
}

std::uint64_t LearnedModel::tokenAt(std::size_t index) const {
    return littleEndian<std::uint64_t>(bytes_, kModelHeaderBytes + index * 8);
}

LearnedModel::Counts LearnedModel::countsAt(std::size_t index) const {
    const std::size_t at = kModelHeaderBytes + tokens_ * 8 + index * 8;
    return {littleEndian<std::uint32_t>(bytes_, at), littleEndian<std::uint32_t>(bytes_, at + 4)};
}

std::uint32_t LearnedModel::minimumAt(std::size_t digest, std::size_t place) const {
    return littleEndian<std::uint32_t>(
        bytes_, kModelHeaderBytes + tokens_ * kModelTokenBytes + digest * kModelDigestBytes + place * 4);
}

std::optional<Problem> LearnedModel::readTokens() {
    directory_.assign((std::size_t{1} << kDirectoryBits) + 1, static_cast<std::uint32_t>(tokens_));
    std::size_t filled = 0;
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < tokens_; ++i) {
        const std::uint64_t token = tokenAt(i);
        if (i > 0 && token <= before)
            return Problem{"token " + std::to_string(i), "not above the token before it"};
        before = token;
        const Counts counts = countsAt(i);
        if (counts.spam > mails_.spam || counts.ham > mails_.ham || (counts.spam == 0 && counts.ham == 0))
            return Problem{"token " + std::to_string(i), "counts that the mails learned do not allow"};
        for (; filled <= directoryPlace(token); ++filled) directory_[filled] = static_cast<std::uint32_t>(i);
    }
    return std::nullopt;
}

std::optional<Problem> LearnedModel::readDigests() {
    for (std::size_t i = 1; i < digests_; ++i) {
        std::size_t place = 0;
        while (place < kDigestMinima && minimumAt(i - 1, place) == minimumAt(i, place)) ++place;
        if (place == kDigestMinima || minimumAt(i - 1, place) > minimumAt(i, place))
            return Problem{"digest " + std::to_string(i), "not above the digest before it"};
    }
    for (std::size_t place = 0; place < kIndexed; ++place) {
        std::vector<std::uint64_t>& entries = index_[place].entries;
        entries.reserve(digests_);
        for (std::size_t i = 0; i < digests_; ++i)
            entries.push_back(static_cast<std::uint64_t>(minimumAt(i, place)) << 32 | i);
        if (place > 0) std::sort(entries.begin(), entries.end());  // by the first they are sorted
    }
    return std::nullopt;
}

std::optional<LearnedModel::Counts> LearnedModel::find(std::uint64_t token) const {
    const std::size_t place = directoryPlace(token);
    std::size_t low = directory_[place], high = directory_[place + 1];
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (tokenAt(middle) < token) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == directory_[place + 1] || tokenAt(low) != token) return std::nullopt;
    return countsAt(low);
}

std::optional<double> LearnedModel::spamProbability(const Lesson& lesson) const {
    return spamProbability(std::span(lesson.tokens));
}

std::optional<double> LearnedModel::spamProbability(std::span<const std::uint64_t> tokens) const {
    if (!fits() || mails_.spam < kLeastLearnedMails || mails_.ham < kLeastLearnedMails) return std::nullopt;
    // Of the class with more mails each is worth less: that a token stood in one of many hams and in none of
    // few spams says little.
    const double ratio = static_cast<double>(mails_.spam) / static_cast<double>(mails_.ham);
    const double hamWeight = std::min(ratio, 1.0), spamWeight = std::min(1 / ratio, 1.0);
    std::vector<double> telling;
    bool known = false;
    for (const std::uint64_t token : tokens) {
        const auto counts = find(token);
        if (!counts) continue;
        known = true;
        const double inSpam = counts->spam / static_cast<double>(mails_.spam);
        const double inHam = counts->ham / static_cast<double>(mails_.ham);
        const double seen = counts->spam * spamWeight + counts->ham * hamWeight;
        const double found = inSpam / (inSpam + inHam);
        const double believed = (kPriorWeight * kPrior + seen * found) / (kPriorWeight + seen);
        if (std::abs(believed - 0.5) >= kLeastDeviation) telling.push_back(believed);
    }
    if (!known) return std::nullopt;
    if (telling.size() > kMostTelling) {
        // Equal deviations by their value, so that the order of tokens does not matter.
        const auto more = [](double a, double b) {
            const double x = std::abs(a - 0.5), y = std::abs(b - 0.5);
            return x != y ? x > y : a < b;
        };
        std::nth_element(telling.begin(), telling.begin() + kMostTelling, telling.end(), more);
        telling.resize(kMostTelling);
    }
    return combined(telling);
}

double LearnedModel::likeness(const Lesson& lesson) const {
    return likeness(std::span(lesson.digests));
}

double LearnedModel::likeness(std::span<const FuzzyDigest> digests) const {
    std::size_t most = 0;
    if (fits())
        for (const FuzzyDigest& one : digests) most = std::max(most, equalMinima(one));
    return static_cast<double>(most) / static_cast<double>(kDigestMinima);
}

// Of the digest that has most of them in common with `digest`. Where many share one of the indexed minima the
// rarer ones are looked up first: those that share only common ones are alike to each other as well.
std::size_t LearnedModel::equalMinima(const FuzzyDigest& digest) const {
    using Range = std::span<const std::uint64_t>;
    std::array<Range, kIndexed> ranges;
    for (std::size_t place = 0; place < kIndexed; ++place) {
        const std::vector<std::uint64_t>& entries = index_[place].entries;
        const std::uint64_t minimum = digest.minima[place] & UINT32_MAX;
        const auto first = std::lower_bound(entries.begin(), entries.end(), minimum << 32);
        ranges[place] = Range(first, std::upper_bound(first, entries.end(), minimum << 32 | UINT32_MAX));
    }
    std::sort(ranges.begin(), ranges.end(), [](Range a, Range b) { return a.size() < b.size(); });
    std::size_t most = 0, compared = 0;
    for (const Range range : ranges) {
        for (const std::uint64_t entry : range) {
            if (++compared > kCandidates || most == kDigestMinima) return most;
            std::size_t equal = 0;
            for (std::size_t i = 0; i < kDigestMinima; ++i)
                equal +=
                    minimumAt(entry & UINT32_MAX, i) == static_cast<std::uint32_t>(digest.minima[i]) ? 1 : 0;
            most = std::max(most, equal);
        }
    }
    return most;
}

}  // namespace weir
