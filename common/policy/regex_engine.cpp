#include "common/policy/regex_engine.h"

#include <hs/hs.h>
#include <re2/filtered_re2.h>

#include <algorithm>
#include <charconv>

#include "common/policy/phrase_scanner.h"
#include "common/policy/regex_pattern.h"
#include "common/policy/scan_database.h"

namespace weir {
namespace {

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

std::unique_ptr<RE2> compiled(const std::string& pattern, bool caseless) {
    auto regex = std::make_unique<RE2>(pattern, regexOptions(caseless));
    if (!regex->ok())
        throw Error(ErrorCode::kInternal, "regular expression was not checked: " + regex->error());
    return regex;
}

// The hits of one scan, each once.
class HitCollector final : public HitSink {
  public:
    explicit HitCollector(std::vector<int>& found) : found_(found) {}
    void hit(std::uint32_t pattern) override { found_.push_back(static_cast<int>(pattern)); }
    void finish() {
        std::sort(found_.begin(), found_.end());
        found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    }

  private:
    std::vector<int>& found_;
};

class ReferenceEngine final : public RegexEngine {
  public:
    explicit ReferenceEngine(const RegexPatterns& patterns) {
        for (const std::string& one : patterns.texts) regexes_.push_back(compiled(one, patterns.caseless));
    }
    void scan(std::string_view text, HitSink& sink) const override {
        for (std::uint32_t i = 0; i < regexes_.size(); ++i)
            if (RE2::PartialMatch(piece(text), *regexes_[i])) sink.hit(i);
    }
    const char* name() const override { return "reference"; }

  private:
    std::vector<std::unique_ptr<RE2>> regexes_;
};

class AtomEngine final : public RegexEngine {
  public:
    explicit AtomEngine(const RegexPatterns& patterns) : filtered_(kShortestAtom) {
        for (std::uint32_t i = 0; i < patterns.texts.size(); ++i) {
            // Atoms are looked for in a text whose ASCII letters alone are lower case.
            if (!scanPattern(patterns.texts[i]).plainAscii) {
                always_.push_back({i, compiled(patterns.texts[i], patterns.caseless)});
                continue;
            }
            int id = 0;
            if (filtered_.Add(patterns.texts[i], regexOptions(patterns.caseless), &id) != RE2::NoError)
                throw Error(ErrorCode::kInternal, "regular expression was not checked: " + patterns.texts[i]);
            originals_.push_back(i);
        }
        std::vector<std::string> atoms;
        filtered_.Compile(&atoms);
        if (!atoms.empty()) atoms_ = std::make_unique<PhraseScanner>(std::move(atoms));
    }
    void scan(std::string_view text, HitSink& sink) const override {
        for (const auto& [i, regex] : always_)
            if (RE2::PartialMatch(piece(text), *regex)) sink.hit(i);
        if (originals_.empty()) return;
        std::vector<int> found;
        if (atoms_) {
            std::string lower(text);
            for (char& c : lower)
                if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
            HitCollector collector(found);
            atoms_->scan(lower, collector);
            collector.finish();
        }
        std::vector<int> candidates;
        filtered_.AllPotentials(found, &candidates);
        for (int one : candidates)
            if (RE2::PartialMatch(piece(text), filtered_.GetRE2(one)))
                sink.hit(originals_[static_cast<std::size_t>(one)]);
    }
    const char* name() const override { return "atoms"; }

  private:
    static constexpr int kShortestAtom = 3;  // shorter ones are in every text
    struct Always {
        std::uint32_t pattern;
        std::unique_ptr<RE2> regex;
    };
    re2::FilteredRE2 filtered_;
    std::vector<std::uint32_t> originals_;  // pattern of each expression in filtered_
    std::vector<Always> always_;
    std::unique_ptr<PhraseScanner> atoms_;
};

class DatabaseEngine final : public RegexEngine {
  public:
    explicit DatabaseEngine(const RegexPatterns& patterns) : confirm_(patterns.texts.size()) {
        std::vector<ScanDatabase::Expression> expressions;
        for (std::uint32_t i = 0; i < patterns.texts.size(); ++i) {
            const ScanPattern scan = scanPattern(patterns.texts[i]);
            unsigned flags = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;
            if (scan.needsUtf8) flags |= HS_FLAG_UTF8;
            if (patterns.caseless) flags |= HS_FLAG_CASELESS;
            ScanDatabase::Expression expression{scan.text, flags, i};
            if (!scan.scannable || !ScanDatabase::readable(expression)) {
                leave(patterns, i);
                continue;
            }
            if (scan.needsConfirm) confirm_[i] = compiled(patterns.texts[i], patterns.caseless);
            expressions.push_back(std::move(expression));
        }
        for (std::size_t at = 0; at < expressions.size(); at += kSetSize)
            build(patterns, {expressions.begin() + static_cast<std::ptrdiff_t>(at),
                             expressions.begin() +
                                 static_cast<std::ptrdiff_t>(std::min(expressions.size(), at + kSetSize))});
    }
    void scan(std::string_view text, HitSink& sink) const override {
        for (const auto& [i, regex] : alone_)
            if (RE2::PartialMatch(piece(text), *regex)) sink.hit(i);
        Confirming confirming(*this, text, sink);
        for (const auto& database : databases_) database->scan(text, confirming);
    }
    const char* name() const override { return "database"; }

  private:
    // One database for all would scan fastest, but its compile could not be bounded.
    static constexpr std::size_t kSetSize = 2000;

    class Confirming final : public HitSink {
      public:
        Confirming(const DatabaseEngine& engine, std::string_view text, HitSink& sink)
            : engine_(engine), text_(text), sink_(sink) {}
        void hit(std::uint32_t pattern) override {
            const RE2* regex = engine_.confirm_[pattern].get();
            if (regex == nullptr || RE2::PartialMatch(piece(text_), *regex)) sink_.hit(pattern);
        }

      private:
        const DatabaseEngine& engine_;
        std::string_view text_;
        HitSink& sink_;
    };

    void leave(const RegexPatterns& patterns, std::uint32_t pattern) {
        alone_.push_back({pattern, compiled(patterns.texts[pattern], patterns.caseless)});
    }
    void build(const RegexPatterns& patterns, std::vector<ScanDatabase::Expression> set) {
        while (!set.empty()) {
            auto database = ScanDatabase::ofExpressions(set);
            if (database) {
                databases_.push_back(std::move(*database));
                return;
            }
            const std::string& index = database.error().where;
            std::size_t bad = 0;
            std::from_chars(index.data(), index.data() + index.size(), bad);
            if (!index.empty() && bad < set.size()) {
                tooLarge(patterns, set, bad);
            } else if (set.size() == 1) {
                return leave(patterns, set.front().id);
            } else {
                const auto middle = set.begin() + static_cast<std::ptrdiff_t>(set.size() / 2);
                build(patterns, {middle, set.end()});
                set.erase(middle, set.end());
            }
        }
    }
    // First try a looser form that libhs may hold, with RE2 to confirm; then leave it to RE2 alone.
    void tooLarge(const RegexPatterns& patterns, std::vector<ScanDatabase::Expression>& set,
                  std::size_t bad) {
        ScanDatabase::Expression& one = set[bad];
        if (!(one.flags & HS_FLAG_PREFILTER)) {
            one.flags |= HS_FLAG_PREFILTER;
            confirm_[one.id] = compiled(patterns.texts[one.id], patterns.caseless);
            return;
        }
        leave(patterns, one.id);
        set.erase(set.begin() + static_cast<std::ptrdiff_t>(bad));
    }

    struct Alone {
        std::uint32_t pattern;
        std::unique_ptr<RE2> regex;
    };
    std::vector<std::unique_ptr<ScanDatabase>> databases_;
    std::vector<std::unique_ptr<RE2>> confirm_;  // by pattern; null where libhs is exact
    std::vector<Alone> alone_;
};

}  // namespace

std::unique_ptr<RegexEngine> referenceEngine(const RegexPatterns& patterns) {
    return std::make_unique<ReferenceEngine>(patterns);
}

std::unique_ptr<RegexEngine> atomEngine(const RegexPatterns& patterns) {
    return std::make_unique<AtomEngine>(patterns);
}

std::unique_ptr<RegexEngine> databaseEngine(const RegexPatterns& patterns) {
    if (!ScanDatabase::available()) return atomEngine(patterns);
    return std::make_unique<DatabaseEngine>(patterns);
}

}  // namespace weir
