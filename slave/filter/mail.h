// One mail in hand, and what its MTA is to be told: the only words between milter and filter.
#pragma once

#include <cstdint>
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

struct MailAnswer {
    // kDeliver: with `removed`, `edits` and `trace`; kDiscard: taken out of the MTA's hands; kReject and
    // kTempfail: with code, status and text.
    VerdictKind kind = VerdictKind::kTempfail;
    int code = 451;
    std::string status = "4.3.0";
    std::string text = "mail filter error, try again later";
    std::vector<std::string> removed;  // recipients, without angle brackets
    std::vector<HeaderEdit> edits;
    std::string trace;      // value of the header kTraceHeader to insert at the top; empty: none
    Sequence sequence = 0;  // of the mail's event; 0 when there is none
};

}  // namespace weir
