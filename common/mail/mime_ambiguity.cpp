#include "common/mail/mime_ambiguity.h"

namespace weir {
namespace {

constexpr MailWord kAmbiguityWords[] = {
    {"duplicate-content-type", "an entity has two Content-Type fields that differ in a parameter"},
    {"contradicting-type", "an entity has two Content-Type fields with different media types"},
    {"duplicate-disposition", "an entity has two Content-Disposition fields that differ"},
    {"duplicate-transfer-encoding", "an entity has two Content-Transfer-Encoding fields that differ"},
    {"unknown-transfer-encoding", "an encoding no standard knows, of content that looks encoded"},
    {"encoding-with-comment", "a Content-Transfer-Encoding with a comment, which some clients do not take"},
    {"encoding-on-multipart", "a multipart that has other parts when it is decoded as a whole"},
    {"encoding-on-message", "an encoded forwarded message that can be read without decoding, too"},
    {"duplicate-boundary-parameter", "a multipart with two boundaries that are both in use"},
    {"boundary-prefix-of-another", "lines that begin with a boundary and go on; some clients divide there"},
    {"boundary-over-limit", "a boundary of more bytes than any mail system makes"},
    {"empty-boundary", "a multipart with an empty boundary, divided by lines of two dashes"},
    {"missing-boundary", "a multipart whose boundary has to be guessed, and can be"},
    {"text-after-last-boundary", "parts, or what looks like parts, after the end of a multipart"},
    {"preamble-with-content", "what looks like a part before the first part of a multipart"},
    {"type-with-comment", "a media type that is another one to clients which do not take comments"},
    {"type-without-subtype", "a malformed media type of what is not text"},
    {"encoded-word-in-parameter", "encoded words in a media type, an encoding or a boundary"},
    {"rfc2231-contradiction", "pieces of a parameter (RFC 2231) that are missing or there twice"},
    {"several-names", "one attachment with names of different extensions"},
    {"nul-in-header", "a NUL in a header, where some clients stop reading"},
    {"bare-cr", "lines ended by CR alone that change the structure"},
    {"mixed-line-ends", "lines ended by LF alone among those ended by CRLF that change the structure"},
    {"odd-folding", "a header line of only white space, or a header that begins with a continuation"},
    {"space-before-colon", "white space between the name of a field that matters and its colon"},
    {"odd-header-name", "control or 8-bit characters in the name of a field that matters"},
    {"header-line-without-colon", "a line in a header that is no field and changes where the header ends"},
    {"damaged-base64", "base64 that decoders read differently: padding in the middle, foreign characters"},
    {"damaged-quoted-printable", "an attachment in quoted-printable that decoders read differently"},
    {"uuencode-in-text", "a uuencoded file in a text"},
    {"yenc-in-text", "a yEnc file in a text"},
    {"binhex-in-text", "a BinHex file in a text"},
    {"message-partial", "a piece of a message that only the mail client puts together"},
    {"external-body", "an attachment that the mail client fetches from elsewhere"},
    {"duplicate-from", "more than one From field"},
    {"duplicate-subject", "Subject fields that differ"},
    {"utf-7-charset", "text in UTF-7, which clients decode or show as it is"},
    {"utf-16-charset", "text in UTF-16 or UTF-32, which clients decode in either byte order or not at all"},
    {"odd-charset", "text in a charset without ASCII that few clients know"},
};
static_assert(std::size(kAmbiguityWords) == static_cast<std::size_t>(Ambiguity::kOddCharset));

constexpr MailWord kCutWords[] = {
    {"headers-over-limit", "header fields were left out: more than the limit"},
    {"header-bytes-over-limit", "header fields were cut or left out: more bytes than the limit"},
    {"parts-over-limit", "parts were left out: more than the limit"},
    {"depth-over-limit", "parts were not taken apart: nested deeper than the limit"},
    {"views-over-limit", "not every reading was looked at: more than the limit"},
    {"text-over-limit", "text was cut: more than the limit"},
    {"attachments-over-limit", "attachments were left out: more than the limit"},
    {"names-over-limit", "a name was shortened, or has more readings than the limit"},
    {"encoded-messages-over-limit", "encoded messages were not opened: more bytes than the mail itself"},
};
static_assert(std::size(kCutWords) == static_cast<std::size_t>(Cut::kEncodedMessages) + 1);

}  // namespace

std::span<const MailWord> ambiguityWords() {
    return kAmbiguityWords;
}
std::span<const MailWord> cutWords() {
    return kCutWords;
}

std::string_view wordOf(Ambiguity ambiguity) {
    if (ambiguity == Ambiguity::kNone) return {};
    return kAmbiguityWords[static_cast<std::size_t>(ambiguity) - 1].word;
}
std::string_view wordOf(Cut cut) {
    return kCutWords[static_cast<std::size_t>(cut)].word;
}

}  // namespace weir
