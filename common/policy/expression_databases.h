// Regular expressions in libhs databases, RE2 for those that libhs cannot hold: one linear scan whatever is
// in the text. May compile for many seconds. Immutable; scan() from any thread.
#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "common/policy/hit_sink.h"
#include "common/policy/regex_engine.h"
#include "common/policy/scan_database.h"

namespace weir {

class ExpressionDatabases {
  public:
    // In ASCII text a byte is a character: there libhs need not step by characters, which halves its speed.
    enum class Text { kAscii, kUtf8 };

    // Only the expressions numbered in `which`. Throws Error(kInternal) for one that checkRegex() does not
    // accept.
    ExpressionDatabases(const RegexPatterns& patterns, const std::vector<std::uint32_t>& which, Text text);

    // Of kAscii: `text` must be ASCII.
    void scan(std::string_view text, HitSink& sink) const;

  private:
    // One database for all would scan fastest, but its compile could not be bounded.
    static constexpr std::size_t kSetSize = 2000;
    class Confirming;
    struct Alone {
        std::uint32_t pattern;
        std::unique_ptr<RE2> regex;
    };

    void leave(const RegexPatterns& patterns, std::uint32_t pattern);
    void build(const RegexPatterns& patterns, std::vector<ScanDatabase::Expression> set);
    void tooLarge(const RegexPatterns& patterns, std::vector<ScanDatabase::Expression>& set, std::size_t bad);

    std::vector<std::unique_ptr<ScanDatabase>> databases_;
    std::vector<std::unique_ptr<RE2>> confirm_;  // by pattern; null where libhs is exact
    std::vector<Alone> alone_;
};

}  // namespace weir
