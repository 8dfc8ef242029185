#include "common/mail/html_disarm.h"

#include <algorithm>
#include <array>

#include "common/mail/ascii.h"
#include "common/mail/html_disarm_css.h"
#include "common/mail/html_disarm_tables.h"
#include "common/mail/html_disarm_text.h"
#include "common/mail/html_disarm_url.h"
#include "common/mail/html_text.h"
#include "common/mail/html_tokens.h"
#include "common/mail/url_claim.h"
#include "common/mail/url_parts.h"

namespace weir {
namespace {

constexpr std::size_t kShownBytes = 2048;  // of a link's text

// A name as tidy writers make it; anything else is read differently by different readers.
bool isTidyName(std::string_view name) {
    return name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
               return isAsciiLetter(c) || isAsciiDigit(c) || c == ':' || c == '-' || c == '_' || c == '.';
           });
}

// A start tag. Attributes by their names in lower case without NULs, the first of each name alone.
struct Tag {
    std::string name;
    std::vector<std::pair<std::string, std::string_view>> attributes;  // values as written
    bool malformed = false;

    const std::string_view* find(std::string_view attribute) const {
        for (const auto& [key, value] : attributes) {
            if (key == attribute) return &value;
        }
        return nullptr;
    }
    std::string text(std::string_view attribute) const {
        const std::string_view* value = find(attribute);
        return value ? htmlAttributeText(*value) : std::string();
    }
};

std::string tidyName(std::string_view name, bool& malformed) {
    malformed = malformed || !isTidyName(name);
    std::string tidy = lowered(name.substr(0, 64));
    std::erase(tidy, '\0');
    return tidy;
}

Tag tagOf(const HtmlTokens& tokens) {
    Tag tag;
    tag.name = tidyName(tokens.name(), tag.malformed);
    for (const HtmlAttribute& one : tokens.attributes()) {
        std::string name = tidyName(one.name, tag.malformed);
        if (const std::string_view* first = tag.find(name)) {
            tag.malformed = tag.malformed || *first != one.value;
        } else {
            tag.attributes.emplace_back(std::move(name), one.value);
        }
    }
    return tag;
}

void appendAttribute(std::string& tag, std::string_view name, std::string_view escapedValue) {
    tag += ' ';
    tag += name;
    tag += "=\"";
    tag += escapedValue;
    tag += '"';
}

bool partsWords(std::string_view name) {
    constexpr std::array<std::string_view, 12> kBlocks = {"br", "div", "h1", "h2", "h3",    "h4",
                                                          "hr", "li",  "p",  "td", "table", "tr"};
    return std::find(kBlocks.begin(), kBlocks.end(), name) != kBlocks.end();
}

class Disarmer {
  public:
    Disarmer(std::string_view html, const DisarmOptions& options)
        : html_(html), options_(options), tokens_(html) {}

    DisarmedHtml run() {
        out_.reserve(html_.size() + html_.size() / 8);
        if (html_.find('\0') != std::string_view::npos) count(Disarm::kMalformed);
        while (tokens_.next()) take();
        const bool cutTag = tokens_.token().begin < html_.size();  // browsers show nothing of it
        if (cutTag || tokens_.attributesCut()) count(Disarm::kMalformed);
        endLink(true);
        DisarmedHtml result;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            if (counts_[i] > 0) result.found.push_back({disarmWord(static_cast<Disarm>(i)), counts_[i]});
        }
        if (!result.found.empty()) result.html = std::move(out_);
        return result;
    }

  private:
    void count(Disarm what, std::size_t times = 1) { counts_[static_cast<std::size_t>(what)] += times; }

    void take() {
        switch (tokens_.token().kind) {
            case HtmlToken::Kind::kText:
                out_ += htmlKeptText(tokens_.bytes());
                shown(tokens_.bytes());
                break;
            case HtmlToken::Kind::kStart:
                start(tagOf(tokens_));
                break;
            case HtmlToken::Kind::kEnd:
                end();
                break;
            case HtmlToken::Kind::kRaw:
                rawText();
                break;
            case HtmlToken::Kind::kComment:
                if (equalIgnoringCase(trimmed(tokens_.content().substr(0, 40)).substr(0, 3), "[if")) {
                    count(Disarm::kConditional);
                }
                break;
            case HtmlToken::Kind::kOther:
                declaration(tokens_.bytes());
                break;
        }
    }

    void declaration(std::string_view bytes) {
        if (bytes.starts_with("<![CDATA[")) count(Disarm::kMalformed);  // XML reads on to "]]>"
        if (!equalIgnoringCase(bytes.substr(0, 9), "<!doctype")) return;
        const bool plain =
            bytes.ends_with('>') && std::all_of(bytes.begin() + 1, bytes.end(), [](char c) {
                return c >= ' ' ? c <= '~' && c != '<' && c != '&' && c != '`' : isAsciiSpace(c);
            });
        out_ += plain ? bytes : "<!DOCTYPE html>";
    }

    void start(const Tag& tag) {
        const HtmlFate fate = htmlFate(tag.name);
        if (tag.malformed) count(Disarm::kMalformed);
        switch (fate.kind) {
            case HtmlFate::Kind::kStays:
                if (tag.name == "meta") {
                    meta(tag);
                } else {
                    element(tag);
                }
                break;
            case HtmlFate::Kind::kTagGoes:
                attributes(tag);  // what they do is reported all the same
                break;
            case HtmlFate::Kind::kNamed:
                count(fate.what);
                if (fate.what == Disarm::kField) field(tag);
                break;
            case HtmlFate::Kind::kContentGoes:
                count(fate.what);
                break;
            case HtmlFate::Kind::kStyle:
                media_ = tag.text("media");
                break;
            case HtmlFate::Kind::kTitle:
                break;
        }
    }

    void element(const Tag& tag) {
        if (tag.name == "a") endLink(true);
        out_ += '<' + tag.name + attributes(tag) + '>';
        if (tag.name == "a") {
            beginLink(tag);
        } else if (tag.name == "img") {
            if (const std::string_view* alt = tag.find("alt")) shown(*alt);
        } else if (partsWords(tag.name)) {
            shown(" ");
        }
    }

    // As they are written into the tag. Reports what goes.
    std::string attributes(const Tag& tag) {
        std::string written;
        for (const auto& [name, value] : tag.attributes) {
            switch (htmlAttributeFate(tag.name, name)) {
                case HtmlAttributeFate::kStays:
                    appendAttribute(written, name, htmlKeptValue(value));
                    break;
                case HtmlAttributeFate::kGoes:
                    break;
                case HtmlAttributeFate::kHandler:
                    count(Disarm::kHandler);
                    break;
                case HtmlAttributeFate::kLink:
                    followed(name, value, written);
                    break;
                case HtmlAttributeFate::kImage:
                    loaded(name, value, written);
                    break;
                case HtmlAttributeFate::kStyle:
                    appendAttribute(written, name, htmlEscaped(css(htmlAttributeText(value))));
                    break;
                case HtmlAttributeFate::kPlace:
                    if (value.starts_with('#')) appendAttribute(written, name, htmlKeptValue(value));
                    break;
            }
        }
        return written;
    }

    void followed(std::string_view name, std::string_view value, std::string& written) {
        const HtmlUrl url = readHtmlUrl(htmlAttributeText(value));
        if (url.kind == HtmlUrlKind::kDangerous) {
            count(Disarm::kLink);
        } else {
            appendAttribute(written, name, htmlEscaped(url.text));
        }
    }

    void loaded(std::string_view name, std::string_view value, std::string& written) {
        const HtmlUrl url = readHtmlUrl(htmlAttributeText(value));
        if (url.text.empty()) return;
        const bool image = name == "src" || name == "background";
        const bool inside = url.kind == HtmlUrlKind::kInside && !url.text.starts_with('#');
        const bool kept = !options_.removeRemoteImages && url.kind == HtmlUrlKind::kWeb;
        if (image && (inside || kept)) {
            appendAttribute(written, name, htmlEscaped(url.text));
        } else if (url.kind == HtmlUrlKind::kDangerous) {
            count(Disarm::kLink);
        } else if (options_.removeRemoteImages || image) {
            count(Disarm::kRemoteImage);
        }
    }

    std::string css(std::string_view text) {
        CssFindings findings;
        std::string safe = disarmCss(text, !options_.removeRemoteImages, findings);
        count(Disarm::kScript, findings.scripts);
        count(Disarm::kRemoteImage, findings.remote);
        count(Disarm::kRemoteStyle, findings.imports);
        return safe;
    }

    void meta(const Tag& tag) {
        const std::string equivalent = lowered(trimmed(tag.text("http-equiv")));
        if (equivalent == "refresh") {
            count(Disarm::kRefresh);
        } else if (equivalent == "content-type" || tag.find("charset")) {
            out_ += "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">";
        } else if (equivalent.empty() && tag.find("name")) {
            out_ += "<meta" + attributes(tag) + '>';
        }
    }

    // What a reader saw on it.
    void field(const Tag& tag) {
        out_ += ' ';
        if (tag.name != "input") return;
        const std::string type = lowered(trimmed(tag.text("type")));
        if (type == "submit" || type == "button" || type == "reset") {
            out_ += htmlEscaped(tag.text("value")) + ' ';
        } else if (type == "image") {
            out_ += htmlEscaped(tag.text("alt")) + ' ';
        }
    }

    void end() {
        bool malformed = false;
        const std::string name = tidyName(tokens_.name(), malformed);
        if (malformed) count(Disarm::kMalformed);
        const HtmlFate fate = htmlFate(name);
        if (fate.kind == HtmlFate::Kind::kNamed && fate.what == Disarm::kField) out_ += ' ';
        if (fate.kind != HtmlFate::Kind::kStays) return;
        if (fate.isVoid) {
            if (name == "br") out_ += "<br>";
            return;
        }
        out_ += "</" + name + '>';
        if (name == "a") endLink(false);
    }

    void rawText() {
        const HtmlFate fate = htmlFate(tokens_.name());
        if (fate.kind == HtmlFate::Kind::kStyle) {
            std::string tag = "<style type=\"text/css\"";
            if (!media_.empty()) appendAttribute(tag, "media", htmlEscaped(media_));
            out_ += tag + '>' + css(tokens_.bytes()) + "</style>";
        } else if (fate.kind == HtmlFate::Kind::kTitle) {
            out_ += "<title>" + htmlEscaped(htmlPlainText(tokens_.bytes())) + "</title>";
        }
    }

    // Links whose text shows another address.

    void shown(std::string_view html) {
        if (!link_.empty() && shown_.size() < kShownBytes) shown_ += html.substr(0, kShownBytes);
    }

    void beginLink(const Tag& tag) {
        link_ = options_.markLyingLinks ? tag.text("href") : std::string();
        shown_.clear();
    }

    // `open`: its end tag is not written yet.
    void endLink(bool open) {
        if (link_.empty()) return;
        const std::string url = std::move(link_);
        link_.clear();
        std::string text;
        appendHtmlText(text, shown_);
        if (!isDeceptiveLink(text, url)) return;
        const std::string host = parseUrl(url).value_or(UrlParts{}).host.name;
        const std::string mark = htmlEscaped(" [" + options_.really + ": " + host + ']');
        const std::string_view next = html_.substr(tokens_.token().end);
        if (!open && next.starts_with(mark)) return;
        count(Disarm::kLyingLink);
        if (open) out_ += "</a>";
        out_ += mark;
    }

    const std::string_view html_;
    const DisarmOptions& options_;
    HtmlTokens tokens_;
    std::string out_, media_;
    std::string link_;   // address of the link that is open; empty when none is
    std::string shown_;  // the HTML of its text
    std::array<std::size_t, static_cast<std::size_t>(Disarm::kCount)> counts_{};
};

}  // namespace

DisarmedHtml disarmHtml(std::string_view html, const DisarmOptions& options, const DisarmLimits& limits) {
    if (html.size() > limits.bytes) return {{}, {}, true};
    return Disarmer(html, options).run();
}

std::string disarmText(const std::vector<DisarmCount>& found) {
    std::string text;
    for (const DisarmCount& count : found) {
        if (!text.empty()) text += ", ";
        text += std::to_string(count.count) + ' ' + count.what;
    }
    return text;
}

}  // namespace weir
