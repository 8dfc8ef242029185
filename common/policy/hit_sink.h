// Where a scan reports what it found.
#pragma once

#include <cstdint>

namespace weir {

class HitSink {
  public:
    // Pattern number `pattern` of the scanned set is in the text. May be called more than once for one
    // pattern. Must not throw: the callers below are C.
    virtual void hit(std::uint32_t pattern) = 0;

  protected:
    ~HitSink() = default;
};

}  // namespace weir
