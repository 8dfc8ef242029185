#include "common/base/json.h"

#include <nlohmann/json.hpp>

#include "common/base/json_checked_builder.h"

namespace weir {
namespace {

std::string pointerToken(std::string_view key) {
    std::string token;
    for (const char c : key) {
        if (c == '~')
            token += "~0";
        else if (c == '/')
            token += "~1";
        else
            token += c;
    }
    return token;
}

std::string typeName(const Json& value) {
    return value.is_null() ? "null" : std::string(value.type_name());
}

}  // namespace

Expected<Json> parseJson(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes)
        return problem("", "larger than " + std::to_string(limits.bytes) + " bytes");
    Json result;
    JsonCheckedBuilder builder(result, limits);
    if (Json::sax_parse(text.begin(), text.end(), &builder)) return result;
    return problem(builder.where(), builder.what());
}

std::string toText(const Json& value, int indent) {
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string canonicalText(const Json& value) {
    return toText(value);
}

JsonReader::JsonReader(const Json& object, std::string where, Unknown unknown)
    : object_(object), where_(std::move(where)), unknown_(unknown) {
    if (!object.is_object()) problem_ = Problem{where_, "expected an object, found " + typeName(object)};
}

std::string JsonReader::where(const char* name) const {
    return where_ + "/" + pointerToken(name);
}

void JsonReader::fail(const char* name, std::string what) {
    if (!problem_) problem_ = Problem{where(name), std::move(what)};
}

bool JsonReader::has(const char* name) const {
    return object_.is_object() && object_.contains(name);
}

const Json* JsonReader::member(const char* name) {
    asked_.insert(name);
    if (problem_) return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
}

std::string JsonReader::text(const char* name) {
    const Json* value = member(name);
    if (!value)
        fail(name, "missing; expected text");
    else if (!value->is_string())
        fail(name, "expected text, found " + typeName(*value));
    else
        return value->get<std::string>();
    return {};
}

std::string JsonReader::text(const char* name, std::string_view fallback) {
    return has(name) || problem_ ? text(name) : (asked_.insert(name), std::string(fallback));
}

std::int64_t JsonReader::integer(const char* name, std::int64_t low, std::int64_t high) {
    const Json* value = member(name);
    const std::string range = "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    if (!value) {
        fail(name, "missing; expected " + range);
    } else if (!value->is_number_integer()) {
        fail(name, "expected " + range + ", found " + typeName(*value));
    } else {
        const bool tooLarge = value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX;
        const auto number = tooLarge ? INT64_MAX : value->get<std::int64_t>();
        if (!tooLarge && number >= low && number <= high) return number;
        fail(name, "expected " + range + ", found " + toText(*value));
    }
    return low;
}

std::int64_t JsonReader::integer(const char* name, std::int64_t low, std::int64_t high,
                                 std::int64_t fallback) {
    if (has(name) && !problem_) return integer(name, low, high);
    asked_.insert(name);
    return fallback;
}

bool JsonReader::boolean(const char* name, bool fallback) {
    const Json* value = member(name);
    if (!value) return fallback;
    if (value->is_boolean()) return value->get<bool>();
    fail(name, "expected true or false, found " + typeName(*value));
    return fallback;
}

std::vector<std::string> JsonReader::texts(const char* name) {
    std::vector<std::string> result;
    const Json* values = array(name);
    if (!values) return result;
    for (const Json& value : *values) {
        if (!value.is_string()) {
            fail(name, "expected an array of texts, found " + typeName(value) + " in it");
            return {};
        }
        result.push_back(value.get<std::string>());
    }
    return result;
}

const Json* JsonReader::object(const char* name) {
    const Json* value = member(name);
    if (value && !value->is_object()) {
        fail(name, "expected an object, found " + typeName(*value));
        return nullptr;
    }
    return value;
}

const Json* JsonReader::array(const char* name) {
    const Json* value = member(name);
    if (value && !value->is_array()) {
        fail(name, "expected an array, found " + typeName(*value));
        return nullptr;
    }
    return value;
}

const Json* JsonReader::any(const char* name) {
    return member(name);
}

const std::optional<Problem>& JsonReader::finish() {
    if (unknown_ == Unknown::kRefuse && !problem_)
        for (const auto& [key, value] : object_.items())
            if (!asked_.contains(key)) {
                std::string known;
                for (const auto& name : asked_) known += (known.empty() ? "" : ", ") + name;
                problem_ =
                    Problem{where_ + "/" + pointerToken(key), "unknown member; expected one of " + known};
                break;
            }
    return problem_;
}

}  // namespace weir
