// One mail in hand, and what its MTA is to be told: the only words between milter and filter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/ids.h"
#include "common/mail/envelope.h"
#include "common/mail/header_edit.h"
#include "common/mail/verdict.h"

namespace weir {

struct Mail {
    Envelope envelope;
    std::string_view bytes;  // header block and body as received, CRLF line ends
    std::uint64_t size = 0;  // of the whole mail; more than bytes.size() where only its beginning was kept
};

struct TopHeader {
    std::string name;
    std::string value;  // encoded and folded with "\n "
};

struct MailAnswer {
    // kDeliver: with all that follows `text`; kDiscard: taken out of the MTA's hands; kReject and
    // kTempfail: with code, status and text.
    VerdictKind kind = VerdictKind::kTempfail;
    int code = 451;
    std::string status = "4.3.0";
    std::string text = "mail filter error, try again later";
    std::vector<std::string> removed;  // recipients, without angle brackets
    std::vector<std::string> added;    // the same
    std::vector<HeaderEdit> edits;
    std::vector<TopHeader> top;       // to insert above all others, the topmost first
    std::optional<std::string> body;  // in place of the one received
    Sequence sequence = 0;            // of the mail's event; 0 when there is none
};

}  // namespace weir
