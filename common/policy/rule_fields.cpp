#include "common/policy/rule_fields.h"

#include <array>

namespace weir {
namespace {

using enum Operator;

constexpr OperatorSet kNameOperators{kIs, kIn, kMatches, kContains, kRegex, kExists};
constexpr OperatorSet kNumberOperators{kIs, kLess, kGreater, kBetween};
constexpr OperatorSet kFlagOperators{kIs, kExists};

constexpr FieldSpec kFields[] = {
    {Field::kClientAddress,
     "client.address",
     "Client address",
     "IP address of the server or program that hands over the mail.",
     R"({"client.address":{"in":["192.0.2.0/24","2001:db8::/32"]}})",
     FieldKind::kNetwork,
     {kIs, kIn, kExists}},
    {Field::kClientName, "client.name", "Client name",
     "Host name of the client as Postfix verified it; exists is false where it could not.",
     R"({"client.name":{"matches":"*.dynamic.example.net"}})", FieldKind::kDomain, kNameOperators},
    {Field::kHelo, "helo", "HELO name",
     "Name the client gave in HELO or EHLO; anyone may write anything here.",
     R"({"helo":{"regex":"^\\[?[0-9.]+\\]?$"}})", FieldKind::kDomain, kNameOperators},
    {Field::kAuthUser, "auth.user", "Authenticated user",
     "SASL login name; exists is false when the client did not log in.", R"({"auth.user":{"exists":true}})",
     FieldKind::kText, kNameOperators},
    {Field::kTls, "tls", "TLS", "The mail came over an encrypted connection.", R"({"tls":{"exists":true}})",
     FieldKind::kFlag, kFlagOperators},
    {Field::kDirection,
     "direction",
     "Direction",
     "inbound or outbound, as the node's own settings decide.",
     R"({"direction":{"is":"outbound"}})",
     FieldKind::kChoice,
     {kIs}},
    {Field::kSender, "sender", "Sender",
     "Envelope sender. The null sender of bounces has no value: exists is false.",
     R"({"sender":{"in":"@partners"}})", FieldKind::kAddress, kNameOperators},
    {Field::kSenderDomain, "sender.domain", "Sender domain", "Part of the envelope sender after the last @.",
     R"({"sender.domain":{"in":["example.com",".example.com"]}})", FieldKind::kDomain, kNameOperators},
    {Field::kRecipient, "recipient", "Recipient", "The recipient for whom the rule is evaluated.",
     R"({"recipient":{"is":"sales@example.com"}})", FieldKind::kAddress, kNameOperators, FieldCost::kEnvelope,
     false, true},
    {Field::kRecipientDomain, "recipient.domain", "Recipient domain",
     "Domain of the recipient for whom the rule is evaluated.",
     R"({"recipient.domain":{"is":"example.com"}})", FieldKind::kDomain, kNameOperators, FieldCost::kEnvelope,
     false, true},
    {Field::kHeader, "header", "Header",
     "Decoded value of every header of one name; write the name after a colon.",
     R"({"header:List-Unsubscribe":{"exists":true}})", FieldKind::kText, kNameOperators, FieldCost::kHeaders,
     true, false, true},
    {Field::kSubject, "subject", "Subject", "Decoded subject.", R"({"subject":{"contains":"invoice"}})",
     FieldKind::kText, kNameOperators, FieldCost::kHeaders},
    {Field::kBody,
     "body",
     "Body text",
     "Decoded text of all parts that are not attachments; of HTML the text a reader sees.",
     R"({"body":{"contains":"@phrases"}})",
     FieldKind::kText,
     {kContains, kRegex, kExists},
     FieldCost::kText},
    {Field::kSize, "size", "Size", "Size of the whole mail as received.", R"({"size":{"greater":"25M"}})",
     FieldKind::kSize, kNumberOperators},
    {Field::kRecipientCount, "recipient.count", "Number of recipients", "Recipients in the envelope.",
     R"({"recipient.count":{"greater":50}})", FieldKind::kNumber, kNumberOperators},
    {Field::kAttachmentName, "attachment.name", "Attachment name", "Decoded file name of each attachment.",
     R"({"attachment.name":{"matches":["*.exe","*.scr"]}})", FieldKind::kText, kNameOperators,
     FieldCost::kHeaders, true},
    {Field::kAttachmentDeclaredType, "attachment.declared-type", "Attachment type as declared",
     "Media type that the sender wrote for each attachment.",
     R"({"attachment.declared-type":{"is":"application/pdf"}})", FieldKind::kText, kNameOperators,
     FieldCost::kHeaders, true},
    {Field::kAttachmentRealType, "attachment.real-type", "Attachment type in truth",
     "Media type found in the bytes of each attachment, whatever its name says.",
     R"({"attachment.real-type":{"is":"application/x-dosexec"}})", FieldKind::kText, kNameOperators,
     FieldCost::kDecoding, true},
    {Field::kAttachmentSize, "attachment.size", "Attachment size", "Decoded size of each attachment.",
     R"({"attachment.size":{"greater":"10M"}})", FieldKind::kSize, kNumberOperators, FieldCost::kHeaders,
     true},
    {Field::kAttachmentCount, "attachment.count", "Number of attachments", "Attachments in the mail.",
     R"({"attachment.count":{"greater":20}})", FieldKind::kNumber, kNumberOperators, FieldCost::kHeaders},
    {Field::kVirusName, "virus.name", "Virus name",
     "Names the virus scanner gave. Matches nothing while the antivirus section is disabled.",
     R"({"virus.name":{"matches":"*.Phishing.*"}})", FieldKind::kText, kNameOperators, FieldCost::kScanner,
     true},
    {Field::kVirusFound, "virus.found", "Virus found",
     "The virus scanner found something. False while the antivirus section is disabled.",
     R"({"virus.found":{"is":true}})", FieldKind::kFlag, kFlagOperators, FieldCost::kScanner},
};

constexpr OperatorSpec kOperators[] = {
    {kIs, "is", "is", "text", "Equal to one value."},
    {kIn, "in", "is in", "list",
     "One of a list: \"@name\" refers to a list, an array holds the entries themselves."},
    {kMatches, "matches", "matches", "glob",
     "The whole value fits a wildcard pattern: * is any text, ? one character. Also \"@name\" or an array."},
    {kContains, "contains", "contains", "phrase",
     "The phrase occurs anywhere; a line break in the mail counts as a space. Also \"@name\" or an array."},
    {kRegex, "regex", "matches the expression", "regex",
     "RE2 syntax, found anywhere, upper and lower case alike unless it begins with (?-i). Also \"@name\" or "
     "an "
     "array. No look-around, no back-references: those cannot be searched in linear time."},
    {kLess, "less", "is less than", "number", "Less than the number. Sizes may be written 500K, 10M, 2G."},
    {kGreater, "greater", "is greater than", "number",
     "Greater than the number. Sizes may be written 500K, 10M, 2G."},
    {kBetween, "between", "is between", "range", "An array of two numbers, both included."},
    {kExists, "exists", "exists", "flag", "true: there is a value that is not empty; false: there is none."},
};

constexpr ListKindSpec kListKinds[] = {
    {ListKind::kAddress, "address", "Addresses",
     "name@domain, @domain for everyone there, @.domain for everyone in the domains below it.",
     "@partner.example"},
    {ListKind::kDomain, "domain", "Domains",
     "example.com is that name alone, .example.com every name below it.", ".example.com"},
    {ListKind::kNetwork, "network", "Networks", "IPv4 or IPv6 address, or network/length without host bits.",
     "192.0.2.0/24"},
    {ListKind::kGlob, "glob", "Wildcard patterns",
     "* is any text, ? one character; the whole value must fit.", "*.exe"},
    {ListKind::kPhrase, "phrase", "Phrases",
     "Text found anywhere; case and runs of white space do not matter.", "wire transfer"},
    {ListKind::kRegex, "regex", "Regular expressions", "RE2 syntax, found anywhere.",
     "invoice[-_ ]?[0-9]{4,}"},
    {ListKind::kText, "text", "Values", "The whole value is equal; case does not matter.", "application/zip"},
};

constexpr ParameterSpec kQueueParameter[] = {
    {"queue", "queue", true, "Name of the quarantine queue: lower-case letters, digits and hyphens.", ""}};
constexpr ParameterSpec kRejectParameters[] = {
    {"code", "code", false, "SMTP code, 500 to 599.", "550"},
    {"status", "status", false, "Enhanced status code (RFC 3463), 5.x.x.", "5.7.1"},
    {"text", "text", false, "What the sender is told; printable ASCII.", "Message refused by policy"}};
constexpr ParameterSpec kTempfailParameters[] = {
    {"code", "code", false, "SMTP code, 400 to 499 but not 421, which would end the connection.", "451"},
    {"status", "status", false, "Enhanced status code (RFC 3463), 4.x.x.", "4.7.1"},
    {"text", "text", false, "What the sender is told; printable ASCII.", "Try again later"}};
constexpr ParameterSpec kHeaderParameters[] = {{"name", "header", true, "Header name.", ""},
                                               {"value", "value", true, "Value, one line.", ""}};
constexpr ParameterSpec kHeaderNameParameter[] = {{"name", "header", true, "Header name.", ""}};
constexpr ParameterSpec kTagParameter[] = {{"text", "value", true, "Put in front of the subject.", ""}};

constexpr ActionSpec kActions[] = {
    {ActionKind::kDeliver,
     "deliver",
     "Deliver",
     "Deliver the mail, unless another rule is more severe.",
     true,
     {}},
    {ActionKind::kQuarantine, "quarantine", "Quarantine",
     "Hold the mail on the node; a person may release it.", true, kQueueParameter},
    {ActionKind::kReject, "reject", "Reject", "Refuse the mail; the sending server tells its sender.", true,
     kRejectParameters},
    {ActionKind::kTempfail, "tempfail", "Refuse for now", "The sending server tries again later.", true,
     kTempfailParameters},
    {ActionKind::kDiscard, "discard", "Discard", "Accept the mail and drop it; nobody is told.", true, {}},
    {ActionKind::kAddHeader, "add-header", "Add header", "Add a header to the delivered mail.", false,
     kHeaderParameters},
    {ActionKind::kReplaceHeader, "replace-header", "Replace header",
     "Remove every header of this name, then add one.", false, kHeaderParameters},
    {ActionKind::kRemoveHeader, "remove-header", "Remove header", "Remove every header of this name.", false,
     kHeaderNameParameter},
    {ActionKind::kTagSubject, "tag-subject", "Tag subject", "Put a text in front of the subject.", false,
     kTagParameter},
    {ActionKind::kKeep, "keep", "Keep a copy", "Store a copy in a quarantine queue, whatever else happens.",
     false, kQueueParameter},
};

constexpr const char* kKindNames[] = {"address", "domain", "network", "text",
                                      "choice",  "number", "size",    "flag"};

template <class Spec, std::size_t N>
const Spec* findNamed(const Spec (&table)[N], std::string_view name) {
    for (const Spec& one : table)
        if (one.name == name) return &one;
    return nullptr;
}

}  // namespace

std::span<const FieldSpec> ruleFields() {
    return kFields;
}
std::span<const OperatorSpec> ruleOperators() {
    return kOperators;
}
std::span<const ListKindSpec> listKinds() {
    return kListKinds;
}
std::span<const ActionSpec> ruleActions() {
    return kActions;
}

// The tables are in the order of their enumerations (a unit test holds them to it).
const FieldSpec& fieldSpec(Field field) {
    return kFields[static_cast<std::size_t>(field)];
}
const char* toString(FieldKind kind) {
    return kKindNames[static_cast<std::size_t>(kind)];
}
const char* toString(Operator op) {
    return kOperators[static_cast<std::size_t>(op)].name.data();
}
const char* toString(ListKind kind) {
    return kListKinds[static_cast<std::size_t>(kind)].name.data();
}
const char* toString(ActionKind kind) {
    return kActions[static_cast<std::size_t>(kind)].name.data();
}

const FieldSpec* findField(std::string_view name) {
    return findNamed(kFields, name);
}
const OperatorSpec* findOperator(std::string_view name) {
    return findNamed(kOperators, name);
}
const ListKindSpec* findListKind(std::string_view name) {
    return findNamed(kListKinds, name);
}
const ActionSpec* findAction(std::string_view name) {
    return findNamed(kActions, name);
}

ListKind listKindFor(FieldKind field, Operator op) {
    if (op == kMatches) return ListKind::kGlob;
    if (op == kContains) return ListKind::kPhrase;
    if (op == kRegex) return ListKind::kRegex;
    if (field == FieldKind::kAddress) return ListKind::kAddress;
    if (field == FieldKind::kDomain) return ListKind::kDomain;
    if (field == FieldKind::kNetwork) return ListKind::kNetwork;
    return ListKind::kText;
}

}  // namespace weir
