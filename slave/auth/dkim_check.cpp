#include "slave/auth/dkim_check.h"

#include <algorithm>

#include "common/base/digest.h"
#include "common/mail/ascii.h"

namespace weir {
namespace {

SignatureCheck outcome(DkimResult result, std::string detail = {}) {
    SignatureCheck check;
    check.result = result;
    check.detail = std::move(detail);
    return check;
}

// i= has the very domain of d=.
bool identityIsOfDomain(const DkimSignature& signature) {
    const std::size_t at = signature.identity.rfind('@');
    return at == std::string::npos || lowered(signature.identity.substr(at + 1)) == signature.domain;
}

SignatureCheck checkWithKey(const DkimSignature& signature, std::string_view digest, const DkimKey& key) {
    SignatureCheck check;
    check.keyBits = key.bits();
    check.testing = key.testing();
    if (!key.fits(signature.algorithm)) {
        check.result = DkimResult::kPermError;
        check.detail = "the key is not for " + signature.algorithmName;
    } else if (key.sameDomainOnly() && !identityIsOfDomain(signature)) {
        check.result = DkimResult::kPermError;
        check.detail = "the key does not allow i= below d=";
    } else if (key.weak()) {
        check.result = DkimResult::kPolicy;
        check.detail = "a key of " + std::to_string(key.bits()) + " bits is too weak";
    } else if (key.verifies(digest, signature.signature)) {
        check.result = DkimResult::kPass;
    } else {
        check.result = DkimResult::kFail;
        check.detail = "the signature does not verify";
    }
    return check;
}

// Of the keys of one name the one that says most about the signature.
int weight(DkimResult result) {
    switch (result) {
        case DkimResult::kPass:
            return 3;
        case DkimResult::kPolicy:
            return 2;
        case DkimResult::kFail:
            return 1;
        default:
            return 0;
    }
}

}  // namespace

const char* toString(DkimResult result) {
    switch (result) {
        case DkimResult::kPass:
            return "pass";
        case DkimResult::kFail:
            return "fail";
        case DkimResult::kNeutral:
            return "neutral";
        case DkimResult::kPolicy:
            return "policy";
        case DkimResult::kTempError:
            return "temperror";
        case DkimResult::kPermError:
            break;
    }
    return "permerror";
}

SignatureCheck checkTerms(const DkimSignature& signature, TimePoint now) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
    const auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(seconds.count(), 0));
    const auto slack = static_cast<std::uint64_t>(kSignatureClockSlack.count());
    if (signature.defect == DkimSignature::Defect::kSyntax)
        return outcome(DkimResult::kNeutral, signature.detail);
    if (signature.defect == DkimSignature::Defect::kUnusable)
        return outcome(DkimResult::kPermError, signature.detail);
    if (signature.algorithm == DkimAlgorithm::kRsaSha1)
        return outcome(DkimResult::kPolicy, "rsa-sha1 is not accepted");
    if (signature.expiration && time > *signature.expiration && time - *signature.expiration > slack)
        return outcome(DkimResult::kPolicy, "the signature has expired");
    if (signature.timestamp && *signature.timestamp > time + slack)
        return outcome(DkimResult::kPolicy, "the signature was made in the future");
    return outcome(DkimResult::kPass);
}

SignatureCheck checkDigest(const DkimSignature& signature, std::string_view digest, DkimKeys& keys) {
    const DkimKeyAnswer& answer = keys.find(signature.domain, signature.selector);
    const auto of = [&] { return dkimKeyName(signature.domain, signature.selector); };
    if (answer.state == DkimKeyAnswer::State::kTempError)
        return outcome(DkimResult::kTempError, "no answer about " + of() + ": " + answer.detail);
    if (answer.state == DkimKeyAnswer::State::kNone)
        return outcome(DkimResult::kPermError, "there is no key at " + of());
    if (answer.keys.empty()) return outcome(DkimResult::kPermError, of() + ": " + answer.detail);
    SignatureCheck best;
    bool any = false;
    for (const DkimKey& key : answer.keys) {
        SignatureCheck check = checkWithKey(signature, digest, key);
        if (!any || weight(check.result) > weight(best.result)) best = std::move(check);
        any = true;
        if (best.result == DkimResult::kPass) break;
    }
    return best;
}

std::string headerDigest(const std::vector<HeaderField>& fields, const std::vector<std::size_t>& picked,
                         Canonicalization form, const HeaderField& own, std::size_t begin, std::size_t end) {
    std::string text;
    for (const std::size_t position : picked) {
        appendCanonicalField(text, fields[position], form);
        text += "\r\n";
    }
    appendCanonicalField(text, own, form, begin, end);
    Sha256 sha;
    sha.add(text);
    return sha.bytes();
}

SignatureCheck checkSignature(CanonicalMail& mail, std::size_t position, const DkimSignature& signature,
                              DkimKeys& keys, TimePoint now) {
    SignatureCheck terms = checkTerms(signature, now);
    if (terms.result != DkimResult::kPass) return terms;
    const BodyHash& body = mail.bodyHash(signature.bodyForm, signature.length);
    const std::string digest =
        headerDigest(mail.fields(), mail.pick(signature.names, position), signature.headerForm,
                     mail.fields()[position], signature.signatureBegin, signature.signatureEnd);
    SignatureCheck check = checkDigest(signature, digest, keys);
    check.bodyBeyondLength = !body.whole;
    const bool shorter = signature.length && body.bytes < *signature.length;
    if (shorter || body.digest != signature.bodyHash) {
        check.result = DkimResult::kFail;
        check.detail = shorter ? "the body is shorter than l=" : "the body was changed";
    }
    if (check.result == DkimResult::kFail && check.testing) {
        check.result = DkimResult::kNeutral;
        check.detail += " (the key is in test mode)";
    }
    return check;
}

}  // namespace weir
