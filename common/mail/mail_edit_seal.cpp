#include "common/mail/mail_edit_seal.h"

#include "common/mail/mime_parameters.h"
#include "common/mail/mime_reader.h"

namespace weir {
namespace {

bool isSealed(const MimePart& part) {
    return part.type == "multipart/signed" || part.type == "multipart/encrypted" ||
           part.type == "application/pkcs7-mime" || part.type == "application/x-pkcs7-mime" ||
           part.type == "application/pgp-encrypted";
}

bool lineBeginsWith(std::string_view text, std::string_view what) {
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
        if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '>') return true;  // ">" ends a tag of HTML
    }
    return false;
}

bool isShownText(const MimePart& part) {
    return !part.container && part.type.starts_with("text/") &&
           dispositionKind(part.disposition) != "attachment";
}

std::string words(const MimePart& part) {
    const bool smime = part.type.ends_with("pkcs7-mime");
    const bool encrypted = part.type.ends_with("encrypted");
    return std::string(smime       ? "it is signed or encrypted"
                       : encrypted ? "it is encrypted"
                                   : "it is signed") +
           " (" + part.type + ')';
}

}  // namespace

std::uint32_t sealAround(const Message& message, std::size_t index) {
    const std::vector<MimePart>& parts = message.mime().parts;
    for (auto at = static_cast<std::uint32_t>(index); at != kNoPart && at < parts.size();
         at = parts[at].parent) {
        if (isSealed(parts[at])) return at;
    }
    return kNoPart;
}

std::string mailSeal(const Message& message) {
    const std::vector<MimePart>& parts = message.mime().parts;
    // Parts follow their containers, so what lies in an attached message is known before its parts are seen.
    std::vector<bool> attached(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const MimePart& part = parts[i];
        if (part.parent != kNoPart)
            attached[i] = attached[part.parent] || parts[part.parent].type.starts_with("message/");
        if (attached[i] || !part.received) continue;
        if (isSealed(part)) return words(part);
        if (!isShownText(part)) continue;
        std::string decoded;
        decodeTransfer(part.encoding, part.body, decoded);
        if (holdsInlinePgp(decoded)) return "it holds a PGP message";
    }
    return {};
}

bool holdsInlinePgp(std::string_view text) {
    return lineBeginsWith(text, "-----BEGIN PGP MESSAGE-----") ||
           lineBeginsWith(text, "-----BEGIN PGP SIGNED MESSAGE-----");
}

}  // namespace weir
