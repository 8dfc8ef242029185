// Recognises mail that this cluster itself sends once more: released from quarantine, or split off a mail
// whose recipients differ. Its X-Weir-Release header (slave/quarantine/release_token.h) is the proof; nothing
// else is.
#pragma once

#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "common/mail/message.h"

namespace weir {

struct ReleasePass {
    bool split = false;  // a split-off copy: counted with the mail it came from
    std::string id;      // of the quarantine item, or of the mail that was split
};

// Empty when no header of the first few is valid for this body now.
std::optional<ReleasePass> findReleasePass(const Message& message, TimePoint now,
                                           const std::string& releaseKey);

// The header line for a copy that is split off `mail`, with its CRLF. Empty without a key: the copy is then
// judged again where it arrives.
std::string splitPassLine(const Message& message, const EventId& mail, TimePoint now,
                          const std::string& releaseKey);

}  // namespace weir
