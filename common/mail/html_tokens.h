// HTML → text, tags, comments: one after the other, each with its place in the input.
//
// Our own tokenizer (HTML Living Standard, section 13.2.5), since the libraries are quadratic or lose deep
// text: one pass, no recursion, no tree; linear in the input whatever it holds, one search for each token and
// no way back. The input must outlive it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/mail/html_elements.h"

namespace weir {

struct HtmlAttribute {
    std::string_view name, value;  // as written: any case, references not decoded, without quotes
};

struct HtmlToken {
    enum class Kind {
        kText,     // up to the next "<"; references not decoded. A "<" that begins no markup stands alone
        kStart,    // a start tag
        kEnd,      // an end tag
        kRaw,      // the content of an element like script, whose text is no markup; its end tag comes next
        kComment,  // content() is what stands between "<!--" and "-->"
        kOther,    // <!doctype>, <?xml?>, </ >
    };
    Kind kind = Kind::kText;
    std::size_t begin = 0, end = 0;  // bytes of the input
    HtmlElement element = 0;         // of a start or end tag; of kRaw the element it is in
};

class HtmlTokens {
  public:
    // Further attributes of one tag are passed over.
    explicit HtmlTokens(std::string_view html, std::size_t mostAttributes = 200)
        : html_(html), mostAttributes_(mostAttributes) {}

    // The next token; false at the end. A tag that the end of the input cuts is none: browsers drop it.
    bool next();

    const HtmlToken& token() const { return token_; }
    std::string_view bytes() const { return html_.substr(token_.begin, token_.end - token_.begin); }
    std::string_view content() const { return content_; }  // of a comment
    // Of a start or end tag, in lower case; the first 32 bytes of it. No known name is longer.
    const std::string& name() const { return name_; }
    const std::vector<HtmlAttribute>& attributes() const { return attributes_; }  // of a start tag
    bool attributesCut() const { return attributesCut_; }                         // of any tag so far

  private:
    char peek(std::size_t ahead) const { return at_ + ahead < html_.size() ? html_[at_ + ahead] : '\0'; }
    bool is(HtmlToken::Kind kind, std::size_t end);
    bool markup();
    bool tag();
    bool comment();
    bool raw();
    bool passAttributes(bool keep);
    std::string_view attributeValue();

    const std::string_view html_;
    const std::size_t mostAttributes_;
    std::size_t at_ = 0;
    HtmlToken token_;
    std::string name_;
    std::string_view content_;
    std::vector<HtmlAttribute> attributes_;
    bool inRaw_ = false, attributesCut_ = false;
};

constexpr bool isHtmlSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

// The value of an attribute with its references decoded (HTML Living Standard, section 13.2.5.73: "&copy=" in
// a link stays what it is), at most `limit` bytes of it.
std::string htmlAttributeText(std::string_view value, std::size_t limit = SIZE_MAX);

}  // namespace weir
