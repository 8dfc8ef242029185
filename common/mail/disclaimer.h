// A text of the house added to a mail: a disclaimer below, or a warning above.
//
// It goes into the text a reader sees first: into both forms of a multipart/alternative, each in the part's
// own charset and transfer encoding, never into attachments or attached messages. A charset that cannot hold
// it makes way for UTF-8 in a text part; in HTML references do it. Pure functions, linear.
#pragma once

#include <string>

#include "common/mail/disclaimer_text.h"
#include "common/mail/mail_edit.h"
#include "common/mail/message.h"

namespace weir {

// The parts to change. Refused with the reason: a signed or encrypted mail, and one that has no place for it.
// `edit` has a text or HTML.
BodyChange addDisclaimer(const Message& message, const DisclaimerEdit& edit);

}  // namespace weir
