#include "common/policy/identifier_checks.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "common/mail/ascii.h"

namespace weir::identifier {
namespace {

int digit(char c) {
    return c - '0';
}

// The number that `count` digits from `at` are.
int number(std::string_view value, std::size_t at, std::size_t count) {
    int result = 0;
    for (std::size_t i = at; i < at + count; ++i) result = result * 10 + digit(value[i]);
    return result;
}

std::uint64_t whole(std::string_view digits) {
    std::uint64_t result = 0;
    for (const char c : digits) result = result * 10 + static_cast<std::uint64_t>(digit(c));
    return result;
}

int weighted(std::string_view digits, std::initializer_list<int> weights) {
    int sum = 0;
    std::size_t i = 0;
    for (const int weight : weights) sum += weight * digit(digits[i++]);
    return sum;
}

bool isDate(int day, int month) {
    return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

bool allEqual(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [&](char c) { return c == value.front(); });
}

struct CardRange {
    int first, last;  // of the leading six digits
    std::array<bool, 20> lengths;
};

constexpr std::array<bool, 20> lengths(std::initializer_list<std::size_t> list) {
    std::array<bool, 20> set{};
    for (const std::size_t one : list) set[one] = true;
    return set;
}
constexpr auto kSixteenUp = lengths({16, 17, 18, 19});
constexpr auto kThirteenUp = lengths({13, 14, 15, 16, 17, 18, 19});

constexpr std::array kCards = std::to_array<CardRange>({
    {400000, 499999, lengths({13, 16, 19})},  // Visa
    {510000, 559999, lengths({16})},          // Mastercard
    {222100, 272099, lengths({16})},
    {340000, 349999, lengths({15})},  // American Express
    {370000, 379999, lengths({15})},
    {300000, 305999, lengths({14, 16, 17, 18, 19})},  // Diners Club
    {309500, 309599, lengths({14, 16, 17, 18, 19})},
    {360000, 369999, lengths({14, 15, 16, 17, 18, 19})},
    {380000, 399999, lengths({14, 16, 17, 18, 19})},
    {601100, 601199, kSixteenUp},  // Discover
    {622126, 622925, kSixteenUp},
    {644000, 659999, kSixteenUp},
    {352800, 358999, kSixteenUp},  // JCB
    {620000, 629999, kSixteenUp},  // UnionPay
    {810000, 817199, kSixteenUp},
    {500000, 509999, kThirteenUp},  // Maestro, Elo, RuPay
    {560000, 589999, kThirteenUp},
    {639000, 639099, kThirteenUp},
    {670000, 679999, kThirteenUp},
    {220000, 220499, kSixteenUp},     // Mir
    {979200, 979299, lengths({16})},  // Troy
    {608000, 608999, lengths({16})},  // RuPay
    {652100, 653099, lengths({16})},
});

struct IbanCountry {
    std::string_view code;
    std::size_t length;
};
// The registry of ISO 13616, sorted.
constexpr std::array kIbans = std::to_array<IbanCountry>({
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27},
    {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20}, {"LU", 20},
    {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20}, {"MR", 27},
    {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24}, {"PL", 28},
    {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24}, {"SC", 31},
    {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28},
    {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30},
});

}  // namespace

bool luhn(std::string_view digits) {
    int sum = 0;
    bool twice = false;
    for (std::size_t i = digits.size(); i-- > 0; twice = !twice) {
        const int value = digit(digits[i]) * (twice ? 2 : 1);
        sum += value > 9 ? value - 9 : value;
    }
    return sum % 10 == 0;
}

bool paymentCard(std::string_view value) {
    if (value.size() < 13 || value.size() > 19) return false;
    const int lead = number(value, 0, 6);
    const bool known = std::any_of(kCards.begin(), kCards.end(), [&](const CardRange& range) {
        return lead >= range.first && lead <= range.last && range.lengths[value.size()];
    });
    return known && luhn(value);
}

std::size_t ibanLength(std::string_view country) {
    const auto* found =
        std::lower_bound(kIbans.begin(), kIbans.end(), country,
                         [](const IbanCountry& one, std::string_view code) { return one.code < code; });
    return found != kIbans.end() && found->code == country ? found->length : 0;
}

bool iban(std::string_view value) {
    if (value.size() < 5 || value.size() != ibanLength(value.substr(0, 2))) return false;
    int rest = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[(i + 4) % value.size()];
        rest = isAsciiDigit(c) ? (rest * 10 + digit(c)) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
    }
    const int check = number(value, 2, 2);
    return rest == 1 && check >= 2 && check <= 98;
}

bool atSvnr(std::string_view value) {
    if (value[0] == '0') return false;
    const int sum = weighted(value, {3, 7, 9, 0, 5, 8, 4, 2, 1, 6}) % 11;
    const int month = number(value, 6, 2);  // 13 and more when the numbers of a day are used up
    return sum == digit(value[3]) && isDate(number(value, 4, 2), month > 12 && month < 16 ? 12 : month);
}

bool beRrn(std::string_view value) {
    const int month = number(value, 2, 2) % 20;  // 20 or 40 more for a number of the bis register
    if (number(value, 2, 2) > 52 || month > 12 || number(value, 4, 2) > 31) return false;
    const std::uint64_t first = whole(value.substr(0, 9));
    const auto check = static_cast<std::uint64_t>(number(value, 9, 2));
    return (check == 97 - first % 97 || check == 97 - (2'000'000'000 + first) % 97) && !allEqual(value);
}

bool brCpf(std::string_view value) {
    if (allEqual(value)) return false;
    const int first = weighted(value, {10, 9, 8, 7, 6, 5, 4, 3, 2}) * 10 % 11 % 10;
    const int second = weighted(value, {11, 10, 9, 8, 7, 6, 5, 4, 3, 2}) * 10 % 11 % 10;
    return first == digit(value[9]) && second == digit(value[10]);
}

bool chAhv(std::string_view value) {
    return value.starts_with("756") && weighted(value, {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1}) % 10 == 0;
}

bool deIdCard(std::string_view value) {
    constexpr std::string_view kLetters = "CFGHJKLMNPRTVWXYZ";
    constexpr std::string_view kFirst = "LMNPRTVWXY";  // the authority's number begins with it
    if (kFirst.find(value[0]) == std::string_view::npos || !isAsciiDigit(value[9])) return false;
    int sum = 0, digits = 0;
    for (std::size_t i = 0; i < 9; ++i) {
        const char c = value[i];
        if (!isAsciiDigit(c) && kLetters.find(c) == std::string_view::npos) return false;
        digits += isAsciiDigit(c) ? 1 : 0;
        constexpr std::array<int, 3> kWeights = {7, 3, 1};
        sum += (isAsciiDigit(c) ? digit(c) : c - 'A' + 10) * kWeights[i % 3];
    }
    return digits >= 2 && sum % 10 == digit(value[9]);
}

bool deTaxId(std::string_view value) {
    if (value[0] == '0') return false;
    std::array<int, 10> counts{};
    for (const char c : value.substr(0, 10)) ++counts[static_cast<std::size_t>(digit(c))];
    const auto having = [&](int times) { return std::count(counts.begin(), counts.end(), times); };
    const bool twice = having(2) == 1 && having(1) == 8;
    const bool thrice = having(3) == 1 && having(1) == 7;
    if (!twice && !thrice) return false;
    for (std::size_t i = 2; i < 10; ++i) {
        if (value[i] == value[i - 1] && value[i] == value[i - 2]) return false;
    }
    int product = 10;
    for (const char c : value.substr(0, 10)) {
        const int sum = (digit(c) + product) % 10;
        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return (11 - product) % 10 == digit(value[10]);
}

bool dkCpr(std::string_view value) {
    return isDate(number(value, 0, 2), number(value, 2, 2)) &&
           weighted(value, {4, 3, 2, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0;
}

bool esDni(std::string_view value) {
    constexpr std::string_view kLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
    return kLetters[static_cast<std::size_t>(number(value, 0, 8) % 23)] == value[8] &&
           !allEqual(value.substr(0, 8));
}

bool esNie(std::string_view value) {
    if (value[0] < 'X' || value[0] > 'Z') return false;
    std::string dni(value);
    dni[0] = static_cast<char>('0' + (value[0] - 'X'));
    return esDni(dni);
}

bool fiHetu(std::string_view value) {
    constexpr std::string_view kCharacters = "0123456789ABCDEFHJKLMNPRSTUVWXY";
    const int serial = number(value, 6, 3);
    if (!isDate(number(value, 0, 2), number(value, 2, 2)) || serial < 2) return false;
    const int all = number(value, 0, 6) * 1000 + serial;
    return kCharacters[static_cast<std::size_t>(all % 31)] == value[9];
}

bool frNir(std::string_view value) {
    if (std::string_view("123478").find(value[0]) == std::string_view::npos) return false;
    const int month = number(value, 3, 2);
    if (month == 0 || (month > 12 && month < 20) || (month > 42 && month < 50)) return false;
    std::string digits(value.substr(0, 13));
    const char corsica = digits[6];  // departments 2A and 2B
    if (!isAsciiDigit(corsica)) {
        if (digits[5] != '2' || (corsica != 'A' && corsica != 'B')) return false;
        digits[5] = '1';
        digits[6] = corsica == 'A' ? '9' : '8';
    }
    return 97 - whole(digits) % 97 == static_cast<std::uint64_t>(number(value, 13, 2));
}

bool itCodiceFiscale(std::string_view value) {
    constexpr std::array<int, 26> kOdd = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                          20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
    constexpr std::string_view kMonths = "ABCDEHLMPRST";
    constexpr std::string_view kInstead =
        "LMNPQRSTUV";  // of the digits 0 to 9, where two people had one code
    int sum = 0;
    std::string digits;
    for (std::size_t i = 0; i < 15; ++i) {
        const char c = value[i];
        const auto place = static_cast<std::size_t>(isAsciiDigit(c) ? c - '0' : c - 'A');
        sum += i % 2 == 0 ? kOdd[place] : static_cast<int>(place);
        const bool letter = i < 6 || i == 8 || i == 11;
        if (letter == isAsciiDigit(c) && letter) return false;
        if (letter) continue;
        const std::size_t stands = kInstead.find(c);
        if (!isAsciiDigit(c) && stands == std::string_view::npos) return false;
        digits += isAsciiDigit(c) ? c : static_cast<char>('0' + stands);
    }
    const int day = number(digits, 2, 2) % 40;  // 40 more for women
    return kMonths.find(value[8]) != std::string_view::npos && day >= 1 && day <= 31 &&
           number(digits, 2, 2) <= 71 && value[15] == static_cast<char>('A' + sum % 26);
}

bool nlBsn(std::string_view value) {
    return weighted(value, {9, 8, 7, 6, 5, 4, 3, 2, -1}) % 11 == 0 && !allEqual(value);
}

bool noFnr(std::string_view value) {
    const int day = number(value, 0, 2) % 40;  // 40 more in numbers for foreigners
    return isDate(day, number(value, 2, 2)) && number(value, 0, 2) <= 71 &&
           weighted(value, {3, 7, 6, 1, 8, 9, 4, 5, 2, 1}) % 11 == 0 &&
           weighted(value, {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0;
}

bool plPesel(std::string_view value) {
    const int month = number(value, 2, 2) % 20;  // the century is in it
    return isDate(number(value, 4, 2), month) && weighted(value, {1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1}) % 10 == 0;
}

bool sePersonnummer(std::string_view value) {
    if (value.size() == 12) {
        const int century = number(value, 0, 2);
        if (century < 18 || century > 20) return false;
        value.remove_prefix(2);
    }
    const int day = number(value, 4, 2);  // 60 more in coordination numbers
    return isDate(day > 60 ? day - 60 : day, number(value, 2, 2)) && luhn(value);
}

bool ukNino(std::string_view value) {
    const auto isIn = [](char c, std::string_view list) { return list.find(c) != std::string_view::npos; };
    if (isIn(value[0], "DFIQUV") || isIn(value[1], "DFIOQUV") || value[8] > 'D') return false;
    const std::string_view prefix = value.substr(0, 2);
    for (const std::string_view never : {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}) {
        if (prefix == never) return false;
    }
    return true;
}

bool usAba(std::string_view value) {
    const int bank = number(value, 0, 2);
    const bool given = bank <= 12 || (bank >= 21 && bank <= 32) || (bank >= 61 && bank <= 72) || bank == 80;
    return given && weighted(value, {3, 7, 1, 3, 7, 1, 3, 7, 1}) % 10 == 0 && !allEqual(value);
}

bool usSsn(std::string_view value) {
    const int area = number(value, 0, 3);
    return area != 0 && area != 666 && area < 900 && number(value, 3, 2) != 0 && number(value, 5, 4) != 0 &&
           value != "078051120" && value != "219099999" && value != "123456789";
}

}  // namespace weir::identifier
