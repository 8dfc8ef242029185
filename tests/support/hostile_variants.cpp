#include "tests/support/hostile_variants.h"

#include "common/mail/transfer_encoding.h"

namespace weir::test {
namespace {

constexpr std::string_view kEnd = "\r\n";
using namespace std::string_literals;

std::string base64(std::string_view bytes) {
    std::string encoded, lines;
    appendBase64(encoded, bytes);
    for (std::size_t i = 0; i < encoded.size(); i += 76) (lines += encoded.substr(i, 76)) += kEnd;
    return lines;
}

std::string uuencoded(std::string_view bytes, const std::string& name, bool ended = true) {
    const auto digit = [](unsigned bits) {
        return static_cast<char>((bits & 0x3F) == 0 ? '`' : (bits & 0x3F) + ' ');
    };
    std::string text = "begin 644 " + name + "\r\n";
    for (std::size_t i = 0; i < bytes.size(); i += 45) {
        const std::string_view line = bytes.substr(i, 45);
        text += digit(static_cast<unsigned>(line.size()));
        for (std::size_t j = 0; j < line.size(); j += 3) {
            const auto at = [&](std::size_t k) {
                return k < line.size() ? static_cast<unsigned char>(line[k]) : 0u;
            };
            const unsigned bits = at(j) << 16 | at(j + 1) << 8 | at(j + 2);
            for (const int shift : {18, 12, 6, 0}) text += digit(bits >> shift);
        }
        text += kEnd;
    }
    return ended ? text + "`\r\nend\r\n" : text;
}

std::string yenc(std::string_view bytes, const std::string& name) {
    std::string text = "=ybegin line=128 size=" + std::to_string(bytes.size()) + " name=" + name + "\r\n";
    std::size_t column = 0;
    for (const char byte : bytes) {
        char c = static_cast<char>(byte + 42);
        if (c == '\0' || c == '\r' || c == '\n' || c == '=' || (c == '.' && column == 0)) {
            text += '=';
            c = static_cast<char>(c + 64);
        }
        text += c;
        if (++column % 128 == 0) text += kEnd;
    }
    return text + "\r\n=yend size=" + std::to_string(bytes.size()) + "\r\n";
}

std::string wide(std::string_view text, bool bigEndian) {
    std::string result;
    for (const char c : text) {
        if (bigEndian) result += '\0';
        result += c;
        if (!bigEndian) result += '\0';
    }
    return result;
}

const std::string kText(kHiddenText);
const std::string kProgram64 = base64(sampleProgram());
const std::string kFields =
    "Content-Type: application/octet-stream; name=\"evil.exe\"\r\n"
    "Content-Disposition: attachment; filename=\"evil.exe\"\r\nContent-Transfer-Encoding: base64\r\n\r\n";
const std::string kPart = kFields + kProgram64;
// A program without a name.
const std::string kNamelessPart =
    "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" + kProgram64;
const std::string kTextPart = "Content-Type: text/plain\r\n\r\nhello\r\n";

// A mail with these content fields and this body.
std::string mail(const std::string& fields, const std::string& body) {
    return "From: a@example.org\r\nTo: b@example.net\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + fields +
           "\r\n" + body;
}

// Multipart bodies with the boundary, each part with its header.
std::string parts(const std::string& boundary, const std::vector<std::string>& each) {
    std::string body;
    for (const std::string& part : each) body += "--" + boundary + "\r\n" + part;
    return body + "--" + boundary + "--\r\n";
}

const std::string kMixed = "Content-Type: multipart/mixed; boundary=b\r\n";

// A multipart of a text and this part.
std::string beside(const std::string& part) {
    return mail(kMixed, parts("b", {kTextPart, part}));
}

// A text of this charset.
std::string inCharset(const std::string& charset, const std::string& bytes) {
    return mail("Content-Type: text/plain; charset=" + charset + "\r\n", bytes + "\r\n");
}

using Variants = std::vector<HostileVariant>;

void addTypes(Variants& all) {
    const std::string plain = "Content-Type: text/plain\r\n";
    all.push_back({"text first, multipart second", mail(plain + kMixed, parts("b", {kPart})), Hides::kProgram,
                   "contradicting-type"});
    all.push_back({"multipart first, text second", mail(kMixed + plain, kText + "\r\n"), Hides::kText});
    all.push_back({"two multiparts, both boundaries in use",
                   mail(kMixed + "Content-Type: multipart/mixed; boundary=c\r\n",
                        parts("b", {kTextPart}) + parts("c", {kPart})),
                   Hides::kProgram, "duplicate-content-type"});
    all.push_back({"three types, the last a multipart",
                   mail(plain + "Content-Type: text/html\r\n" + kMixed, parts("b", {kPart})), Hides::kProgram,
                   "contradicting-type"});
    all.push_back(
        {"a part that is text first and a program second",
         beside("Content-Type: text/plain\r\nContent-Type: application/octet-stream; name=evil.exe\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\n" +
                kProgram64),
         Hides::kProgram, "contradicting-type"});
    all.push_back({"a comment within the type",
                   mail("Content-Type: multi(x)part/mixed; boundary=b\r\n", parts("b", {kPart})),
                   Hides::kProgram, "type-with-comment"});
    all.push_back({"a comment after the type",
                   mail("Content-Type: multipart/mixed (x); boundary=b\r\n", parts("b", {kPart})),
                   Hides::kProgram});
    all.push_back({"a comment before the type",
                   mail("Content-Type: (text/plain) multipart/mixed; boundary=b\r\n", parts("b", {kPart})),
                   Hides::kProgram});
    all.push_back({"a type in an encoded word",
                   mail("Content-Type: =?us-ascii?Q?multipart/mixed?=; boundary=b\r\n", parts("b", {kPart})),
                   Hides::kProgram, "encoded-word-in-parameter"});
    all.push_back(
        {"a type and its boundary in an encoded word",
         mail("Content-Type: =?us-ascii?Q?multipart/mixed;_boundary=3Db?=\r\n", parts("b", {kPart})),
         Hides::kProgram, "encoded-word-in-parameter"});
    all.push_back({"a type in quotes",
                   mail("Content-Type: \"multipart/mixed\"; boundary=b\r\n", parts("b", {kPart})),
                   Hides::kProgram, "type-without-subtype"});
    all.push_back({"a multipart without subtype",
                   mail("Content-Type: multipart; boundary=b\r\n", parts("b", {kPart})), Hides::kProgram,
                   "type-without-subtype"});
    all.push_back(
        {"an application without subtype",
         beside("Content-Type: application\r\nContent-Transfer-Encoding: base64\r\n\r\n" + kProgram64),
         Hides::kProgram, "type-without-subtype"});
    all.push_back({"no semicolon before the boundary",
                   mail("Content-Type: multipart/mixed boundary=b\r\n", parts("b", {kPart})),
                   Hides::kProgram});
    all.push_back({"two dispositions",
                   beside("Content-Type: text/plain\r\nContent-Disposition: inline\r\nContent-Disposition: "
                          "attachment; filename=evil.exe\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                          kProgram64),
                   Hides::kProgram, "duplicate-disposition"});
    all.push_back({"a piece of a message",
                   mail("Content-Type: message/partial; id=x; number=1; total=2\r\n",
                        "Subject: y\r\n" + kMixed + "\r\n" + parts("b", {kPart}).substr(0, 200)),
                   Hides::kProgram, "message-partial", true});
    all.push_back(
        {"a body elsewhere",
         beside("Content-Type: message/external-body; access-type=URL; "
                "URL=\"http://example.org/evil.exe\"\r\n\r\nContent-Type: application/octet-stream\r\n\r\n"),
         Hides::kProgram, "external-body", true});
}

void addBoundaries(Variants& all) {
    const auto with = [](const std::string& parameters) {
        return "Content-Type: multipart/mixed; " + parameters + "\r\n";
    };
    const std::string both = parts("a", {kTextPart}) + parts("b", {kPart});
    all.push_back({"a boundary given twice", mail(with("boundary=a; boundary=b"), both), Hides::kProgram,
                   "duplicate-boundary-parameter"});
    all.push_back({"a boundary in both forms", mail(with("boundary=b; boundary*=us-ascii''a"), both),
                   Hides::kProgram, "duplicate-boundary-parameter"});
    all.push_back({"a boundary in pieces", mail(with("boundary*0=b; boundary*1=c"), parts("bc", {kPart})),
                   Hides::kProgram});
    all.push_back(
        {"a boundary in a comment", mail(with("(boundary=a; x) boundary=b"), both), Hides::kProgram});
    all.push_back({"a boundary after a comment", mail(with("boundary=(x)b"), parts("b", {kPart})),
                   Hides::kProgram, "type-with-comment"});
    all.push_back({"a boundary in an encoded word",
                   mail(with("boundary=\"=?us-ascii?Q?b?=\""),
                        parts("=?us-ascii?Q?b?=", {kTextPart}) + parts("b", {kPart})),
                   Hides::kProgram, "encoded-word-in-parameter"});
    all.push_back({"a boundary of two words",
                   mail(with("boundary=a b"), parts("a b", {kTextPart}) + parts("a", {kPart})),
                   Hides::kProgram, "duplicate-boundary-parameter"});
    all.push_back({"a quoted boundary that goes on",
                   mail(with("boundary=\"a\"b"), parts("a", {kTextPart}) + parts("ab", {kPart})),
                   Hides::kProgram, "duplicate-boundary-parameter"});
    all.push_back({"a boundary with a backslash",
                   mail(with("boundary=\"a\\b\""), parts("ab", {kTextPart}) + parts("a\\b", {kPart})),
                   Hides::kProgram, "duplicate-boundary-parameter"});
    all.push_back({"a NUL in the boundary", mail(with("boundary=b\0c"s), parts("b", {kPart})),
                   Hides::kProgram, "nul-in-header"});
    all.push_back({"a NUL before the boundary",
                   mail("Content-Type: multipart/mixed\0; boundary=b\r\n"s, parts("b", {kPart})),
                   Hides::kProgram, "nul-in-header"});
    all.push_back({"an empty boundary", mail(with("boundary=\"\""), parts("", {kPart})), Hides::kProgram,
                   "empty-boundary"});
    all.push_back({"no boundary", mail("Content-Type: multipart/mixed\r\n", parts("b", {kPart})),
                   Hides::kProgram, "missing-boundary"});
    all.push_back({"a boundary that is not in use", mail(with("boundary=zzz"), parts("b", {kPart})),
                   Hides::kProgram, "missing-boundary"});
    all.push_back(
        {"spaces after the boundary", mail(kMixed, "--b \t\r\n" + kPart + "--b--  \r\n"), Hides::kProgram});
    all.push_back({"no last boundary", mail(kMixed, "--b\r\n" + kPart), Hides::kProgram});
    all.push_back({"lines that begin with the boundary",
                   mail(kMixed, "--b\r\n" + kTextPart + "--bc\r\n" + kPart + "--b--\r\n"), Hides::kProgram,
                   "boundary-prefix-of-another"});
    all.push_back({"a word after the boundary",
                   mail(kMixed, "--b\r\n" + kTextPart + "--b x\r\n" + kPart + "--b--\r\n"), Hides::kProgram,
                   "boundary-prefix-of-another"});
    all.push_back({"a part after the last boundary",
                   mail(kMixed, parts("b", {kTextPart}) + parts("b", {kPart})), Hides::kProgram,
                   "text-after-last-boundary"});
    all.push_back({"another multipart after the last boundary",
                   mail(kMixed, parts("b", {kTextPart}) + parts("c", {kPart})), Hides::kProgram,
                   "text-after-last-boundary", true});
    all.push_back({"text after the last boundary", mail(kMixed, parts("b", {kTextPart}) + kText + "\r\n"),
                   Hides::kText});
    all.push_back({"a part before the first boundary",
                   mail(kMixed, parts("c", {kPart}) + parts("b", {kTextPart})), Hides::kProgram,
                   "preamble-with-content", true});
    all.push_back({"text before the first boundary", mail(kMixed, kText + "\r\n" + parts("b", {kTextPart})),
                   Hides::kText});
    std::string longest(6000, 'b');
    all.push_back({"a boundary of six thousand bytes",
                   mail(with("boundary=" + longest), parts(longest, {kPart})), Hides::kProgram,
                   "boundary-over-limit"});
    all.push_back({"an inner boundary that begins with the outer one",
                   mail(kMixed, parts("b", {"Content-Type: multipart/mixed; boundary=bb\r\n\r\n" +
                                            parts("bb", {kPart})})),
                   Hides::kProgram});
}

void addHeaders(Variants& all) {
    const std::string body = parts("b", {kPart});
    all.push_back({"a line without colon before the type", mail("garbage\r\n" + kMixed, body),
                   Hides::kProgram, "header-line-without-colon"});
    all.push_back(
        {"the same in a part", beside("garbage\r\n" + kPart), Hides::kProgram, "header-line-without-colon"});
    all.push_back({"a parameter on a line that is not indented",
                   mail("Content-Type: multipart/mixed;\r\nboundary=b\r\n", body), Hides::kProgram,
                   "missing-boundary"});
    all.push_back({"a control character in the name of a field", beside("Content-Ty\x01pe: x/y\r\n" + kPart),
                   Hides::kProgram, "odd-header-name"});
    all.push_back({"a control character in the name of the type",
                   mail("Content-\x02Type: multipart/mixed; boundary=b\r\n", body), Hides::kProgram,
                   "odd-header-name"});
    all.push_back({"an 8-bit character in the name of the type",
                   mail("Content-Type\xA0: multipart/mixed; boundary=b\r\n", body), Hides::kProgram,
                   "odd-header-name"});
    all.push_back({"a NUL in the name of the type",
                   mail("Content-\0Type: multipart/mixed; boundary=b\r\n"s, body), Hides::kProgram,
                   "odd-header-name"});
    all.push_back({"an encoding with a space before the colon",
                   mail("Content-Type: text/plain\r\nContent-Transfer-Encoding : base64\r\n", kText + "\r\n"),
                   Hides::kText});
    all.push_back({"a type with a space before the colon",
                   mail("Content-Type : text/plain\r\n" + kMixed, body), Hides::kProgram,
                   "contradicting-type"});
    all.push_back(
        {"an indented first field of a part",
         beside(" Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                kProgram64),
         Hides::kProgram, "odd-folding"});
    all.push_back({"a line of spaces that ends the header",
                   beside("Content-Type: text/plain\r\n \r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                          kText + "\r\n"),
                   Hides::kText});
    all.push_back({"a line of spaces that does not end the header", beside("X: y\r\n \t\r\n" + kNamelessPart),
                   Hides::kProgram});
    all.push_back({"fields divided by CR alone",
                   beside("X: y\rContent-Type: application/octet-stream; name=evil.exe\r"
                          "Content-Transfer-Encoding: base64\r\n\r\n" +
                          kProgram64),
                   Hides::kProgram, "bare-cr"});
    all.push_back({"a boundary after CR alone",
                   mail(kMixed, "--b\r\n\r\nhello\r--b\r\n" + kPart + "--b--\r\n"), Hides::kProgram,
                   "bare-cr"});
    all.push_back({"a boundary before CR alone",
                   mail(kMixed,
                        "--b\r\n\r\nhello\r\n--b\rContent-Type: application/octet-stream; name=evil.exe\r"
                        "Content-Transfer-Encoding: base64\r\r" +
                            kProgram64 + "--b--\r\n"),
                   Hides::kProgram, "bare-cr"});
    all.push_back({"a boundary after LF alone that cuts a program in two",
                   mail("Content-Type: multipart/mixed; boundary=\"!!\"\r\n",
                        "--!!\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: "
                        "base64\r\n\r\nTV\n--!!\n" +
                            kProgram64.substr(2) + "--!!--\r\n"),
                   Hides::kProgram, "mixed-line-ends"});
    all.push_back({"a field after LF alone",
                   beside("X: y\nContent-Type: application/octet-stream; name=evil.exe\r\n"
                          "Content-Transfer-Encoding: base64\r\n\r\n" +
                          kProgram64),
                   Hides::kProgram});
    all.push_back({"a NUL in the type",
                   beside("Content-Type: appli\0cation/octet-stream\r\n"s
                          "Content-Transfer-Encoding: base64\r\n\r\n" +
                          kProgram64),
                   Hides::kProgram, "nul-in-header"});
    std::string many;
    for (int i = 0; i < 3000; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
    all.push_back({"three thousand fields before the type", mail(many + kMixed, body), Hides::kProgram});
    all.push_back({"three thousand fields before the type of a part", beside(many + kPart), Hides::kProgram});
    const std::string large = "X: " + std::string(2u << 20, 'y') + "\r\n";
    all.push_back({"two megabytes of header before the type", mail(large + kMixed, body), Hides::kProgram});
    all.push_back(
        {"two megabytes of header before the type of a part", beside(large + kPart), Hides::kProgram});
    all.push_back({"two subjects", "From: a@example.org\r\nSubject: x\r\nSubject: " + kText + "\r\n\r\nx\r\n",
                   Hides::kText, "duplicate-subject", true});
    all.push_back({"two senders", "From: a@example.org\r\nFrom: " + kText + "@example.net\r\n\r\nx\r\n",
                   Hides::kText, "duplicate-from", true});
}

void addEncodings(Variants& all) {
    const auto part = [](const std::string& encoding) {
        return beside("Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: " + encoding +
                      "\r\n\r\n" + kProgram64);
    };
    const auto text = [](const std::string& fields, const std::string& body) {
        return mail("Content-Type: text/plain\r\n" + fields, body + "\r\n");
    };
    const std::string field = "Content-Transfer-Encoding: ";
    all.push_back({"no encoding first, base64 second", part("7bit\r\n" + field + "base64"), Hides::kProgram,
                   "duplicate-transfer-encoding"});
    all.push_back({"base64 first, no encoding second", text(field + "base64\r\n" + field + "7bit\r\n", kText),
                   Hides::kText, "duplicate-transfer-encoding"});
    all.push_back({"a comment after the encoding", part("base64 (x)"), Hides::kProgram});
    all.push_back(
        {"a comment before the encoding", part("(7bit) base64"), Hides::kProgram, "encoding-with-comment"});
    all.push_back({"an encoding with a comment that is not encoded", text(field + "base64 (no)\r\n", kText),
                   Hides::kText, "encoding-with-comment"});
    all.push_back(
        {"an encoding in quotes", part("\"base64\""), Hides::kProgram, "unknown-transfer-encoding"});
    all.push_back({"an encoding in an encoded word", part("=?us-ascii?Q?base64?="), Hides::kProgram,
                   "encoded-word-in-parameter"});
    all.push_back({"x-base64", part("x-base64"), Hides::kProgram, "unknown-transfer-encoding"});
    all.push_back({"base 64", part("base 64"), Hides::kProgram, "unknown-transfer-encoding"});
    all.push_back({"base64 with a NUL", part("base64\0x"s), Hides::kProgram, "nul-in-header"});
    all.push_back(
        {"an encoding that nobody knows", part("foo"), Hides::kProgram, "unknown-transfer-encoding"});
    all.push_back({"base64 and a parameter", part("base64; x=y"), Hides::kProgram});
    all.push_back({"a folded encoding", part("\r\n  BASE64"), Hides::kProgram});
    all.push_back({"quoted printable, almost", text(field + "quoted printable\r\n", "phar=6Dacy4711"),
                   Hides::kText, "unknown-transfer-encoding"});
    all.push_back({"quoted-printable with soft line ends",
                   text(field + "quoted-printable\r\n", "phar=  \r\nm=61cy=\r\n4711"), Hides::kText});
    all.push_back({"quoted-printable with damage",
                   text(field + "quoted-printable\r\n", "=ZZ =5 pharm=61cy4711 ="), Hides::kText});
    all.push_back({"a multipart in base64", mail(kMixed + field + "base64\r\n", base64(parts("b", {kPart}))),
                   Hides::kProgram, "encoding-on-multipart"});
    all.push_back({"a multipart in quoted-printable",
                   mail(kMixed + field + "quoted-printable\r\n",
                        "--b\r\n" + kTextPart + "=2D-b\r\n" + kPart + "--b--\r\n"),
                   Hides::kProgram, "encoding-on-multipart"});
    const std::string inner = kMixed + "\r\n" + parts("b", {kPart});
    all.push_back({"a forwarded message", mail("Content-Type: message/rfc822\r\n", inner), Hides::kProgram});
    all.push_back({"a forwarded message in base64",
                   mail("Content-Type: message/rfc822\r\n" + field + "base64\r\n", base64(inner)),
                   Hides::kProgram});
    // Its boundary is "b=", which in quoted-printable goes on in the next line.
    all.push_back({"a forwarded message that is not in quoted-printable, though it says so",
                   mail("Content-Type: message/rfc822\r\n" + field + "quoted-printable\r\n",
                        "Content-Type: multipart/mixed; boundary=b=\r\n\r\n" + parts("b=", {kNamelessPart})),
                   Hides::kProgram, "encoding-on-message"});
    const auto damaged = [](const std::string& encoded) {
        return beside("Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                      encoded);
    };
    const std::string one = kProgram64;
    all.push_back({"padding in the middle of a group", damaged("TV=" + one.substr(2)), Hides::kProgram,
                   "damaged-base64"});
    all.push_back(
        {"padding in the first digit", damaged("T=" + one.substr(1)), Hides::kProgram, "damaged-base64"});
    all.push_back({"foreign characters", damaged("T!V*" + one.substr(2)), Hides::kProgram, "damaged-base64"});
    all.push_back(
        {"a program after padding", damaged("AAA=\r\n" + one), Hides::kProgram, "damaged-base64", true});
    all.push_back({"a program before padding and more", damaged(one + "====\r\nAAAA\r\n"), Hides::kProgram,
                   "damaged-base64"});
    all.push_back({"base64 of a wrong length", damaged(one + "A"), Hides::kProgram});
    all.push_back(
        {"base64 of one digit a line", damaged("T\r\nV\r\nq\r\nQ\r\n" + one.substr(4)), Hides::kProgram});
    // Of "~~>" and the text a digit is "+", which stands as "-" in the other alphabet.
    std::string url = base64("~~>" + kText);
    url[url.find('+')] = '-';
    all.push_back(
        {"base64 in the alphabet of URLs", text(field + "base64\r\n", url), Hides::kText, "damaged-base64"});
    all.push_back({"a text in base64 with padding in the middle",
                   text(field + "base64\r\n", base64(kText).insert(1, "=")), Hides::kText, "damaged-base64"});
}

void addFiles(Variants& all) {
    const std::string program = sampleProgram();
    const std::string plain = "Content-Type: text/plain\r\n";
    all.push_back({"a uuencoded file", mail(plain, "hello\r\n" + uuencoded(program, "evil.exe")),
                   Hides::kProgram, "uuencode-in-text"});
    all.push_back({"a uuencoded file in a mail without a type",
                   "Subject: x\r\n\r\n" + uuencoded(program, "evil.exe"), Hides::kProgram,
                   "uuencode-in-text"});
    all.push_back({"a uuencoded file without end", mail(plain, uuencoded(program, "evil.exe", false)),
                   Hides::kProgram, "uuencode-in-text"});
    all.push_back({"the second of two uuencoded files",
                   mail(plain, uuencoded("hello", "a.txt", false) + uuencoded(program, "evil.exe")),
                   Hides::kProgram, "uuencode-in-text"});
    all.push_back(
        {"a uuencoded file in a text in base64",
         mail(plain + "Content-Transfer-Encoding: base64\r\n", base64(uuencoded(program, "evil.exe"))),
         Hides::kProgram, "uuencode-in-text"});
    all.push_back({"a uuencoded file in a text in quoted-printable",
                   mail(plain + "Content-Transfer-Encoding: quoted-printable\r\n",
                        "=62egin 644 evil.exe\r\n" + uuencoded(program, "evil.exe").substr(20)),
                   Hides::kProgram, "uuencode-in-text"});
    all.push_back({"a uuencoded file in base64",
                   mail(plain, "begin-base64 644 evil.exe\r\n" + kProgram64 + "====\r\n"), Hides::kProgram,
                   "uuencode-in-text"});
    all.push_back({"a uuencoded file before the first part",
                   mail(kMixed, uuencoded(program, "evil.exe") + parts("b", {kTextPart})), Hides::kProgram,
                   "uuencode-in-text"});
    all.push_back({"a uuencoded file after the last part",
                   mail(kMixed, parts("b", {kTextPart}) + uuencoded(program, "evil.exe")), Hides::kProgram,
                   "uuencode-in-text"});
    all.push_back({"uuencode as an encoding",
                   beside("Content-Type: application/octet-stream; name=evil.exe\r\n"
                          "Content-Transfer-Encoding: x-uuencode\r\n\r\n" +
                          uuencoded(program, "x")),
                   Hides::kProgram});
    all.push_back({"a yEnc file", mail(plain, "hello\r\n" + yenc(program, "evil.exe")), Hides::kProgram,
                   "yenc-in-text"});
    all.push_back({"a BinHex file",
                   mail(plain, "(This file must be converted with BinHex 4.0)\r\n\r\n:#abc:\r\n"),
                   Hides::kProgram, "binhex-in-text", true});
}

void addCharsets(Variants& all) {
    all.push_back({"UTF-7", inCharset("utf-7", "+AHA-har+AG0-acy4711"), Hides::kText, "utf-7-charset"});
    all.push_back({"what is not UTF-7, though it says so", inCharset("utf-7", "a+" + kText), Hides::kText,
                   "utf-7-charset"});
    for (const bool big : {false, true}) {
        for (const char* charset : {"utf-16", "utf-16le", "utf-16be"}) {
            all.push_back({"UTF-16 as "s + charset + (big ? ", big" : ", little"),
                           inCharset(charset, wide(kText, big)), Hides::kText, "utf-16-charset"});
        }
    }
    all.push_back({"what is not UTF-16, though it says so", inCharset("utf-16", kText), Hides::kText,
                   "utf-16-charset"});
    all.push_back({"UTF-16 with a mark, called UTF-8", inCharset("utf-8", "\xFF\xFE" + wide(kText, false)),
                   Hides::kText});
    all.push_back({"UTF-16 with a mark, called nothing",
                   inCharset("us-ascii", "\xFE\xFF" + wide(kText, true)), Hides::kText});
    all.push_back({"EBCDIC", inCharset("ibm037", "\x97\x88\x81\x99\x94\x81\x83\xA8\xF4\xF7\xF1\xF1"),
                   Hides::kText, "odd-charset"});
    all.push_back(
        {"what is not EBCDIC, though it says so", inCharset("ibm037", kText), Hides::kText, "odd-charset"});
    all.push_back({"a charset given twice",
                   inCharset("utf-8; charset=ibm037", "\x97\x88\x81\x99\x94\x81\x83\xA8\xF4\xF7\xF1\xF1"),
                   Hides::kText, "odd-charset"});
    all.push_back(
        {"UTF-7 in HTML",
         mail("Content-Type: text/html; charset=utf-7\r\n", "+ADw-p+AD4-pharma+AGM-y4711+ADw-/p+AD4-\r\n"),
         Hides::kText, "utf-7-charset"});
    all.push_back({"a charset that nobody knows", inCharset("x-nobody", kText), Hides::kText});
}

void addNames(Variants& all) {
    const std::string body = "\r\n\r\n" + std::string("hello\r\n");
    const auto disposition = [&](const std::string& parameters) {
        return beside("Content-Type: application/pdf\r\nContent-Disposition: attachment; " + parameters +
                      body);
    };
    all.push_back({"a name in pieces that are not in order",
                   disposition("filename*2=.exe; filename*0=ev; filename*1=il"), Hides::kProgram});
    all.push_back({"a piece of a name given twice",
                   disposition("filename*0=evil; filename*1=.txt; filename*1=.exe"), Hides::kProgram,
                   "rfc2231-contradiction"});
    all.push_back({"pieces of a name with a gap", disposition("filename*0=evil.exe; filename*2=.txt"),
                   Hides::kProgram, "rfc2231-contradiction"});
    all.push_back(
        {"a name in pieces from one", disposition("filename*1=evil; filename*2=.exe"), Hides::kProgram});
    all.push_back({"an extended name after a plain one",
                   disposition("filename=a.pdf; filename*=utf-8''evil%2Eexe"), Hides::kProgram,
                   "several-names"});
    all.push_back({"a plain name after an extended one",
                   disposition("filename*=utf-8''a.pdf; filename=evil.exe"), Hides::kProgram,
                   "several-names"});
    all.push_back(
        {"two names", disposition("filename=a.pdf; filename=evil.exe"), Hides::kProgram, "several-names"});
    all.push_back({"another name in the type",
                   beside("Content-Type: application/pdf; name=evil.exe\r\nContent-Disposition: attachment; "
                          "filename=a.pdf" +
                          body),
                   Hides::kProgram, "several-names"});
    all.push_back({"a name with percents", disposition("filename=\"evil%2Eexe\""), Hides::kProgram});
    all.push_back({"a quoted name that goes on", disposition("filename=\"evil\".exe"), Hides::kProgram});
    all.push_back(
        {"a name and a word", disposition("filename=evil.exe a.pdf"), Hides::kProgram, "several-names"});
    all.push_back({"a name with a semicolon", disposition("filename=evil.exe;.pdf"), Hides::kProgram});
    all.push_back({"a quote that is not closed", disposition("filename=\"evil.exe"), Hides::kProgram});
    all.push_back({"a name without semicolon",
                   beside("Content-Type: application/pdf\r\nContent-Disposition: attachment "
                          "filename=evil.exe" +
                          body),
                   Hides::kProgram});
    all.push_back({"a name in two encoded words",
                   disposition("filename=\"=?utf-8?Q?evil?= =?utf-8?B?LmV4ZQ==?=\""), Hides::kProgram});
    all.push_back({"an encoded word in pieces",
                   disposition("filename*0=\"=?utf-8?Q?evil\"; filename*1=\"=2Eexe?=\""), Hides::kProgram});
    all.push_back({"a name in single quotes", disposition("filename='evil.exe'"), Hides::kProgram});
    all.push_back({"a name with dots and spaces at its end", disposition("filename=\"evil.exe . .\""),
                   Hides::kProgram});
    all.push_back(
        {"a control character in a name", disposition("filename=\"evil.e\x01xe\""), Hides::kProgram});
    all.push_back({"a control character in an encoded word",
                   disposition("filename=\"=?utf-8?Q?evil.e=01xe?=\""), Hides::kProgram});
    all.push_back({"a name in UTF-16", disposition("filename*=utf-16be''%00e%00v%00i%00l%00.%00e%00x%00e"),
                   Hides::kProgram});
    all.push_back(
        {"a NUL in a name", disposition("filename=\"evil.exe\0.pdf\""s), Hides::kProgram, "nul-in-header"});
    all.push_back({"a folded name", disposition("\r\n\tfilename=\"evil\r\n .exe\""), Hides::kProgram});
    all.push_back({"a name with a comment", disposition("filename=(a.pdf)evil.exe"), Hides::kProgram});
    all.push_back({"a parameter in capitals", disposition("FILENAME = evil.exe"), Hides::kProgram});
    std::string many;
    for (int i = 0; i < 5000; ++i) many += "x" + std::to_string(i) + "=y; ";
    all.push_back(
        {"a name after five thousand parameters", disposition(many + "filename=evil.exe"), Hides::kProgram});
    all.push_back({"a name of ten thousand bytes",
                   disposition("filename=\"" + std::string(10000, 'a') + ".evil.exe\""), Hides::kProgram});
}

}  // namespace

std::string sampleProgram() {
    return "MZ" + std::string(0x3A, '\0') + std::string("\x40\0\0\0PE\0\0\x4C\x01", 10) +
           std::string(401, '\0');
}

std::vector<HostileVariant> hostileVariants() {
    Variants all;
    addTypes(all);
    addBoundaries(all);
    addHeaders(all);
    addEncodings(all);
    addFiles(all);
    addCharsets(all);
    addNames(all);
    return all;
}

}  // namespace weir::test
