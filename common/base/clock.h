// Time as Weir stores and shows it: UTC, milliseconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

using TimePoint = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

TimePoint now();

// Milliseconds since 1970-01-01T00:00:00Z, the form in databases, on disk and on the wire.
std::int64_t toMillis(TimePoint time);
TimePoint fromMillis(std::int64_t millis);

// RFC 3339, UTC: "2026-11-21T20:42:52.123Z", the form in the API and in logs.
std::string toText(TimePoint time);
std::optional<TimePoint> timeFromText(std::string_view text);

// Milliseconds since an earlier steady time, for durations in events and logs.
class Stopwatch {
  public:
    Stopwatch() : start_(std::chrono::steady_clock::now()) {}
    double millis() const {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_;
};

}  // namespace weir
