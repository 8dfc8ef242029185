// The text of a mail.
#include <algorithm>
#include <cstring>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/content_reader.h"
#include "common/mail/html_text.h"
#include "common/mail/message_state.h"
#include "common/mail/mime_parameters.h"

namespace weir {
namespace {

// Bytes that begin like UTF-16 are that to many clients, whatever the mail says.
std::string_view byteOrderMark(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xFE")) return "utf-16le";
    if (bytes.starts_with("\xFE\xFF")) return "utf-16be";
    return {};
}

// The charsets that the text may be read in, the usual one first. Of one without ASCII some clients show the
// bytes as they are.
std::vector<std::string> charsetReadings(std::string_view contentType, std::string_view bytes) {
    std::vector<std::string> charsets = readMimeParameter(contentType, "charset").values;
    if (charsets.empty()) charsets.emplace_back();
    bool withAscii = true;
    for (const std::string& charset : charsets) withAscii = withAscii && hasAscii(charset);
    const std::string_view mark = byteOrderMark(bytes);
    if (withAscii && mark.empty()) {
        charsets.resize(1);  // the others mean the same for all that is ASCII
        return charsets;
    }
    const auto add = [&](std::string_view charset) {
        const auto same = [&](const std::string& known) { return equalIgnoringCase(known, charset); };
        if (std::none_of(charsets.begin(), charsets.end(), same)) charsets.emplace_back(charset);
    };
    for (std::size_t i = 0; i < charsets.size(); ++i) {
        if (!equalIgnoringCase(charsets[i], "utf-16")) continue;
        add("utf-16le");
        add("utf-16be");
    }
    if (!mark.empty()) add(mark);
    add("us-ascii");
    return charsets;
}

// Drops every such byte from `start` on: by runs, since few of them are there.
void dropByte(std::string& text, std::size_t start, char unwanted) {
    std::size_t end = text.find(unwanted, start);
    if (end == std::string::npos) return;
    for (std::size_t from = end + 1;;) {
        const std::size_t next = std::min(text.find(unwanted, from), text.size());
        std::memmove(text.data() + end, text.data() + from, next - from);
        end += next - from;
        if (next == text.size()) break;
        from = next + 1;
    }
    text.resize(end);
}

}  // namespace

void Message::State::cutText() {
    mime.cuts.add(Cut::kText);
    defect("text over " + std::to_string(limits.textBytes) + " bytes");
}

void Message::State::readText() {
    text.emplace();
    for (std::size_t i = 0; i < mime.parts.size(); ++i) {  // their number may grow
        const MimePart& part = mime.parts[i];
        if (part.container || !isTextPart(part) || dispositionKind(part.disposition) == "attachment")
            continue;
        if (text->size() >= limits.textBytes) return cutText();
        const std::size_t before = text->size();
        appendPartText(i);
        if (text->size() > before && !text->ends_with('\n') && text->size() < limits.textBytes) *text += '\n';
    }
}

void Message::State::appendPartText(std::size_t index) {
    // No charset makes one byte of text out of more than four; markup beyond that is not worth reading.
    const std::size_t decodedLimit = limits.textBytes * 4;
    if (mime.parts[index].encoding == TransferEncoding::kBase64) examineBase64(index);
    const MimePart part = mime.parts[index];
    std::string decoded;
    std::string_view content = part.body.substr(0, decodedLimit);
    if (part.encoding != TransferEncoding::kIdentity) {
        decodeTransfer(part.encoding, part.body, decoded, decodedLimit);
        content = decoded;
    }
    for (const std::string& charset : charsetReadings(part.contentType, content)) {
        appendReading(part, content, charset);
    }
    if (content.size() == decodedLimit) cutText();
}

void Message::State::appendReading(const MimePart& part, std::string_view content, std::string_view charset) {
    if (text->size() >= limits.textBytes) return cutText();
    if (part.type == "text/html") {
        appendHtml(content, charset);
    } else {
        appendPlain(content, charset);
    }
}

void Message::State::appendPlain(std::string_view decoded, std::string_view charset) {
    const std::size_t start = text->size();
    if (!appendUtf8(*text, decoded, charset, limits.textBytes - start)) cutText();
    dropByte(*text, start, '\r');
    dropByte(*text, start, '\0');
}

void Message::State::appendHtml(std::string_view decoded, std::string_view charset) {
    std::string converted;
    const bool utf8 =
        charset.empty() || equalIgnoringCase(charset, "utf-8") || equalIgnoringCase(charset, "us-ascii");
    if (!utf8 || !isValidUtf8(decoded)) {
        appendUtf8(converted, decoded, charset, limits.textBytes * 4);
        decoded = converted;
    }
    const std::size_t room = limits.textBytes - text->size();
    const bool whole = htmlSource != nullptr ? htmlSource->appendText(*text, decoded, room)
                                             : appendHtmlText(*text, decoded, room);
    if (!whole) cutText();
}

std::string Message::State::attachedText(std::size_t limit) const {
    std::string all;
    for (const MimePart& part : mime.parts) {
        if (all.size() >= limit) break;
        if (part.container || !isTextPart(part) || dispositionKind(part.disposition) != "attachment")
            continue;
        std::string decoded;
        decodeTransfer(part.encoding, part.body, decoded, limit);
        const auto charset = mimeParameter(MimeField::kContentType, part.contentType, "charset");
        appendUtf8(all, decoded, charset.value_or(""), limit - all.size());
        all += '\n';
    }
    return all;
}

}  // namespace weir
