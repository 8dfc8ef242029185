// The mail that an action notify writes.
#pragma once

#include <string>

#include "common/mail/message.h"
#include "common/mail/verdict.h"
#include "common/policy/policy_sections.h"
#include "common/wire/event.h"

namespace weir {

// The whole of it, with CRLF. From the section site's notice_from, else postmaster at `hostName`. Throws
// Error kInvalid for an address that no header can hold.
std::string noticeText(const NoticeOrder& order, const Message& about, const SiteSection& site,
                       const std::string& hostName, const MailEvent& event);

}  // namespace weir
