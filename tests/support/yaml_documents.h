// The documents of a YAML file in the subset that test suites use: mappings and sequences by indentation,
// flow sequences of scalars, plain and quoted scalars, block scalars. Numbers stay strings, and bytes may be
// any: "\x80" is one byte. Throws std::runtime_error with the line for everything else.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace weir::test {

std::vector<nlohmann::json> yamlDocuments(const std::string& text);

}  // namespace weir::test
