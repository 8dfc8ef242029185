#include "common/policy/lookalike.h"

#include <catch2/catch.hpp>
#include <random>

#include "common/policy/lookalike_skeleton.h"

using namespace weir;

namespace {

using List = std::vector<std::string>;

// "kind edits entry"; "" when nothing resembles.
std::string found(const std::optional<Resemblance>& one) {
    return one ? std::string(toString(one->kind)) + " " + std::to_string(one->edits) + " " + one->entry : "";
}

std::string domain(std::string_view value) {
    static const LookalikeDomains list(List{"paypal.com", "example.co.uk", "microsoft.com",
                                            "mail.listed-host.de", "orf.at", "github.io",
                                            "b\xC3\xBC"
                                            "cherwelt.de",
                                            "modern.org", "not a domain", "192.0.2.1"});
    return found(list.find(value));
}

std::string name(std::string_view value) {
    static const LookalikeNames list(List{"Jane Doe", "Dr. Marcus Hollenberg", "Ren\xC3\xA9 M\xC3\xBCller",
                                          "Accounting", "\xE7\x8E\x8B\xE4\xBC\x9F", "Jane Smith", "  "});
    return found(list.find(value));
}

std::u32string word(std::mt19937& random, std::size_t length, unsigned letters) {
    std::u32string text;
    while (text.size() < length) text += U'a' + static_cast<char32_t>(random() % letters);
    return text;
}

// The textbook's table, without bounds.
std::size_t plainDistance(const std::u32string& a, const std::u32string& b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t k = 0; k <= b.size(); ++k) d[0][k] = k;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t k = 1; k <= b.size(); ++k) {
            d[i][k] = std::min(
                {d[i - 1][k] + 1, d[i][k - 1] + 1, d[i - 1][k - 1] + (a[i - 1] == b[k - 1] ? 0 : 1)});
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1]) {
                d[i][k] = std::min(d[i][k], d[i - 2][k - 2] + 1);
            }
        }
    }
    return d[a.size()][b.size()];
}

}  // namespace

TEST_CASE("texts that look alike have one skeleton") {
    const std::u32string paypal = lookalikeSkeleton("paypal");
    for (const char* same : {"PayPal", "p\xD0\xB0ypal", "paypa1", "paypaI", "paypai", "p\xC3\xA1yp\xC3\xA0l",
                             "\xEF\xBD\x90\xEF\xBD\x81ypal", "pa\xE2\x80\x8Bypal",
                             "\xF0\x9D\x97\xBD\xF0\x9D\x97\xAEypal", "p\xCE\xB1ypal",
                             "\xD1\x80"
                             "ay\xD1\x80\xD0\xB0l",
                             "p4yp4l", "paypa|", "pa\xC2\xADypal", "PA\xD0\xA3PAL"}) {
        INFO(same);
        CHECK(lookalikeSkeleton(same) == paypal);
    }
    CHECK(lookalikeSkeleton("modern") == lookalikeSkeleton("rnodem"));
    CHECK(lookalikeSkeleton("window") == lookalikeSkeleton("vvindovv"));
    CHECK(lookalikeSkeleton("cloud") == lookalikeSkeleton("doud"));
    CHECK(lookalikeSkeleton("g00gle") == lookalikeSkeleton("google"));
    CHECK(lookalikeSkeleton("\xC3\x98rsted") == lookalikeSkeleton("Orsted"));
    CHECK(lookalikeSkeleton("paypal") != lookalikeSkeleton("payqal"));
    CHECK(lookalikeSkeleton("").empty());
    CHECK(lookalikeSkeleton("\xFF").size() == 1);
    CHECK(lookalikeSkeleton(std::string(100000, 'a')).size() <= 4096);
}

TEST_CASE("domains that look like a listed one are found") {
    CHECK(domain("paypa1.com") == "skeleton 0 paypal.com");
    CHECK(domain("p\xD0\xB0ypal.com") == "skeleton 0 paypal.com");
    CHECK(domain("xn--pypal-4ve.com") == "skeleton 0 paypal.com");
    CHECK(domain("www.paypai.net") == "skeleton 0 paypal.com");
    CHECK(domain("pay-pal.com") == "skeleton 0 paypal.com");
    CHECK(domain("paypall.com") == "edits 1 paypal.com");
    CHECK(domain("papyal.com") == "edits 1 paypal.com");
    CHECK(domain("mircosoft.com") == "edits 1 microsoft.com");
    CHECK(domain("micrsofft.com") == "edits 2 microsoft.com");
    CHECK(domain("rnicrosoft.com") == "skeleton 0 microsoft.com");
    CHECK(domain("rnodem.org") == "skeleton 0 modern.org");
    CHECK(domain("buecherwelt.de") ==
          "edits 1 b\xC3\xBC"
          "cherwelt.de");
    CHECK(domain("bucherwelt.de") ==
          "skeleton 0 b\xC3\xBC"
          "cherwelt.de");
    CHECK(domain("listed-h0st.de") == "skeleton 0 mail.listed-host.de");
    CHECK(domain("PAYPA1.COM.") == "skeleton 0 paypal.com");
}

TEST_CASE("a listed domain beside other words, or under another suffix, is found") {
    CHECK(domain("paypal.com.evil.test") == "contained 0 paypal.com");
    CHECK(domain("www.example.co.uk.login.evil.test") == "contained 0 example.co.uk");
    CHECK(domain("secure-paypal.com") == "contained 0 paypal.com");
    CHECK(domain("paypa1-login.net") == "contained 0 paypal.com");
    CHECK(domain("paypal.net") == "suffix 0 paypal.com");
    CHECK(domain("example.com") == "suffix 0 example.co.uk");
    CHECK(domain("orf.de") == "");
}

TEST_CASE("the listed domain, what is below it and other names do not resemble it") {
    for (const char* none :
         {"paypal.com", "www.paypal.com", "PAYPAL.com.", "listed-host.de", "other.listed-host.de",
          "www.b\xC3\xBC"
          "cherwelt.de",
          "a.github.io", "payout.com", "ora.at", "0rf.test.at", "com", "localhost", "192.0.2.1", "[::1]", "",
          "a b", "wikipedia.org", "notpaypalatall.com"}) {
        INFO(none);
        CHECK(domain(none) == "");
    }
    CHECK_FALSE(LookalikeDomains().find("paypal.com"));
    // An entry that resembles another is not one of its look-alikes.
    const LookalikeDomains both(List{"example.com", "examples.com"});
    CHECK(found(both.find("examples.com")) == "");
    CHECK(found(both.find("exampless.com")) == "edits 1 examples.com");
}

TEST_CASE("names are found in any order, with accents, other letters and few mistakes") {
    CHECK(name("Jane Doe") == "same 0 Jane Doe");
    CHECK(name("DOE, JANE") == "same 0 Jane Doe");
    CHECK(name("J\xD0\xB0ne D\xD0\xBE"
               "e") == "same 0 Jane Doe");
    CHECK(name("\"Jane Doe\" (CEO)") == "contained 0 Jane Doe");
    CHECK(name("JaneDoe") == "same 0 Jane Doe");
    CHECK(name("jane.doe@evil.test") == "contained 0 Jane Doe");
    CHECK(name("Rene Muller") == "same 0 Ren\xC3\xA9 M\xC3\xBCller");
    CHECK(name("Hollenberg, Dr. Marcus") == "same 0 Dr. Marcus Hollenberg");
    CHECK(name("Dr. Markus Holenberg") == "edits 2 Dr. Marcus Hollenberg");
    CHECK(name("accounting") == "same 0 Accounting");
    CHECK(name("Acounting") == "edits 1 Accounting");
    CHECK(name("\xE7\x8E\x8B\xE4\xBC\x9F") == "same 0 \xE7\x8E\x8B\xE4\xBC\x9F");
}

TEST_CASE("other names do not resemble a listed one") {
    for (const char* none : {"", "Jane", "Doe", "Jane Dow", "June Doe", "Jan Smit", "John Miller",
                             "The Accounting Team", "Marcus Hollenberg", "Dr. Marcs Hollnbrg", "jane@doe"}) {
        INFO(none);
        CHECK(name(none) == (std::string_view(none) == "jane@doe" ? "same 0 Jane Doe" : ""));
    }
    CHECK_FALSE(LookalikeNames().find("Jane Doe"));
}

TEST_CASE("the index finds what comparing with every word finds") {
    std::mt19937 random(21);
    std::vector<std::u32string> words;
    for (int i = 0; i < 400; ++i) words.push_back(word(random, 3 + random() % 16, 3));
    const LookalikeIndex index(words);
    int near = 0;
    for (int round = 0; round < 600; ++round) {
        std::u32string text = words[random() % words.size()];
        for (int edit = 0; edit < 3; ++edit) {
            const std::size_t at = random() % (text.size() + 1);
            switch (random() % 4) {
                case 0:
                    text.insert(at, 1, U'a' + static_cast<char32_t>(random() % 3));
                    break;
                case 1:
                    if (at < text.size()) text.erase(at, 1);
                    break;
                case 2:
                    if (at < text.size()) text[at] = U'x';
                    break;
                default:
                    if (at + 1 < text.size()) std::swap(text[at], text[at + 1]);
            }
        }
        std::vector<std::pair<std::uint32_t, std::size_t>> expected, got;
        for (std::uint32_t i = 0; i < words.size(); ++i) {
            const std::size_t distance = plainDistance(text, words[i]);
            if (distance <= lookalikeEdits(words[i].size())) expected.emplace_back(i, distance);
        }
        for (const auto& one : index.near(text)) got.emplace_back(one.word, one.distance);
        near += static_cast<int>(got.size());
        CHECK(got == expected);
    }
    CHECK(near > 300);
}

TEST_CASE("the bounded distance is the plain one up to its bound") {
    std::mt19937 random(22);
    for (int round = 0; round < 3000; ++round) {
        const std::u32string a = word(random, random() % 12, 3), b = word(random, random() % 12, 3);
        for (std::size_t most = 0; most < 4; ++most) {
            CHECK(editDistance(a, b, most) == std::min(plainDistance(a, b), most + 1));
        }
    }
    CHECK(editDistance(std::u32string(300, U'a'), std::u32string(300, U'a'), 2) == 3);
}

TEST_CASE("thousands of entries that resemble each other are one question each") {
    List domains, names;
    for (int i = 0; i < 5000; ++i) {
        domains.push_back("customer" + std::to_string(10000 + i) + ".com");
        names.push_back("Customer Number" + std::to_string(10000 + i));
    }
    const LookalikeDomains list(domains);
    const LookalikeNames people(names);
    CHECK(list.find("custorner10000.com"));
    CHECK(found(list.find("customer10000.com")) == "");
    CHECK(found(people.find("number10000 customer")).ends_with("Customer Number10000"));
    CHECK_FALSE(people.find(std::string(5000, 'a')));
    CHECK_FALSE(list.find(std::string(5000, 'a') + ".com"));
    std::string many;
    for (int i = 0; i < 1000; ++i) many += "customer ";
    people.find(many);
}
