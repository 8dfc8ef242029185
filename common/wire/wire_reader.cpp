#include "common/wire/wire_reader.h"

#include <nlohmann/json.hpp>

#include "common/base/ids.h"

namespace weir {
namespace {

constexpr std::int64_t kLastMilli = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z

}  // namespace

WireReader::WireReader(const Json& object, std::string_view where) : object_(object), where_(where) {
    if (!object.is_object())
        problem_ =
            Problem{std::string(where), std::string("expected an object, found ") + object.type_name()};
}

void WireReader::fail(const char* name, std::string what) {
    if (!problem_) problem_ = Problem{std::string(where_) + "/" + name, std::move(what)};
}

void WireReader::fail(Problem problem) {
    if (!problem_) problem_ = std::move(problem);
}

bool WireReader::has(const char* name) const {
    return object_.is_object() && object_.contains(name);
}

const Json* WireReader::member(const char* name) {
    if (problem_) return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
}

const Json* WireReader::required(const char* name, const char* expected) {
    const Json* value = member(name);
    if (!value) fail(name, std::string("missing; expected ") + expected);
    return value;
}

std::string WireReader::text(const char* name, std::size_t limit) {
    return required(name, "text") ? textOr(name, limit) : std::string();
}

std::string WireReader::textOr(const char* name, std::size_t limit, std::string_view fallback) {
    const Json* value = member(name);
    if (!value) return std::string(fallback);
    if (!value->is_string()) {
        fail(name, std::string("expected text, found ") + value->type_name());
        return std::string(fallback);
    }
    const auto& found = value->get_ref<const std::string&>();
    if (found.size() <= limit) return found;
    fail(name, "text of " + std::to_string(found.size()) + " bytes; at most " + std::to_string(limit));
    return std::string(fallback);
}

std::string WireReader::uuid(const char* name) {
    std::string found = text(name, 36);
    if (!problem_ && !isUuid(found)) fail(name, "expected a UUID");
    return found;
}

std::string WireReader::uuidOr(const char* name) {
    std::string found = textOr(name, 36);
    if (!problem_ && !found.empty() && !isUuid(found)) fail(name, "expected a UUID");
    return found;
}

std::uint64_t WireReader::natural(const char* name) {
    return required(name, "a whole number from 0") ? naturalOr(name) : 0;
}

std::uint64_t WireReader::naturalOr(const char* name, std::uint64_t fallback) {
    return static_cast<std::uint64_t>(integerOr(name, 0, INT64_MAX, static_cast<std::int64_t>(fallback)));
}

std::int64_t WireReader::integerOr(const char* name, std::int64_t low, std::int64_t high,
                                   std::int64_t fallback) {
    const Json* value = member(name);
    if (!value) return fallback;
    if (value->is_number_integer()) {
        const bool tooLarge = value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX;
        const auto number = tooLarge ? 0 : value->get<std::int64_t>();
        if (!tooLarge && number >= low && number <= high) return number;
    }
    fail(name, "expected a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    return fallback;
}

double WireReader::real(const Json& value, const char* name) {
    if (value.is_number()) return value.get<double>();
    fail(name, std::string("expected a number, found ") + value.type_name());
    return 0;
}

bool WireReader::flagOr(const char* name, bool fallback) {
    const Json* value = member(name);
    if (!value) return fallback;
    if (value->is_boolean()) return value->get<bool>();
    fail(name, std::string("expected true or false, found ") + value->type_name());
    return fallback;
}

TimePoint WireReader::time(const char* name) {
    return required(name, "milliseconds since 1970") ? timeOr(name) : TimePoint{};
}

TimePoint WireReader::timeOr(const char* name) {
    return fromMillis(integerOr(name, 0, kLastMilli, 0));
}

std::vector<std::string> WireReader::texts(const char* name, std::size_t count, std::size_t limit) {
    std::vector<std::string> result;
    const Json* values = array(name, count);
    if (!values) return result;
    result.reserve(values->size());
    for (const Json& value : *values) {
        const auto* found = value.get_ptr<const std::string*>();
        if (!found || found->size() > limit) {
            fail(name, "expected texts of at most " + std::to_string(limit) + " bytes");
            return {};
        }
        result.push_back(*found);
    }
    return result;
}

const Json* WireReader::object(const char* name) {
    const Json* value = member(name);
    if (!value || value->is_object()) return value;
    fail(name, std::string("expected an object, found ") + value->type_name());
    return nullptr;
}

const Json* WireReader::array(const char* name, std::size_t count) {
    const Json* value = member(name);
    if (!value) return nullptr;
    if (!value->is_array())
        fail(name, std::string("expected an array, found ") + value->type_name());
    else if (value->size() > count)
        fail(name, std::to_string(value->size()) + " entries; at most " + std::to_string(count));
    else
        return value;
    return nullptr;
}

}  // namespace weir
