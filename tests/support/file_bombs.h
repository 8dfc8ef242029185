// Archives and documents that cost a careless reader time or memory out of proportion to their size, each for
// any n.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace weir::test {

struct FileBomb {
    std::string name;
    std::size_t n = 0;  // for bench and tests: the file has up to some megabytes at 4 n
    std::function<std::string(std::size_t)> make;
    // How one of the words in `cut` begins at 4 n with the default limits; empty where linear work is all
    // there is to it.
    std::string cut{};
};

std::vector<FileBomb> archiveBombs();
std::vector<FileBomb> documentBombs();

}  // namespace weir::test
