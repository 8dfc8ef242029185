#include "common/policy/atom_filter.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "common/policy/regex_pattern.h"

namespace weir {
namespace {

// The hits of one scan, each once.
class HitCollector final : public HitSink {
  public:
    HitCollector(std::vector<int>& found, std::size_t patterns) : found_(found), seen_(patterns) {}
    void hit(std::uint32_t pattern) override {
        if (seen_[pattern]) return;
        seen_[pattern] = true;
        found_.push_back(static_cast<int>(pattern));
    }

  private:
    std::vector<int>& found_;
    std::vector<bool> seen_;
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
    unfiltered_.resize(patterns_.size());
    std::vector<int> always;
    filtered_.AllPotentials({}, &always);
    for (int one : always) unfiltered_[static_cast<std::size_t>(one)] = true;
    for (std::size_t i = 0; i < patterns_.size(); ++i)
        (unfiltered_[i] ? without_ : with_).push_back(patterns_[i]);
    if (!with_.empty()) chooseAtoms(std::move(atoms));
}

// Atoms that many expressions share are usual words, found in every mail at the price of a hit each, and
// seldom decide: they are assumed to be there, as long as every expression keeps another one that decides.
void AtomFilter::chooseAtoms(std::vector<std::string> atoms) {
    assumed_ = usualAtoms(atoms);
    for (std::vector<int> lost; !(lost = newlyUnfiltered(assumed_)).empty();) {
        std::string texts;
        for (const int one : lost) texts += filtered_.GetRE2(one).pattern() + "\n";
        texts = lowered(texts);
        const auto spared = std::erase_if(assumed_, [&](int atom) {
            return texts.find(atoms[static_cast<std::size_t>(atom)]) != std::string::npos;
        });
        if (spared == 0) assumed_.clear();  // an atom that is no plain part of its expression
    }
    std::vector<std::string> looked;
    for (int i = 0; i < static_cast<int>(atoms.size()); ++i) {
        if (std::binary_search(assumed_.begin(), assumed_.end(), i)) continue;
        numbers_.push_back(i);
        looked.push_back(std::move(atoms[static_cast<std::size_t>(i)]));
    }
    atoms_ = std::make_unique<PhraseScanner>(std::move(looked));
}

// Sorted.
std::vector<int> AtomFilter::usualAtoms(const std::vector<std::string>& atoms) const {
    const PhraseScanner all(atoms);
    std::vector<int> uses(atoms.size()), usual, found;
    for (int i = 0; i < filtered_.NumRegexps(); ++i) {
        found.clear();
        HitCollector collector(found, all.size());
        all.scan(lowered(filtered_.GetRE2(i).pattern()), collector);
        for (const int atom : found) ++uses[static_cast<std::size_t>(atom)];
    }
    for (int i = 0; i < static_cast<int>(atoms.size()); ++i)
        if (uses[static_cast<std::size_t>(i)] > kUsual) usual.push_back(i);
    return usual;
}

// Expressions that have an atom, and are candidates all the same when these are found.
std::vector<int> AtomFilter::newlyUnfiltered(const std::vector<int>& found) const {
    std::vector<int> potentials;
    filtered_.AllPotentials(found, &potentials);
    std::erase_if(potentials, [&](int one) { return unfiltered_[static_cast<std::size_t>(one)]; });
    return potentials;
}

std::vector<AtomFilter::Candidate> AtomFilter::candidates(std::string_view text) const {
    std::vector<Candidate> all;
    if (with_.empty()) return all;
    std::vector<int> found;
    HitCollector collector(found, atoms_->size());
    atoms_->scan(lowered(text), collector);
    if (found.empty()) return all;
    for (int& one : found) one = numbers_[static_cast<std::size_t>(one)];
    found.insert(found.end(), assumed_.begin(), assumed_.end());
    for (const int one : newlyUnfiltered(found))
        all.push_back({patterns_[static_cast<std::size_t>(one)], &filtered_.GetRE2(one)});
    return all;
}

}  // namespace weir
