#include "common/policy/field_values.h"

#include <algorithm>

#include "common/mail/address.h"

namespace weir {
namespace {

std::string domainOf(const std::string& address) {
    return std::string(splitAddress(normalAddress(address)).domain);
}

FieldValues one(std::string text) {
    FieldValues values;
    values.present = !text.empty();
    values.texts.push_back(std::move(text));
    return values;
}

FieldValues number(std::uint64_t value) {
    FieldValues values;
    values.present = true;
    values.numbers.push_back(value);
    return values;
}

template <class Get>
FieldValues ofAttachments(const std::vector<Attachment>& attachments, Get get) {
    FieldValues values;
    for (const Attachment& each : attachments) values.texts.push_back(get(each));
    return values;
}

FieldValues attachmentValues(Field field, const Message& message) {
    switch (field) {
        case Field::kAttachmentName:
            return ofAttachments(message.attachments(), [](const Attachment& a) { return a.name; });
        case Field::kAttachmentDeclaredType:
            return ofAttachments(message.attachments(), [](const Attachment& a) { return a.declaredType; });
        case Field::kAttachmentRealType:
            return ofAttachments(message.attachmentsWithRealTypes(),
                                 [](const Attachment& a) { return a.realType; });
        case Field::kAttachmentCount:
            return number(message.attachments().size());
        default: {
            FieldValues values;
            for (const Attachment& each : message.attachments()) values.numbers.push_back(each.size);
            values.present = !values.numbers.empty();
            return values;
        }
    }
}

FieldValues envelopeValues(Field field, const Envelope& envelope, const std::string& recipient) {
    switch (field) {
        case Field::kClientAddress:
            return one(envelope.clientAddress);
        case Field::kClientName: {
            FieldValues values = one(envelope.clientName);
            values.present =
                values.present && envelope.clientName != "unknown";  // Postfix could not verify it
            return values;
        }
        case Field::kHelo:
            return one(envelope.helo);
        case Field::kAuthUser:
            return one(envelope.authUser);
        case Field::kTls: {
            FieldValues values;
            values.present = !envelope.tlsVersion.empty();
            return values;
        }
        case Field::kDirection:
            return one(toString(envelope.direction));
        case Field::kSender:
            return one(normalAddress(envelope.sender));
        case Field::kSenderDomain:
            return one(domainOf(envelope.sender));
        case Field::kRecipient:
            return one(normalAddress(recipient));
        case Field::kRecipientDomain:
            return one(domainOf(recipient));
        default:
            return number(envelope.recipients.size());
    }
}

}  // namespace

FieldValues fieldValues(const FieldSpec& spec, const std::string& argument, const Facts& facts,
                        const std::string& recipient) {
    const Message& message = facts.message();
    FieldValues values;
    switch (spec.field) {
        case Field::kHeader:
            values.texts = message.header(argument);
            break;
        case Field::kSubject:
            values = one(message.subject());
            break;
        case Field::kBody:
            values.longText = &message.text();
            values.present = !values.longText->empty();
            break;
        case Field::kSize:
            values = number(message.bytes().size());
            break;
        case Field::kAttachmentName:
        case Field::kAttachmentDeclaredType:
        case Field::kAttachmentRealType:
        case Field::kAttachmentSize:
        case Field::kAttachmentCount:
            values = attachmentValues(spec.field, message);
            break;
        default:
            values = envelopeValues(spec.field, facts.envelope(), recipient);
            break;
    }
    std::erase_if(values.texts, [](const std::string& text) { return text.empty(); });
    if (!values.texts.empty() && spec.field != Field::kClientName) values.present = true;
    return values;
}

}  // namespace weir
