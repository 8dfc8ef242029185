// Reads one JSON object of the wire member by member and remembers the first problem.
//
// Like JsonReader, for what machines write: unknown members are ignored, every text and list has a limit, and
// nothing is allocated but what is read, since the master reads thousands of events a second with it. After a
// problem every getter returns its fallback.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/json.h"

namespace weir {

class WireReader {
  public:
    // `where`: JSON pointer of the object; kept by reference, so a literal or a longer-lived string.
    explicit WireReader(const Json& object, std::string_view where = {});

    // A text of at most `limit` bytes; the second form when it may be missing.
    std::string text(const char* name, std::size_t limit);
    std::string textOr(const char* name, std::size_t limit, std::string_view fallback = {});
    std::string uuid(const char* name);    // required
    std::string uuidOr(const char* name);  // "" when missing or empty
    std::uint64_t natural(const char* name);
    std::uint64_t naturalOr(const char* name, std::uint64_t fallback = 0);
    std::int64_t integerOr(const char* name, std::int64_t low, std::int64_t high, std::int64_t fallback);
    double real(const Json& value, const char* name);
    bool flagOr(const char* name, bool fallback = false);
    TimePoint time(const char* name);    // ms since 1970, at most the year 9999
    TimePoint timeOr(const char* name);  // the epoch (0) when missing
    std::vector<std::string> texts(const char* name, std::size_t count, std::size_t limit);  // missing: empty

    const Json* object(const char* name);  // nullptr when missing
    const Json* array(const char* name, std::size_t count);
    bool has(const char* name) const;

    void fail(const char* name, std::string what);
    void fail(Problem problem);  // of a nested reader
    bool failed() const { return problem_.has_value(); }
    // The value, or the first problem.
    template <class T>
    Expected<T> finish(T value) {
        if (problem_) return tl::unexpected<Problem>(*problem_);
        return value;
    }
    const std::optional<Problem>& problem() const { return problem_; }

  private:
    const Json* member(const char* name);
    const Json* required(const char* name, const char* expected);

    const Json& object_;
    const std::string_view where_;
    std::optional<Problem> problem_;
};

}  // namespace weir
