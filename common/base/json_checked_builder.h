// Builds a JSON document event by event while its limits are checked. Internal to json.cpp.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/base/json.h"

namespace weir {

class JsonCheckedBuilder : public nlohmann::json_sax<Json> {
  public:
    JsonCheckedBuilder(Json& root, const JsonLimits& limits) : root_(root), limits_(limits) {}

    std::string where() const;
    const std::string& what() const { return what_; }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& value) override;
    bool parse_error(std::size_t position, const std::string& token, const Json::exception& error) override;

  private:
    struct Level {
        Json* container;
        std::string key;  // of the member being read
        Json* member = nullptr;
    };
    bool refuse(std::string what);
    bool add(Json value);
    Json* place(Json value);
    bool open(Json container);
    bool close();

    Json& root_;
    const JsonLimits& limits_;
    std::vector<Level> levels_;
    std::size_t values_ = 0;
    std::string what_;
};

}  // namespace weir
