#include "common/mail/disclaimer_text.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/html_disarm_text.h"
#include "common/mail/html_text.h"
#include "common/mail/html_tokens.h"

namespace weir {
namespace {

constexpr std::size_t kFlowedWidth = 72;
constexpr std::size_t kShortDisclaimer = 20;  // bytes of its skeleton

using Kind = HtmlToken::Kind;

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::size_t endOf(std::string_view html) {
    HtmlTokens tokens(html);
    std::size_t place = html.size(), before = 0;  // before: where the last token began
    bool body = false;
    while (tokens.next()) {
        const HtmlToken& token = tokens.token();
        const bool end = token.kind == Kind::kEnd;
        if (end && tokens.name() == "body") {
            place = token.begin;
            body = true;
        } else if (end && tokens.name() == "html" && !body) {
            place = token.begin;
        }
        const bool closed = tokens.bytes().ends_with("-->") || tokens.bytes().ends_with("--!>");
        const bool open = token.kind == Kind::kRaw || (token.kind == Kind::kComment && !closed);
        if (open && token.end == html.size() && place == html.size()) {
            return token.kind == Kind::kRaw ? before : token.begin;
        }
        before = token.begin;
    }
    return std::min(place, tokens.token().begin);  // a tag that is never closed begins there
}

std::size_t beginOf(std::string_view html) {
    constexpr std::array<std::string_view, 8> kBefore = {"base", "head",  "html",  "link",
                                                         "meta", "style", "title", "script"};
    HtmlTokens tokens(html);
    std::size_t place = html.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    while (tokens.next()) {
        const HtmlToken& token = tokens.token();
        switch (token.kind) {
            case Kind::kText: {
                const std::size_t begin = std::max(token.begin, std::min(place, token.end));
                if (!trimmed(html.substr(begin, token.end - begin)).empty()) return place;
                break;
            }
            case Kind::kStart:
                if (tokens.name() == "body") return token.end;
                if (!among(kBefore, tokens.name())) return place;
                place = token.end;
                break;
            case Kind::kEnd:
                if (!among(kBefore, tokens.name())) return place;
                place = token.end;
                break;
            case Kind::kRaw:
            case Kind::kComment:
            case Kind::kOther:
                place = token.end;
                break;
        }
    }
    return place;
}

// One line of a text as lines of format=flowed: all but the last end with a space.
void appendFlowed(std::string& out, std::string_view line, bool deleteSpace) {
    do {
        std::size_t cut = line.size();
        if (cut > kFlowedWidth) {
            const std::size_t space = line.rfind(' ', kFlowedWidth - 1);
            cut = space == std::string_view::npos || space == 0 ? line.find(' ', kFlowedWidth) : space;
            cut = cut == std::string_view::npos ? line.size() : cut + 1;
        }
        const std::string_view piece = line.substr(0, cut);
        const bool last = cut == line.size();
        if (piece.starts_with(' ') || piece.starts_with('>') || piece.starts_with("From ")) out += ' ';
        out += piece;
        if (!last && deleteSpace) out += ' ';
        if (!last) out += '\n';
        line.remove_prefix(cut);
    } while (!line.empty());
}

// Letters, digits and what is not ASCII: what wrapping, quoting and spacing leave as it is.
std::string skeleton(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (isAsciiLetter(c) || isAsciiDigit(c) || static_cast<unsigned char>(c) >= 0x80) out += c;
    }
    return out;
}

bool contains(std::string_view text, std::string_view what) {
    return memmem(text.data(), text.size(), what.data(), what.size()) != nullptr;
}

}  // namespace

std::size_t htmlPlaceFor(std::string_view html, DisclaimerPlace place) {
    return place == DisclaimerPlace::kEnd ? endOf(html) : beginOf(html);
}

std::string flowedText(std::string_view text, bool deleteSpace) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        while (line.ends_with(' ') && line != "-- ") line.remove_suffix(1);
        appendFlowed(out, line, deleteSpace);
        if (end < text.size()) out += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

bool holdsDisclaimer(std::string_view text, std::string_view disclaimer) {
    const std::string wanted = skeleton(disclaimer);
    if (wanted.empty()) return false;
    if (wanted.size() >= kShortDisclaimer) return contains(skeleton(text), wanted);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (skeleton(text.substr(0, end)) == wanted) return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

std::string disclaimerAsHtml(std::string_view text) {
    std::string html = "<p>";
    for (const char c : htmlEscaped(text)) {
        if (c == '\n') html += "<br>";
        html += c;
    }
    return html + "</p>";
}

std::string disclaimerAsText(std::string_view html) {
    std::string text;
    appendHtmlText(text, html);
    return text;
}

std::string htmlInAscii(std::string_view html) {
    std::string out;
    for (std::size_t i = 0; i < html.size();) {
        const std::size_t length = utf8Length(html, i);
        if (length == 1)
            out += html[i];
        else
            out += "&#" +
                   std::to_string(length == 0 ? 0xFFFD : std::uint32_t{utf8CodePoint(html, i, length)}) + ';';
        i += std::max<std::size_t>(length, 1);
    }
    return out;
}

}  // namespace weir
