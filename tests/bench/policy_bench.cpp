// What rules cost: a thousand phrase and list rules over mail with 17 KB of decoded text, then sets of
// regular expressions by each engine, and large phrase sets. Prints compile time, milliseconds a mail and
// MB/s.
#include <chrono>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <random>

#include "common/base/clock.h"
#include "common/policy/match_text.h"
#include "common/policy/phrase_scanner.h"
#include "common/policy/policy_compiler.h"
#include "common/policy/regex_engine.h"

using namespace weir;

namespace {

using Random = std::mt19937;

constexpr std::size_t kTextBytes = 17'000;
constexpr std::size_t kMails = 40;

std::string word(Random& random) {
    static const char* const kSyllables[] = {"an",   "ber", "con", "dis", "ed", "for", "ing",
                                             "ment", "na",  "or",  "pre", "re", "sta", "ter",
                                             "tion", "un",  "ve",  "com", "al", "ex"};
    std::string text;
    for (std::size_t n = 1 + random() % 3; n > 0; --n) text += kSyllables[random() % std::size(kSyllables)];
    if (random() % 12 == 0) text[0] = static_cast<char>(text[0] - 32);
    return text;
}

std::string words(Random& random, std::size_t count) {
    std::string text = word(random);
    for (std::size_t i = 1; i < count; ++i) text += ' ' + word(random);
    return text;
}

std::string mailOf(Random& random) {
    std::string mail = "From: a@example.org\r\nTo: b@example.com\r\nSubject: " + words(random, 6) +
                       "\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
    const std::size_t head = mail.size();
    while (mail.size() < head + kTextBytes)
        mail += words(random, 11) + (random() % 20 ? "\r\n" : " caf\xC3\xA9\r\n");
    return mail;
}

std::string only;  // part of the lines to run, from the command line; empty: all

bool wanted(const std::string& what) {
    return what.find(only) != std::string::npos;
}

double cpuMillis() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// Half the rules look for phrases in body and subject, a fifth for expressions where `regexes`; the others
// are look-ups in lists of senders, domains, networks, file names and recipients.
Json policyOf(Random& random, std::size_t rules, bool regexes) {
    Json lists = Json::object();
    for (int list = 0; list < 10; ++list) {
        Json entries = Json::array();
        for (int i = 0; i < 500; ++i)
            entries.push_back(word(random) + std::to_string(random()) + "@spam.example");
        lists["senders-" + std::to_string(list)] = {{"kind", "address"}, {"entries", std::move(entries)}};
    }
    Json all = Json::array();
    for (std::size_t i = 0; i < rules; ++i) {
        const std::string number = std::to_string(i);
        Json when;
        switch (i % 10) {
            case 0:
            case 1:
            case 2:
            case 3:
                when = {{"body", {{"contains", words(random, 3)}}}};
                break;
            case 4:
                when = {{"subject", {{"contains", words(random, 3)}}}};
                break;
            case 5:
                when = {{"sender", {{"in", "@senders-" + std::to_string(i / 10 % 10)}}}};
                break;
            case 6:
                when = {{"sender.domain", {{"in", {word(random) + number + ".example"}}}}};
                break;
            case 7:
                when = {{"client.address", {{"in", {"198.51." + std::to_string(i / 10 % 256) + ".0/24"}}}}};
                break;
            case 8:
                when = {
                    {"attachment.name", {{"matches", {"*." + word(random) + number, word(random) + "*"}}}}};
                break;
            default:
                when = {{"recipient", {{"in", {"user" + number + "@example.com"}}}}};
                break;
        }
        if (regexes && i % 10 < 2)
            when = {{"body", {{"regex", word(random) + "\\s+" + word(random) + "[a-z]+" + number}}}};
        all.push_back({{"id", "r" + number},
                       {"when", std::move(when)},
                       {"then", {{{"tag-subject", {{"text", "[" + number + "]"}}}}}}});
    }
    return {{"lists", std::move(lists)}, {"rules", std::move(all)}};
}

void benchPolicy(const char* what, const Json& document, const std::vector<std::string>& mails,
                 std::size_t recipients) {
    if (!wanted(what)) return;
    EngineBuilder engines;
    const Stopwatch compiling;
    const auto policy = compilePolicy(document, 1, engines);
    const double compileMillis = compiling.millis();
    if (!policy) throw std::runtime_error(policy.error().front().text());
    engines.waitIdle(std::chrono::steady_clock::now() + std::chrono::minutes(5));
    const double fullMillis = compiling.millis();
    Envelope envelope;
    envelope.clientAddress = "192.0.2.1";
    envelope.clientName = "mx.example.org";
    envelope.helo = "mx.example.org";
    envelope.sender = "a@example.org";
    for (std::size_t i = 0; i < recipients; ++i)
        envelope.recipients.push_back("user" + std::to_string(i) + "@example.com");
    std::vector<Message> messages;
    for (const std::string& one : mails)
        messages.emplace_back(one).text();  // decoding is not what is measured
    std::size_t bytes = 0, matched = 0, runs = 0;
    const double start = cpuMillis();
    while (cpuMillis() - start < 1500)
        for (const Message& one : messages) {
            DirectReader reader;
            Facts facts(envelope, one, reader);
            const Evaluation result = evaluate(**policy, facts);
            matched += result.outcomes.front().matchedRules.size();
            bytes += one.text().size();
            ++runs;
        }
    const double spent = cpuMillis() - start;
    std::printf("%-44s ready %6.0f ms (full %6.0f)  %8.4f ms a mail  %6.0f MB/s  %.1f rules match\n", what,
                compileMillis, fullMillis, spent / static_cast<double>(runs),
                static_cast<double>(bytes) / spent / 1e3,
                static_cast<double>(matched) / static_cast<double>(runs));
}

struct CountingSink final : HitSink {
    void hit(std::uint32_t) override { ++hits; }
    std::size_t hits = 0;
};

template <class Scanner>
void benchScan(const char* what, double compileMillis, const Scanner& scanner,
               const std::vector<std::string>& texts) {
    if (!wanted(what)) return;
    CountingSink sink;
    std::size_t bytes = 0;
    const double start = cpuMillis();
    while (cpuMillis() - start < 700)
        for (const std::string& one : texts) {
            scanner.scan(one, sink);
            bytes += one.size();
        }
    std::printf("%-44s ready %6.0f ms                 %8.4f ms a mail  %6.0f MB/s\n", what, compileMillis,
                (cpuMillis() - start) * static_cast<double>(kTextBytes) / static_cast<double>(bytes),
                static_cast<double>(bytes) / (cpuMillis() - start) / 1e3);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1) only = argv[1];
    Random random(1);
    std::vector<std::string> mails, folded;
    for (std::size_t i = 0; i < kMails; ++i) mails.push_back(mailOf(random));
    for (const std::string& one : mails) folded.push_back(foldedText(one));

    benchPolicy("no rules", Json::object(), mails, 1);
    benchPolicy("1,000 phrase and list rules", policyOf(random, 1000, false), mails, 1);
    benchPolicy("1,000 phrase and list rules, 50 recipients", policyOf(random, 1000, false), mails, 50);
    benchPolicy("20,000 phrase and list rules", policyOf(random, 20'000, false), mails, 1);
    benchPolicy("1,000 rules, 200 with expressions", policyOf(random, 1000, true), mails, 1);

    RegexPatterns patterns;
    for (int i = 0; i < 1000; ++i)
        patterns.texts.push_back(
            i % 2 ? "https?://[a-z0-9.-]*" + word(random) + std::to_string(i) + "\\.(com|net|ru)/"
                  : word(random) + word(random) + "\\s+" + word(random) + std::to_string(i) + "\\b");
    for (auto make : {atomEngine, databaseEngine}) {
        const Stopwatch watch;
        const auto engine = make(patterns);
        benchScan((std::string("1,000 expressions, ") + engine->name()).c_str(), watch.millis(), *engine,
                  mails);
    }
    for (std::size_t count : {1000u, 10'000u, 20'000u, 200'000u}) {
        std::vector<std::string> phrases;
        for (std::size_t i = 0; i < count; ++i)
            phrases.push_back(foldedText(words(random, 2) + std::to_string(i)));
        for (auto engine : {PhraseScanner::Engine::kBest, PhraseScanner::Engine::kIndex}) {
            const Stopwatch watch;
            const PhraseScanner scanner(phrases, engine);
            const bool index =
                engine == PhraseScanner::Engine::kIndex || count > PhraseScanner::kDatabasePhrases;
            benchScan((std::to_string(count) + " phrases, " + (index ? "index" : "libhs")).c_str(),
                      watch.millis(), scanner, folded);
        }
    }
    const double start = cpuMillis();
    std::size_t bytes = 0;
    for (int i = 0; i < 50; ++i)
        for (const std::string& one : mails) bytes += foldedText(one).size();
    std::printf("folding text %66.0f MB/s\n", static_cast<double>(bytes) / (cpuMillis() - start) / 1e3);
}
