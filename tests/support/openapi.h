// What openapi.yaml says, for comparing it with what is served.
//
// Read by indentation, as the file is written: paths at two spaces, methods at four, members at six, status
// codes at eight.
#pragma once

#include <cctype>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace weir::test {

struct DocumentedOperation {
    std::string method, path;
    std::vector<std::string> roles;
    std::set<int> statuses;
    bool body = false, open = false;
};
using DocumentedOperations = std::map<std::string, DocumentedOperation>;  // "GET /path"

inline DocumentedOperations readOpenapi(const std::string& fileName) {
    std::ifstream file(fileName);
    if (!file) throw std::runtime_error("cannot read " + fileName);
    DocumentedOperations operations;
    std::string path;
    DocumentedOperation* operation = nullptr;
    for (std::string line; std::getline(file, line) && line != "components:";) {
        const auto indent = line.find_first_not_of(' ');
        std::string word = line.substr(indent, line.find(':') - indent);
        if (indent == 2 && word.starts_with("/")) path = word;
        if (path.empty()) continue;
        if (indent == 4) {
            for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            operation = &operations[word + " " + path];
            operation->method = word;
            operation->path = path;
        }
        if (indent == 6 && word == "x-roles") {
            const auto begin = line.find('[') + 1;
            std::istringstream roles(line.substr(begin, line.find(']') - begin));
            for (std::string role; roles >> role;)
                operation->roles.push_back(role.back() == ',' ? role.substr(0, role.size() - 1) : role);
        }
        if (indent == 6 && word == "security") operation->open = true;
        if (indent == 6 && word == "requestBody") operation->body = true;
        if (indent == 8 && line[8] == '\'') operation->statuses.insert(std::stoi(line.substr(9, 3)));
    }
    return operations;
}

}  // namespace weir::test
