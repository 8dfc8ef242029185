// Reads one JSON object of the wire member by member and remembers the first problem.
//
// Like JsonReader, for what machines write: unknown members are ignored, every text and list has a limit, and
// nothing is allocated but what is read. After a problem every getter returns its fallback.
//
// `Source` is how the JSON lies in memory:
//   Value                              one value, cheap to copy; false where there is none
//   Value member(Value, const char*)   of an object
//   bool isObject(Value), isArray(Value)
//   const char* typeName(Value)
//   std::optional<…> text(Value), integer(Value), real(Value), flag(Value)   none: another type or no room
//   std::size_t size(Value)            of an array or object
//   void each(Value, callback)         the values of an array
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/ids.h"

namespace weir {

template <class Source>
class FieldReader {
  public:
    using Value = typename Source::Value;

    // `where`: JSON pointer of the object; kept by reference, so a literal or a longer-lived string.
    explicit FieldReader(Value object, std::string_view where = {}) : object_(object), where_(where) {
        if (!Source::isObject(object)) {
            problem_ = Problem{std::string(where),
                               std::string("expected an object, found ") + Source::typeName(object)};
        }
    }

    // A text of at most `limit` bytes; the second form when it may be missing.
    std::string text(const char* name, std::size_t limit) {
        return required(name, "text") ? textOr(name, limit) : std::string();
    }
    std::string textOr(const char* name, std::size_t limit, std::string_view fallback = {}) {
        const Value value = member(name);
        if (!value) return std::string(fallback);
        const auto found = Source::text(value);
        if (found && found->size() <= limit) return std::string(*found);
        fail(name,
             found ? "text of " + std::to_string(found->size()) + " bytes; at most " + std::to_string(limit)
                   : std::string("expected text, found ") + Source::typeName(value));
        return std::string(fallback);
    }
    std::string uuid(const char* name) {  // required
        std::string found = text(name, 36);
        if (!problem_ && !isUuid(found)) fail(name, "expected a UUID");
        return found;
    }
    std::string uuidOr(const char* name) {  // "" when missing or empty
        std::string found = textOr(name, 36);
        if (!problem_ && !found.empty() && !isUuid(found)) fail(name, "expected a UUID");
        return found;
    }
    std::uint64_t natural(const char* name) {
        return required(name, "a whole number from 0") ? naturalOr(name) : 0;
    }
    std::uint64_t naturalOr(const char* name, std::uint64_t fallback = 0) {
        return static_cast<std::uint64_t>(integerOr(name, 0, INT64_MAX, static_cast<std::int64_t>(fallback)));
    }
    std::int64_t integerOr(const char* name, std::int64_t low, std::int64_t high, std::int64_t fallback) {
        const Value value = member(name);
        if (!value) return fallback;
        if (const auto found = Source::integer(value); found && *found >= low && *found <= high)
            return *found;
        fail(name, "expected a whole number from " + std::to_string(low) + " to " + std::to_string(high));
        return fallback;
    }
    double real(Value value, const char* name) {
        if (const auto found = Source::real(value)) return *found;
        fail(name, std::string("expected a number, found ") + Source::typeName(value));
        return 0;
    }
    bool flagOr(const char* name, bool fallback = false) {
        const Value value = member(name);
        if (!value) return fallback;
        if (const auto found = Source::flag(value)) return *found;
        fail(name, std::string("expected true or false, found ") + Source::typeName(value));
        return fallback;
    }
    TimePoint time(const char* name) {  // ms since 1970, at most the year 9999
        return required(name, "milliseconds since 1970") ? timeOr(name) : TimePoint{};
    }
    TimePoint timeOr(const char* name) {                          // the epoch (0) when missing
        constexpr std::int64_t kLastMilli = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z
        return fromMillis(integerOr(name, 0, kLastMilli, 0));
    }
    std::vector<std::string> texts(const char* name, std::size_t count,
                                   std::size_t limit) {  // missing: empty
        std::vector<std::string> result;
        const Value values = array(name, count);
        if (!values) return result;
        result.reserve(Source::size(values));
        Source::each(values, [&](Value value) {
            const auto found = Source::text(value);
            if (!found || found->size() > limit) {
                fail(name, "expected texts of at most " + std::to_string(limit) + " bytes");
            } else {
                result.emplace_back(*found);
            }
        });
        if (problem_) result.clear();
        return result;
    }

    Value object(const char* name) {  // none when missing
        const Value value = member(name);
        if (!value || Source::isObject(value)) return value;
        fail(name, std::string("expected an object, found ") + Source::typeName(value));
        return {};
    }
    Value array(const char* name, std::size_t count) {
        const Value value = member(name);
        if (!value) return value;
        if (!Source::isArray(value)) {
            fail(name, std::string("expected an array, found ") + Source::typeName(value));
        } else if (Source::size(value) > count) {
            fail(name, std::to_string(Source::size(value)) + " entries; at most " + std::to_string(count));
        } else {
            return value;
        }
        return {};
    }
    bool has(const char* name) const {
        return Source::isObject(object_) && static_cast<bool>(Source::member(object_, name));
    }

    void fail(const char* name, std::string what) {
        if (!problem_) problem_ = Problem{std::string(where_) + "/" + name, std::move(what)};
    }
    void fail(Problem problem) {  // of a nested reader
        if (!problem_) problem_ = std::move(problem);
    }
    bool failed() const { return problem_.has_value(); }
    // The value, or the first problem.
    template <class T>
    Expected<T> finish(T value) {
        if (problem_) return tl::unexpected<Problem>(*problem_);
        return value;
    }
    const std::optional<Problem>& problem() const { return problem_; }

  private:
    Value member(const char* name) { return problem_ ? Value{} : Source::member(object_, name); }
    bool required(const char* name, const char* expected) {
        const bool there = static_cast<bool>(member(name));
        if (!there) fail(name, std::string("missing; expected ") + expected);
        return there;
    }

    const Value object_;
    const std::string_view where_;
    std::optional<Problem> problem_;
};

}  // namespace weir
