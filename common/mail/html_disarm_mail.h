// The HTML parts of a mail disarmed. Pure functions, linear.
#pragma once

#include "common/mail/mail_edit.h"
#include "common/mail/message.h"

namespace weir {

// The parts to change, each UTF-8 afterwards; parts in which nothing was found stay as they are. HTML that a
// mail shows, in attached messages too; HTML files when wanted. Refused with the reason: what is signed or
// encrypted, unless `evenSigned`, HTML in an encoded attached message, and what is too large.
BodyChange disarmParts(const Message& message, const DisarmEdit& edit);

}  // namespace weir
