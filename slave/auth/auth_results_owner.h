// Authentication-Results fields that came with a mail and seem to be ours: forged or old, they have to go
// before anybody believes them (RFC 8601, section 5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/mail/message.h"

namespace weir {

// Whether a reader could take the field for one that a server named in `ids` has written: comments and
// folding before, within or after the name, quotes, case, a version, a final dot, bytes that are not shown.
// In doubt (damaged, encoded, without a name) it is.
bool mayBearId(std::string_view value, const std::vector<std::string>& ids);

// Which Authentication-Results fields have to go because mayBearId(): numbers from 1, counted among the
// fields of that name from the top, as HeaderEdit::index. Last to first, so that no deletion moves the target
// of a later one.
std::vector<unsigned> fieldsToRemove(const std::vector<HeaderField>& fields,
                                     const std::vector<std::string>& ids);

}  // namespace weir
