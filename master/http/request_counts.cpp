#include "master/http/request_counts.h"

namespace weir::http {

Observer RequestCounts::observer() {
    return [this](const Finished& finished) {
        // Methods of clients are hostile text: only those of a route are told apart.
        const std::string method(finished.route.empty() ? "" : finished.method);
        const std::string route(finished.route.empty() ? "other" : finished.route);
        auto counts = counts_.lock();
        auto& count = (*counts)[Key(method, route, finished.status)];
        count.method = method;
        count.route = route;
        count.status = finished.status;
        ++count.requests;
        count.seconds += finished.millis / 1000;
    };
}

std::vector<RequestCounts::Count> RequestCounts::all() {
    auto counts = counts_.lock();
    std::vector<Count> out;
    out.reserve(counts->size());
    for (const auto& [key, count] : *counts) out.push_back(count);
    return out;
}

}  // namespace weir::http
