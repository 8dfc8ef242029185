#include "tests/bench/bench_rules.h"

#include <nlohmann/json.hpp>
#include <random>

namespace weir::bench {
namespace {

using nlohmann::json;
using Random = std::mt19937;

// Words of the mail mixture: what begins like a hit is in every mail.
constexpr const char* kWords[] = {"invoice",  "meeting", "tomorrow", "report",  "customer", "project",
                                  "delivery", "please",  "contract", "budget",  "schedule", "account",
                                  "office",   "market",  "product",  "service", "question", "answer",
                                  "website",  "offer",   "price",    "download"};

std::string word(Random& random) {
    return kWords[random() % std::size(kWords)];
}

std::string unlikely(Random& random, std::size_t number) {
    return word(random) + " " + word(random) + " zq" + std::to_string(number) + " " + word(random);
}

std::string escaped(const std::string& text) {
    std::string pattern;
    for (char c : text) {
        if (c == '.') pattern += '\\';
        pattern += c;
    }
    return pattern;
}

class RuleMaker {
  public:
    explicit RuleMaker(std::string name) { made_.name = std::move(name); }

    void add(json when) {
        const std::string id = "rule-" + std::to_string(rules_.size());
        rules_.push_back({{"id", id},
                          {"name", id},
                          {"when", std::move(when)},
                          {"then", {{{"quarantine", {{"queue", "bench"}}}}}}});
    }
    void phrase(const char* field, const std::string& text) {
        made_.expressions.push_back(escaped(text));
        add({{field, {{"contains", text}}}});
    }
    void expression(const std::string& pattern) {
        made_.expressions.push_back(pattern);
        add({{"body", {{"regex", pattern}}}});
    }
    void urlDomain(const std::string& domain) {
        made_.expressions.push_back("https?://[a-z0-9.-]{0,60}" + escaped(domain));
        add({{"url.domain", {{"is", domain}}}});
    }
    void list(const std::string& name, json entries) {
        lists_[name] = {{"kind", "address"}, {"entries", std::move(entries)}};
    }
    std::size_t count() const { return rules_.size(); }
    BenchRules done() {
        made_.policy = json{{"lists", std::move(lists_)}, {"rules", std::move(rules_)}}.dump();
        return std::move(made_);
    }

  private:
    BenchRules made_;
    json lists_ = json::object(), rules_ = json::array();
};

std::string manyLike(Random& random, std::size_t number) {
    const std::string mark = "zq" + std::to_string(number);
    switch (number % 6) {
        case 0:
            return "\\b(?:" + word(random) + "|" + word(random) + ")\\s+(?:your|my|this)\\s+" + mark + "\\b";
        case 1:
            return word(random) + ".{0,20}" + word(random) + ".{0,20}" + mark;
        case 2:
            return "\\b" + word(random) + "[\\s_-]{1,3}(?:" + word(random) + "|" + word(random) +
                   ")[\\s_-]{1,3}" + mark;
        case 3:
            return "\\$[\\d,]{3,10}\\s+(?:million|billion|usd)\\s+" + mark;
        case 4:
            return "https?://[a-z0-9.-]{1,40}" + mark + "\\.(?:com|net|ru|top)/[a-z0-9]{2,12}\\b";
        default:
            return "\\b" + word(random) + "s?\\W{1,5}(?:f[o0]r|w[i1]th)\\W{1,5}fr[e3]{2}\\W{1,5}" + mark;
    }
}

}  // namespace

BenchRules noRules() {
    return RuleMaker("no rules").done();
}

BenchRules mixedRules(std::size_t count) {
    Random random(2);
    RuleMaker maker(std::to_string(count) + " mixed rules");
    for (int list = 0; list < 10; ++list) {
        json entries = json::array();
        for (int i = 0; i < 500; ++i)
            entries.push_back("bad" + std::to_string(random()) + "@spam" + std::to_string(i) + ".example");
        maker.list("senders-" + std::to_string(list), std::move(entries));
    }
    for (std::size_t i; (i = maker.count()) < count;) {
        const std::string number = std::to_string(i);
        switch (i % 20) {
            case 10:
            case 11:
                maker.urlDomain("zq" + number + ".com");
                break;
            case 12:
            case 13:
                maker.expression("\\b" + word(random) + "\\s+" + word(random) + "\\s+zq" + number +
                                 "[a-z]+\\b");
                break;
            case 14:
            case 15:
                maker.add({{"sender", {{"in", "@senders-" + std::to_string(i / 20 % 10)}}}});
                break;
            case 16:
                maker.add(
                    {{"sender.domain", {{"in", {"zq" + number + ".example", ".zq" + number + ".test"}}}}});
                break;
            case 17:
                maker.add(
                    {{"client.address", {{"in", {"198.51." + std::to_string(i / 20 % 256) + ".0/24"}}}}});
                break;
            case 18:
            case 19:
                maker.add({{"attachment.name", {{"matches", "*zq" + number + ".exe"}}}});
                break;
            default:
                maker.phrase(i % 20 < 2 ? "subject" : "body", unlikely(random, i));
        }
    }
    return maker.done();
}

BenchRules expressionRules(std::size_t count) {
    Random random(3);
    RuleMaker maker(std::to_string(count) + " expressions");
    while (maker.count() < count) maker.expression(manyLike(random, maker.count()));
    return maker.done();
}

BenchRules phraseRules(std::size_t count) {
    Random random(4);
    RuleMaker maker(std::to_string(count) + " phrases");
    while (maker.count() < count) maker.phrase("body", unlikely(random, maker.count()));
    return maker.done();
}

}  // namespace weir::bench
