#include "common/mail/message.h"

#include <algorithm>
#include <optional>

#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/encoded_word.h"
#include "common/mail/file_type.h"
#include "common/mail/header_block.h"
#include "common/mail/html_text.h"
#include "common/mail/mime_parameters.h"
#include "common/mail/mime_reader.h"

namespace weir {
namespace {

constexpr std::size_t kMostDefects = 200;

bool isText(const MimePart& part) {
    return part.type.starts_with("text/");
}

// A name as a system that saves it would have it: no control characters, no space around it, and no dots and
// spaces at its end, which Windows drops.
std::string fileName(std::string name) {
    std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
    while (!name.empty() && (name.back() == '.' || name.back() == ' ')) name.pop_back();
    name.erase(0, name.find_first_not_of(' '));
    return name;
}

std::string extension(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos ? std::string() : lowered(std::string_view(name).substr(dot));
}

// The names a part goes by, without repetition: clients disagree about which of several counts. The plain
// form of one parameter beside its RFC 2231 form is usual for old clients, and a second name only with
// another extension.
std::vector<std::string> fileNames(const MimePart& part) {
    std::vector<std::string> names;
    const auto add = [&](MimeField field, std::string_view value, const char* parameter) {
        const std::size_t before = names.size();
        for (std::string& reading : mimeParameterReadings(field, value, parameter)) {
            std::string name = fileName(std::move(reading));
            const bool known = std::find(names.begin(), names.end(), name) != names.end();
            const bool fallback = names.size() > before && extension(name) == extension(names[before]);
            if (!name.empty() && !known && !fallback) names.push_back(std::move(name));
        }
    };
    add(MimeField::kContentDisposition, part.disposition, "filename");
    add(MimeField::kContentType, part.contentType, "name");
    return names;
}

const char* encodingName(TransferEncoding encoding) {
    switch (encoding) {
        case TransferEncoding::kBase64:
            return "base64";
        case TransferEncoding::kQuotedPrintable:
            return "quoted-printable";
        case TransferEncoding::kUuencode:
            return "uuencode";
        case TransferEncoding::kIdentity:
            break;
    }
    return "content";
}

}  // namespace

struct Message::State {
    State(std::string_view mail, const MessageLimits& given) : bytes(mail), limits(given) {
        header = readHeaderBlock(bytes, {limits.headers, limits.headerBytes});
        if (header.overFields) defect("headers over " + std::to_string(limits.headers));
        if (header.overBytes) defect("header block over " + std::to_string(limits.headerBytes) + " bytes");
        if (header.malformed) defect("header block malformed");
        if (header.nul) defect("header block holds a NUL");
        mime = readMime(header, bytes, {limits.parts, limits.depth});
        for (std::string& found : mime.defects) defect(std::move(found));
    }

    void defect(std::string what) {
        if (defects.size() < kMostDefects &&
            std::find(defects.begin(), defects.end(), what) == defects.end()) {
            defects.push_back(std::move(what));
        }
    }

    void damaged(const MimePart& part, std::size_t index) {
        defect(std::string(encodingName(part.encoding)) + " damaged in part " + std::to_string(index + 1));
    }

    void readText();
    void appendPartText(const MimePart& part);
    void appendPlain(std::string_view decoded, std::string_view charset);
    void appendHtml(std::string_view decoded, std::string_view charset);
    void readAttachments();
    void readRealTypes();

    std::string_view bytes;
    MessageLimits limits;
    HeaderBlock header;
    MimeTree mime;
    std::vector<std::string> defects;
    std::optional<std::string> text;
    std::optional<std::vector<Attachment>> attachments;
    std::vector<std::size_t> attachmentParts;  // index of the part of each attachment
    bool realTypesKnown = false;
};

void Message::State::readText() {
    text.emplace();
    for (std::size_t i = 0; i < mime.parts.size(); ++i) {
        const MimePart& part = mime.parts[i];
        if (part.container || !isText(part) || dispositionKind(part.disposition) == "attachment") continue;
        if (text->size() >= limits.textBytes) {
            defect("text over " + std::to_string(limits.textBytes) + " bytes");
            return;
        }
        const std::size_t before = text->size();
        appendPartText(part);
        if (text->size() > before && !text->ends_with('\n') && text->size() < limits.textBytes) *text += '\n';
    }
}

void Message::State::appendPartText(const MimePart& part) {
    // No charset makes one byte of text out of more than four; markup beyond that is not worth reading.
    const std::size_t decodedLimit = limits.textBytes * 4;
    std::string decoded;
    std::string_view content = part.body.substr(0, decodedLimit);
    if (part.encoding != TransferEncoding::kIdentity) {
        decodeTransfer(part.encoding, part.body, decoded, decodedLimit);
        content = decoded;
    }
    const std::string charset =
        mimeParameter(MimeField::kContentType, part.contentType, "charset").value_or("");
    if (part.type == "text/html") {
        appendHtml(content, charset);
    } else {
        appendPlain(content, charset);
    }
    if (content.size() == decodedLimit) defect("text over " + std::to_string(limits.textBytes) + " bytes");
}

void Message::State::appendPlain(std::string_view decoded, std::string_view charset) {
    const std::size_t start = text->size();
    if (!appendUtf8(*text, decoded, charset, limits.textBytes - start)) {
        defect("text over " + std::to_string(limits.textBytes) + " bytes");
    }
    const auto invisible = [](char c) { return c == '\r' || c == '\0'; };
    text->erase(std::remove_if(text->begin() + static_cast<std::ptrdiff_t>(start), text->end(), invisible),
                text->end());
}

void Message::State::appendHtml(std::string_view decoded, std::string_view charset) {
    std::string converted;
    const bool utf8 =
        charset.empty() || equalIgnoringCase(charset, "utf-8") || equalIgnoringCase(charset, "us-ascii");
    if (!utf8 || !isValidUtf8(decoded)) {
        appendUtf8(converted, decoded, charset, limits.textBytes * 4);
        decoded = converted;
    }
    if (!appendHtmlText(*text, decoded, limits.textBytes - text->size())) {
        defect("text over " + std::to_string(limits.textBytes) + " bytes");
    }
}

void Message::State::readAttachments() {
    attachments.emplace();
    for (std::size_t i = 0; i < mime.parts.size(); ++i) {
        const MimePart& part = mime.parts[i];
        if (part.type.starts_with("multipart/")) continue;
        std::vector<std::string> names = fileNames(part);
        if (names.empty()) {
            if (isText(part) && dispositionKind(part.disposition) != "attachment") continue;
            names.emplace_back();
        }
        if (names.size() > 1) defect("part " + std::to_string(i + 1) + " has several names");
        const DecodedSize size = decodedSize(part.encoding, part.body);
        if (size.damaged) damaged(part, i);
        for (std::string& name : names) {
            if (attachments->size() >= limits.attachments) {
                defect("attachments over " + std::to_string(limits.attachments));
                return;
            }
            attachments->push_back({std::move(name), part.type, {}, size.bytes});
            attachmentParts.push_back(i);
        }
    }
}

void Message::State::readRealTypes() {
    realTypesKnown = true;
    for (std::size_t i = 0; i < attachments->size(); ++i) {
        Attachment& attachment = (*attachments)[i];
        if (i > 0 && attachmentParts[i] == attachmentParts[i - 1]) {
            attachment.realType = (*attachments)[i - 1].realType;
            continue;
        }
        const MimePart& part = mime.parts[attachmentParts[i]];
        std::string head;
        decodeTransfer(part.encoding, part.body, head, kFileTypeBytes);
        attachment.realType = fileType(head);
    }
}

Message::Message(std::string_view bytes, const MessageLimits& limits)
    : state_(std::make_unique<State>(bytes, limits)) {}
Message::~Message() = default;
Message::Message(Message&&) noexcept = default;
Message& Message::operator=(Message&&) noexcept = default;

std::string_view Message::bytes() const {
    return state_->bytes;
}
std::string_view Message::headerBlock() const {
    return state_->bytes.substr(0, state_->header.size);
}
std::string_view Message::body() const {
    return state_->bytes.substr(state_->header.bodyStart);
}
const std::vector<HeaderField>& Message::headers() const {
    return state_->header.fields;
}
const MimeTree& Message::mime() const {
    return state_->mime;
}

std::vector<std::string> Message::header(std::string_view name) const {
    std::vector<std::string> values;
    for (const HeaderField& field : headers()) {
        if (equalIgnoringCase(field.name, name)) values.push_back(decodeHeaderText(field.value));
    }
    return values;
}

std::string Message::subject() const {
    const HeaderField* field = findHeader(headers(), "Subject");
    return field ? decodeHeaderText(field->value) : std::string();
}

std::string Message::messageId() const {
    const HeaderField* field = findHeader(headers(), "Message-ID");
    std::string id;
    if (field) appendUtf8(id, trimmed(field->value), "utf-8");
    return id;
}

const std::string& Message::text() const {
    if (!state_->text) state_->readText();
    return *state_->text;
}

const std::vector<Attachment>& Message::attachments() const {
    if (!state_->attachments) state_->readAttachments();
    return *state_->attachments;
}

const std::vector<Attachment>& Message::attachmentsWithRealTypes() const {
    attachments();
    if (!state_->realTypesKnown) state_->readRealTypes();
    return *state_->attachments;
}

const std::vector<std::string>& Message::defects() const {
    return state_->defects;
}

}  // namespace weir
