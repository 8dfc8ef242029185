// A folder of its own for one test, removed with it.
#pragma once

#include <filesystem>

#include "common/base/ids.h"

namespace weir::test {

class TempFolder {
  public:
    TempFolder() : path_(std::filesystem::temp_directory_path() / ("weir-test-" + randomHex(8))) {
        std::filesystem::create_directories(path_);
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

}  // namespace weir::test
