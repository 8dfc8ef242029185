// Which language a text is written in.
//
// Small and always the same answer: the script of the letters, then the most frequent short words of each
// language and the letters that only some languages have. Linear in what is read, the first 20 kB. Pure;
// thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace weir {

struct LanguageLimits {
    std::size_t bytes = 20000;  // what is behind is not read
    std::size_t letters =
        40;  // with fewer nothing is said; a letter of Chinese, Japanese or Korean counts three
};

// ISO 639-1, in lower case: ar bg cs da de el en es fa fi fr he hi hr hu it ja ko nl no pl pt ro ru sk sr sv
// th tr uk ur vi zh. "" when unsure: too short, of several languages, or of one that is not among them. URLs
// and addresses do not count. `utf8` may be any bytes; line ends and markup that is left do not matter.
std::string languageOf(std::string_view utf8, const LanguageLimits& limits = {});

}  // namespace weir
