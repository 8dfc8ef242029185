#include "common/mail/message.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/encoded_word.h"
#include "common/mail/message_state.h"

namespace weir {
namespace {

constexpr std::size_t kMostDefects = 200;

}  // namespace

Message::State::State(std::string_view mail, const MessageLimits& given) : bytes(mail), limits(given) {
    header = readHeaderBlock(bytes, {limits.headers, limits.headerBytes});
    if (header.overFields) defect("headers over " + std::to_string(limits.headers));
    if (header.overBytes) defect("header block over " + std::to_string(limits.headerBytes) + " bytes");
    if (header.malformed) defect("header block malformed");
    if (header.nul) defect("header block holds a NUL");
    mime = readMime(header, bytes, {limits.parts, limits.depth, limits.views});
    for (std::string& found : mime.defects) defect(std::move(found));
}

void Message::State::defect(std::string what) {
    if (defects.size() < kMostDefects && std::find(defects.begin(), defects.end(), what) == defects.end()) {
        defects.push_back(std::move(what));
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

void Message::readHtmlWith(HtmlSource* source) const {
    state_->htmlSource = source;
}

std::string Message::attachedText(std::size_t limit) const {
    return state_->attachedText(limit);
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

const std::vector<Attachment>& Message::attachmentsWithDigests() const {
    attachments();
    if (!state_->digestsKnown) state_->readDigests();
    return *state_->attachments;
}

std::string Message::attachmentBytes(std::size_t index, std::size_t limit) const {
    const MimePart& part = state_->mime.parts.at(attachments().at(index).part);
    std::string decoded;
    decodeTransfer(part.encoding, part.body, decoded, limit);
    return decoded;
}

const std::vector<std::string_view>& Message::ambiguities() const {
    attachments();
    if (!state_->ambiguities) state_->readAmbiguities();
    return *state_->ambiguities;
}

std::vector<std::string_view> Message::cuts() const {
    return state_->mime.cuts.words();
}

const std::vector<std::string>& Message::defects() const {
    return state_->defects;
}

bool Message::malformed() const {
    return !ambiguities().empty() || !cuts().empty() || !defects().empty();
}

}  // namespace weir
