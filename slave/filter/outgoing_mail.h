// One delivery's copy of a mail, worked out: what the milter has to change, and the whole of it for
// re-injection.
//
// Both are the same mail byte for byte, so that a DKIM signature holds whichever way it goes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/mail/header_edit.h"
#include "common/mail/message.h"
#include "common/mail/verdict.h"
#include "slave/filter/mail.h"

namespace weir {

struct OutgoingMail {
    std::vector<HeaderEdit> edits;
    std::vector<TopHeader> top;        // the topmost first
    std::optional<std::string> body;   // in place of the one received
    std::vector<std::string> notDone;  // changes that could not be made, and why

    std::string whole(const Message& received) const;
};

// `changes` and `bodyOrders` as the rules want them; `removedResults`: Authentication-Results fields that are
// forged (fieldsToRemove()).
OutgoingMail outgoingMail(const Message& received, const std::vector<HeaderChange>& changes,
                          const std::vector<BodyOrder>& bodyOrders,
                          const std::vector<unsigned>& removedResults);

}  // namespace weir
