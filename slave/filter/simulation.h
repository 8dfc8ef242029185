// What the rules would do with a mail, here on this node and with its scanners: nothing is stored, reported
// or sent.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "common/base/json.h"
#include "slave/facts/services.h"
#include "slave/filter/active_policy.h"

namespace weir {

// Arguments: "mail" (text of the message), "envelope" {"sender", "recipients", "client_address", "helo",
// "auth_user", "direction"}, and "document" (a policy to try; without it the active one is used). Answer:
// "outcomes" [{"recipient", "verdict", "rule", "reason", "queue", "code", "text", "changes"}], "trace",
// "notes". Throws Error: kInvalid (arguments or document, naming where), kNotFound (no policy yet).
// Thread-safe.
Json simulateMail(const ActivePolicy& active, Services& services, const Json& arguments);

}  // namespace weir
