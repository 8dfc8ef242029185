// The changes of the body that rules want, made on one mail (common/mail/mail_edit.h does the work).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/mail/message.h"
#include "common/mail/verdict.h"

namespace weir {

struct MadeChanges {
    std::optional<std::string> body;    // nothing: it stays as received
    std::vector<HeaderChange> headers;  // that the new body needs
    std::vector<std::string> notDone;   // changes that could not be made, and why
    bool stripRefused = false;          // an attachment that was to go is still there
};

MadeChanges changeBody(const Message& message, const std::vector<BodyOrder>& orders);

// An outcome that wants an attachment stripped that must stay where it is (a signed mail) holds the mail
// instead, in the queue that would have kept it.
void holdWhatCannotBeStripped(const Message& message, std::vector<Outcome>& outcomes);

}  // namespace weir
