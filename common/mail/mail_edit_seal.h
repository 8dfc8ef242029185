// What a signature or an encryption covers, so that no change breaks it unawares. Pure, linear.
#pragma once

#include <string>
#include <vector>

#include "common/mail/message.h"

namespace weir {

// The index of the sealed part that part `index` is, or lies in; kNoPart when none. Sealed are
// multipart/signed, multipart/encrypted, application/pkcs7-mime (S/MIME) and application/pgp-encrypted, those
// of attached messages too.
std::uint32_t sealAround(const Message& message, std::size_t index);

// Why the mail as a whole is left alone: a sealed part outside attached messages, or inline PGP in a text
// that is shown. "" when there is nothing of it; else for people: "it is signed (multipart/signed)".
std::string mailSeal(const Message& message);

// "-----BEGIN PGP MESSAGE-----" or "-----BEGIN PGP SIGNED MESSAGE-----" begins a line.
bool holdsInlinePgp(std::string_view text);

}  // namespace weir
