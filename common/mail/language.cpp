#include "common/mail/language.h"

#include <glib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>

#include "common/base/utf8.h"
#include "common/mail/language_words.h"

namespace weir {
namespace {

enum Script : std::size_t {
    kLatin,
    kCyrillic,
    kGreek,
    kHebrew,
    kArabic,
    kKana,
    kHan,
    kHangul,
    kThai,
    kDevanagari,
    kOtherScript,
    kScripts,
    kNone = kScripts,
};

constexpr std::size_t kLongestWord = 24;  // bytes; longer ones are in no table
constexpr int kUnit = 60;                 // of score: a word that one language alone has
constexpr int kOwnLetter = 20;            // shared by the languages that have the letter
constexpr int kForeignLetter = 12;        // taken from those that do not

Script scriptOf(char32_t c) {
    if (c < 0x80) return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? kLatin : kNone;
    if (c < 0xC0 || c == 0xD7 || c == 0xF7) return kNone;
    if (c < 0x250 || (c >= 0x1E00 && c < 0x1F00)) return kLatin;
    if ((c >= 0x370 && c < 0x400) || (c >= 0x1F00 && c < 0x2000)) return kGreek;
    if (c >= 0x400 && c < 0x530) return kCyrillic;
    if (c >= 0x5D0 && c < 0x5F3) return kHebrew;
    if ((c >= 0x620 && c < 0x64B) || (c >= 0x66E && c < 0x6D4) || (c >= 0x6FA && c < 0x700) ||
        (c >= 0xFB50 && c < 0xFE00) || (c >= 0xFE70 && c < 0xFEFF)) {
        return kArabic;
    }
    if (c >= 0x904 && c < 0x964) return kDevanagari;
    if (c >= 0xE01 && c < 0xE4E) return kThai;
    if ((c >= 0x1100 && c < 0x1200) || (c >= 0x3130 && c < 0x3190) || (c >= 0xAC00 && c < 0xD7A4))
        return kHangul;
    if ((c >= 0x3041 && c < 0x3100) || (c >= 0xFF66 && c < 0xFF9E)) return kKana;
    if ((c >= 0x3400 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) || (c >= 0x20000 && c < 0x32000))
        return kHan;
    return g_unichar_isalpha(c) ? kOtherScript : kNone;
}

bool isOneOf(char32_t c, std::u32string_view letters) {
    return letters.find(c) != std::u32string_view::npos;
}

// Languages with so many words in common that a small difference decides.
bool areSiblings(std::string_view a, std::string_view b) {
    if (b < a) std::swap(a, b);
    return (a == "da" && b == "no") || (a == "cs" && b == "sk") || (a == "gl" && b == "pt") ||
           (a == "hr" && b == "sl");
}

class Profile {
  public:
    void read(std::string_view text);
    std::string language(const LanguageLimits& limits) const;

  private:
    void character(char32_t c, std::string_view bytes);
    void endWord();
    void count(LanguageSet set, int halves);
    void cyrillic(char32_t lower);
    std::string latinLanguage() const;
    std::string cyrillicLanguage() const;
    std::string arabicLanguage() const;

    std::array<std::size_t, kScripts> letters_{};
    std::string word_;
    bool wordFits_ = true;
    int words_ = 0;
    std::array<int, kWordLanguages.size()> scores_{}, hits_{};  // a hit is two for a word, one for an ending
    // Letters by which languages of Cyrillic and Arabic script differ.
    std::size_t ukrainian_ = 0, russian_ = 0, byelorussian_ = 0, bulgarian_ = 0, southern_ = 0, serbian_ = 0,
                macedonian_ = 0;
    std::size_t persian_ = 0, urdu_ = 0;
};

// URLs, addresses and names of files are no words.
bool isProse(std::string_view token) {
    return token.find("://") == std::string_view::npos && token.find('@') == std::string_view::npos &&
           !token.starts_with("www.");
}

void Profile::read(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
        const std::string_view token = text.substr(0, end);
        if (isProse(token)) {
            for (std::size_t at = 0; at < token.size();) {
                const char* start = token.data() + at;
                if (static_cast<unsigned char>(*start) < 0x80) {
                    character(static_cast<unsigned char>(*start), token.substr(at++, 1));
                    continue;
                }
                const gunichar c = g_utf8_get_char_validated(start, static_cast<gssize>(token.size() - at));
                const bool valid = c < 0x110000;
                const std::size_t length =
                    valid ? static_cast<std::size_t>(g_utf8_next_char(start) - start) : std::size_t{1};
                character(valid ? c : U' ', token.substr(at, length));
                at += length;
            }
        }
        endWord();
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

void Profile::character(char32_t c, std::string_view bytes) {
    const Script script = scriptOf(c);
    if (script == kNone) {
        if (c != 0x301 && c != 0xAD && c != 0x200B) endWord();
        return;
    }
    ++letters_[script];
    if (script == kLatin) {
        if (word_.size() + bytes.size() > kLongestWord) {
            wordFits_ = false;
        } else if (c < 0x80) {
            word_ += static_cast<char>(c | 0x20);
        } else {
            const gunichar lower = g_unichar_tolower(c);
            std::array<char, 6> encoded{};
            word_.append(encoded.data(), static_cast<std::size_t>(g_unichar_to_utf8(lower, encoded.data())));
            if (const LanguageSet set = languagesWithLetter(lower)) {
                for (std::size_t i = 0; i < scores_.size(); ++i) {
                    scores_[i] += (set >> i & 1) != 0 ? kOwnLetter / std::popcount(set) : -kForeignLetter;
                }
            }
        }
        return;
    }
    endWord();
    if (script == kCyrillic) cyrillic(g_unichar_tolower(c));
    if (script == kArabic) {
        persian_ += isOneOf(c, U"پچژگک") ? 1 : 0;
        urdu_ += isOneOf(c, U"ٹڈڑےںہھ") ? 1 : 0;
    }
}

void Profile::cyrillic(char32_t lower) {
    ukrainian_ += isOneOf(lower, U"іїєґ") ? 1 : 0;
    russian_ += isOneOf(lower, U"ыэё") ? 1 : 0;
    byelorussian_ += isOneOf(lower, U"ў") ? 1 : 0;
    bulgarian_ += isOneOf(lower, U"ъ") ? 1 : 0;
    southern_ += isOneOf(lower, U"јљњџ") ? 1 : 0;
    serbian_ += isOneOf(lower, U"ђћ") ? 1 : 0;
    macedonian_ += isOneOf(lower, U"ѓќѕ") ? 1 : 0;
}

void Profile::endWord() {
    if (word_.empty() && wordFits_) return;
    ++words_;
    if (const LanguageSet set = wordFits_ ? languagesWithWord(word_) : 0) {
        count(set, 2);
    } else if (wordFits_ && word_.size() > 4) {
        for (std::size_t size = kLongestEnding; size >= kShortestEnding; --size) {
            if (size + 2 > word_.size()) continue;
            const LanguageSet ending =
                languagesWithEnding(std::string_view(word_).substr(word_.size() - size));
            if (ending == 0) continue;
            count(ending, 1);
            break;
        }
    }
    word_.clear();
    wordFits_ = true;
}

void Profile::count(LanguageSet set, int halves) {
    const int points = halves * kUnit / 2 / std::popcount(set);
    for (std::size_t i = 0; i < scores_.size(); ++i) {
        if ((set >> i & 1) == 0) continue;
        hits_[i] += halves;
        scores_[i] += points;
    }
}

std::string Profile::language(const LanguageLimits& limits) const {
    std::array<std::size_t, kScripts> weights = letters_;
    for (const Script wide : {kHan, kKana, kHangul}) weights[wide] *= 3;
    const std::size_t eastern = weights[kHan] + weights[kKana];
    std::size_t all = 0;
    for (const std::size_t weight : weights) all += weight;
    if (all < limits.letters) return {};
    if (eastern * 2 > all) return weights[kKana] * 10 > eastern ? "ja" : "zh";
    const auto most = std::max_element(weights.begin(), weights.end());
    if (*most * 5 <= all * 3) return {};
    switch (static_cast<Script>(most - weights.begin())) {
        case kLatin:
            return latinLanguage();
        case kCyrillic:
            return cyrillicLanguage();
        case kArabic:
            return arabicLanguage();
        case kGreek:
            return "el";
        case kHebrew:
            return "he";
        case kHangul:
            return "ko";
        case kThai:
            return "th";
        case kDevanagari:
            return "hi";
        default:
            return {};
    }
}

std::string Profile::latinLanguage() const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < scores_.size(); ++i) {
        if (scores_[i] > scores_[best]) best = i;
    }
    bool ahead = true;
    for (std::size_t i = 0; i < scores_.size(); ++i) {
        const int margin = areSiblings(kWordLanguages[best], kWordLanguages[i]) ? 103 : 115;
        if (i != best && scores_[best] * 100 <= std::max(scores_[i], 0) * margin) ahead = false;
    }
    const bool enough =
        hits_[best] >= 4 && hits_[best] * 50 >= words_ * 15 && scores_[best] * 20 >= words_ * kUnit;
    return ahead && enough ? std::string(kWordLanguages[best]) : std::string();
}

std::string Profile::cyrillicLanguage() const {
    const std::size_t letters = letters_[kCyrillic];
    const auto share = [&](std::size_t count) { return count * 1000 / letters; };
    if (share(southern_ + serbian_) >= 10) return serbian_ > macedonian_ ? "sr" : "";
    if (byelorussian_ > 0 && share(byelorussian_) >= 3) return {};
    if (share(ukrainian_) >= 20) return russian_ * 4 < ukrainian_ ? "uk" : "";
    if (share(russian_) >= 5) return "ru";
    if (share(bulgarian_) >= 5 && russian_ == 0) return "bg";
    return letters >= 200 ? "" : share(russian_) > 0 ? "ru" : "";
}

std::string Profile::arabicLanguage() const {
    const std::size_t letters = letters_[kArabic];
    if (urdu_ * 100 >= letters * 4) return "ur";
    return persian_ * 100 >= letters * 2 ? "fa" : "ar";
}

// Letters followed by accents of their own (U+0300 to U+036F), as some systems write them.
bool hasLooseAccents(std::string_view text) {
    return text.find_first_of("\xCC\xCD") != std::string_view::npos;
}

}  // namespace

std::string languageOf(std::string_view utf8, const LanguageLimits& limits) {
    Profile profile;
    utf8 = utf8.substr(0, limits.bytes);
    if (hasLooseAccents(utf8)) {
        const std::string valid = validUtf8(utf8);
        const std::unique_ptr<char, decltype(&g_free)> composed(
            g_utf8_normalize(valid.data(), static_cast<gssize>(valid.size()), G_NORMALIZE_NFC), &g_free);
        profile.read(composed.get());
    } else {
        profile.read(utf8);
    }
    return profile.language(limits);
}

}  // namespace weir
