#include "common/mail/html_open_elements.h"

#include <algorithm>

namespace weir {
namespace {

bool inherited(HtmlVisibility::Own own, bool parent) {
    return own == HtmlVisibility::Own::kInherited ? parent : own == HtmlVisibility::Own::kUnseen;
}

}  // namespace

bool HtmlOpenElements::open(HtmlElement element, HtmlVisibility visibility) {
    const HtmlNames& names = htmlNames();
    const HtmlElementTraits& traits = traitsOf(element);
    if (traits.has(kTablePart) && last_[names.table] == 0) return false;
    closeImplied(element);
    if (entries_.size() >= deepest_) {
        tooDeep_ = true;
        return true;
    }
    // Mail clients turn <html> and <body> into elements of their own page: what hides them there is theirs.
    if (element == names.body || element == names.html) visibility = {};
    Unseen unseen = entries_.empty() ? Unseen{} : entries_.back().unseen;
    unseen.displayNone = unseen.displayNone || visibility.displayNone || traits.has(kHidden);
    unseen.visibility = inherited(visibility.visibility, unseen.visibility);
    unseen.fontSize = inherited(visibility.fontSize, unseen.fontSize);
    entries_.push_back({element, unseen, last_[element], lastSpecial_, lastBarrier_});
    const auto position = static_cast<std::uint32_t>(entries_.size());
    last_[element] = position;
    if (traits.has(kSpecial)) lastSpecial_ = position;
    if (traits.has(kBarrier)) lastBarrier_ = position;
    return true;
}

void HtmlOpenElements::close(HtmlElement element) {
    const std::uint32_t position = last_[element];
    if (position == 0) return;
    const HtmlElementTraits& traits = traitsOf(element);
    if (traits.has(kTablePart) || traits.has(kBarrier)) {
        if (traits.has(kTablePart) && position < last_[htmlNames().table]) return;
    } else if (traits.has(kSpecial)) {
        if (position < lastBarrier_) return;
    } else if (element >= kUnknownElements || traits.name == "span") {
        // Formatting elements (b, font …) are closed across blocks by the adoption agency; others are not.
        if (position < lastSpecial_) return;
    }
    popTo(position);
}

bool HtmlOpenElements::preformatted() const {
    return last_[htmlNames().pre] > lastBarrier_;
}

void HtmlOpenElements::closeImplied(HtmlElement element) {
    const HtmlNames& n = htmlNames();
    const auto pop = [&](std::initializer_list<HtmlElement> closed, std::uint32_t barrier) {
        std::uint32_t first = 0;
        for (const HtmlElement other : closed) {
            if (inScope(other, barrier) && (first == 0 || last_[other] < first)) first = last_[other];
        }
        if (first > 0) popTo(first);
    };
    if (traitsOf(element).has(kClosesParagraph)) pop({n.p}, lastBarrier_);
    const std::uint32_t table = last_[n.table];
    if (element == n.li) {
        pop({n.li}, std::max({last_[n.ul], last_[n.ol], lastBarrier_}));
    } else if (element == n.dd || element == n.dt) {
        pop({n.dd, n.dt}, std::max(last_[n.dl], lastBarrier_));
    } else if (element == n.option) {
        pop({n.option}, last_[n.select]);
    } else if (element == n.td || element == n.th) {
        pop({n.td, n.th}, table);
    } else if (element == n.tr) {
        pop({n.td, n.th, n.tr}, table);
    } else if (element == n.tbody || element == n.thead || element == n.tfoot) {
        pop({n.td, n.th, n.tr, n.tbody, n.thead, n.tfoot}, table);
    }
}

void HtmlOpenElements::popTo(std::uint32_t position) {
    while (entries_.size() >= position) {
        const Entry& entry = entries_.back();
        last_[entry.element] = entry.sameBefore;
        lastSpecial_ = entry.specialBefore;
        lastBarrier_ = entry.barrierBefore;
        entries_.pop_back();
    }
}

}  // namespace weir
