#include "slave/auth/arc_verify.h"

#include "common/base/digest.h"
#include "slave/auth/auth_results_parser.h"

namespace weir {
namespace {

constexpr auto kForm = Canonicalization::kRelaxed;  // of seals, always

std::string at(const char* what, std::size_t instance) {
    return std::string(what) + " of i=" + std::to_string(instance) + ": ";
}

// What each seal was made over: all sets up to its own, its own b= left empty. Each field is read once.
std::vector<std::string> sealDigests(const CanonicalMail& mail, const std::vector<ArcSet>& sets) {
    std::vector<std::string> digests;
    Sha256 all;
    for (const ArcSet& set : sets) {
        const auto add = [&](std::size_t position) {
            std::string text;
            appendCanonicalField(text, mail.fields()[position], kForm);
            all.add(text += "\r\n");
        };
        add(set.results);
        add(set.message);
        std::string own;
        appendCanonicalField(own, mail.fields()[set.seal], kForm, set.sealSignature.signatureBegin,
                             set.sealSignature.signatureEnd);
        Sha256 upToHere = all.copy();
        upToHere.add(own);
        digests.push_back(upToHere.bytes());
        add(set.seal);
    }
    return digests;
}

class Verification {
  public:
    Verification(CanonicalMail& mail, DkimKeys& keys, TimePoint now, const ArcLimits& limits)
        : mail_(mail), keys_(keys), now_(now), limits_(limits) {}

    ArcOutcome run() {
        const ArcSets found = collectArcSets(mail_, limits_.signature);
        outcome_.instances = found.highest;
        if (!found.broken.empty()) return fail(found.broken);
        if (found.sets.empty()) return std::move(outcome_);
        if (found.sets.size() > limits_.sets)
            return fail("more than " + std::to_string(limits_.sets) + " sets");
        for (const ArcSet& set : found.sets) addHop(set);
        return check(found.sets);
    }

  private:
    ArcOutcome fail(const std::string& why) {
        outcome_.result = ArcResult::kFail;
        outcome_.detail = why;
        return std::move(outcome_);
    }

    ArcOutcome check(const std::vector<ArcSet>& sets) {
        const std::size_t newest = sets.size();
        if (sets.back().sealSignature.chain == "fail") {
            outcome_.ended = true;
            return fail("the seal of i=" + std::to_string(newest) + " says so");
        }
        for (std::size_t i = 1; i <= newest; ++i) {
            const DkimSignature& seal = sets[i - 1].sealSignature;
            if (seal.defect != DkimSignature::Defect::kNone) return fail(at("ARC-Seal", i) + seal.detail);
            if (seal.chain != (i == 1 ? "none" : "pass")) return fail(at("ARC-Seal", i) + "cv=" + seal.chain);
        }
        for (const ArcSet& set : sets) {
            const DkimSignature& signature = set.messageSignature;
            const bool good = signature.defect == DkimSignature::Defect::kNone;
            if (good && limits_.findOldestPass) mail_.expectBodyHash(signature.bodyForm, signature.length);
        }
        const SignatureCheck message = checkMessage(sets.back());
        outcome_.bodyBeyondLength = message.bodyBeyondLength;
        if (message.result != DkimResult::kPass) return fail(at("ARC-Message-Signature", newest), message);
        for (const ArcSet& set : sets) keys_.expect(set.sealSignature.domain, set.sealSignature.selector);
        const std::vector<std::string> digests = sealDigests(mail_, sets);
        for (std::size_t i = newest; i > 0; --i) {
            const SignatureCheck seal = checkSeal(sets[i - 1].sealSignature, digests[i - 1]);
            if (seal.result != DkimResult::kPass) return fail(at("ARC-Seal", i), seal);
        }
        outcome_.result = ArcResult::kPass;
        outcome_.oldestPass = limits_.findOldestPass ? oldestPass(sets) : static_cast<unsigned>(newest);
        return std::move(outcome_);
    }

    ArcOutcome fail(const std::string& where, const SignatureCheck& check) {
        outcome_.temporary = check.result == DkimResult::kTempError;
        return fail(where + check.detail);
    }

    SignatureCheck checkMessage(const ArcSet& set) {
        const DkimSignature& signature = set.messageSignature;
        const SignatureCheck check = checkSignature(mail_, set.message, signature, keys_, now_);
        if (signature.formsGiven || check.result != DkimResult::kFail) return check;
        // Without c= RFC 8617 means simple, as DKIM does; some sealers, and the public test suite, relaxed.
        DkimSignature relaxed = signature;
        relaxed.headerForm = relaxed.bodyForm = Canonicalization::kRelaxed;
        return checkSignature(mail_, set.message, relaxed, keys_, now_);
    }

    SignatureCheck checkSeal(const DkimSignature& seal, const std::string& digest) {
        const SignatureCheck terms = checkTerms(seal, now_);
        return terms.result == DkimResult::kPass ? checkDigest(seal, digest, keys_) : terms;
    }

    unsigned oldestPass(const std::vector<ArcSet>& sets) {
        for (std::size_t i = sets.size() - 1; i > 0; --i) {
            if (checkMessage(sets[i - 1]).result != DkimResult::kPass) return static_cast<unsigned>(i + 1);
        }
        return 0;
    }

    void addHop(const ArcSet& set) {
        ArcHop hop;
        hop.instance = static_cast<unsigned>(outcome_.hops.size() + 1);
        hop.sealDomain = set.sealSignature.domain;
        hop.sealSelector = set.sealSignature.selector;
        hop.messageDomain = set.messageSignature.domain;
        hop.messageSelector = set.messageSignature.selector;
        if (const auto start = parseArcResultsStart(mail_.fields()[set.results].value))
            hop.results = start->results;
        outcome_.hops.push_back(std::move(hop));
    }

    CanonicalMail& mail_;
    DkimKeys& keys_;
    const TimePoint now_;
    const ArcLimits& limits_;
    ArcOutcome outcome_;
};

}  // namespace

const char* toString(ArcResult result) {
    switch (result) {
        case ArcResult::kNone:
            return "none";
        case ArcResult::kPass:
            return "pass";
        case ArcResult::kFail:
            break;
    }
    return "fail";
}

ArcOutcome verifyArc(CanonicalMail& mail, DkimKeys& keys, TimePoint now, const ArcLimits& limits) {
    return Verification(mail, keys, now, limits).run();
}

}  // namespace weir
