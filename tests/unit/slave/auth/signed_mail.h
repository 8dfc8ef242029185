// Mail, keys and zones for the tests of signatures.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/mail/header_block.h"
#include "slave/auth/arc_seal.h"
#include "slave/auth/dkim_sign.h"
#include "slave/auth/dkim_verify.h"
#include "tests/support/zone.h"

namespace weir::test {

inline const std::string kPlainMail =
    "Received: from a by b\r\n"
    "From: Ann <ann@example.org>\r\n"
    "To: Bob <bob@example.net>,\r\n"
    "\tCarl  <carl@example.net>\r\n"
    "Subject:  An   example \r\n"
    "Date: Thu, 14 Jan 2021 15:00:01 -0800\r\n"
    "Message-ID: <1@example.org>\r\n"
    "\r\n"
    "Hello  Bob, \r\n"
    "\r\n"
    "this is\ta mail.\r\n"
    "\r\n";

inline const TimePoint kSigned = fromMillis(1'700'000'000'000);

// Keys of this run: making RSA keys takes a while, so they are made once.
inline const SigningKey& rsaKey() {
    static const SigningKey key = SigningKey::fromPem(makeSigningKey(DkimKey::Type::kRsa).pem);
    return key;
}
inline const SigningKey& edKey() {
    static const SigningKey key = SigningKey::fromPem(makeSigningKey(DkimKey::Type::kEd25519).pem);
    return key;
}

inline Zone exampleZone() {
    Zone zone;
    zone.txt["rsa._domainkey.example.org"] = {rsaKey().publicRecord()};
    zone.txt["ed._domainkey.example.org"] = {edKey().publicRecord()};
    return zone;
}

inline std::string withLf(std::string text) {
    std::erase(text, '\r');
    return text;
}

// A mail in memory with the view that signatures have of it.
struct ViewedMail {
    std::string bytes;
    HeaderBlock block;
    CanonicalMail mail;
    explicit ViewedMail(std::string text)
        : bytes(std::move(text)),
          block(readHeaderBlock(bytes)),
          mail(block.fields, std::string_view(bytes).substr(block.bodyStart)) {}
    ViewedMail(const ViewedMail&) = delete;
    ViewedMail& operator=(const ViewedMail&) = delete;
};

// As a mail server adds them: on top, folds with CRLF.
inline std::string onTop(const std::vector<AddedField>& fields, const std::string& mail) {
    std::string text;
    for (const AddedField& field : fields) {
        text += field.name + ": ";
        for (const char c : field.value) text += c == '\n' ? "\r\n" : std::string(1, c);
        text += "\r\n";
    }
    return text + mail;
}

inline std::string signedMail(const std::string& mail, const std::vector<DkimSigner>& signers,
                              const DkimSignSettings& settings = usualDkimSettings()) {
    ViewedMail view(mail);
    return onTop(signDkim(view.mail, signers, settings, kSigned).value(), mail);
}

inline DkimSigner rsaSigner() {
    return {&rsaKey(), "example.org", "rsa", ""};
}
inline DkimSigner edSigner() {
    return {&edKey(), "example.org", "ed", ""};
}

inline DkimOutcome verifiedDkim(const std::string& bytes, Zone& zone, TimePoint now = kSigned,
                                const DkimLimits& limits = {}) {
    ViewedMail view(bytes);
    DkimKeys keys(zone);
    return verifyDkim(view.mail, keys, now, limits);
}

// Of a mail with one signature.
inline DkimSignatureResult verifiedOne(const std::string& bytes, Zone& zone, TimePoint now = kSigned) {
    return verifiedDkim(bytes, zone, now).signatures.at(0);
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("not in the mail: " + from);
    return text.replace(at, from.size(), to);
}

}  // namespace weir::test
