// What a mail's HTML holds: the text a reader sees, where it links to, what it loads, and what it does.
//
// One pass of html_tokens.h; time and memory are linear in the input whatever it holds. Nothing here fails:
// what is over a limit is left out and named in `cut`. Everything is valid UTF-8 if the input is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct HtmlLimits {
    std::size_t bytes = 16u << 20;          // of the input; the rest is not read
    std::size_t textBytes = 4u << 20;       // of HtmlReading::text
    std::size_t otherTextBytes = 1u << 20;  // of HtmlReading::otherText
    std::size_t innerTexts = 2000;          // that otherText is made of
    std::size_t links = 2000;               // different ones
    std::size_t linkBytes = 4096;           // of one URL
    std::size_t shownBytes = 512;           // of the text of one link; the rest is not kept and not named
    std::size_t attributes = 200;           // of one tag
    std::size_t depth = 2000;               // of open elements
};

struct HtmlLink {
    enum class Kind {
        kAnchor,   // <a>, or a shape of VML: what a reader clicks
        kArea,     // a piece of an image map
        kForm,     // where a form or its button sends to
        kRefresh,  // <meta http-equiv=refresh>
        kImage,    // loaded when the mail is shown: images, backgrounds, url(…) of a style
        kStyle,    // a style sheet
        kFrame,    // shown inside: iframe, frame
        kObject,   // object, embed, applet
        kScript,   // source of a script, or a URL written inside one
        kMedia,    // audio, video
    };
    Kind kind = Kind::kAnchor;
    // As a browser takes it from the attribute: references decoded, without the white space around it, tabs
    // and line ends; relative ones made absolute when the HTML has a base, else as they are. Of data: URLs
    // the first 64 bytes.
    std::string url;
    // What a reader sees of a kAnchor or kArea: its text, else the alternative text of its image.
    std::string shown;
    bool operator==(const HtmlLink&) const = default;
};
// "anchor", "area", "form", …
const char* toString(HtmlLink::Kind kind);

struct HtmlReading {
    std::string text;  // as appendHtmlText() (html_text.h)
    // Text that only some clients show: in comments for Outlook (<!--[if mso]>) and in srcdoc of frames.
    std::string otherText;
    std::vector<HtmlLink> links;  // in their order, each different one once
    std::string base;             // href of the first <base>

    std::uint32_t scripts = 0;         // script elements
    std::uint32_t forms = 0;           // form elements
    std::uint32_t passwordInputs = 0;  // input type=password
    std::uint32_t frames = 0;          // iframe, frame
    std::uint32_t objects = 0;         // object, embed, applet
    std::uint32_t eventHandlers = 0;   // attributes on…
    std::uint32_t refreshes = 0;       // <meta http-equiv=refresh> with a URL
    std::uint32_t remoteImages = 0;    // kImage links to http, https or ftp, repeated ones too
    std::uint32_t trackingPixels = 0;  // remote <img> of at most 1×1, or not displayed
    std::uint32_t scriptUrls = 0;      // javascript:, vbscript: and their like in any link
    std::uint32_t dataUrls = 0;        // data: in links that are not images
    std::uint64_t hiddenBytes = 0;     // text hidden by attributes, without the white space around it

    std::vector<std::string> cut;  // "links over 2000", "text over 4194304 bytes" …, each once
};

HtmlReading readHtml(std::string_view utf8, const HtmlLimits& limits = {});

}  // namespace weir
