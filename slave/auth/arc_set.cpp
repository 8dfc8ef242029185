#include "slave/auth/arc_set.h"

#include <algorithm>

#include "slave/auth/auth_results_parser.h"

namespace weir {
namespace {

using Defect = DkimSignature::Defect;

class Collector {
  public:
    Collector(CanonicalMail& mail, const DkimSignatureLimits& limits) : mail_(mail), limits_(limits) {}

    ArcSets collect() {
        const auto& results = mail_.named("arc-authentication-results");
        const auto& messages = mail_.named("arc-message-signature");
        const auto& seals = mail_.named("arc-seal");
        const std::size_t most = std::max({results.size(), messages.size(), seals.size()});
        if (most == 0) return {};
        if (most > kLastArcInstance) {
            result_.highest = kLastArcInstance;
            result_.broken = "more than 50 sets";
            return std::move(result_);
        }
        sets_.resize(kLastArcInstance);
        for (const std::size_t position : results) addResults(position);
        for (const std::size_t position : messages) addSignature(position, SignatureKind::kArcMessage);
        for (const std::size_t position : seals) addSignature(position, SignatureKind::kArcSeal);
        for (unsigned i = 1; i <= result_.highest; ++i) checkWhole(i);
        if (result_.broken.empty()) {
            for (unsigned i = 0; i < result_.highest; ++i) result_.sets.push_back(std::move(sets_[i].set));
        }
        return std::move(result_);
    }

  private:
    struct Found {
        ArcSet set;
        unsigned results = 0, messages = 0, seals = 0;
    };

    void broken(const std::string& why) {
        if (result_.broken.empty()) result_.broken = why;
    }

    Found& at(unsigned instance) {
        result_.highest = std::max(result_.highest, instance);
        return sets_[instance - 1];
    }

    void addResults(std::size_t position) {
        const auto start = parseArcResultsStart(mail_.fields()[position].value);
        if (!start) return broken("ARC-Authentication-Results: " + start.error().text());
        Found& found = at(start->instance);
        found.set.results = position;
        ++found.results;
    }

    // A defect of a field with its number in place does not break the row: only the newest signature has to
    // hold. That of a seal is found when it is verified.
    void addSignature(std::size_t position, SignatureKind kind) {
        DkimSignature signature = readSignature(mail_.fields()[position].value, kind, limits_);
        const bool seal = kind == SignatureKind::kArcSeal;
        if (signature.instance == 0)
            return broken((seal ? "ARC-Seal: " : "ARC-Message-Signature: ") + signature.detail);
        Found& found = at(signature.instance);
        (seal ? found.set.seal : found.set.message) = position;
        (seal ? found.set.sealSignature : found.set.messageSignature) = std::move(signature);
        ++(seal ? found.seals : found.messages);
    }

    void checkWhole(unsigned instance) {
        const Found& found = sets_[instance - 1];
        const auto check = [&](unsigned count, const char* name) {
            if (count == 1) return;
            const char* const what = count == 0 ? " is missing" : " is there more than once";
            broken(std::string(name) + " of i=" + std::to_string(instance) + what);
        };
        check(found.results, "ARC-Authentication-Results");
        check(found.messages, "ARC-Message-Signature");
        check(found.seals, "ARC-Seal");
    }

    CanonicalMail& mail_;
    const DkimSignatureLimits& limits_;
    std::vector<Found> sets_;
    ArcSets result_;
};

}  // namespace

ArcSets collectArcSets(CanonicalMail& mail, const DkimSignatureLimits& limits) {
    return Collector(mail, limits).collect();
}

}  // namespace weir
