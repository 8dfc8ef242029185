// FieldReader for documents of nlohmann::json: the messages of the wire.
#pragma once

#include <nlohmann/json.hpp>

#include "common/base/json.h"
#include "common/wire/field_reader.h"

namespace weir {

struct JsonSource {
    using Value = const Json*;
    static Value member(Value object, const char* name) {
        const auto found = object->find(name);
        return found == object->end() ? nullptr : &*found;
    }
    static bool isObject(Value value) { return value->is_object(); }
    static bool isArray(Value value) { return value->is_array(); }
    static const char* typeName(Value value) { return value->type_name(); }
    static std::optional<std::string_view> text(Value value) {
        const auto* found = value->get_ptr<const std::string*>();
        return found ? std::optional<std::string_view>(*found) : std::nullopt;
    }
    static std::optional<std::int64_t> integer(Value value) {
        if (!value->is_number_integer()) return std::nullopt;
        if (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX) return std::nullopt;
        return value->get<std::int64_t>();
    }
    static std::optional<double> real(Value value) {
        return value->is_number() ? std::optional<double>(value->get<double>()) : std::nullopt;
    }
    static std::optional<bool> flag(Value value) {
        return value->is_boolean() ? std::optional<bool>(value->get<bool>()) : std::nullopt;
    }
    static std::size_t size(Value value) { return value->size(); }
    template <class Callback>
    static void each(Value array, Callback callback) {
        for (const Json& value : *array) callback(&value);
    }
};

using WireReader = FieldReader<JsonSource>;

}  // namespace weir
