#include "master/service/mail_preview.h"

#include <algorithm>

#include "common/base/utf8.h"
#include "common/mail/charset.h"
#include "common/mail/encoded_word.h"
#include "common/mail/mime_parameters.h"
#include "common/mail/mime_reader.h"

namespace weir {
namespace {

// True when something went.
bool cutTo(std::string& text, std::size_t limit) {
    if (text.size() <= limit) return false;
    text.resize(cutUtf8(text, limit).size());
    return true;
}

std::string decodedHtml(const MimePart& part, std::size_t limit) {
    std::string decoded;
    std::string_view content = part.body.substr(0, limit);
    if (part.encoding != TransferEncoding::kIdentity) {
        decodeTransfer(part.encoding, part.body, decoded, limit);
        content = decoded;
    }
    const auto charset = mimeParameter(MimeField::kContentType, part.contentType, "charset").value_or("");
    std::string html;
    appendUtf8(html, content, charset, limit);
    return html;
}

// The first HTML part that is not an attachment: what a mail client would show.
std::optional<std::string> firstHtml(const Message& message, std::size_t limit, bool& truncated) {
    const MimeTree& tree = message.mime();
    const auto part = std::find_if(tree.parts.begin(), tree.parts.end(), [](const MimePart& candidate) {
        return !candidate.container && candidate.type == "text/html" &&
               dispositionKind(candidate.disposition) != "attachment";
    });
    if (part == tree.parts.end()) return std::nullopt;
    auto html = decodedHtml(*part, limit + 1);
    truncated |= cutTo(html, limit);
    return html;
}

}  // namespace

MailPreview previewMail(std::string_view bytes, const PreviewLimits& limits) {
    MailPreview preview;
    preview.truncated = bytes.size() > limits.mailBytes;
    const Message message(bytes.substr(0, limits.mailBytes));
    for (const auto& field : message.headers()) {
        if (preview.headers.size() == limits.headers) {
            preview.truncated = true;
            break;
        }
        std::string name, value = decodeHeaderText(field.value);
        appendUtf8(name, field.name, "");
        preview.truncated |= cutTo(value, limits.headerBytes);
        preview.headers.emplace_back(std::move(name), std::move(value));
    }
    preview.text = message.text();
    preview.truncated |= cutTo(preview.text, limits.textBytes);
    preview.html = firstHtml(message, limits.htmlBytes, preview.truncated);
    preview.attachments = message.attachmentsWithRealTypes();
    return preview;
}

}  // namespace weir
