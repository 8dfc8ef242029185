// All fixed phrases of one field, found in one scan. Immutable; scan() from any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/policy/hit_sink.h"
#include "common/policy/phrase_index.h"
#include "common/policy/phrase_literals.h"

namespace weir {

class PhraseScanner {
  public:
    // More phrases than this go into a PhraseIndex: libhs scans many times faster, but takes 0.3 s to compile
    // 10,000 and 0.7 s for 20,000, which a publish would wait for.
    static constexpr std::size_t kDatabasePhrases = 5000;
    enum class Engine { kBest, kIndex };  // kIndex: without libhs, for tests

    // Distinct, not empty; compared byte by byte.
    explicit PhraseScanner(std::vector<std::string> phrases, Engine engine = Engine::kBest)
        : phrases_(std::move(phrases)) {
        if (engine == Engine::kBest && phrases_.size() <= kDatabasePhrases && ScanDatabase::available()) {
            literals_ = std::make_unique<PhraseLiterals>(phrases_);
        } else {
            index_ = std::make_unique<PhraseIndex>(phrases_);
        }
    }
    PhraseScanner(const PhraseScanner&) = delete;
    PhraseScanner& operator=(const PhraseScanner&) = delete;

    const std::string& phrase(std::uint32_t pattern) const { return phrases_[pattern]; }
    std::size_t size() const { return phrases_.size(); }

    void scan(std::string_view text, HitSink& sink) const {
        if (literals_) {
            literals_->scan(text, sink);
        } else {
            index_->scan(text, sink);
        }
    }

  private:
    const std::vector<std::string> phrases_;
    std::unique_ptr<PhraseLiterals> literals_;
    std::unique_ptr<PhraseIndex> index_;
};

}  // namespace weir
