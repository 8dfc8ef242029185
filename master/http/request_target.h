// Takes the target of a request line apart (RFC 9112 section 3.2, RFC 3986).
#pragma once

#include "master/http/request.h"

namespace weir::http {

// Fills path and query. Refuses what is not in origin form, a bad percent escape, NUL, invalid UTF-8, and a
// path with an empty, "." or ".." segment in it, escaped or not: no handler needs to think about them.
Expected<void> parseTarget(std::string_view target, Request& request);

}  // namespace weir::http
