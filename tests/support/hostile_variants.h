// Mails that hide a text or a program in a place that some mail client finds: what a filter must not be blind
// to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::test {

// Stands in no other place of a mail than where it is hidden.
inline constexpr std::string_view kHiddenText = "pharmacy4711";
inline constexpr std::string_view kHiddenProgram = "evil.exe";  // its name; its bytes begin with "MZ"

enum class Hides { kText, kProgram };

struct HostileVariant {
    std::string name;
    std::string mail;
    Hides hides = Hides::kProgram;
    // The word of the ambiguity that makes it possible; empty where all clients read the mail alike.
    std::string word = {};
    // It is not to be found in the text, nor among the files: only the word tells.
    bool onlyFlagged = false;
};

std::vector<HostileVariant> hostileVariants();

// The bytes of a small Windows program, as libmagic knows it.
std::string sampleProgram();

}  // namespace weir::test
