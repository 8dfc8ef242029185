// What the resources share: roles, reading parameters and bodies, and the usual shapes of answers.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/json.h"
#include "master/api/services.h"
#include "master/http/router.h"

namespace weir::api {

using Roles = std::vector<std::string>;
inline const Roles kEveryone = {"admin", "operator", "quarantine", "auditor"};
inline const Roles kReleasers = {"admin", "operator", "quarantine"};     // change the quarantine
inline const Roles kOperators = {"admin", "operator"};                   // change policy and nodes
inline const Roles kOperatorReaders = {"admin", "operator", "auditor"};  // read policy and nodes
inline const Roles kAdmins = {"admin"};                                  // change accounts
inline const Roles kAdminReaders = {"admin", "auditor"};                 // read accounts and audit

using Resource = http::Reply (*)(ApiServices&, http::Request&);
http::Handler with(ApiServices& services, Resource resource);

Actor actorOf(const http::Request& request);

// The JSON object in the body. Throws Refusal: 415 for another type, 400 for what is not strict JSON or no
// object.
Json bodyOf(const http::Request& request);
// Throws Refusal 422 with the reader's problem, or with the given ones.
void finish(JsonReader& reader);
[[noreturn]] void refuse(const std::vector<Problem>& problems, int status = 422);
[[noreturn]] void refuseMissing(const std::string& what);  // 404
template <class T>
T accepted(Expected<T> result) {
    if (!result) refuse({result.error()});
    return std::move(*result);
}

// Query parameters. Throw Refusal 400 naming the parameter.
std::string textOf(const http::Request& request, std::string_view name);  // "" when absent
int limitOf(const http::Request& request);                                // 1..500, default 50
std::optional<TimePoint> timeOf(const http::Request& request, std::string_view name);
std::uint64_t numberOf(const std::string& text, const char* what);

Json page(Json items, const std::string& next);  // {"items", "next"}
Json timeJson(TimePoint time);                   // null for the epoch (0), which means "never"
Json timeJson(const std::optional<TimePoint>& time);
Json textOrNull(const std::string& text);

// Names of nodes for answers, and nodes by name or id for filters.
class NodeNames {
  public:
    explicit NodeNames(const NodeRegistry& nodes);
    std::string name(const NodeId& id) const;  // also of one that was removed
    NodeId find(
        const std::string& nameOrId) const;  // empty for empty; else what matches, or the text as an id
  private:
    const NodeRegistry& nodes_;
    std::map<NodeId, std::string> names_;
};

}  // namespace weir::api
