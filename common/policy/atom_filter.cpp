#include "common/policy/atom_filter.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "common/policy/regex_pattern.h"

namespace weir {
namespace {

// The hits of one scan, each once.
class HitCollector final : public HitSink {
  public:
    explicit HitCollector(std::vector<int>& found) : found_(found) {}
    void hit(std::uint32_t pattern) override { found_.push_back(static_cast<int>(pattern)); }
    void finish() {
        std::sort(found_.begin(), found_.end());
        found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    }

  private:
    std::vector<int>& found_;
};

}  // namespace

AtomFilter::AtomFilter(const RegexPatterns& patterns) : filtered_(kShortestAtom) {
    for (std::uint32_t i = 0; i < patterns.texts.size(); ++i) {
        // Atoms are looked for in a text whose ASCII letters alone are lower case.
        if (!scanPattern(patterns.texts[i]).plainAscii) {
            without_.push_back(i);
            continue;
        }
        int id = 0;
        if (filtered_.Add(patterns.texts[i], regexOptions(patterns.caseless), &id) != RE2::NoError)
            throw Error(ErrorCode::kInternal, "regular expression was not checked: " + patterns.texts[i]);
        patterns_.push_back(i);
    }
    if (patterns_.empty()) return;
    std::vector<std::string> atoms;
    filtered_.Compile(&atoms);
    if (!atoms.empty()) atoms_ = std::make_unique<PhraseScanner>(std::move(atoms));
    unfiltered_.resize(patterns_.size());
    std::vector<int> always;
    filtered_.AllPotentials({}, &always);
    for (int one : always) unfiltered_[static_cast<std::size_t>(one)] = true;
    for (std::size_t i = 0; i < patterns_.size(); ++i)
        (unfiltered_[i] ? without_ : with_).push_back(patterns_[i]);
}

std::vector<AtomFilter::Candidate> AtomFilter::candidates(std::string_view text) const {
    std::vector<Candidate> all;
    if (with_.empty()) return all;
    std::vector<int> found, potentials;
    if (atoms_) {
        HitCollector collector(found);
        atoms_->scan(lowered(text), collector);
        collector.finish();
    }
    filtered_.AllPotentials(found, &potentials);
    for (const int one : potentials) {
        const auto index = static_cast<std::size_t>(one);
        if (!unfiltered_[index]) all.push_back({patterns_[index], &filtered_.GetRE2(one)});
    }
    return all;
}

}  // namespace weir
