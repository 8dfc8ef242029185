// HTML without what runs, loads or deceives.
//
// Read as a browser's tokenizer reads it and written anew from what is known to be harmless: every "<" of the
// result begins a tag written here, values stand in double quotes, and nothing is left that switches the
// reader into another state (scripts, SVG, MathML, comments, raw text but style and title). So whoever reads
// the result, strictly or not, reads the same. Pure, linear in time and memory, no recursion.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct DisarmOptions {
    bool removeRemoteImages = true;  // images, backgrounds and url() of styles that lie elsewhere
    bool markLyingLinks = true;      // "[really: evil.example]" after a link whose text shows another address
    std::string really = "really";   // the word in that mark, plain text
};

struct DisarmLimits {
    std::size_t bytes = 16u << 20;  // larger HTML is not looked at
};

struct DisarmCount {
    std::string what;  // "scripts", "event handlers", "remote images" …
    std::size_t count = 0;
    bool operator==(const DisarmCount&) const = default;
};

struct DisarmedHtml {
    // Empty where nothing was found: then what was given is harmless as it is, and stays byte for byte.
    std::vector<DisarmCount> found;
    std::string
        html;  // UTF-8, and says so in its meta element where it had one; empty when nothing was found
    bool tooLarge = false;
};

// `html` is valid UTF-8. What goes: scripts and event handlers; forms and fields (the text of buttons,
// options and text areas stays); frames, objects, media, SVG and MathML (text in them stays); refreshes and
// base addresses; links to javascript:, data:, file: and every scheme not known; style sheets from elsewhere;
// conditional comments. Then also, unreported: comments, and elements and attributes that do nothing.
// Disarming the result finds nothing.
DisarmedHtml disarmHtml(std::string_view html, const DisarmOptions& options = {},
                        const DisarmLimits& limits = {});

// "3 scripts, 1 remote images" for people.
std::string disarmText(const std::vector<DisarmCount>& found);

}  // namespace weir
