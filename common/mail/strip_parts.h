// Attachments taken out of a mail, each replaced by a notice in its place. Pure functions, linear.
#pragma once

#include "common/mail/mail_edit.h"
#include "common/mail/message.h"

namespace weir {

// The parts to change. A part of an attached message is replaced inside it; where that message is itself
// encoded, the whole of it is. A mail that is nothing but the attachment becomes a text mail. A notice keeps
// no field of what it replaces, so a Content-ID that HTML refers to leads nowhere. Refused with the reason:
// what lies in a signed or encrypted part, unless `evenSigned`, and an index that no part has.
BodyChange stripParts(const Message& message, const StripEdit& edit);

}  // namespace weir
