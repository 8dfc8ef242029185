#include "common/policy/identifier_finder.h"

#include <catch2/catch.hpp>
#include <random>

#include "common/policy/identifier_checks.h"

using namespace weir;

namespace {

std::size_t count(std::string_view text, Identifier kind) {
    return findIdentifiers(text, kind).count;
}

using Random = std::mt19937;

std::string digits(Random& random, std::size_t many) {
    std::string text;
    while (many-- > 0) text += static_cast<char>('0' + random() % 10);
    return text;
}

std::string two(unsigned long value) {
    return {static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)};
}

std::string day(Random& random) {
    return two(1 + random() % 28);
}
std::string month(Random& random) {
    return two(1 + random() % 12);
}

unsigned long long value(const std::string& text) {
    return std::stoull(text);
}

int sum(const std::string& text, const std::vector<int>& weights) {
    int total = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) total += weights[i] * (text[i] - '0');
    return total;
}

char asDigit(int number) {
    return static_cast<char>('0' + number);
}

// The digit that makes the Luhn sum of text + digit a multiple of ten.
std::string withLuhn(const std::string& text) {
    int total = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        int one = text[text.size() - 1 - i] - '0';
        if (i % 2 == 0) one *= 2;
        total += one / 10 + one % 10;
    }
    return text + asDigit((10 - total % 10) % 10);
}

std::string iban(const std::string& country, const std::string& account) {
    std::string moved = account + country + "00";
    unsigned rest = 0;
    for (const char c : moved) {
        const unsigned place =
            c >= 'A' ? static_cast<unsigned>(c - 'A' + 10) : static_cast<unsigned>(c - '0');
        rest = (rest * (c >= 'A' ? 100 : 10) + place) % 97;
    }
    return country + two(98 - rest) + account;
}

std::string taxId(Random& random) {
    std::string base;
    do {
        base = "0123456789";
        std::shuffle(base.begin(), base.end(), random);
        base[9] = base[static_cast<std::size_t>(random() % 7)];  // never three in a row
    } while (base[0] == '0');
    int product = 10;
    for (const char c : base) {
        int total = (c - '0' + product) % 10;
        if (total == 0) total = 10;
        product = 2 * total % 11;
    }
    return base + asDigit(11 - product == 10 ? 0 : 11 - product);
}

// A sample made from the rules of its kind; "" when the random part has no check digit.
std::string sample(Identifier kind, Random& random) {
    std::string text;
    switch (kind) {
        case Identifier::kPaymentCard:
            return withLuhn(std::to_string(random() % 2 == 0 ? 40 + random() % 10 : 51 + random() % 5) +
                            digits(random, 13));
        case Identifier::kIban:
            return random() % 2 == 0 ? iban("DE", digits(random, 18))
                                     : iban("GB", "WEST" + digits(random, 14));
        case Identifier::kAtSvnr: {
            text = "1" + digits(random, 2) + "0" + day(random) + month(random) + digits(random, 2);
            const int check = sum(text, {3, 7, 9, 0, 5, 8, 4, 2, 1, 6}) % 11;
            if (check == 10) return {};
            text[3] = asDigit(check);
            return text;
        }
        case Identifier::kBeRrn:
            text = digits(random, 2) + month(random) + day(random) + digits(random, 3);
            return text + two((97 - value((random() % 2 == 0 ? "" : "2") + text) % 97));
        case Identifier::kBrCpf: {
            text = "1" + digits(random, 8);
            for (const int first : {10, 11}) {
                int total = 0, weight = first;
                for (const char c : text) total += (c - '0') * weight--;
                text += asDigit(total % 11 < 2 ? 0 : 11 - total % 11);
            }
            return text;
        }
        case Identifier::kChAhv:
            text = "756" + digits(random, 9);
            return text + asDigit((10 - sum(text, {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3}) % 10) % 10);
        case Identifier::kDeIdCard: {
            text = "T" + digits(random, 8);
            return text + asDigit((29 * 7 + sum(text.substr(1), {3, 1, 7, 3, 1, 7, 3, 1})) % 10);
        }
        case Identifier::kDeTaxId:
            return taxId(random);
        case Identifier::kDkCpr: {
            text = day(random) + month(random) + digits(random, 5);
            const int check = (11 - sum(text, {4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11) % 11;
            return check == 10 ? "" : text.substr(0, 6) + "-" + text.substr(6) + asDigit(check);
        }
        case Identifier::kEsDni:
            text = "1" + digits(random, 7);
            return text + "TRWAGMYFPDXBNJZSQVHLCKE"[value(text) % 23];
        case Identifier::kEsNie:
            text = digits(random, 7);
            return "Y" + text + "TRWAGMYFPDXBNJZSQVHLCKE"[value("1" + text) % 23];
        case Identifier::kFiHetu: {
            const std::string date = day(random) + month(random) + digits(random, 2);
            const std::string serial = std::to_string(100 + random() % 800);
            return date + "-" + serial + "0123456789ABCDEFHJKLMNPRSTUVWXY"[value(date + serial) % 31];
        }
        case Identifier::kFrNir:
            text = "1" + digits(random, 2) + month(random) + "75" + digits(random, 6);
            return text + two((97 - value(text) % 97));
        case Identifier::kNlBsn: {
            text = "1" + digits(random, 7);
            const int check = sum(text, {9, 8, 7, 6, 5, 4, 3, 2}) % 11;
            return check == 10 ? "" : text + asDigit(check);
        }
        case Identifier::kNoFnr: {
            text = day(random) + month(random) + digits(random, 5);
            const int first = (11 - sum(text, {3, 7, 6, 1, 8, 9, 4, 5, 2}) % 11) % 11;
            if (first == 10) return {};
            text += asDigit(first);
            const int second = (11 - sum(text, {5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11) % 11;
            return second == 10 ? "" : text + asDigit(second);
        }
        case Identifier::kPlPesel:
            text = digits(random, 2) + month(random) + day(random) + digits(random, 4);
            return text + asDigit((10 - sum(text, {1, 3, 7, 9, 1, 3, 7, 9, 1, 3}) % 10) % 10);
        case Identifier::kSePersonnummer:
            text = withLuhn(digits(random, 2) + month(random) + day(random) + digits(random, 3));
            return text.substr(0, 6) + "-" + text.substr(6);
        case Identifier::kUsAba:
            text = "02" + digits(random, 6);
            return text + asDigit((10 - sum(text, {3, 7, 1, 3, 7, 1, 3, 7}) % 10) % 10);
        default:
            return {};
    }
}

}  // namespace

TEST_CASE("every kind finds its own example and has words for people") {
    for (const IdentifierSpec& spec : identifierKinds()) {
        INFO(spec.name);
        CHECK(count(spec.example, spec.kind) == 1);
        CHECK(count("(" + std::string(spec.example) + ").", spec.kind) == 1);
        CHECK(count("x" + std::string(spec.example) + "9", spec.kind) == 0);
        CHECK_FALSE(spec.label.empty());
        CHECK_FALSE(spec.help.empty());
        CHECK(findIdentifierKind(spec.name) == &spec);
        CHECK(&identifierSpec(spec.kind) == &spec);
    }
    CHECK(findIdentifierKind("nothing") == nullptr);
}

TEST_CASE("numbers made by the rules are found, and with one digit changed they are not") {
    Random random(11);
    for (const IdentifierSpec& spec : identifierKinds()) {
        int made = 0, changed = 0, accepted = 0;
        for (int round = 0; round < 60; ++round) {
            const std::string text = sample(spec.kind, random);
            if (text.empty()) continue;
            ++made;
            INFO(spec.name << " " << text);
            CHECK(count("a " + text + " b", spec.kind) == 1);
            for (std::size_t i = 0; i < text.size(); ++i) {
                if (text[i] < '0' || text[i] > '9') continue;
                std::string other = text;
                other[i] = asDigit((text[i] - '0' + 1 + static_cast<int>(random() % 9)) % 10);
                ++changed;
                accepted += count(other, spec.kind) > 0 ? 1 : 0;
            }
        }
        INFO(spec.name << ": " << accepted << " of " << changed << " accepted");
        if (made > 0) CHECK(made > 30);
        // Belgium's numbers are read with two centuries, and Brazil's sum of ten is written 0.
        const bool weak = spec.kind == Identifier::kBeRrn || spec.kind == Identifier::kBrCpf;
        CHECK(accepted <= (weak ? changed / 30 : 0));
    }
}

TEST_CASE("payment cards are found as they are printed") {
    using enum Identifier;
    for (const char* card :
         {"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "5555 5555 5555 4444",
          "3782 822463 10005", "378282246310005", "3056 930902 5904", "6011 1111 1111 1117",
          "3530 1113 3330 0000", "2223 0031 2200 3222", "4222222222222", "6200 0000 0000 0005",
          "4111\xC2\xA0"
          "1111\xC2\xA0"
          "1111\xC2\xA0"
          "1111",
          "card:4111111111111111,", "4111 1111 1111 1111 12/27"}) {
        INFO(card);
        CHECK(count(card, kPaymentCard) == 1);
    }
    for (const char* none :
         {"4111 1111 1111 1112", "4111-1111 1111 1111", "41 11111111111111", "4111111111111111_1",
          "+4111111111111111", "14111111111111111", "0.4111111111111111", "4111-1111-1111-1111-2222",
          "9111111111111111", "0000000000000000", "a4111111111111111", "4111111111111111@x.example"}) {
        INFO(none);
        CHECK(count(none, kPaymentCard) == 0);
    }
}

TEST_CASE("IBANs are found together and in groups, of the length of their country") {
    using enum Identifier;
    for (const char* one : {"DE89370400440532013000", "de89 3704 0044 0532 0130 00",
                            "GB82-WEST-1234-5698-7654-32", "FR14 2004 1010 0505 0001 3M02 606",
                            "NO93 8601 1117 947", "MT84 MALT 0110 0001 2345 MTLC AST0 01S"}) {
        INFO(one);
        CHECK(count(one, kIban) == 1);
    }
    for (const char* none : {"DE89 3704 0044 0532 0130 01", "DE89 3704 0044 0532 0130",
                             "XX89 3704 0044 0532 0130 00", "DE89 3704-0044 0532 0130 00",
                             "DE893704 0044 0532 0130 00", "DE89370400440532013000X", "DE", "D"}) {
        INFO(none);
        CHECK(count(none, kIban) == 0);
    }
}

TEST_CASE("the written forms of national numbers are known") {
    using enum Identifier;
    CHECK(count("123-45-6789 219-09-9999 000-12-3456 666-12-3456 900-12-3456 536-00-1234 536-22-0000",
                kUsSsn) == 0);
    CHECK(count("536-22-8731 536 22 8732 536228733", kUsSsn) == 2);
    CHECK(count("AB123456C ab 12 34 56 d", kUkNino) == 2);
    CHECK(count("GB123456C DA123456C AB123456E", kUkNino) == 0);
    CHECK(count("86095742719 86 095 742 719", kDeTaxId) == 1);
    CHECK(count("12345678-Z 12.345.678-Z", kEsDni) == 1);
    CHECK(count("255081416802538", kFrNir) == 1);
    CHECK(count("RSSMRA85T10A562S rss mra 85t10 a562s", kItCodiceFiscale) == 1);
    CHECK(count("RSSMRA85T10A562T", kItCodiceFiscale) == 0);
    CHECK(count("8112289874", kSePersonnummer) == 0);
    CHECK(count("198112289874 19811228-9874", kSePersonnummer) == 1);
    CHECK(count("131052A308T 131052-308U", kFiHetu) == 1);
    CHECK(count("111111111", kNlBsn) == 0);
    CHECK(count("000000000", kUsAba) == 0);
    CHECK(count("T220001293 T 220001293", kDeIdCard) == 1);
}

TEST_CASE("departments of Corsica have letters in the French number") {
    // 2A is read as 19, 2B as 18 for the key.
    const std::string before = "1850", after = "78006084";
    for (const auto& [letters, digits] : {std::pair("2A", "19"), std::pair("2B", "18")}) {
        const std::string head = before + "1";
        const auto key = 97 - std::stoull(head + digits + after.substr(2)) % 97;
        const std::string text = head + letters + after.substr(2) + two((key));
        INFO(text);
        CHECK(count(text, Identifier::kFrNir) == 1);
    }
}

TEST_CASE("addresses of both kinds are found") {
    using enum Identifier;
    CHECK(count("a@example.com, A@EXAMPLE.COM; <b.c+d@sub.example.org>. e@localhost f@1.2.3.4 "
                "g@example.nothing @x.com h@",
                kEmailAddress) == 2);
    CHECK(count("192.0.2.1 255.255.255.255 256.0.0.1 1.2.3 1.2.3.4.5 01.2.3.4 x1.2.3.4 192.0.2.1.", kIpv4) ==
          2);
}

TEST_CASE("different ones are counted, up to the limit, and excerpts hide them") {
    using enum Identifier;
    const IdentifierMatches cards =
        findIdentifiers("4111 1111 1111 1111, 4111111111111111, 5555555555554444", kPaymentCard);
    CHECK(cards.count == 2);
    CHECK(cards.excerpts == std::vector<std::string>{"**** **** **** 1111", "************4444"});
    CHECK(findIdentifiers("someone@example.com", kEmailAddress).excerpts.at(0) == "s******@example.com");
    CHECK(findIdentifiers("536-22-8731", kUsSsn).excerpts.at(0) == "***-**-*731");
    std::string many;
    Random random(3);
    for (int i = 0; i < 50; ++i) many += sample(kIban, random) + " ";
    CHECK(findIdentifiers(many, kIban).count == 50);
    CHECK(findIdentifiers(many, kIban).excerpts.size() == 3);
    IdentifierLimits limits;
    limits.matches = 7;
    limits.excerpts = 1;
    CHECK(findIdentifiers(many, kIban, limits).count == 7);
    CHECK(findIdentifiers(many, kIban, limits).excerpts.size() == 1);
    limits.matches = 2;
    CHECK(findIdentifiers("a@x.com b@x.com c@x.com", kEmailAddress, limits).count == 2);
}

TEST_CASE("several kinds are counted in one pass") {
    const Identifier kinds[] = {Identifier::kIban, Identifier::kPaymentCard, Identifier::kEmailAddress};
    const auto found =
        findIdentifiers("a@x.com DE89370400440532013000 4111111111111111 5555555555554444", kinds);
    REQUIRE(found.size() == 3);
    CHECK(found[0].count == 1);
    CHECK(found[1].count == 2);
    CHECK(found[2].count == 1);
    CHECK(found[1].kind == Identifier::kPaymentCard);
}

TEST_CASE("hostile text is read once") {
    std::vector<Identifier> all;
    for (const IdentifierSpec& spec : identifierKinds()) all.push_back(spec.kind);
    for (const char* piece :
         {"1", "1 ", "1-", "a@", "@", "@a", "DE89 ", "4111 1111 ", "aaa ", "\xC2\xA0", "\xC2", "1.", "T2 "}) {
        std::string text;
        while (text.size() < 300000) text += piece;
        for (const IdentifierMatches& one : findIdentifiers(text, all)) CHECK(one.count <= 1000);
    }
}
