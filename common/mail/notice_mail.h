// A mail that Weir itself writes: to an administrator, a sender or a recipient, from templates.
//
// RFC 5322 with CRLF, marked as automatic (RFC 3834), so that no responder answers it. Texts and the header
// fields of the mail it is about are hostile: none leaves its place. Pure, but for the id when none is given.
// The envelope, with the null sender, is the caller's business.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/error.h"

namespace weir {

struct NoticeMail {
    std::string fromAddress;           // "postmaster@example.com"
    std::string fromName = {};         // UTF-8; "" for none
    std::vector<std::string> to;       // addresses
    std::string subject;               // UTF-8, one line
    std::string text;                  // UTF-8, lines end with LF
    std::string html = {};             // UTF-8; "" for a plain text mail
    std::string originalHeaders = {};  // header block of a mail, attached as text/rfc822-headers; "" for none
    std::string inReplyTo = {};        // Message-ID of the mail it is about, with its "<>"; "" for none
    TimePoint date = {};               // the beginning of time: now
    std::string id = {};               // of the Message-ID, before its "@"; "": a new one
};

struct NoticeLimits {
    std::size_t recipients = 100;
    std::size_t textBytes = 256u << 10;   // of text and of html; the rest is cut
    std::size_t headerBytes = 64u << 10;  // of originalHeaders; the rest is cut
};

// Problem: an address that cannot be written into a header (no "@", control characters, spaces, not ASCII
// unless valid UTF-8 of RFC 6532), no recipient, or more than the limit.
Expected<std::string> noticeMail(const NoticeMail& notice, const NoticeLimits& limits = {});

// "Sat, 21 Nov 2026 20:42:52 +0000" (RFC 5322, section 3.3).
std::string mailDate(TimePoint time);

}  // namespace weir
