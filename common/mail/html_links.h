// Where the tags of an HTML text lead to: its links, and the counts of what its tags do.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "common/mail/html_reading.h"
#include "common/mail/html_tokens.h"

namespace weir {

// Fills the links, base and counts of a reading; its texts are for the caller. Both must outlive it.
class HtmlLinks {
  public:
    HtmlLinks(HtmlReading& reading, const HtmlLimits& limits)
        : reading_(reading),
          limits_(limits),
          known_(64, LinkHash{&reading.links}, SameLink{&reading.links}) {}

    // A start tag; `hidden`: it stands in what is not displayed. An anchor that is open must have been closed
    // before another <a>. True when it opened an anchor: its text is wanted by closeAnchor().
    bool startTag(const HtmlTokens& tokens, bool hidden);
    void closeAnchor(const std::string& shown);  // nothing where none is open
    // The content of a style or script element.
    void raw(const HtmlTokens& tokens);
    // srcdoc of the last start tag, decoded; "" when it has none.
    const std::string& frameContent() const { return frameContent_; }
    void cut(const std::string& what);  // each once
    void finish();                      // after the last tag: relative links are resolved

  private:
    // Links by their place in the reading, told apart by what they are.
    struct LinkHash {
        const std::vector<HtmlLink>* links;
        std::size_t operator()(std::uint32_t place) const {
            const HtmlLink& link = (*links)[place];
            const std::hash<std::string_view> hash;
            return hash(link.url) * 31 + hash(link.shown) + static_cast<std::size_t>(link.kind);
        }
    };
    struct SameLink {
        const std::vector<HtmlLink>* links;
        bool operator()(std::uint32_t a, std::uint32_t b) const { return (*links)[a] == (*links)[b]; }
    };
    struct Tag;
    void count(const HtmlTokens& tokens, Tag& tag);
    void attribute(const HtmlAttribute& attribute, Tag& tag);
    void address(const HtmlAttribute& attribute, const Tag& tag);
    void image(const Tag& tag);
    void refresh(const HtmlTokens& tokens);
    void styleUrls(std::string_view css);
    void sourceSet(std::string_view list);
    std::string cleanUrl(std::string_view value);
    void link(HtmlLink::Kind kind, std::string_view value);
    void add(HtmlLink::Kind kind, std::string url, std::string shown = {});

    HtmlReading& reading_;
    const HtmlLimits& limits_;
    std::unordered_set<std::uint32_t, LinkHash, SameLink> known_;
    std::uint32_t relativeImages_ = 0, relativePixels_ = 0;
    HtmlLink open_;  // the anchor that waits for its text; its url is "" when there is none
    std::string alternative_, frameContent_;
};

}  // namespace weir
