#include "tests/unit/common/mail/html_disarm_check.h"

#include <algorithm>
#include <set>

#include "common/mail/ascii.h"
#include "common/mail/html_tokens.h"

namespace weir::test {
namespace {

const std::set<std::string_view> kForbidden = {
    "applet", "audio",    "base",     "bgsound",  "button",    "datalist", "embed",    "fencedframe",
    "form",   "frame",    "frameset", "iframe",   "image",     "ilayer",   "input",    "isindex",
    "keygen", "layer",    "link",     "listing",  "math",      "noembed",  "noframes", "noscript",
    "object", "optgroup", "option",   "param",    "plaintext", "portal",   "script",   "select",
    "source", "svg",      "template", "textarea", "track",     "video",    "xml",      "xmp"};

const std::set<std::string_view> kForbiddenAttributes = {
    "action",     "archive", "classid", "code",   "codebase", "data",   "dynsrc",  "formaction",
    "http-equiv", "lowsrc",  "ping",    "poster", "srcdoc",   "srcset", "manifest"};

bool isNameByte(char c) {
    return (c >= 'a' && c <= 'z') || isAsciiDigit(c) || c == '-' || c == ':' || c == '_' || c == '.';
}

bool startsWithAny(std::string_view text, std::initializer_list<std::string_view> starts) {
    return std::any_of(starts.begin(), starts.end(), [&](std::string_view s) { return text.starts_with(s); });
}

std::string cssProblem(std::string_view css) {
    const std::string lower = lowered(css);
    for (const char* word :
         {"expression", "behavior", "-moz-binding", "@import", "image-set", "alphaimageloader"}) {
        const std::size_t at = lower.find(word);
        if (at != std::string::npos && (at == 0 || !isNameByte(lower[at - 1])))
            return std::string("style with ") + word;
    }
    for (std::size_t at = 0; (at = lower.find("url(", at)) != std::string::npos; at += 4) {
        if (!startsWithAny(std::string_view(lower).substr(at + 4),
                           {"\"cid:", "\"data:image/", "\"#", "\"mid:"})) {
            return "style that loads " + lower.substr(at, 40);
        }
    }
    return {};
}

class Checker {
  public:
    explicit Checker(std::string_view html) : html_(html) {}

    std::string run() {
        while (at_ < html_.size() && problem_.empty()) {
            if (html_[at_] != '<') {
                ++at_;
            } else if (equalIgnoringCase(html_.substr(at_, 9), "<!doctype")) {
                const std::size_t end = html_.find_first_of("<>", at_ + 1);
                if (end == std::string_view::npos || html_[end] == '<') fail("open doctype");
                at_ = end;
            } else {
                tag();
            }
        }
        return problem_;
    }

  private:
    void fail(std::string what) {
        if (problem_.empty()) problem_ = std::move(what) + " at " + std::to_string(at_);
    }
    bool take(std::string_view what) {
        if (html_.substr(at_, what.size()) != what) return false;
        at_ += what.size();
        return true;
    }
    std::string_view name() {
        const std::size_t start = at_;
        while (at_ < html_.size() && isNameByte(html_[at_])) ++at_;
        return html_.substr(start, at_ - start);
    }

    void tag() {
        ++at_;
        const bool end = take("/");
        const std::string_view element = name();
        if (element.empty()) return fail("a bare <");
        if (kForbidden.contains(element)) return fail("element " + std::string(element));
        while (!end && take(" ")) attribute(element);
        if (!take(">")) return fail("no tag of the strict form");
        if (end || (element != "style" && element != "title")) return;
        const std::string close = "</" + std::string(element) + ">";
        const std::size_t content = at_;
        at_ = std::min(html_.find(close, at_), html_.size());
        const std::string_view text = html_.substr(content, at_ - content);
        if (at_ == html_.size()) return fail("unclosed " + std::string(element));
        for (std::size_t i = 0; i + 1 < text.size(); ++i) {
            if (text[i] == '<' && (isAsciiLetter(text[i + 1]) ||
                                   std::string_view("!/?").find(text[i + 1]) != std::string_view::npos)) {
                return fail("markup in " + std::string(element));
            }
        }
        if (element == "style") failIf(cssProblem(text));
    }

    void failIf(const std::string& what) {
        if (!what.empty()) fail(what);
    }

    void attribute(std::string_view element) {
        const std::string_view attribute = name();
        if (attribute.empty() || !take("=\"")) return fail("no attribute of the strict form");
        const std::size_t end = html_.find('"', at_);
        if (end == std::string_view::npos) return fail("open value");
        const std::string_view raw = html_.substr(at_, end - at_);
        at_ = end + 1;
        if (raw.find_first_of(std::string_view("<>`\0", 4)) != std::string_view::npos)
            return fail("markup in a value");
        if (attribute.starts_with("on")) return fail("handler " + std::string(attribute));
        std::string value = lowered(htmlAttributeText(raw));
        if (element == "meta" && attribute == "http-equiv" && value == "content-type") return;
        if (kForbiddenAttributes.contains(attribute)) return fail("attribute " + std::string(attribute));
        if (attribute == "style") return failIf(cssProblem(value));
        std::erase_if(value, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
        if (attribute == "src" || attribute == "background") {
            if (!startsWithAny(value, {"cid:", "mid:", "data:image/"})) fail("loads " + value);
            if (value.starts_with("data:image/svg")) fail("loads svg");
        }
        if (attribute == "href") {
            const std::size_t colon = value.find_first_of(":/?#");
            const bool scheme = colon != std::string::npos && value[colon] == ':';
            if (scheme && !startsWithAny(value, {"http:", "https:", "ftp:", "mailto:", "tel:", "cid:",
                                                 "data:image/png", "data:image/gif", "data:image/jp",
                                                 "sms:", "mid:", "news:", "callto:", "sip:", "webcal:",
                                                 "geo:", "xmpp:", "data:image/webp", "data:image/bmp"})) {
                fail("link to " + value.substr(0, 40));
            }
        }
    }

    const std::string_view html_;
    std::size_t at_ = 0;
    std::string problem_;
};

}  // namespace

std::string disarmProblem(std::string_view html) {
    return Checker(html).run();
}

}  // namespace weir::test
