// Any bytes as a mail: what is decoded is valid UTF-8 and within the limits, whatever is asked first.
#include <algorithm>

#include "common/base/utf8.h"
#include "common/mail/message.h"
#include "common/mail/mime_reader.h"
#include "tests/fuzz/fuzz_target.h"

using namespace weir;
using weir::test::mustHold;

namespace {

bool valid(const std::string& text) {
    return validUtf8(text) == text;
}

bool liesIn(std::string_view inner, std::string_view outer) {
    return inner.data() == nullptr ||
           (inner.data() >= outer.data() && inner.data() + inner.size() <= outer.data() + outer.size());
}

void checkParts(const Message& message, std::string_view mail, const MessageLimits& limits) {
    const std::vector<MimePart>& parts = message.mime().parts;
    std::size_t views = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const MimePart& part = parts[i];
        views += !part.view.empty();
        mustHold(views == 0 || !part.view.empty(), "views after the parts of the usual reading");
        mustHold(part.parent == kNoPart || part.parent < parts.size(), "a parent that is a part");
        mustHold(part.view.empty() || part.whole.empty(), "no place of its own for a view");
        if (!part.received) continue;
        for (const std::string_view each : {part.head, part.body, part.whole, part.delimiter, part.closing}) {
            mustHold(liesIn(each, mail), "a part that lies in the mail");
        }
    }
    mustHold(views <= limits.views, "views within their limit");
    mustHold(parts.size() - views <= limits.parts, "parts within their limit");
}

void checkWords(const std::vector<std::string_view>& words, std::span<const MailWord> known) {
    for (const std::string_view word : words) {
        mustHold(std::any_of(known.begin(), known.end(), [&](const MailWord& w) { return w.word == word; }),
                 "a word of the table");
    }
}

void checkAttachments(const Message& message, std::size_t mailSize, const MessageLimits& limits) {
    const auto& attachments = message.attachmentsWithRealTypes();
    message.attachmentsWithDigests();
    mustHold(attachments.size() <= limits.attachments, "attachments within their limit");
    for (std::size_t i = 0; i < attachments.size(); ++i) {
        const Attachment& attachment = attachments[i];
        mustHold(valid(attachment.name) && valid(attachment.declaredType), "names of valid UTF-8");
        mustHold(attachment.size <= mailSize * 4, "no attachment larger than its mail");
        mustHold(attachment.part < message.mime().parts.size(), "an attachment that is a part");
        mustHold(attachment.sha256.size() == 64, "a digest of each attachment");
        const std::string front = message.attachmentBytes(i, 100);
        mustHold(front.size() == std::min<std::uint64_t>(attachment.size, 100),
                 "as many bytes as its size says");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const MessageLimits limits;
    const std::string_view mail = test::inputOf(data, size);
    const Message message(mail, limits);
    mustHold(message.headers().size() <= limits.headers + 50, "headers within their limit");
    mustHold(message.headerBlock().size() + message.body().size() <= size, "header and body within the mail");
    mustHold(valid(message.subject()), "a subject of valid UTF-8");
    for (const auto& value : message.header("received")) mustHold(valid(value), "a header of valid UTF-8");
    mustHold(valid(message.text()), "text of valid UTF-8");
    mustHold(message.text().size() <= limits.textBytes + 4096, "text within its limit");
    checkAttachments(message, size, limits);
    checkParts(message, mail, limits);
    checkWords(message.ambiguities(), ambiguityWords());
    checkWords(message.cuts(), cutWords());
    mustHold(message.defects().size() <= 200, "defects within their limit");

    const Message other(mail, limits);
    mustHold(other.ambiguities() == message.ambiguities(),
             "the same ambiguities when they are asked for first");
    if (!message.cuts().empty()) return 0;
    mustHold(other.text() == message.text(), "the same text when it is asked for last");
    mustHold(other.attachments().size() == message.attachments().size(), "the same attachments");
    return 0;
}
