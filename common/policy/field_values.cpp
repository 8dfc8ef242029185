#include "common/policy/field_values.h"

#include <algorithm>

#include "common/mail/address.h"
#include "common/mail/ascii.h"
#include "common/mail/mailbox_list.h"
#include "common/mail/mime_reader.h"
#include "common/mail/url_host.h"
#include "common/policy/facts.h"

namespace weir {
namespace {

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

FieldValues flag(bool yes) {
    FieldValues values;
    values.present = yes;
    return values;
}

FieldValues many(std::vector<std::string> texts) {
    FieldValues values;
    values.texts = std::move(texts);
    return values;
}
FieldValues words(const std::vector<std::string_view>& words) {
    return many({words.begin(), words.end()});
}

std::uint32_t indexOf(std::size_t i) {
    return static_cast<std::uint32_t>(i);
}

template <class Get>
FieldValues ofAttachments(const std::vector<Attachment>& attachments, Get get) {
    FieldValues values;
    for (std::size_t i = 0; i < attachments.size(); ++i) {
        std::string text = get(attachments[i]);
        if (text.empty()) continue;
        values.texts.push_back(std::move(text));
        values.owners.push_back(indexOf(i));
    }
    return values;
}

FieldValues attachmentValues(Field field, const Message& message) {
    switch (field) {
        case Field::kAttachmentName:
            return ofAttachments(message.attachments(), [](const Attachment& a) { return a.name; });
        case Field::kAttachmentExtension:
            return ofAttachments(message.attachments(), [](const Attachment& a) { return a.extension; });
        case Field::kAttachmentDeclaredType:
            return ofAttachments(message.attachments(), [](const Attachment& a) { return a.declaredType; });
        case Field::kAttachmentRealType:
            return ofAttachments(message.attachmentsWithRealTypes(),
                                 [](const Attachment& a) { return a.realType; });
        case Field::kAttachmentHash:
            return ofAttachments(message.attachmentsWithDigests(),
                                 [](const Attachment& a) { return a.sha256; });
        case Field::kAttachmentCount:
            return number(message.attachments().size());
        default: {
            FieldValues values;
            for (std::size_t i = 0; i < message.attachments().size(); ++i) {
                values.numbers.push_back(message.attachments()[i].size);
                values.owners.push_back(indexOf(i));
            }
            values.present = !values.numbers.empty();
            return values;
        }
    }
}

// The mailboxes of every header of one name.
std::vector<Mailbox> mailboxes(const Message& message, std::string_view header) {
    std::vector<Mailbox> all;
    for (const HeaderField& field : message.headers()) {
        if (!equalIgnoringCase(field.name, header)) continue;
        for (Mailbox& one : readMailboxes(field.value)) all.push_back(std::move(one));
    }
    return all;
}

template <class Get>
FieldValues ofMailboxes(const Message& message, std::string_view header, Get get) {
    FieldValues values;
    for (const Mailbox& each : mailboxes(message, header)) values.texts.push_back(get(each));
    return values;
}

// What was registered, or the whole name where nothing was.
std::string organization(std::string_view domain) {
    const std::string name = urlHost(domain).name;
    const std::string registered = registeredDomain(name);
    return registered.empty() ? name : registered;
}
bool sameOrganization(std::string_view a, std::string_view b) {
    return organization(a) == organization(b);
}

bool fromDiffers(const Message& message, const Envelope& envelope) {
    const std::string sender = domainOf(envelope.sender);
    if (sender.empty()) return false;
    const std::vector<Mailbox> from = mailboxes(message, "From");
    return std::none_of(from.begin(), from.end(), [&](const Mailbox& one) {
        return sameOrganization(splitAddress(one.address).domain, sender);
    });
}

bool fromDeceptive(const Message& message) {
    for (const Mailbox& each : mailboxes(message, "From"))
        for (const std::string& shown : addressesIn(each.name))
            if (!sameOrganization(splitAddress(shown).domain, splitAddress(each.address).domain)) return true;
    return false;
}

FieldValues headerValues(Field field, const std::string& argument, const Message& message) {
    const auto domain = [](const Mailbox& one) { return std::string(splitAddress(one.address).domain); };
    switch (field) {
        case Field::kHeader:
            return many(message.header(argument));
        case Field::kHeaderFirst: {
            std::vector<std::string> all = message.header(argument);
            return one(all.empty() ? "" : std::move(all.front()));
        }
        case Field::kHeaderCount:
            return number(message.header(argument).size());
        case Field::kFromAddress:
            return ofMailboxes(message, "From", [](const Mailbox& one) { return one.address; });
        case Field::kFromDomain:
            return ofMailboxes(message, "From", domain);
        case Field::kFromName:
            return ofMailboxes(message, "From", [](const Mailbox& one) { return one.name; });
        case Field::kReplyToDomain:
            return ofMailboxes(message, "Reply-To", domain);
        default:
            return one(message.subject());
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
        case Field::kListener:
            return one(envelope.listener);
        case Field::kAuthUser:
            return one(envelope.authUser);
        case Field::kTls:
            return flag(!envelope.tlsVersion.empty());
        case Field::kTlsVersion:
            return one(envelope.tlsVersion);
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

FieldValues fieldValues(const FieldSpec& spec, const std::string& argument, Facts& facts,
                        const std::string& recipient) {
    const Message& message = facts.message();
    FieldValues values;
    switch (spec.field) {
        case Field::kTime:
            values = number(static_cast<std::uint64_t>(toMillis(facts.time())));
            break;
        case Field::kHeader:
        case Field::kHeaderFirst:
        case Field::kHeaderCount:
        case Field::kFromAddress:
        case Field::kFromDomain:
        case Field::kFromName:
        case Field::kReplyToDomain:
        case Field::kSubject:
            values = headerValues(spec.field, argument, message);
            break;
        case Field::kFromDiffers:
            values = flag(fromDiffers(message, facts.envelope()));
            break;
        case Field::kFromDeceptive:
            values = flag(fromDeceptive(message));
            break;
        case Field::kSize:
            values = number(message.bytes().size());
            break;
        case Field::kPartCount:
            values = number(message.mime().parts.size());
            break;
        case Field::kAttachmentName:
        case Field::kAttachmentExtension:
        case Field::kAttachmentDeclaredType:
        case Field::kAttachmentRealType:
        case Field::kAttachmentSize:
        case Field::kAttachmentHash:
        case Field::kAttachmentCount:
            values = attachmentValues(spec.field, message);
            break;
        case Field::kStructureMalformed:
            message.attachments();  // damage shows when parts are decoded
            values = many(message.defects());
            break;
        case Field::kStructureAmbiguous:
            values = words(message.ambiguities());
            break;
        case Field::kStructureCut:
            values = words(facts.content().cuts());
            break;
        case Field::kParserFailed:
            values = flag(facts.parserFailed());
            break;
        default:
            values = envelopeValues(spec.field, facts.envelope(), recipient);
            break;
    }
    // Owners stand beside their texts: where there are some, none is empty.
    if (values.owners.empty())
        std::erase_if(values.texts, [](const std::string& text) { return text.empty(); });
    if (!values.texts.empty() && spec.field != Field::kClientName) values.present = true;
    return values;
}

}  // namespace weir
