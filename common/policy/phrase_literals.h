// Fixed phrases in one scan by libhs: of each phrase it looks for eight bytes that few others have
// (phrase_windows.h), and the whole phrase is compared where they stand. Whole phrases would cost many times
// that: libhs looks at the last bytes first, and a phrase that ends in a usual word keeps it busy in every
// mail. Immutable; scan() from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/policy/hit_sink.h"
#include "common/policy/scan_database.h"

namespace weir {

class PhraseLiterals {
  public:
    // Distinct, not empty. `phrases` must outlive this.
    explicit PhraseLiterals(const std::vector<std::string>& phrases);

    void scan(std::string_view text, HitSink& sink) const;

  private:
    class Comparing;
    struct Place {
        std::uint32_t phrase = 0;
        std::uint32_t end = 0;  // of the literal in the phrase
    };

    const std::vector<std::string>& phrases_;
    std::vector<std::vector<Place>> places_;  // by literal: the phrases that hold it
    std::unique_ptr<ScanDatabase> database_;
};

}  // namespace weir
