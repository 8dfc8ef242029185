#include "slave/auth/dkim_sign.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "common/mail/header_block.h"
#include "common/mail/transfer_encoding.h"
#include "slave/auth/dkim_check.h"

namespace weir {
namespace {

constexpr std::size_t kNamesBytes = 8 * 1024, kNames = 500;

std::string quotedIdentity(const std::string& identity) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string text;
    for (const char c : identity) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte != 0x7F && c != ';' && c != '=') {
            text += c;
        } else {
            text += '=';
            text += hex[byte >> 4];
            text += hex[byte & 15];
        }
    }
    return text;
}

std::string base64(std::string_view bytes) {
    std::string text;
    appendBase64(text, bytes);
    return text;
}

AddedField signature(CanonicalMail& mail, const DkimSigner& signer, const DkimSignSettings& settings,
                     const std::vector<std::string>& names, TimePoint now) {
    DkimWriter writer("DKIM-Signature");
    writer.add("v", "1");
    writer.add("a", toString(signer.key->algorithm()));
    writer.add("c", std::string(toString(settings.headerForm)) + '/' + toString(settings.bodyForm));
    writer.add("d", signer.domain);
    writer.add("s", signer.selector);
    if (!signer.identity.empty()) writer.add("i", quotedIdentity(signer.identity));
    writer.add("t", secondsText(now));
    if (settings.lifetime) writer.add("x", secondsText(now + *settings.lifetime));
    writer.addNames("h", names);
    writer.add("bh", base64(mail.bodyHash(settings.bodyForm).digest));
    writer.addSignature();
    return signedField(writer, mail, names, settings, *signer.key);
}

}  // namespace

DkimSignSettings usualDkimSettings() {
    DkimSignSettings settings;
    settings.headers = {"From",
                        "Sender",
                        "Reply-To",
                        "Subject",
                        "Date",
                        "Message-ID",
                        "To",
                        "Cc",
                        "MIME-Version",
                        "Content-Type",
                        "Content-Transfer-Encoding",
                        "In-Reply-To",
                        "References",
                        "Resent-Date",
                        "Resent-From",
                        "Resent-To",
                        "Resent-Cc",
                        "List-Id",
                        "List-Help",
                        "List-Unsubscribe",
                        "List-Unsubscribe-Post",
                        "List-Subscribe",
                        "List-Post",
                        "List-Owner",
                        "List-Archive"};
    settings.oversigned = {"From"};
    return settings;
}

std::string secondsText(TimePoint time) {
    return std::to_string(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

void checkSigner(const DkimSigner& signer) {
    if (!signer.key) throw Error(ErrorCode::kInvalid, "a signer without a key");
    if (!isTagDomain(signer.domain))
        throw Error(ErrorCode::kInvalid, "a signature cannot name the domain \"" + signer.domain + "\"");
    if (!isTagDomain(signer.selector))
        throw Error(ErrorCode::kInvalid, "a signature cannot name the selector \"" + signer.selector + "\"");
    if (signer.identity.empty()) return;
    const std::size_t at = signer.identity.rfind('@');
    const std::string domain = at == std::string::npos ? "" : lowered(signer.identity.substr(at + 1));
    const std::string parent = lowered(signer.domain);
    if (at == std::string::npos || at > 256 || !isTagDomain(domain) ||
        (domain != parent && !domain.ends_with('.' + parent)))
        throw Error(ErrorCode::kInvalid, "the identity \"" + signer.identity +
                                             "\" is not within the domain \"" + signer.domain + "\"");
}

Expected<std::vector<std::string>> namesToSign(CanonicalMail& mail, const DkimSignSettings& settings) {
    std::vector<std::string> names;
    std::size_t bytes = 0;
    const auto addTimes = [&](const std::string& name, std::size_t times) {
        if (!isHeaderName(name) || name.find(';') != std::string::npos)
            throw Error(ErrorCode::kInvalid, "no header field has the name \"" + name + "\"");
        for (; times > 0 && names.size() <= kNames; --times) {
            names.push_back(name);
            bytes += name.size() + 1;
        }
    };
    for (const std::string& name : settings.headers) addTimes(name, mail.named(lowered(name)).size());
    for (const std::string& name : settings.oversigned) addTimes(name, 1);
    const auto isFrom = [](const std::string& name) { return equalIgnoringCase(name, "From"); };
    if (std::none_of(settings.headers.begin(), settings.headers.end(), isFrom))
        throw Error(ErrorCode::kInvalid, "a signature has to sign From");
    if (names.size() > kNames || bytes > kNamesBytes) return problem("", "too many header fields to sign");
    return names;
}

AddedField signedField(DkimWriter& writer, CanonicalMail& mail, const std::vector<std::string>& names,
                       const DkimSignSettings& settings, const SigningKey& key) {
    std::vector<std::string> lower;
    lower.reserve(names.size());
    for (const std::string& name : names) lower.push_back(lowered(name));
    const std::string digest =
        headerDigest(mail.fields(), mail.pick(lower), settings.headerForm, writer.field(), 0, 0);
    return writer.finish(key.sign(digest), settings.signatureColumns);
}

Expected<std::vector<AddedField>> signDkim(CanonicalMail& mail, const std::vector<DkimSigner>& signers,
                                           const DkimSignSettings& settings, TimePoint now) {
    if (mail.named("from").empty()) return problem("", "a mail without From is not signed");
    const auto names = namesToSign(mail, settings);
    if (!names) return tl::unexpected(names.error());
    std::vector<AddedField> fields;
    for (const DkimSigner& signer : signers) {
        checkSigner(signer);
        fields.push_back(signature(mail, signer, settings, *names, now));
    }
    return fields;
}

}  // namespace weir
