// All comparisons of one field, arranged so that one look at a value answers them together: hash look-ups for
// whole values, domains and networks, one scan for phrases, one for expressions, one pass over number ranges.
//
// Built by one thread: add() for each predicate, then finish() once. Immutable after that; match() and
// present() from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/policy/dictionary_table.h"
#include "common/policy/engine_builder.h"
#include "common/policy/lookalike.h"
#include "common/policy/network.h"
#include "common/policy/phrase_scanner.h"
#include "common/policy/rule.h"

namespace weir {

// A comparison of the policy: one field, operator and operand, however many rules use it.
using PredicateId = std::uint32_t;

class PredicateSink {
  public:
    // `value` (as far as the comparison knows it) fits `entry` of the operand. Both live only for the call.
    // Must not throw.
    virtual void holds(PredicateId predicate, std::string_view value, std::string_view entry) = 0;

  protected:
    ~PredicateSink() = default;
};

// Sets of predicates, each stored once: most entries of a list belong to the same ones. A set is the one it
// grew from and one predicate more.
class Postings {
  public:
    static constexpr std::uint32_t kNone = 0;  // the empty set
    std::uint32_t with(std::uint32_t posting, PredicateId predicate);

    template <class Use>
    void each(std::uint32_t posting, Use use) const {
        for (; posting != kNone; posting = links_[posting].smaller) use(links_[posting].predicate);
    }

  private:
    struct Link {
        std::uint32_t smaller;
        PredicateId predicate;
    };
    std::vector<Link> links_{1};
    std::map<std::pair<std::uint32_t, PredicateId>, std::uint32_t> grown_;
};

class FieldTable {
  public:
    FieldTable(const FieldSpec& spec, std::string argument) : spec_(spec), argument_(std::move(argument)) {}

    const FieldSpec& spec() const { return spec_; }
    const std::string& argument() const { return argument_; }
    const std::vector<PredicateId>& predicates() const { return all_; }

    // `entries` of the literal or of the list that `test` refers to.
    void add(PredicateId predicate, const Test& test, const std::vector<std::string>& entries);
    void finish(EngineBuilder& engines, EngineBuilder::Deadline deadline);

    // One value of a text, address, domain, network or choice field.
    void match(std::string_view value, PredicateSink& sink) const;
    // One value of a number, size or score field, or a time in milliseconds.
    void match(std::uint64_t value, PredicateSink& sink) const;
    // The field has a value that is not empty, or the flag is true.
    void present(bool yes, PredicateSink& sink) const;

    // The engine that searches for expressions now; nullptr without any. For tests and the benchmark.
    std::shared_ptr<const RegexEngine> regexEngine() const { return regexes_ ? regexes_->engine() : nullptr; }

  private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    // Text → posting.
    using TextMap = std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>;
    // Texts of the same table that are the beginning or the end of a value: one look-up for each length.
    struct Affixes {
        TextMap texts;
        std::set<std::size_t> lengths;
    };
    // Patterns of a scan while they are collected, then their postings by pattern number.
    struct Patterns {
        TextMap numbers;  // empty after finish()
        std::vector<std::uint32_t> postings;
        void put(const std::string& text, PredicateId predicate, Postings& sets);
        std::vector<std::string> take();
    };
    struct NetworkHash {
        std::size_t operator()(const Network& network) const {
            return std::hash<std::string_view>{}(
                {reinterpret_cast<const char*>(network.address.data()), network.address.size()});
        }
    };
    struct Range {
        std::uint64_t low, high;
        PredicateId predicate;
    };
    class PatternSink;

    void put(TextMap& map, std::string text, PredicateId predicate);
    void addEntry(PredicateId predicate, Operator op, const std::string& entry);
    void addGlob(PredicateId predicate, const std::string& glob);
    void count(std::string_view value, PredicateSink& sink) const;
    void matchResembling(std::string_view value, PredicateSink& sink) const;
    void report(std::uint32_t posting, std::string_view value, std::string_view entry,
                PredicateSink& sink) const;
    void matchDomain(std::string_view domain, PredicateSink& sink) const;
    void matchNetwork(std::string_view value, PredicateSink& sink) const;
    void matchFolded(std::string_view folded, PredicateSink& sink) const;

    const FieldSpec& spec_;
    const std::string argument_;
    std::vector<PredicateId> all_;
    Postings postings_;
    TextMap exact_;    // folded values
    TextMap domains_;  // "example.com", ".example.com"; of addresses too
    Affixes prefixes_, suffixes_;
    std::unordered_map<Network, std::uint32_t, NetworkHash> networks_;
    std::set<unsigned> networkLengths_;
    std::vector<Range> ranges_;
    std::vector<std::pair<TimeFrame, PredicateId>> frames_;
    DictionaryTable counting_;
    std::vector<std::pair<LookalikeDomains, PredicateId>> resemblingDomains_;
    std::vector<std::pair<LookalikeNames, PredicateId>> resemblingNames_;
    std::vector<PredicateId> whenPresent_, whenAbsent_;
    Patterns phrasePatterns_, globPatterns_, regexPatterns_;
    std::vector<std::string> globTexts_;       // by pattern number
    std::unique_ptr<PhraseScanner> phrases_;   // on folded text
    std::shared_ptr<const RegexSet> globs_;    // on folded text: wildcards that are no affix
    std::shared_ptr<const RegexSet> regexes_;  // on regex text
    bool wantsFolded_ = false;
};

}  // namespace weir
