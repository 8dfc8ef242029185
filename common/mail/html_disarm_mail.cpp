#include "common/mail/html_disarm_mail.h"

#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/html_tokens.h"
#include "common/mail/mail_edit_seal.h"
#include "common/mail/mime_parameters.h"
#include "common/mail/mime_reader.h"
#include "common/mail/part_edit_text.h"

namespace weir {
namespace {

constexpr const char* kAction = "disarm";
constexpr std::size_t kCharsetSearch = 4096;

std::string attribute(const HtmlTokens& tokens, std::string_view name) {
    for (const HtmlAttribute& one : tokens.attributes()) {
        if (equalIgnoringCase(one.name, name)) return htmlAttributeText(one.value, 200);
    }
    return {};
}

// What a <meta> of HTML without declared charset says; "" when none does.
std::string charsetOfMeta(std::string_view html) {
    HtmlTokens tokens(html.substr(0, kCharsetSearch));
    while (tokens.next()) {
        if (tokens.token().kind != HtmlToken::Kind::kStart || tokens.name() != "meta") continue;
        std::string charset = attribute(tokens, "charset");
        if (charset.empty() && equalIgnoringCase(trimmed(attribute(tokens, "http-equiv")), "content-type")) {
            charset =
                mimeParameter(MimeField::kContentType, attribute(tokens, "content"), "charset").value_or("");
        }
        if (!charset.empty()) return charset;
    }
    return {};
}

std::string asUtf8(const PartText& text) {
    const std::string charset = text.charset.empty() ? charsetOfMeta(text.content) : text.charset;
    // Nobody reads UTF-16 from a page that says so in ASCII.
    const bool wide = text.charset.empty() && charsetKind(charset) == CharsetKind::kOther;
    std::string utf8;
    appendUtf8(utf8, text.content, wide ? std::string() : charset);
    return utf8;
}

}  // namespace

BodyChange disarmParts(const Message& message, const DisarmEdit& edit) {
    BodyChange change;
    const std::vector<MimePart>& parts = message.mime().parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const MimePart& part = parts[i];
        const bool attached = dispositionKind(part.disposition) == "attachment";
        if (part.container || part.type != "text/html" || (attached && !edit.attachments)) continue;
        const std::string name = "HTML of part " + std::to_string(i + 1);
        const PartText was = readPartText(message, part);
        const DisarmedHtml result = disarmHtml(asUtf8(was), edit.options);
        const std::uint32_t seal = sealAround(message, i);
        if (result.tooLarge) {
            change.refused.push_back({kAction, name + " is too large"});
        } else if (result.found.empty()) {
            continue;
        } else if (!isReplaceable(part)) {
            change.refused.push_back(
                {kAction, name + " lies in an encoded message: " + disarmText(result.found)});
        } else if (seal != kNoPart && !edit.evenSigned) {
            change.refused.push_back({kAction, name + " lies in a signed or encrypted part (" +
                                                   parts[seal].type + "): " + disarmText(result.found)});
        } else {
            change.parts.push_back(partWithText(message, i, was, result.html, true));
            change.done.push_back({kAction, name + ": " + disarmText(result.found)});
        }
    }
    return change;
}

}  // namespace weir
