#include <algorithm>

#include "common/learn/learned_model.h"
#include "common/learn/model_bytes.h"

namespace weir {

LearnedModelWriter::LearnedModelWriter(LearnedMails mails) : mails_(mails) {
    if (mails.spam > kMostLearnedMails || mails.ham > kMostLearnedMails)
        throw Error(ErrorCode::kLimit, "more mails learned than a model can tell");
}

void LearnedModelWriter::token(std::uint64_t token, std::uint32_t spam, std::uint32_t ham) {
    if (!tokens_.empty() && token <= tokens_.back())
        throw Error(ErrorCode::kInvalid, "tokens of a learned model must rise");
    spam = static_cast<std::uint32_t>(std::min<std::uint64_t>(spam, mails_.spam));
    ham = static_cast<std::uint32_t>(std::min<std::uint64_t>(ham, mails_.ham));
    if (spam == 0 && ham == 0) return;
    if (tokens_.size() == kMostLearnedTokens)
        throw Error(ErrorCode::kLimit,
                    "more than " + std::to_string(kMostLearnedTokens) + " tokens for a learned model");
    tokens_.push_back(token);
    counts_.push_back(spam);
    counts_.push_back(ham);
}

void LearnedModelWriter::digest(const FuzzyDigest& digest) {
    if (digests_.size() == kMostLearnedDigests)
        throw Error(ErrorCode::kLimit,
                    "more than " + std::to_string(kMostLearnedDigests) + " digests for a learned model");
    std::array<std::uint32_t, 32>& kept = digests_.emplace_back();
    std::transform(digest.minima.begin(), digest.minima.end(), kept.begin(),
                   [](std::uint64_t one) { return static_cast<std::uint32_t>(one & UINT32_MAX); });
}

std::string LearnedModelWriter::finish() {
    std::sort(digests_.begin(), digests_.end());
    digests_.erase(std::unique(digests_.begin(), digests_.end()), digests_.end());
    std::string bytes(kModelMagic);
    bytes.reserve(kModelHeaderBytes + tokens_.size() * kModelTokenBytes +
                  digests_.size() * kModelDigestBytes);
    appendLittleEndian(bytes, kModelVersion);
    appendLittleEndian(bytes, kTokenizerVersion);
    appendLittleEndian(bytes, mails_.spam);
    appendLittleEndian(bytes, mails_.ham);
    appendLittleEndian(bytes, static_cast<std::uint32_t>(tokens_.size()));
    appendLittleEndian(bytes, static_cast<std::uint32_t>(digests_.size()));
    for (const std::uint64_t one : tokens_) appendLittleEndian(bytes, one);
    for (const std::uint32_t one : counts_) appendLittleEndian(bytes, one);
    for (const auto& digest : digests_)
        for (const std::uint32_t one : digest) appendLittleEndian(bytes, one);
    return bytes;
}

}  // namespace weir
