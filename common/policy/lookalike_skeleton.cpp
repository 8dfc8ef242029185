#include "common/policy/lookalike_skeleton.h"

#include <glib.h>

#include <algorithm>
#include <array>
#include <memory>

#include "common/base/utf8.h"

namespace weir {
namespace {

constexpr std::size_t kLongestText = 4096;  // bytes looked at

struct Confusable {
    char32_t letter;
    char looksLike;
};

// Sorted. Lower case, without accents: what normalization makes of a letter comes here. Capitals that look
// like other letters than their small ones do are in kCapitals.
constexpr std::array kConfusables = std::to_array<Confusable>({
    {U'ı', 'l'}, {U'ł', 'l'}, {U'ŋ', 'n'}, {U'ƅ', 'b'}, {U'ƒ', 'f'},   {U'ƙ', 'k'},   {U'ƞ', 'n'},
    {U'ƴ', 'y'}, {U'ƶ', 'z'}, {U'ǀ', 'l'}, {U'ȷ', 'j'}, {U'ɑ', 'a'},   {U'ɓ', 'b'},   {U'ɔ', 'o'},
    {U'ɖ', 'd'}, {U'ɗ', 'd'}, {U'ɛ', 'e'}, {U'ɡ', 'g'}, {U'ɢ', 'g'},   {U'ɩ', 'l'},   {U'ɪ', 'l'},
    {U'ɯ', 'w'}, {U'ɴ', 'n'}, {U'ʀ', 'r'}, {U'ʋ', 'u'}, {U'ʏ', 'y'},   {U'ʙ', 'b'},   {U'ʜ', 'h'},
    {U'ʟ', 'l'}, {U'ͺ', 'l'}, {U'α', 'a'}, {U'β', 'b'}, {U'γ', 'y'},   {U'ε', 'e'},   {U'η', 'n'},
    {U'ι', 'l'}, {U'κ', 'k'}, {U'ν', 'v'}, {U'ο', 'o'}, {U'ρ', 'p'},   {U'ς', 's'},   {U'σ', 'o'},
    {U'τ', 't'}, {U'υ', 'u'}, {U'χ', 'x'}, {U'ω', 'w'}, {U'ϲ', 'c'},   {U'ϳ', 'j'},   {U'а', 'a'},
    {U'в', 'b'}, {U'г', 'r'}, {U'е', 'e'}, {U'з', 'e'}, {U'к', 'k'},   {U'м', 'm'},   {U'н', 'h'},
    {U'о', 'o'}, {U'п', 'n'}, {U'р', 'p'}, {U'с', 'c'}, {U'т', 't'},   {U'у', 'y'},   {U'х', 'x'},
    {U'ш', 'w'}, {U'ь', 'b'}, {U'є', 'e'}, {U'ѕ', 's'}, {U'і', 'l'},   {U'ј', 'j'},   {U'ћ', 'h'},
    {U'ѡ', 'w'}, {U'ѵ', 'v'}, {U'ҍ', 'b'}, {U'ґ', 'r'}, {U'ғ', 'f'},   {U'қ', 'k'},   {U'ҝ', 'k'},
    {U'ҟ', 'k'}, {U'ң', 'h'}, {U'ҫ', 'c'}, {U'ү', 'y'}, {U'ұ', 'y'},   {U'ҳ', 'x'},   {U'һ', 'h'},
    {U'ӏ', 'l'}, {U'ә', 'e'}, {U'ө', 'o'}, {U'ԁ', 'd'}, {U'ԍ', 'g'},   {U'ԛ', 'q'},   {U'ԝ', 'w'},
    {U'ա', 'w'}, {U'գ', 'q'}, {U'զ', 'q'}, {U'հ', 'h'}, {U'ո', 'n'},   {U'ս', 'u'},   {U'ց', 'g'},
    {U'ք', 'p'}, {U'օ', 'o'}, {U'ו', 'l'}, {U'ס', 'o'}, {U'ا', 'l'},   {U'ه', 'o'},   {U'ہ', 'o'},
    {U'०', 'o'}, {U'๐', 'o'}, {U'ᴀ', 'a'}, {U'ᴄ', 'c'}, {U'ᴅ', 'd'},   {U'ᴇ', 'e'},   {U'ᴊ', 'j'},
    {U'ᴋ', 'k'}, {U'ᴍ', 'm'}, {U'ᴏ', 'o'}, {U'ᴘ', 'p'}, {U'ᴛ', 't'},   {U'ᴜ', 'u'},   {U'ᴠ', 'v'},
    {U'ᴡ', 'w'}, {U'ᴢ', 'z'}, {U'ᴦ', 'r'}, {U'ẝ', 'f'}, {U'ⅼ', 'l'},   {U'∂', 'd'},   {U'∣', 'l'},
    {U'ⲟ', 'o'}, {U'ⲣ', 'p'}, {U'ⲥ', 'c'}, {U'ꜱ', 's'}, {U'ꮃ', 'w'}, {U'ꮯ', 'c'},
});

// Before they are made small: Β looks like B, and β does too, but Η like H and η like n.
constexpr std::array kCapitals = std::to_array<Confusable>({
    {U'|', 'l'}, {U'Ɩ', 'l'}, {U'Η', 'h'}, {U'Ν', 'n'}, {U'Ρ', 'p'}, {U'Τ', 't'}, {U'Υ', 'y'},
    {U'Χ', 'x'}, {U'З', 'e'}, {U'Н', 'h'}, {U'Х', 'x'}, {U'Ꭰ', 'd'}, {U'Ꭱ', 'r'}, {U'Ꭲ', 't'},
    {U'Ꭺ', 'a'}, {U'Ꭻ', 'j'}, {U'Ꭼ', 'e'}, {U'Ꮃ', 'w'}, {U'Ꮇ', 'm'}, {U'Ꮋ', 'h'}, {U'Ꮐ', 'g'},
    {U'Ꮓ', 'z'}, {U'Ꮪ', 's'}, {U'Ꮮ', 'l'}, {U'Ꮯ', 'c'}, {U'Ꮲ', 'p'}, {U'Ꮶ', 'k'},
});

constexpr bool isSorted(const auto& table) {
    return std::is_sorted(table.begin(), table.end(),
                          [](const Confusable& a, const Confusable& b) { return a.letter < b.letter; });
}
static_assert(isSorted(kConfusables) && isSorted(kCapitals));

char32_t lookedUp(const auto& table, char32_t letter) {
    const auto found =
        std::lower_bound(table.begin(), table.end(), letter,
                         [](const Confusable& one, char32_t wanted) { return one.letter < wanted; });
    return found != table.end() && found->letter == letter ? static_cast<char32_t>(found->looksLike) : 0;
}

char32_t latin(char32_t c) {
    if (c < 0x80 && c != '|') {
        if (c >= 'A' && c <= 'Z') return c == 'I' ? U'l' : c + 32;
        switch (c) {
            case '0':
                return 'o';
            case '1':
                return 'l';
            case '3':
                return 'e';
            case '4':
                return 'a';
            case '5':
            case '$':
                return 's';
            case '8':
                return 'b';
            default:
                return c;
        }
    }
    if (const char32_t capital = lookedUp(kCapitals, c)) return capital;
    const char32_t lower = g_unichar_tolower(c);
    if (const char32_t small = lookedUp(kConfusables, lower)) return small;
    switch (lower) {  // letters with strokes, which have no decomposition
        case U'ø':
            return 'o';
        case U'đ':
        case U'ð':
            return 'd';
        case U'ħ':
            return 'h';
        case U'ŧ':
            return 't';
        case U'ß':
            return 'b';
        case U'þ':
            return 'p';
        default:
            return lower;
    }
}

// Pairs of letters that look like one, then i as l.
std::u32string withoutPairs(std::u32string_view text) {
    std::u32string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char32_t c = text[i];
        const char32_t next = i + 1 < text.size() ? text[i + 1] : 0;
        const char32_t pair = c == 'r' && next == 'n'   ? U'm'
                              : c == 'v' && next == 'v' ? U'w'
                              : c == 'c' && next == 'l' ? U'd'
                                                        : 0;
        out += pair != 0 ? pair : c == 'i' ? U'l' : c;
        i += pair != 0 ? 1 : 0;
    }
    return out;
}

// The letters of the text, folded one by one.
std::u32string folded(std::string_view utf8) {
    const std::string valid = validUtf8(utf8.substr(0, kLongestText));
    const std::unique_ptr<char, decltype(&g_free)> plain(
        g_utf8_normalize(valid.data(), static_cast<gssize>(valid.size()), G_NORMALIZE_NFKD), &g_free);
    std::u32string out;
    for (const char* at = plain.get(); *at != '\0'; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        if (g_unichar_ismark(c) || g_unichar_type(c) == G_UNICODE_FORMAT || c == 0xAD) continue;
        out += latin(c);
    }
    return out;
}

}  // namespace

std::u32string lookalikeSkeleton(std::string_view utf8) {
    return withoutPairs(folded(utf8));
}

std::vector<std::u32string> lookalikeWords(std::string_view utf8, std::size_t most) {
    const std::u32string text = folded(utf8);
    std::vector<std::u32string> words;
    for (std::size_t at = 0; at < text.size() && words.size() < most;) {
        std::size_t end = at;
        while (end < text.size() && g_unichar_isalnum(text[end])) ++end;
        if (end > at) words.push_back(withoutPairs(std::u32string_view(text).substr(at, end - at)));
        at = end + 1;
    }
    return words;
}

}  // namespace weir
