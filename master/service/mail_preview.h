// What the console shows of a mail: decoded headers, text, HTML and the list of attachments.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/mail/message.h"

namespace weir {

struct MailPreview {
    std::vector<std::pair<std::string, std::string>> headers;  // decoded, in order
    std::string text;
    std::optional<std::string> html;  // as the sender wrote it: only for a sandbox without scripts
    std::vector<Attachment> attachments;
    bool truncated = false;  // the mail, its text or its HTML is larger than what is shown
};

struct PreviewLimits {
    std::size_t mailBytes = 32u << 20;
    std::size_t headers = 300;
    std::size_t headerBytes = 8u << 10;  // of one decoded value
    std::size_t textBytes = 512u << 10;
    std::size_t htmlBytes = 1u << 20;
};

// Never fails: mail is hostile, so what is over a limit or malformed is left out. All text is valid UTF-8.
MailPreview previewMail(std::string_view bytes, const PreviewLimits& limits = {});

}  // namespace weir
