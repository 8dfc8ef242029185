// The public ARC test suite (ValiMail/arc_test_suite), read from its YAML. Strict: what the suite's files do
// not use is not understood and throws.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace weir::test {

struct ArcCase {
    std::string name;
    std::map<std::string, std::string> values;  // "message", "cv", "AS", …
    const std::string& operator[](const std::string& key) const { return values.at(key); }
};

struct ArcGroup {
    std::map<std::string, std::string> values;   // "description", "privatekey", …
    std::map<std::string, std::string> records;  // TXT records by name
    std::vector<ArcCase> cases;                  // names that come twice are both there
};

std::vector<ArcGroup> readArcSuite(const std::filesystem::path& file);

}  // namespace weir::test
