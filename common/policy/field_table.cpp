#include "common/policy/field_table.h"

#include "common/policy/match_text.h"
#include "common/policy/regex_pattern.h"
#include "common/policy/time_frame.h"

namespace weir {

std::uint32_t Postings::with(std::uint32_t posting, PredicateId predicate) {
    if (posting != kNone && links_[posting].predicate == predicate) return posting;  // twice in one operand
    const auto [known, added] =
        grown_.try_emplace({posting, predicate}, static_cast<std::uint32_t>(links_.size()));
    if (added) links_.push_back({posting, predicate});
    return known->second;
}

void FieldTable::Patterns::put(const std::string& text, PredicateId predicate, Postings& sets) {
    const auto [one, added] = numbers.emplace(text, static_cast<std::uint32_t>(postings.size()));
    if (added) postings.push_back(Postings::kNone);
    std::uint32_t& posting = postings[one->second];
    posting = sets.with(posting, predicate);
}

std::vector<std::string> FieldTable::Patterns::take() {
    std::vector<std::string> texts(postings.size());
    while (!numbers.empty()) {
        auto node = numbers.extract(numbers.begin());
        texts[node.mapped()] = std::move(node.key());
    }
    numbers = {};
    return texts;
}

void FieldTable::put(TextMap& map, std::string text, PredicateId predicate) {
    std::uint32_t& posting = map.try_emplace(std::move(text), Postings::kNone).first->second;
    posting = postings_.with(posting, predicate);
}

void FieldTable::add(PredicateId predicate, const Test& test, const std::vector<std::string>& entries) {
    all_.push_back(predicate);
    if (test.op == Operator::kExists || spec_.kind == FieldKind::kFlag) {
        (test.flag ? whenPresent_ : whenAbsent_).push_back(predicate);
    } else if (test.op == Operator::kWithin) {
        frames_.push_back({test.frame, predicate});
    } else if (test.op == Operator::kCount) {
        counting_.add(predicate, entries, test.low, test.high);
    } else if (test.op == Operator::kResembles) {
        if (spec_.kind == FieldKind::kDomain) {
            resemblingDomains_.emplace_back(LookalikeDomains(entries), predicate);
        } else {
            resemblingNames_.emplace_back(LookalikeNames(entries), predicate);
        }
    } else if (spec_.kind == FieldKind::kNumber || spec_.kind == FieldKind::kSize ||
               spec_.kind == FieldKind::kScore) {
        ranges_.push_back({test.low, test.high, predicate});
    } else {
        for (const std::string& one : entries) addEntry(predicate, test.op, one);
    }
}

void FieldTable::addEntry(PredicateId predicate, Operator op, const std::string& entry) {
    if (op == Operator::kMatches) return addGlob(predicate, entry);
    if (op == Operator::kContains) return phrasePatterns_.put(entry, predicate, postings_);
    if (op == Operator::kRegex) return regexPatterns_.put(entry, predicate, postings_);
    switch (spec_.kind) {
        case FieldKind::kNetwork: {
            const Expected<Network> network = parseNetwork(entry);
            if (!network) throw Error(ErrorCode::kInternal, "network was not checked: " + entry);
            std::uint32_t& posting = networks_.try_emplace(*network, Postings::kNone).first->second;
            posting = postings_.with(posting, predicate);
            networkLengths_.insert(network->length);
            return;
        }
        case FieldKind::kDomain:
            return put(domains_, entry, predicate);
        case FieldKind::kAddress:
            if (entry.starts_with('@')) return put(domains_, entry.substr(1), predicate);
            return put(exact_, entry, predicate);
        default:
            return put(exact_, entry, predicate);
    }
}

// Most wildcards are *.exe, name.* or *word*: those are look-ups and phrases, not expressions.
void FieldTable::addGlob(PredicateId predicate, const std::string& glob) {
    const std::size_t star = glob.find('*');
    if (glob.find('?') != std::string::npos) return globPatterns_.put(glob, predicate, postings_);
    if (star == std::string::npos) return put(exact_, glob, predicate);
    const bool leads = star == 0;
    const bool ends = glob.back() == '*';
    const std::size_t last = glob.rfind('*');
    if (leads && last == 0) {
        suffixes_.lengths.insert(glob.size() - 1);
        put(suffixes_.texts, glob.substr(1), predicate);
    } else if (ends && star == glob.size() - 1) {
        prefixes_.lengths.insert(glob.size() - 1);
        put(prefixes_.texts, glob.substr(0, star), predicate);
    } else if (leads && ends && glob.find('*', 1) == glob.size() - 1) {
        phrasePatterns_.put(glob.substr(1, glob.size() - 2), predicate, postings_);
    } else {
        globPatterns_.put(glob, predicate, postings_);
    }
}

void FieldTable::finish(EngineBuilder& engines, EngineBuilder::Deadline deadline) {
    if (auto phrases = phrasePatterns_.take(); !phrases.empty())
        phrases_ = std::make_unique<PhraseScanner>(std::move(phrases));
    globTexts_ = globPatterns_.take();
    if (!globTexts_.empty()) {
        std::vector<std::string> expressions;
        for (const std::string& one : globTexts_) expressions.push_back(regexOfGlob(one));
        globs_ = engines.build({std::move(expressions), false}, deadline);
    }
    if (auto regexes = regexPatterns_.take(); !regexes.empty())
        regexes_ = engines.build({std::move(regexes), true}, deadline);
    counting_.finish(engines, deadline);
    wantsFolded_ = phrases_ || globs_ || !exact_.empty() || !domains_.empty() || !prefixes_.texts.empty() ||
                   !suffixes_.texts.empty();
}

void FieldTable::report(std::uint32_t posting, std::string_view value, std::string_view entry,
                        PredicateSink& sink) const {
    postings_.each(posting, [&](PredicateId one) { sink.holds(one, value, entry); });
}

// Turns pattern numbers of one scan into predicates.
class FieldTable::PatternSink final : public HitSink {
  public:
    using EntryOf = std::string_view (*)(const FieldTable&, std::uint32_t);
    PatternSink(const FieldTable& table, const Patterns& patterns, EntryOf entryOf, std::string_view value,
                PredicateSink& sink)
        : table_(table), patterns_(patterns), entryOf_(entryOf), value_(value), sink_(sink) {}
    void hit(std::uint32_t pattern) override {
        table_.report(patterns_.postings[pattern], value_, entryOf_(table_, pattern), sink_);
    }

  private:
    const FieldTable& table_;
    const Patterns& patterns_;
    const EntryOf entryOf_;
    const std::string_view value_;
    PredicateSink& sink_;
};

void FieldTable::match(std::string_view value, PredicateSink& sink) const {
    if (spec_.kind == FieldKind::kNetwork) return matchNetwork(value, sink);
    if (wantsFolded_) matchFolded(foldedText(value), sink);
    matchResembling(value, sink);
    if (!counting_.empty()) count(value, sink);
    if (!regexes_) return;
    std::string buffer;
    const std::string_view text = regexText(value, buffer);
    PatternSink hits(
        *this, regexPatterns_,
        [](const FieldTable& t, std::uint32_t p) {
            return std::string_view(t.regexes_->patterns().texts[p]);
        },
        text, sink);
    regexes_->scan(text, hits);
}

void FieldTable::count(std::string_view value, PredicateSink& sink) const {
    std::string buffer;
    for (const DictionaryTable::Hit& hit : counting_.match(foldedText(value), regexText(value, buffer)))
        sink.holds(hit.test, hit.shown, "");
}

void FieldTable::matchResembling(std::string_view value, PredicateSink& sink) const {
    for (const auto& [domains, predicate] : resemblingDomains_)
        if (const auto found = domains.find(value)) sink.holds(predicate, value, found->entry);
    for (const auto& [names, predicate] : resemblingNames_)
        if (const auto found = names.find(value)) sink.holds(predicate, value, found->entry);
}

void FieldTable::matchFolded(std::string_view folded, PredicateSink& sink) const {
    const auto lookUp = [&](const TextMap& map, std::string_view key) {
        if (const auto found = map.find(key); found != map.end())
            report(found->second, folded, found->first, sink);
    };
    if (!exact_.empty()) lookUp(exact_, folded);
    if (!domains_.empty()) {
        const std::size_t at = folded.rfind('@');
        if (spec_.kind == FieldKind::kDomain) {
            matchDomain(folded, sink);
        } else if (at != std::string_view::npos) {
            matchDomain(folded.substr(at + 1), sink);
        }
    }
    for (std::size_t length : prefixes_.lengths)
        if (length <= folded.size()) lookUp(prefixes_.texts, folded.substr(0, length));
    for (std::size_t length : suffixes_.lengths)
        if (length <= folded.size()) lookUp(suffixes_.texts, folded.substr(folded.size() - length));
    if (phrases_) {
        PatternSink hits(
            *this, phrasePatterns_,
            [](const FieldTable& t, std::uint32_t p) { return std::string_view(t.phrases_->phrase(p)); },
            folded, sink);
        phrases_->scan(folded, hits);
    }
    if (globs_) {
        PatternSink hits(
            *this, globPatterns_,
            [](const FieldTable& t, std::uint32_t p) { return std::string_view(t.globTexts_[p]); }, folded,
            sink);
        globs_->scan(folded, hits);
    }
}

void FieldTable::matchDomain(std::string_view domain, PredicateSink& sink) const {
    constexpr int kLabels = 128;  // a DNS name has no more
    if (domain.ends_with('.')) domain.remove_suffix(1);
    if (const auto found = domains_.find(domain); found != domains_.end())
        report(found->second, domain, found->first, sink);
    std::size_t dot = domain.find('.');
    for (int i = 0; dot != std::string_view::npos && i < kLabels; ++i) {
        const auto found = domains_.find(domain.substr(dot));
        if (found != domains_.end()) report(found->second, domain, found->first, sink);
        dot = domain.find('.', dot + 1);
    }
}

void FieldTable::matchNetwork(std::string_view value, PredicateSink& sink) const {
    const auto address = parseAddress(value);
    if (!address) return;
    for (unsigned length : networkLengths_) {
        const auto found = networks_.find(Network{masked(*address, length), length});
        if (found != networks_.end()) report(found->second, value, toText(found->first), sink);
    }
}

void FieldTable::match(std::uint64_t value, PredicateSink& sink) const {
    for (const auto& [frame, predicate] : frames_) {
        const TimePoint time = fromMillis(static_cast<std::int64_t>(value));
        if (isWithin(frame, time)) sink.holds(predicate, toText(time), toText(frame));
    }
    for (const Range& one : ranges_)
        if (value >= one.low && value <= one.high) sink.holds(one.predicate, std::to_string(value), "");
}

void FieldTable::present(bool yes, PredicateSink& sink) const {
    for (PredicateId one : yes ? whenPresent_ : whenAbsent_)
        sink.holds(one, yes ? "there is one" : "there is none", "");
}

}  // namespace weir
