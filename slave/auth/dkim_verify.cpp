#include "slave/auth/dkim_verify.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t kShortestStart = 8;  // RFC 6008, section 4

std::size_t commonStart(const std::string& a, const std::string& b) {
    const auto [end, ignored] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return static_cast<std::size_t>(end - a.begin());
}

std::string telling(const std::vector<DkimSignature>& all, std::size_t which) {
    const std::string& own = all[which].signatureText;
    std::size_t size = kShortestStart;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i != which && all[i].signatureText != own)
            size = std::max(size, commonStart(own, all[i].signatureText) + 1);
    }
    return own.substr(0, size);
}

}  // namespace

DkimOutcome verifyDkim(CanonicalMail& mail, DkimKeys& keys, TimePoint now, const DkimLimits& limits) {
    const std::vector<std::size_t>& fields = mail.named("dkim-signature");
    const std::size_t count = std::min(fields.size(), limits.signatures);
    DkimOutcome outcome;
    outcome.skipped = fields.size() - count;
    std::vector<DkimSignature> signatures;
    for (std::size_t i = 0; i < count; ++i) {
        signatures.push_back(
            readSignature(mail.fields()[fields[i]].value, SignatureKind::kDkim, limits.signature));
        const DkimSignature& read = signatures.back();
        if (checkTerms(read, now).result != DkimResult::kPass) continue;
        keys.expect(read.domain, read.selector);
        mail.expectBodyHash(read.bodyForm, read.length);
    }
    for (std::size_t i = 0; i < count; ++i) {
        const DkimSignature& read = signatures[i];
        const SignatureCheck check = checkSignature(mail, fields[i], read, keys, now);
        DkimSignatureResult result;
        result.result = check.result;
        result.detail = check.detail;
        result.domain = read.domain;
        result.selector = read.selector;
        result.identity = read.identity;
        result.signatureStart = telling(signatures, i);
        result.algorithm = read.algorithmName;
        result.keyBits = check.keyBits;
        result.testing = check.testing;
        result.bodyBeyondLength = check.bodyBeyondLength;
        outcome.signatures.push_back(std::move(result));
    }
    return outcome;
}

}  // namespace weir
