// openapi.yaml is what people program against: it has every route of the router and no other, with its roles.
//
// Read by indentation, as the file is written: paths at two spaces, methods at four, members at six, status
// codes at eight.
#include <catch2/catch.hpp>
#include <set>

#include "master/api/console_api.h"
#include "tests/support/openapi.h"
#include "tests/unit/master/api/api_bench.h"

using namespace weir;

namespace {

test::DocumentedOperations documented() {
    return test::readOpenapi(WEIR_OPENAPI);
}

}  // namespace

TEST_CASE("every route is documented, with its roles, and nothing else is") {
    test::ApiBench bench;
    const auto operations = documented();
    std::set<std::string> routed;
    for (const auto& route : bench.router.routes()) {
        const auto name = route.method + " " + route.pattern;
        INFO(name);
        routed.insert(name);
        const auto found = operations.find(name);
        REQUIRE(found != operations.end());
        CHECK(found->second.roles == route.roles);
        CHECK(found->second.open == route.roles.empty());
        CHECK(found->second.body == (route.body != http::Body::kNone));
    }
    for (const auto& [name, operation] : operations) {
        INFO(name);
        CHECK(routed.contains(name));
    }
}

TEST_CASE("each operation documents the refusals that the router itself makes") {
    for (const auto& [name, operation] : documented()) {
        INFO(name);
        CHECK(operation.statuses.contains(503));
        CHECK(operation.statuses.contains(401) >= !operation.roles.empty());
        CHECK(operation.statuses.contains(403) == !operation.roles.empty());
        if (operation.body)
            for (const int status : {400, 413, 415, 422}) CHECK(operation.statuses.contains(status));
        const auto best = *operation.statuses.begin();
        CHECK(best >= 200);
        CHECK(best < 300);
        CHECK((name.starts_with("DELETE") ? best == 204 || best == 202
                                          : best != 204 || name.starts_with("PUT")));
    }
}
