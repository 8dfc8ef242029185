#include "common/policy/phrase_literals.h"

#include <map>

#include "common/policy/phrase_windows.h"

namespace weir {
namespace {

constexpr unsigned kLiteral = 8;  // bytes; libhs compares as many at once
constexpr unsigned kTried = 64;   // places of a phrase

// Where the literal of each phrase begins; a short phrase is one itself.
std::vector<std::uint32_t> literalStarts(const std::vector<std::string>& phrases) {
    std::vector<std::uint32_t> longer;
    for (std::uint32_t i = 0; i < phrases.size(); ++i)
        if (phrases[i].size() > kLiteral) longer.push_back(i);
    const std::vector<std::uint32_t> windows = rarestWindows(phrases, longer, kLiteral, kTried);
    std::vector<std::uint32_t> starts(phrases.size(), 0);
    for (std::size_t i = 0; i < longer.size(); ++i) starts[longer[i]] = windows[i];
    return starts;
}

}  // namespace

PhraseLiterals::PhraseLiterals(const std::vector<std::string>& phrases) : phrases_(phrases) {
    const std::vector<std::uint32_t> starts = literalStarts(phrases);
    std::map<std::string, std::uint32_t> numbers;
    std::vector<ScanDatabase::Literal> literals;
    for (std::uint32_t i = 0; i < phrases.size(); ++i) {
        const std::string literal = phrases[i].substr(starts[i], kLiteral);
        const auto [known, added] = numbers.try_emplace(literal, static_cast<std::uint32_t>(literals.size()));
        if (added) {
            // Where there is nothing more to compare, once is enough.
            literals.push_back({literal, true});
            places_.emplace_back();
        }
        places_[known->second].push_back({i, starts[i] + static_cast<std::uint32_t>(literal.size())});
        if (literal.size() < phrases[i].size()) literals[known->second].once = false;
    }
    database_ = ScanDatabase::ofLiterals(literals);
}

class PhraseLiterals::Comparing final : public LiteralSink {
  public:
    Comparing(const PhraseLiterals& all, std::string_view text, HitSink& sink)
        : all_(all), text_(text), sink_(sink) {}
    void hit(std::uint32_t literal, std::size_t end) override {
        for (const Place& one : all_.places_[literal]) {
            if (!found_.empty() && found_[one.phrase]) continue;
            const std::string& phrase = all_.phrases_[one.phrase];
            if (one.end > end || text_.substr(end - one.end, phrase.size()) != phrase) continue;
            found_.resize(all_.phrases_.size());
            found_[one.phrase] = true;
            sink_.hit(one.phrase);
        }
    }

  private:
    const PhraseLiterals& all_;
    const std::string_view text_;
    HitSink& sink_;
    std::vector<bool> found_;  // by phrase, from the first one on: a text may repeat one for ever
};

void PhraseLiterals::scan(std::string_view text, HitSink& sink) const {
    Comparing comparing(*this, text, sink);
    database_->scan(text, comparing);
}

}  // namespace weir
