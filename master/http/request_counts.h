// How many requests each route had, by status, and how long they took: an Observer for Server. Thread-safe;
// bounded by routes × statuses.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "common/base/guarded.h"
#include "master/http/server.h"

namespace weir::http {

class RequestCounts {
  public:
    struct Count {
        std::string method, route;
        int status = 0;
        std::uint64_t requests = 0;
        double seconds = 0;  // together
    };

    Observer observer();  // this must outlive the server
    std::vector<Count> all();

  private:
    using Key = std::tuple<std::string, std::string, int>;
    Guarded<std::map<Key, Count>> counts_;
};

}  // namespace weir::http
