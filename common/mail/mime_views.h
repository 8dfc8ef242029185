// The parts that a mail has only for some clients: what the doubts of one reading lead to.
#pragma once

#include <vector>

#include "common/mail/mime_reader.h"
#include "common/mail/mime_structure.h"

namespace weir {

// Reads again what the doubts say, and what those readings put in doubt in turn, and adds to the tree, which
// holds the usual reading, the parts that are new, with the reasons. At most `limits.views` parts, and at
// most sixteen times the bytes of the mail are looked at; beyond that it is Cut::kViews.
void addMimeViews(MimeTree& tree, const std::vector<MimeDoubt>& doubts, std::string_view mail,
                  const MimeLimits& limits, MimeStore& store);

}  // namespace weir
