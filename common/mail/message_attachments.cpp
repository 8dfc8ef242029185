// The files of a mail, and what only the content of a part shows.
#include <algorithm>

#include "common/base/digest.h"
#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/encoded_word.h"
#include "common/mail/file_type.h"
#include "common/mail/message_state.h"
#include "common/mail/mime_names.h"
#include "common/mail/mime_parameters.h"
#include "common/mail/mime_scan.h"
#include "common/mail/uuencode.h"
#include "common/mail/yenc.h"

namespace weir {
namespace {

constexpr std::string_view kBinhex = "(This file must be converted with BinHex";

const char* encodingName(TransferEncoding encoding) {
    switch (encoding) {
        case TransferEncoding::kQuotedPrintable:
            return "quoted-printable";
        case TransferEncoding::kUuencode:
            return "uuencode";
        case TransferEncoding::kYenc:
            return "yEnc";
        case TransferEncoding::kIdentity:
            return "content";
        default:
            return "base64";
    }
}

bool contains(std::string_view text, std::string_view wanted) {
    return findText(text, wanted) != std::string_view::npos;
}

// What decoders make different things of, unless it is only a note that someone appended in clear.
bool isAmbiguous(const Base64Shape& shape) {
    if (shape.digitsAfter > 0 && shape.foreignAfter == 0) return true;
    return shape.foreign > 0;
}

// Nothing is foreign to it but the two digits of the other alphabet.
bool isBase64Url(std::string_view encoded) {
    return encoded.find_first_of("-_") != std::string_view::npos &&
           std::all_of(encoded.begin(), encoded.end(), [](char c) {
               return isAsciiLetter(c) || isAsciiDigit(c) || isAsciiSpace(c) || c == '-' || c == '_' ||
                      c == '=' || c == '+' || c == '/';
           });
}

}  // namespace

bool isTextPart(const MimePart& part) {
    return part.type.starts_with("text/");
}

// Adds a reading of what lies in the part `around`; false when there are too many.
bool Message::State::addView(MimePart part, std::size_t around, Ambiguity why) {
    const auto views = static_cast<std::size_t>(std::count_if(
        mime.parts.begin(), mime.parts.end(), [](const MimePart& p) { return !p.view.empty(); }));
    if (views >= limits.views) {
        mime.cuts.add(Cut::kViews);
        return false;
    }
    if (mime.parts[around].view.empty()) part.parent = static_cast<std::uint32_t>(around);
    part.view = wordOf(why);
    part.whole = part.delimiter = part.closing = {};
    mime.parts.push_back(std::move(part));
    return true;
}

// The size of a part in base64; what decoders read differently is added to the parts.
const DecodedSize& Message::State::examineBase64(std::size_t index) {
    if (base64Sizes_.size() <= index) base64Sizes_.resize(mime.parts.size());
    std::optional<DecodedSize>& size = base64Sizes_[index];
    if (size) return *size;
    size = decodedSize(mime.parts[index].encoding, mime.parts[index].body);
    if (size->damaged) addBase64Views(index);
    return *size;
}

void Message::State::addBase64Views(std::size_t index) {
    const MimePart part = mime.parts[index];
    defect("base64 damaged in part " + std::to_string(index + 1));
    const Base64Shape shape = base64Shape(part.body);
    if (isAmbiguous(shape)) mime.ambiguities.add(Ambiguity::kDamagedBase64);
    const auto add = [&](TransferEncoding encoding) {
        MimePart view = part;
        view.encoding = encoding;
        addView(std::move(view), index, Ambiguity::kDamagedBase64);
    };
    if (shape.digitsAfter > 0) {
        if (!isTextPart(part)) add(TransferEncoding::kBase64ToPadding);
        if (shape.digits % 4 != 0) add(TransferEncoding::kBase64PastPadding);
    }
    if (isBase64Url(part.body)) add(TransferEncoding::kBase64Url);
}

// Files in the text that some clients take out of it.
void Message::State::examineText(std::size_t index) {
    const MimePart part = mime.parts[index];
    const std::string charset =
        mimeParameter(MimeField::kContentType, part.contentType, "charset").value_or("");
    const bool asItIs = part.encoding == TransferEncoding::kIdentity && hasAscii(charset);
    if (asItIs) return addFiles(index, part.body, part.received);
    std::string decoded, converted;
    decodeTransfer(part.encoding, part.body, decoded, limits.textBytes * 4);
    if (!hasAscii(charset)) {
        appendUtf8(converted, decoded, charset, limits.textBytes * 4);
        decoded = std::move(converted);
    }
    if (!contains(decoded, "begin") && !contains(decoded, kBinhex)) return;
    addFiles(index, mime.decoded.emplace_back(std::move(decoded)), false);
}

void Message::State::addFiles(std::size_t index, std::string_view found, bool received) {
    MimePart file;
    file.type = "application/octet-stream";
    file.received = received;
    file.depth = mime.parts[index].depth;
    file.parent = mime.parts[index].parent;
    const auto add = [&](std::string_view name, std::string_view block, TransferEncoding encoding,
                         Ambiguity why) {
        mime.ambiguities.add(why);
        file.name = name;
        file.body = block;
        file.encoding = encoding;
        addView(file, index, why);
    };
    for (const UuencodedFile& each : findUuencoded(found, limits.views + 1)) {
        add(each.name, each.block, each.base64 ? TransferEncoding::kBase64 : TransferEncoding::kUuencode,
            Ambiguity::kUuencodeInText);
    }
    for (const YencFile& each : findYenc(found, limits.views + 1)) {
        add(each.name, each.block, TransferEncoding::kYenc, Ambiguity::kYencInText);
    }
    if (contains(found, kBinhex)) mime.ambiguities.add(Ambiguity::kBinhexInText);
}

void Message::State::readAttachments() {
    attachments.emplace();
    for (std::size_t i = 0; i < mime.parts.size(); ++i) {  // their number may grow
        const MimePart& part = mime.parts[i];
        if (part.type.starts_with("multipart/")) continue;
        const bool plain = isTextPart(part) && part.type != "text/html" && !part.container &&
                           dispositionKind(part.disposition) != "attachment";
        if (part.encoding == TransferEncoding::kBase64) examineBase64(i);
        if (plain) examineText(i);
        listAttachment(i);
    }
}

void Message::State::listAttachment(std::size_t index) {
    const MimePart& part = mime.parts[index];
    MimeNames names = mimeNames(part.disposition, part.contentType);
    if (!part.name.empty()) names.values = {savedName(decodeHeaderText(part.name))};
    if (names.extensionsDiffer) mime.ambiguities.add(Ambiguity::kSeveralNames);
    if (names.contradicts) mime.ambiguities.add(Ambiguity::kRfc2231Contradiction);
    if (names.cut) mime.cuts.add(Cut::kNames);
    if (names.values.empty()) {
        if (isTextPart(part) && dispositionKind(part.disposition) != "attachment") return;
        names.values.emplace_back();
    }
    if (names.values.size() > 1) defect("part " + std::to_string(index + 1) + " has several names");
    const DecodedSize size = part.encoding == TransferEncoding::kBase64
                                 ? examineBase64(index)
                                 : decodedSize(part.encoding, part.body);
    if (size.damaged && part.encoding != TransferEncoding::kBase64) {
        defect(std::string(encodingName(part.encoding)) + " damaged in part " + std::to_string(index + 1));
        if (part.encoding == TransferEncoding::kQuotedPrintable && !isTextPart(part)) {
            mime.ambiguities.add(Ambiguity::kDamagedQuotedPrintable);
        }
    }
    for (std::string& name : names.values) {
        if (attachments->size() >= limits.attachments) {
            mime.cuts.add(Cut::kAttachments);
            return defect("attachments over " + std::to_string(limits.attachments));
        }
        std::string extension = fileExtension(name);
        attachments->push_back({std::move(name), part.type, {}, size.bytes, std::move(extension), {}, index});
    }
}

void Message::State::readRealTypes() {
    realTypesKnown = true;
    for (std::size_t i = 0; i < attachments->size(); ++i) {
        Attachment& attachment = (*attachments)[i];
        if (i > 0 && (*attachments)[i - 1].part == attachment.part) {
            attachment.realType = (*attachments)[i - 1].realType;
            continue;
        }
        const MimePart& part = mime.parts[attachment.part];
        std::string head;
        decodeTransfer(part.encoding, part.body, head, kFileTypeBytes);
        attachment.realType = fileType(head);
    }
}

void Message::State::readDigests() {
    digestsKnown = true;
    for (std::size_t i = 0; i < attachments->size(); ++i) {
        Attachment& attachment = (*attachments)[i];
        if (i > 0 && (*attachments)[i - 1].part == attachment.part) {
            attachment.sha256 = (*attachments)[i - 1].sha256;
            continue;
        }
        const MimePart& part = mime.parts[attachment.part];
        Sha256 digest;
        decodeTransfer(part.encoding, part.body, [&](std::string_view bytes) {
            digest.add(bytes);
            return true;
        });
        attachment.sha256 = digest.hex();
    }
}

// Of fields that there may be one of, another value is another mail to some clients.
void Message::State::readAmbiguities() {
    const HeaderField* subject = nullptr;
    std::size_t from = 0;
    for (const HeaderField& field : header.fields) {
        if (equalIgnoringCase(field.name, "From")) ++from;
        if (!equalIgnoringCase(field.name, "Subject")) continue;
        if (subject && trimmed(subject->value) != trimmed(field.value)) {
            mime.ambiguities.add(Ambiguity::kDuplicateSubject);
        }
        if (!subject) subject = &field;
    }
    if (from > 1) mime.ambiguities.add(Ambiguity::kDuplicateFrom);
    for (const MimePart& part : mime.parts) {
        if (part.container || !isTextPart(part)) continue;
        for (const std::string& charset : readMimeParameter(part.contentType, "charset").values) {
            if (hasAscii(charset)) continue;
            const std::string name = lowered(charset);
            const bool wide = name.find("16") != std::string::npos || name.find("32") != std::string::npos ||
                              name.find("ucs") != std::string::npos;
            mime.ambiguities.add(name.find("utf-7") != std::string::npos ? Ambiguity::kUtf7Charset
                                 : wide                                  ? Ambiguity::kUtf16Charset
                                                                         : Ambiguity::kOddCharset);
        }
    }
    ambiguities = mime.ambiguities.words();
}

}  // namespace weir
