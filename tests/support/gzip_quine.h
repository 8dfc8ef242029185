// A gzip file that unpacks to itself.
#pragma once

#include <string>

namespace weir::test {

std::string gzipQuine();

}  // namespace weir::test
