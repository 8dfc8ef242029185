// The open elements of an HTML text, as far as it decides what a reader sees.
//
// Follows the tree construction rules (HTML Living Standard, section 13.2.6) for end tags, implied end tags
// and scopes. Each element is pushed and popped once and every question is answered in constant time, so it
// is linear whatever is nested in what. Where it is less exact than a browser it ends a hidden element too
// early, never too late: text is shown rather than missed.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/mail/html_elements.h"

namespace weir {

// What an element's attributes say about its rendering.
struct HtmlVisibility {
    enum class Own { kInherited, kSeen, kUnseen };  // a descendant may say otherwise
    bool displayNone = false;                       // holds for all descendants
    Own visibility = Own::kInherited;
    Own fontSize = Own::kInherited;
};

class HtmlOpenElements {
  public:
    // Elements nested deeper are read but not remembered, as in browsers (which stop at 512).
    explicit HtmlOpenElements(std::size_t deepest = 2000) : deepest_(deepest) {}

    // A start tag; void elements must not be opened. False when it is ignored (a table cell outside a table).
    bool open(HtmlElement element, HtmlVisibility visibility);
    void close(HtmlElement element);
    bool hidden() const { return !entries_.empty() && entries_.back().unseen.any(); }
    bool preformatted() const;
    bool tooDeep() const { return tooDeep_; }  // some element was not remembered

  private:
    struct Unseen {
        bool displayNone = false, visibility = false, fontSize = false;
        bool any() const { return displayNone || visibility || fontSize; }
    };
    struct Entry {
        HtmlElement element;
        Unseen unseen;
        std::uint32_t sameBefore, specialBefore, barrierBefore;  // positions + 1; 0 for none
    };
    bool inScope(HtmlElement element, std::uint32_t barrier) const { return last_[element] > barrier; }
    void closeImplied(HtmlElement element);
    void popTo(std::uint32_t position);  // position + 1 of the first entry that goes

    const std::size_t deepest_;
    std::vector<Entry> entries_;
    std::array<std::uint32_t, 256> last_{};  // position + 1 of the innermost of each element
    std::uint32_t lastSpecial_ = 0, lastBarrier_ = 0;
    bool tooDeep_ = false;
};

}  // namespace weir
