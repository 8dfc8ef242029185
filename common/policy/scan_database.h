// One libhs database and the scratch memory its scans need.
//
// Immutable; scan() from any number of threads. A scan borrows scratch from a pool that grows to the number
// of threads that ever scanned at the same time, so nothing is allocated for a mail.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/policy/hit_sink.h"

namespace weir {

// Where a scan for literals reports what it found.
class LiteralSink {
  public:
    // Literal number `literal` ends at byte `end` of the text. Must not throw: the caller is C.
    virtual void hit(std::uint32_t literal, std::size_t end) = 0;

  protected:
    ~LiteralSink() = default;
};

class ScanDatabase {
  public:
    struct Expression {
        std::string text;
        unsigned flags = 0;    // HS_FLAG_…
        std::uint32_t id = 0;  // what hit() is called with
    };

    // False where the processor lacks what libhs needs (hs_valid_platform): then nothing can be built.
    static bool available();

    struct Literal {
        std::string bytes;
        bool once = false;  // reported once, not wherever it stands
    };
    // Fixed byte strings, for scan() with a LiteralSink. Throws Error(kInternal) where libhs refuses.
    static std::unique_ptr<ScanDatabase> ofLiterals(std::span<const Literal> literals);

    // A problem's `where` is the index of the expression that libhs cannot hold, empty for the set as a
    // whole.
    static Expected<std::unique_ptr<ScanDatabase>> ofExpressions(std::span<const Expression> expressions);

    // libhs can read this expression; it may still be too large to compile.
    static bool readable(const Expression& expression);

    ~ScanDatabase();
    ScanDatabase(const ScanDatabase&) = delete;
    ScanDatabase& operator=(const ScanDatabase&) = delete;

    void scan(std::string_view text, HitSink& sink) const;
    void scan(std::string_view text, LiteralSink& sink) const;

  private:
    struct State;
    using OnMatch = int (*)(unsigned, unsigned long long, unsigned long long, unsigned, void*);
    void scan(std::string_view text, OnMatch onMatch, void* context) const;
    explicit ScanDatabase(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace weir
