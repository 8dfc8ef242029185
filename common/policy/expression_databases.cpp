#include "common/policy/expression_databases.h"

#include <hs/hs.h>

#include <algorithm>
#include <charconv>

#include "common/policy/regex_pattern.h"

namespace weir {
namespace {

std::unique_ptr<RE2> compiled(const RegexPatterns& patterns, std::uint32_t pattern) {
    return compiledRegex(patterns.texts[pattern], patterns.caseless);
}

}  // namespace

class ExpressionDatabases::Confirming final : public HitSink {
  public:
    Confirming(const ExpressionDatabases& owner, std::string_view text, HitSink& sink)
        : owner_(owner), text_(text), sink_(sink) {}
    void hit(std::uint32_t pattern) override {
        const RE2* regex = owner_.confirm_[pattern].get();
        if (regex == nullptr || isMatch(*regex, text_)) sink_.hit(pattern);
    }

  private:
    const ExpressionDatabases& owner_;
    std::string_view text_;
    HitSink& sink_;
};

ExpressionDatabases::ExpressionDatabases(const RegexPatterns& patterns,
                                         const std::vector<std::uint32_t>& which, Text text)
    : confirm_(patterns.texts.size()) {
    std::vector<ScanDatabase::Expression> expressions;
    for (const std::uint32_t i : which) {
        const ScanPattern scan = scanPattern(patterns.texts[i]);
        unsigned flags = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;
        if (scan.needsUtf8 && (text == Text::kUtf8 || !scan.plainAscii)) flags |= HS_FLAG_UTF8;
        if (patterns.caseless) flags |= HS_FLAG_CASELESS;
        ScanDatabase::Expression expression{scan.text, flags, i};
        if (!scan.scannable || !ScanDatabase::readable(expression)) {
            leave(patterns, i);
            continue;
        }
        if (scan.needsConfirm) confirm_[i] = compiled(patterns, i);
        expressions.push_back(std::move(expression));
    }
    for (std::size_t at = 0; at < expressions.size(); at += kSetSize) {
        const auto begin = expressions.begin() + static_cast<std::ptrdiff_t>(at);
        build(patterns,
              {begin, begin + static_cast<std::ptrdiff_t>(std::min(kSetSize, expressions.size() - at))});
    }
}

void ExpressionDatabases::scan(std::string_view text, HitSink& sink) const {
    for (const auto& [pattern, regex] : alone_)
        if (isMatch(*regex, text)) sink.hit(pattern);
    Confirming confirming(*this, text, sink);
    for (const auto& database : databases_) database->scan(text, confirming);
}

void ExpressionDatabases::leave(const RegexPatterns& patterns, std::uint32_t pattern) {
    alone_.push_back({pattern, compiled(patterns, pattern)});
}

void ExpressionDatabases::build(const RegexPatterns& patterns, std::vector<ScanDatabase::Expression> set) {
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
void ExpressionDatabases::tooLarge(const RegexPatterns& patterns, std::vector<ScanDatabase::Expression>& set,
                                   std::size_t bad) {
    ScanDatabase::Expression& one = set[bad];
    if (!(one.flags & HS_FLAG_PREFILTER)) {
        one.flags |= HS_FLAG_PREFILTER;
        confirm_[one.id] = compiled(patterns, one.id);
        return;
    }
    leave(patterns, one.id);
    set.erase(set.begin() + static_cast<std::ptrdiff_t>(bad));
}

}  // namespace weir
