#include "common/mail/html_reading.h"

#include <algorithm>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/html_links.h"
#include "common/mail/html_text_reader.h"
#include "common/mail/html_tokens.h"

namespace weir {
namespace {

// The passes over an HTML text, and over those that stand inside its comments and attributes.
class Walk {
  public:
    Walk(HtmlReading& reading, HtmlLinks& links, const HtmlLimits& limits)
        : reading_(reading), links_(links), limits_(limits) {}

    void outer(std::string_view html) {
        walk(html, reading_.text, limits_.textBytes, true);
        for (const std::string_view comment : comments_) inner(comment);
        for (const std::string& content : frameContents_) inner(content);
    }

  private:
    void walk(std::string_view html, std::string& out, std::size_t room, bool outer);
    void inner(std::string_view html);
    void keepComment(std::string_view content);
    bool roomInside();

    HtmlReading& reading_;
    HtmlLinks& links_;
    const HtmlLimits& limits_;
    std::vector<std::string_view> comments_;
    std::vector<std::string> frameContents_;
};

void Walk::walk(std::string_view html, std::string& out, std::size_t room, bool outer) {
    using Kind = HtmlToken::Kind;
    HtmlTokens tokens(html, limits_.attributes);
    HtmlTextReader text(out, room, limits_.depth);
    std::string shown, anchor;  // the text and the name of the open anchor
    const auto closeAnchor = [&] {
        text.copyTo(nullptr, 0);
        links_.closeAnchor(shown);
        shown.clear();
        anchor.clear();
    };
    while (tokens.next()) {
        const Kind kind = tokens.token().kind;
        if (!anchor.empty() && (kind == Kind::kStart || kind == Kind::kEnd) &&
            (tokens.name() == "a" || (kind == Kind::kEnd && tokens.name() == anchor))) {
            closeAnchor();
        }
        text.take(tokens);
        if (kind == Kind::kStart) {
            if (links_.startTag(tokens, text.hidden())) {
                anchor = tokens.name();
                text.copyTo(&shown, limits_.shownBytes);
            }
            if (outer && !links_.frameContent().empty() && roomInside()) {
                frameContents_.push_back(links_.frameContent());
            }
        } else if (kind == Kind::kRaw) {
            links_.raw(tokens);
        } else if (kind == Kind::kComment && outer) {
            keepComment(tokens.content());
        }
    }
    closeAnchor();
    reading_.hiddenBytes += text.hiddenBytes();
    if (text.full()) {
        links_.cut((outer ? "text over " : "other text over ") +
                   std::to_string(outer ? limits_.textBytes : limits_.otherTextBytes) + " bytes");
    }
    if (text.tooDeep()) links_.cut("elements nested deeper than " + std::to_string(limits_.depth));
    if (tokens.attributesCut()) links_.cut("attributes of a tag over " + std::to_string(limits_.attributes));
}

void Walk::inner(std::string_view html) {
    std::string& out = reading_.otherText;
    if (!out.empty() && out.back() != '\n' && out.size() < limits_.otherTextBytes) out += '\n';
    walk(html, out, limits_.otherTextBytes - std::min(limits_.otherTextBytes, out.size()), false);
}

// <!--[if mso]> … <![endif]-->: Outlook reads what is between as if it were no comment.
void Walk::keepComment(std::string_view content) {
    if (!content.starts_with("[if")) return;
    const std::size_t condition = content.find("]>");
    if (condition == std::string_view::npos || !roomInside()) return;
    content.remove_prefix(condition + 2);
    comments_.push_back(content.substr(0, content.rfind("<![endif]")));
}

bool Walk::roomInside() {
    if (comments_.size() + frameContents_.size() < limits_.innerTexts) return true;
    links_.cut("texts inside comments and frames over " + std::to_string(limits_.innerTexts));
    return false;
}

}  // namespace

HtmlReading readHtml(std::string_view utf8, const HtmlLimits& limits) {
    HtmlReading reading;
    HtmlLinks links(reading, limits);
    if (utf8.size() > limits.bytes) {
        links.cut("HTML over " + std::to_string(limits.bytes) + " bytes");
        utf8 = cutUtf8(utf8, limits.bytes);
    }
    Walk(reading, links, limits).outer(utf8);
    links.finish();
    return reading;
}

}  // namespace weir
