#include "common/mail/part_edit_text.h"

#include <algorithm>
#include <cstring>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/header_block.h"
#include "common/mail/mime_parameters.h"
#include "common/mail/mime_reader.h"

namespace weir {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string declaredEncoding(const MimePart& part) {
    const HeaderBlock head = readHeaderBlock(part.head);
    const HeaderField* field = findHeader(head.fields, "Content-Transfer-Encoding");
    if (!field) return {};
    const std::string_view value = trimmed(field->value);
    return lowered(value.substr(0, value.find_first_of("; \t\r\n(")));
}

bool saysYes(const MimePart& part, std::string_view parameter, std::string_view word) {
    const auto value = mimeParameter(MimeField::kContentType, part.contentType, parameter);
    return value && equalIgnoringCase(trimmed(*value), word);
}

// A line over the limit among those in which the two differ.
bool addsLongLine(std::string_view before, std::string_view after) {
    const std::size_t shorter = std::min(before.size(), after.size());
    std::size_t start = 0, tail = 0;
    while (start < shorter && before[start] == after[start]) ++start;
    while (tail < shorter - start && before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
        ++tail;
    std::size_t end = after.size() - tail;
    while (start > 0 && after[start - 1] != '\n') --start;
    while (end < after.size() && after[end] != '\n') ++end;
    std::string_view changed = after.substr(start, end - start);
    while (!changed.empty()) {
        const std::size_t line = std::min(changed.find('\n'), changed.size());
        if (line > kLongestLine) return true;
        changed.remove_prefix(std::min(line + 1, changed.size()));
    }
    return false;
}

// A line begins like a boundary line of a container around the part.
bool holdsBoundary(const Message& message, std::size_t index, std::string_view text) {
    const std::vector<MimePart>& parts = message.mime().parts;
    for (auto at = static_cast<std::uint32_t>(index); at < parts.size(); at = parts[at].parent) {
        const std::string line = '\n' + std::string(trimmed(parts[at].delimiter));
        if (line.size() == 1) continue;
        if (text.starts_with(std::string_view(line).substr(1)) ||
            memmem(text.data(), text.size(), line.data(), line.size())) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool isReplaceable(const MimePart& part) {
    return part.received && part.whole.data() != nullptr;
}

std::string partName(const MimePart& part) {
    const auto reading = [](MimeField field, std::string_view value, const char* parameter) {
        std::string name = mimeParameter(field, value, parameter).value_or("");
        std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
        return std::string(trimmed(name));
    };
    std::string name = reading(MimeField::kContentDisposition, part.disposition, "filename");
    return name.empty() ? reading(MimeField::kContentType, part.contentType, "name") : name;
}

EncodedBytes encodeForPart(const Message& message, std::size_t part, std::string_view bytes,
                           std::string_view lineEnd) {
    EncodedBytes encoded = encodeTransfer(bytes, lineEnd);
    if (!holdsBoundary(message, part, encoded.bytes)) return encoded;
    return {"base64", encodeBase64Lines(bytes, lineEnd)};
}

PartText readPartText(const Message& message, const MimePart& part) {
    PartText text;
    const std::string encoding = declaredEncoding(part);
    text.eightBit = encoding == "8bit" || encoding == "binary";
    const bool known = encoding.empty() || encoding == "7bit" || text.eightBit ||
                       part.encoding != TransferEncoding::kIdentity;
    if (!known) text.unreadable = "its transfer encoding is not known";
    decodeTransfer(part.encoding, part.body, text.content);
    if (part.encoding == TransferEncoding::kBase64 && decodedSize(part.encoding, part.body).damaged) {
        text.unreadable = "its base64 is damaged";
    }
    const std::string_view lines =
        part.encoding == TransferEncoding::kBase64 ? std::string_view(text.content) : message.bytes();
    text.lineEnd = lineEndOf(lines);
    text.charset = mimeParameter(MimeField::kContentType, part.contentType, "charset").value_or("");
    text.charsetKind = charsetKind(text.charset);
    text.flowed = part.type == "text/plain" && saysYes(part, "format", "flowed");
    text.deleteSpace = text.flowed && saysYes(part, "delsp", "yes");
    return text;
}

bool partTextAsUtf8(const PartText& text, std::string& utf8) {
    if (text.charsetKind == CharsetKind::kUnknown && !isAscii(text.content)) return false;
    const bool valid = isValidUtf8(text.content);
    if (text.charset.empty() && !valid) return false;
    appendUtf8(utf8, text.content, text.charset);
    if (utf8.starts_with(kByteOrderMark)) utf8.erase(0, kByteOrderMark.size());
    const bool replaced = utf8.find(kReplacementCharacter) != std::string::npos;
    return !replaced || (valid && text.charsetKind == CharsetKind::kAscii);  // it was there from the start
}

PartChange partWithText(const Message& message, std::size_t index, const PartText& was,
                        std::string_view content, bool utf8) {
    const MimePart& part = message.mime().parts.at(index);
    PartChange change;
    change.part = index;
    const auto replace = [&](const char* name, std::string value) {
        change.fields.push_back({HeaderChange::Kind::kReplace, name, std::move(value)});
    };
    if (utf8) replace("Content-Type", utf8ContentType(part.type, part.contentType));
    const std::string_view lineEnd = lineEndOf(message.bytes());
    const bool plain = part.encoding == TransferEncoding::kIdentity;
    const bool carries = was.eightBit || isAscii(content) || (!utf8 && !isAscii(was.content));
    bool base64 = part.encoding == TransferEncoding::kBase64;
    if (base64) {
        change.body = encodeBase64Lines(content, lineEnd);
    } else if (part.encoding == TransferEncoding::kQuotedPrintable) {
        change.body = encodeQuotedPrintable(content, lineEnd);
    } else if (plain && was.unreadable.empty() && carries && !addsLongLine(was.content, content)) {
        change.body = content;
    } else {
        EncodedBytes encoded = encodeForPart(message, index, content, lineEnd);
        base64 = encoded.encoding == "base64";
        replace("Content-Transfer-Encoding", std::move(encoded.encoding));
        change.body = std::move(encoded.bytes);
    }
    if (!base64 && holdsBoundary(message, index, change.body)) {
        base64 = true;
        replace("Content-Transfer-Encoding", "base64");
        change.body = encodeBase64Lines(content, lineEnd);
    }
    // The line end before a boundary is not the part's.
    if (index != 0 && base64 && change.body.ends_with('\n')) {
        change.body.erase(change.body.size() - lineEnd.size());
    }
    return change;
}

}  // namespace weir
