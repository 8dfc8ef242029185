// What a regular expression of a policy may be, and how it is given to the scan engine.
//
// RE2 is the reference: what it does not accept, or not within a memory bound, is refused. So nothing that
// needs backtracking (look-around, back-references) ever sees mail.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>

#include "common/base/error.h"

namespace weir {

// Bytes one RE2 object may use for its program and its DFA together.
inline constexpr std::int64_t kRegexMemory = 4 << 20;

RE2::Options regexOptions(bool caseless);
// Throws Error(kInternal) for what checkRegex() does not accept.
std::unique_ptr<RE2> compiledRegex(const std::string& pattern, bool caseless);
bool isMatch(const RE2& regex, std::string_view text);

// A problem says what is wrong and, where it is a feature we cannot have, why. Policies compile with
// `caseless` true; (?-i) in the pattern switches that off.
Expected<void> checkRegex(std::string_view pattern);

// The same expression for libhs, where both engines then agree on every valid UTF-8 text.
struct ScanPattern {
    std::string text;
    bool scannable = true;      // false: has no equal in libhs, leave it to RE2
    bool needsUtf8 = false;     // counts characters, not bytes: needs HS_FLAG_UTF8
    bool needsConfirm = false;  // libhs may find it where RE2 does not: ask RE2 about each hit
    bool plainAscii = true;     // every literal in it is ASCII
};
ScanPattern scanPattern(std::string_view pattern);

// RE2 text that matches what a wildcard pattern matches: * any text, ? one character, the whole value.
std::string regexOfGlob(std::string_view glob);

}  // namespace weir
