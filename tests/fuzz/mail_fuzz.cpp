// Any bytes as a mail: what is decoded is valid UTF-8 and within the limits.
#include "common/base/json.h"
#include "common/mail/message.h"
#include "tests/fuzz/fuzz_target.h"

using namespace weir;
using weir::test::mustHold;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto valid = [](const std::string& text) { return validUtf8(text) == text; };
    const MessageLimits limits;
    const Message message(test::inputOf(data, size), limits);
    mustHold(message.headers().size() <= limits.headers, "headers within their limit");
    mustHold(message.headerBlock().size() + message.body().size() <= size, "header and body within the mail");
    mustHold(valid(message.subject()), "a subject of valid UTF-8");
    for (const auto& value : message.header("received")) mustHold(valid(value), "a header of valid UTF-8");
    mustHold(valid(message.text()), "text of valid UTF-8");
    mustHold(message.text().size() <= limits.textBytes + 4096, "text within its limit");
    const auto& attachments = message.attachmentsWithRealTypes();
    mustHold(attachments.size() <= limits.attachments, "attachments within their limit");
    for (const auto& attachment : attachments) {
        mustHold(valid(attachment.name) && valid(attachment.declaredType), "names of valid UTF-8");
        mustHold(attachment.size <= size, "no attachment larger than its mail");
    }
    mustHold(message.defects().size() <= 200, "defects within their limit");
    return 0;
}
