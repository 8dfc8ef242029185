// What differs between two policy documents, for GET /policy/diff and the publish page.
#pragma once

#include "common/base/json.h"

namespace weir {

// An array of {"kind": added|removed|changed|moved, "what": rule|list|section|level, "id", "name", "before",
// "after"}. Rules are told apart by id: a rule that changed and moved gives two entries. before and after are
// the rule, list, section or level; of a move {"position": n} counted from 1; of a list with more than 200
// entries {"kind", "count", "removed" or "added": its first 100 that the other has not}. Both documents must
// have passed parsePolicy().
Json policyDiff(const Json& before, const Json& after);

}  // namespace weir
