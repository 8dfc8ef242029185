#include "common/policy/rule_macros.h"

#include <ctime>

#include "common/mail/address.h"

namespace weir {
namespace {

std::string joined(const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& one : all) text += (text.empty() ? "" : ", ") + one;
    return text;
}

std::string firstHeader(const Message& message, const char* name) {
    const std::vector<std::string> values = message.header(name);
    return values.empty() ? "" : values.front();
}

std::string attachmentNames(const Message& message) {
    std::vector<std::string> names;
    for (const Attachment& one : message.attachments())
        if (!one.name.empty()) names.push_back(one.name);
    return joined(names);
}

std::string dateText(TimePoint time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &parts)};
}

std::string shownSender(const std::string& sender) {
    return sender.empty() ? "<>" : sender;
}

// What somebody outside was, or now is, asked for.
std::string fact(const MacroSource& source, Field field) {
    return joined(source.facts.values(fieldSpec(field), "", source.recipient).values.texts);
}

std::string valueOf(const MacroSource& source, Macro macro) {
    const Envelope& envelope = source.facts.envelope();
    const Message& message = source.facts.message();
    switch (macro) {
        case Macro::kSender:
            return shownSender(envelope.sender);
        case Macro::kSenderDomain:
            return domainOf(envelope.sender);
        case Macro::kRecipient:
            return source.recipient;
        case Macro::kRecipientDomain:
            return domainOf(source.recipient);
        case Macro::kRecipients:
            return joined(envelope.recipients);
        case Macro::kFrom:
            return firstHeader(message, "From");
        case Macro::kTo:
            return firstHeader(message, "To");
        case Macro::kSubject:
            return message.subject();
        case Macro::kMessageId:
            return message.messageId();
        case Macro::kDate:
            return dateText(source.facts.time());
        case Macro::kTime:
            return toText(source.facts.time());
        case Macro::kQueueId:
            return envelope.queueId;
        case Macro::kDirection:
            return toString(envelope.direction);
        case Macro::kSize:
            return std::to_string(message.bytes().size());
        case Macro::kClientAddress:
            return envelope.clientAddress;
        case Macro::kClientName:
            return envelope.clientName;
        case Macro::kClientCountry:
            return fact(source, Field::kClientCountry);
        case Macro::kHelo:
            return envelope.helo;
        case Macro::kUser:
            return envelope.authUser;
        case Macro::kRule:
            return source.ruleId;
        case Macro::kRuleName:
            return source.ruleName;
        case Macro::kQueue:
            return source.queue;
        case Macro::kScore:
            return scoreText(source.score);
        case Macro::kVirus:
            return fact(source, Field::kVirusName);
        case Macro::kAttachments:
            return attachmentNames(message);
        case Macro::kSpf:
            return fact(source, Field::kSpfResult);
        case Macro::kDkim:
            return fact(source, Field::kDkimResult);
        case Macro::kDmarc:
            return fact(source, Field::kDmarcResult);
        default:
            return {};
    }
}

bool isOfFile(Macro macro) {
    return macroTable()[static_cast<std::size_t>(macro)].ofFile;
}

}  // namespace

MacroValues macroValues(const MacroSource& source) {
    return [&source](Macro macro) { return valueOf(source, macro); };
}

std::string expandMacros(std::string_view text, MacroPlace place, const MacroSource& source) {
    const auto parsed = MacroText::parse(text, "", place);
    return parsed ? parsed->expand(macroValues(source)) : std::string(text);
}

std::string expandMailMacros(std::string_view text, const MacroSource& source) {
    const auto parsed = MacroText::parse(text, "", MacroPlace::kPlain, true);
    if (!parsed) return {};
    return parsed->expand([&](Macro macro) {
        if (isOfFile(macro))
            return "${" + std::string(macroTable()[static_cast<std::size_t>(macro)].name) + "}";
        // A dollar of the mail must not be read as the beginning of a macro.
        std::string doubled;
        for (char c : valueOf(source, macro)) doubled.append(c == '$' ? 2 : 1, c);
        return doubled;
    });
}

}  // namespace weir
