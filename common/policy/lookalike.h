// Does a domain, or a person's name, resemble one of a list without being it?
//
// Built once from the list (a compiled policy holds it); find() is const, thread-safe, and takes about the
// same time for ten entries as for ten thousand. Any bytes are accepted.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/policy/lookalike_index.h"

namespace weir {

struct Resemblance {
    enum class Kind {
        kSame,       // names: the same words
        kSkeleton,   // letters that look alike: "examp1e.com", "ехample.com"
        kEdits,      // one or two letters more, less, different or swapped: "exmaple.com"
        kContained,  // the whole of it beside other words: "example.com.evil.test", "example-login.com"
        kSuffix,     // the same name under another public suffix: "example.co"
    };
    Kind kind = Kind::kSkeleton;
    std::string entry;  // as it stands in the list
    std::size_t edits = 0;
};
// "same", "skeleton", "edits", "contained", "suffix"
const char* toString(Resemblance::Kind kind);

// Of domains ("example.com"); addresses and entries that are no domain are passed over. Compared are the
// labels that were registered ("example" of "www.example.co.uk"), written in Unicode.
class LookalikeDomains {
  public:
    LookalikeDomains() = default;
    explicit LookalikeDomains(std::span<const std::string> domains);

    // The closest entry, the first of the list among equals. None for a listed domain, its subdomains, and
    // others of the same registered domain. `domain`: a host name, in A-labels or Unicode.
    std::optional<Resemblance> find(std::string_view domain) const;

  private:
    struct Entry {
        std::string text, registered, label;  // the label in Unicode
    };
    std::optional<Resemblance> contained(std::string_view name, std::string_view label) const;

    std::vector<Entry> entries_;
    LookalikeIndex index_;                                       // of the labels' skeletons
    std::unordered_map<std::string, std::uint32_t> registered_;  // and the entries themselves
    std::unordered_map<std::u32string, std::uint32_t> skeletons_;
};

// Of display names ("Jane Doe"). Words may stand in any order, with others around them; accents, case and
// letters that look alike do not count, and a word may differ by lookalikeEdits() of its length, two edits in
// all. A name of one word is found only where it stands alone.
class LookalikeNames {
  public:
    LookalikeNames() = default;
    explicit LookalikeNames(std::span<const std::string> names);

    // The closest entry, the first of the list among equals; kSame for the name itself: whether its address
    // may bear it is for the caller to know.
    std::optional<Resemblance> find(std::string_view displayName) const;

  private:
    struct Entry {
        std::string text;
        std::vector<std::u32string> words;
    };
    std::optional<Resemblance> compare(const Entry& entry, const std::vector<std::u32string>& words) const;

    std::vector<Entry> entries_;
    LookalikeIndex index_;                              // of the rarest word of each entry
    std::vector<std::vector<std::uint32_t>> withWord_;  // entries by the number of that word
    std::unordered_map<std::u32string, std::uint32_t> joined_;
};

}  // namespace weir
