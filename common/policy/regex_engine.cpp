#include "common/policy/regex_engine.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "common/base/control.h"
#include "common/base/utf8.h"
#include "common/policy/atom_filter.h"
#include "common/policy/expression_databases.h"
#include "common/policy/regex_pattern.h"

namespace weir {
namespace {

class ReferenceEngine final : public RegexEngine {
  public:
    explicit ReferenceEngine(const RegexPatterns& patterns) {
        for (const std::string& one : patterns.texts)
            regexes_.push_back(compiledRegex(one, patterns.caseless));
    }
    void scan(std::string_view text, HitSink& sink) const override {
        for (std::uint32_t i = 0; i < regexes_.size(); ++i)
            if (isMatch(*regexes_[i], text)) sink.hit(i);
    }
    const char* name() const override { return "reference"; }

  private:
    std::vector<std::unique_ptr<RE2>> regexes_;
};

void confirm(const std::vector<AtomFilter::Candidate>& candidates, std::string_view text, HitSink& sink) {
    for (const auto& [pattern, regex] : candidates)
        if (isMatch(*regex, text)) sink.hit(pattern);
}

class AtomEngine final : public RegexEngine {
  public:
    explicit AtomEngine(const RegexPatterns& patterns) : filter_(patterns) {
        for (const std::uint32_t i : filter_.without())
            always_.emplace_back(i, compiledRegex(patterns.texts[i], patterns.caseless));
    }
    void scan(std::string_view text, HitSink& sink) const override {
        for (const auto& [pattern, regex] : always_)
            if (isMatch(*regex, text)) sink.hit(pattern);
        confirm(filter_.candidates(text), text, sink);
    }
    const char* name() const override { return "atoms"; }

  private:
    const AtomFilter filter_;
    std::vector<std::pair<std::uint32_t, std::unique_ptr<RE2>>> always_;
};

// The databases of some expressions, and where it would differ, those for text that is all ASCII.
class TextDatabases {
  public:
    TextDatabases(const RegexPatterns& patterns, const std::vector<std::uint32_t>& which)
        : any_(patterns, which, ExpressionDatabases::Text::kUtf8) {
        if (std::any_of(which.begin(), which.end(),
                        [&](std::uint32_t i) { return scanPattern(patterns.texts[i]).needsUtf8; }))
            ascii_.emplace(patterns, which, ExpressionDatabases::Text::kAscii);
    }
    void scan(std::string_view text, HitSink& sink) const {
        (ascii_ && isAscii(text) ? *ascii_ : any_).scan(text, sink);
    }

  private:
    const ExpressionDatabases any_;
    std::optional<const ExpressionDatabases> ascii_;
};

// Most texts hold the atoms of next to no expression: then the scan for atoms was all, at many times the
// speed of a scan for whole expressions. A text that holds many of them takes that scan, so that none can
// make the node ask RE2 a thousand times.
class DatabaseEngine final : public RegexEngine {
  public:
    explicit DatabaseEngine(const RegexPatterns& patterns)
        : filter_(patterns), without_(patterns, filter_.without()), with_(patterns, filter_.with()) {}
    void scan(std::string_view text, HitSink& sink) const override {
        without_.scan(text, sink);
        const std::vector<AtomFilter::Candidate> candidates = filter_.candidates(text);
        if (candidates.size() <= kFew && !controlOff("literal-atoms")) {
            confirm(candidates, text, sink);
        } else {
            with_.scan(text, sink);
        }
    }
    const char* name() const override { return "database"; }

  private:
    static constexpr std::size_t kFew = 4;  // asking RE2 this often costs less than the scan

    const AtomFilter filter_;
    const TextDatabases without_, with_;
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
