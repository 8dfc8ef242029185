// The ways to find which regular expressions of a set match a text. All give the same hits.
//
// Immutable; scan() from any thread. Texts are in the regex form of match_text.h.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/policy/hit_sink.h"

namespace weir {

// What checkRegex() accepted, or regexOfGlob().
struct RegexPatterns {
    std::vector<std::string> texts;
    bool caseless = true;
    bool operator==(const RegexPatterns&) const = default;
};

class RegexEngine {
  public:
    virtual ~RegexEngine() = default;
    virtual void scan(std::string_view text, HitSink& sink) const = 0;
    virtual const char* name() const = 0;
};

// RE2, one expression after the other: what the others are measured by. Ready at once, slow with many.
std::unique_ptr<RegexEngine> referenceEngine(const RegexPatterns& patterns);

// Looks for the literal parts first, in one scan, and asks RE2 only about expressions whose parts are there.
// Ready in tens of milliseconds for a thousand expressions.
std::unique_ptr<RegexEngine> atomEngine(const RegexPatterns& patterns);

// The same, but for texts that hold many of those parts, and for expressions without one, whole expressions
// in libhs, RE2 for those it cannot hold. The fastest scan for any text; may compile for many seconds.
// Where libhs does not run on this processor: atomEngine().
std::unique_ptr<RegexEngine> databaseEngine(const RegexPatterns& patterns);

}  // namespace weir
