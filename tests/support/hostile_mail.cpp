#include "tests/support/hostile_mail.h"

#include <string_view>

namespace weir::test {
namespace {

using Bombs = std::vector<MailBomb>;

std::string repeated(std::string_view text, std::size_t n) {
    std::string all;
    all.reserve(text.size() * n);
    for (std::size_t i = 0; i < n; ++i) all += text;
    return all;
}

// "front", then the text with each "#" as the number 0, 1, …
std::string counted(std::string front, std::string_view text, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        for (const char c : text) {
            if (c == '#') {
                front += std::to_string(i);
            } else {
                front += c;
            }
        }
    }
    return front;
}

std::string html(const std::string& body) {
    return "Content-Type: text/html; charset=utf-8\r\n\r\n" + body;
}

const std::string kMixed = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";

std::string nestedMultiparts(std::size_t n) {
    std::string mail = "Content-Type: multipart/mixed; boundary=b0\r\n\r\n";
    for (std::size_t i = 1; i <= n; ++i) {
        mail += "--b" + std::to_string(i - 1) + "\r\nContent-Type: multipart/mixed; boundary=b" +
                std::to_string(i) + "\r\n\r\n";
    }
    return mail;
}

// Each level in base64 would grow by a third; in quoted-printable without anything to quote it does not.
std::string nestedEncodedMessages(std::size_t n) {
    return repeated("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
                    n) +
           "Subject: x\r\n\r\nx\r\n";
}

// Containers that each have to be read again, for one reason inside the other.
std::string nestedDoubts(std::size_t n) {
    std::string mail;
    for (std::size_t i = 0; i < n; ++i) {
        const std::string a = "a" + std::to_string(i), b = "c" + std::to_string(i);
        mail += "Content-Type: multipart/mixed; boundary=" + a + "; boundary=" + b + "\r\n\r\n--" + a +
                "\r\n\r\nx\r\n--" + b + "\r\n";
    }
    return mail + "Content-Type: text/plain\r\n\r\nx\r\n";
}

void addStructure(Bombs& all) {
    all.push_back({"nested multiparts", 25000, nestedMultiparts, {"depth-over-limit"}});
    all.push_back(
        {"nested messages",
         25000,
         [](std::size_t n) { return repeated("Content-Type: message/rfc822\r\n\r\n", n) + "x\r\n"; },
         {"depth-over-limit"}});
    all.push_back({"nested encoded messages", 10000, nestedEncodedMessages, {"encoded-messages-over-limit"}});
    all.push_back({"parts",
                   25000,
                   [](std::size_t n) { return kMixed + repeated("--b\r\n\r\nx\r\n", n); },
                   {"parts-over-limit"}});
    all.push_back({"parts of nothing",
                   50000,
                   [](std::size_t n) { return kMixed + repeated("--b\r\n", n); },
                   {"parts-over-limit"}});
    all.push_back({"attached files",
                   20000,
                   [](std::size_t n) {
                       return kMixed + repeated("--b\r\nContent-Type: x/y; name=a.exe\r\n\r\nx\r\n", n);
                   },
                   {"parts-over-limit", "attachments-over-limit"}});
    all.push_back({"lines that are almost a boundary", 50000,
                   [](std::size_t n) { return kMixed + "--b\r\n\r\n" + repeated("--bb\r\n", n); }});
    all.push_back(
        {"boundary lines after the last one",
         50000,
         [](std::size_t n) { return kMixed + "--b\r\n\r\nx\r\n--b--\r\n" + repeated("--b\r\n\r\n", n); },
         {"parts-over-limit"}});
    all.push_back({"dashes", 100000, [](std::size_t n) {
                       return "Content-Type: multipart/mixed; boundary=\"" + std::string(900, '-') +
                              "\"\r\n\r\n" + repeated("-------------\r\n", n);
                   }});
    all.push_back({"containers to be read again in containers to be read again",
                   500,
                   nestedDoubts,
                   {"views-over-limit"}});
    all.push_back(
        {"parts with two types",
         20000,
         [](std::size_t n) {
             return kMixed + repeated("--b\r\nContent-Type: text/plain\r\nContent-Type: a/b\r\n\r\nx\r\n", n);
         },
         {"parts-over-limit", "views-over-limit"}});
    all.push_back(
        {"multiparts without boundary",
         20000,
         [](std::size_t n) { return kMixed + repeated("--b\r\nContent-Type: multipart/x\r\n\r\nx\r\n", n); },
         {"parts-over-limit"}});
    all.push_back({"multiparts decoded as a whole",
                   5000,
                   [](std::size_t n) {
                       return kMixed +
                              repeated(
                                  "--b\r\nContent-Type: multipart/x; boundary=c\r\n"
                                  "Content-Transfer-Encoding: quoted-printable\r\n\r\n--c=\r\n--c\r\n",
                                  n);
                   },
                   {"parts-over-limit"}});
}

void addHeaders(Bombs& all) {
    all.push_back({"header fields",
                   50000,
                   [](std::size_t n) { return counted("", "X-#: y\r\n", n) + "\r\nx\r\n"; },
                   {"headers-over-limit"}});
    all.push_back({"content fields",
                   25000,
                   [](std::size_t n) { return repeated("Content-Type: text/plain\r\n", n) + "\r\nx\r\n"; },
                   {"headers-over-limit"}});
    all.push_back(
        {"content fields that differ",
         25000,
         [](std::size_t n) { return counted("", "Content-Type: a/b; name=x#.exe\r\n", n) + "\r\nx\r\n"; },
         {"headers-over-limit"}});
    all.push_back({"a field of one line",
                   1u << 20,
                   [](std::size_t n) { return "Subject: " + std::string(n, 'x') + "\r\n\r\nx\r\n"; },
                   {"header-bytes-over-limit"}});
    all.push_back({"folding",
                   250000,
                   [](std::size_t n) { return "Subject: x" + repeated("\r\n y", n) + "\r\n\r\nx\r\n"; },
                   {"header-bytes-over-limit"}});
    all.push_back({"lines of white space",
                   250000,
                   [](std::size_t n) { return "Subject: x" + repeated("\r\n  ", n) + "\r\n\r\nx\r\n"; },
                   {"header-bytes-over-limit"}});
    all.push_back({"a header without end",
                   250000,
                   [](std::size_t n) { return repeated("X: y\r\n", n); },
                   {"headers-over-limit"}});
    all.push_back({"addresses", 25000, [](std::size_t n) {
                       return counted("To: ", "user#@example.org,\r\n ", n) + "x@example.org\r\n\r\nx\r\n";
                   }});
    all.push_back({"encoded words", 15000, [](std::size_t n) {
                       return "Subject:" + repeated(" =?utf-8?B?w7zDnw==?=", n) + "\r\n\r\nx\r\n";
                   }});
    all.push_back({"encoded words that never end", 100000,
                   [](std::size_t n) { return "Subject: " + repeated("=?utf-8?B?", n) + "\r\n\r\nx\r\n"; }});
    all.push_back({"encoded words of other charsets", 10000, [](std::size_t n) {
                       return "Subject:" + repeated(" =?koi8-r?B?0NI=?= =?big5?B?pKQ=?=", n) +
                              "\r\n\r\nx\r\n";
                   }});
    all.push_back({"bare CR", 250000, [](std::size_t n) { return repeated("X: y\r", n) + "\r\n\r\nx\r\n"; }});
    all.push_back({"NUL", 1u << 20, [](std::size_t n) {
                       return "Content-Type: text/plain" + std::string(n, '\0') + "\r\n\r\nx\r\n";
                   }});
}

void addParameters(Bombs& all) {
    const auto typed = [](const std::string& parameters) {
        return "Content-Type: application/octet-stream" + parameters + "\r\n\r\nx\r\n";
    };
    all.push_back({"parameters", 20000, [=](std::size_t n) { return typed(counted("", "; x#=y", n)); }});
    all.push_back({"names",
                   20000,
                   [=](std::size_t n) { return typed(counted("", "; name=x.#", n)); },
                   {"names-over-limit"}});
    all.push_back({"pieces of a name",
                   15000,
                   [=](std::size_t n) { return typed(counted("", "; name*#=x", n)); },
                   {"names-over-limit"}});
    all.push_back({"pieces of a name, encoded",
                   15000,
                   [=](std::size_t n) { return typed(counted("; name*0*=utf-8''x", "; name*#*=%41", n)); },
                   {"names-over-limit"}});
    all.push_back(
        {"the same piece of a name", 15000, [=](std::size_t n) { return typed(repeated("; name*0=x", n)); }});
    all.push_back(
        {"names in one form", 15000, [=](std::size_t n) { return typed(repeated("; name*=x", n)); }});
    all.push_back(
        {"quotes", 250000, [=](std::size_t n) { return typed("; name=\"" + repeated("\\\"", n)); }});
    all.push_back(
        {"semicolons", 250000, [=](std::size_t n) { return typed(std::string(n, ';') + "name=x.exe"); }});
    all.push_back(
        {"comments", 100000, [=](std::size_t n) { return typed(";" + repeated("(x)", n) + "name=x.exe"); }});
    all.push_back(
        {"comments in comments", 250000, [=](std::size_t n) { return typed(";" + std::string(n, '(')); }});
    all.push_back(
        {"a name of encoded words",
         10000,
         [=](std::size_t n) { return typed("; name=\"" + repeated("=?utf-8?Q?x?= ", n) + ".exe\""); },
         {"names-over-limit"}});
    all.push_back({"boundaries", 20000, [](std::size_t n) {
                       return counted("Content-Type: multipart/mixed", "; boundary=b#", n) +
                              "\r\n\r\n--b0\r\n\r\nx\r\n";
                   }});
    all.push_back({"pieces of a name in every part",
                   1000,
                   [](std::size_t n) {
                       std::string part = "--b\r\nContent-Type: x/y";
                       for (int i = 0; i < 300; ++i) part += "; name*" + std::to_string(i) + "=x";
                       return kMixed + repeated(part + "\r\n\r\nx\r\n", n);
                   },
                   {"parts-over-limit"}});
}

void addContent(Bombs& all) {
    const std::string encoded =
        "Content-Type: application/octet-stream; name=x\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    const std::string plain = "Content-Type: text/plain\r\n\r\n";
    all.push_back(
        {"uuencoded files",
         10000,
         [=](std::size_t n) { return plain + repeated("begin 644 a.exe\r\n#0V%T\r\n`\r\nend\r\n", n); },
         {"views-over-limit"}});
    all.push_back({"uuencoded files without end",
                   20000,
                   [=](std::size_t n) { return plain + repeated("begin 644 a.exe\r\n#0V%T\r\n", n); },
                   {"views-over-limit"}});
    all.push_back(
        {"the word begin", 50000, [=](std::size_t n) { return plain + repeated("begin 644 x\r\n", n); }});
    all.push_back({"begin and a long line", 100000, [=](std::size_t n) {
                       return plain + repeated("begin 644 x\r\n\r\n", n / 8) + std::string(n, 'M') + "\r\n";
                   }});
    all.push_back({"yEnc files",
                   20000,
                   [=](std::size_t n) {
                       return plain + repeated("=ybegin line=9 size=3 name=a.exe\r\nabc\r\n=yend\r\n", n);
                   },
                   {"views-over-limit"}});
    all.push_back({"padding", 500000, [=](std::size_t n) { return encoded + std::string(n, '='); }});
    all.push_back({"groups of base64", 100000, [=](std::size_t n) { return encoded + repeated("QQ==", n); }});
    all.push_back(
        {"what is no base64", 500000, [=](std::size_t n) { return encoded + repeated("!A", n / 2); }});
    all.push_back(
        {"equals signs in quoted-printable", 500000, [](std::size_t n) {
             return "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
                    std::string(n, '=');
         }});
    all.push_back(
        {"spaces after equals signs", 250000, [](std::size_t n) {
             return "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
                    std::string(n, '=') + std::string(n, ' ') + "x\r\n";
         }});
    all.push_back({"text",
                   2u << 20,
                   [=](std::size_t n) { return plain + repeated("words and words\r\n", n / 16); },
                   {"text-over-limit"}});
    all.push_back({"text that is in no charset", 1u << 20, [](std::size_t n) {
                       return "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" +
                              repeated("\x1b$B\xff", n / 4);
                   }});
    all.push_back({"text in every reading of a charset", 500000, [](std::size_t n) {
                       return "Content-Type: text/plain; charset=utf-16\r\n\r\n" + std::string(n, 'x');
                   }});
    all.push_back({"text with CR", 1u << 20, [=](std::size_t n) { return plain + repeated("x\r", n / 2); }});
    all.push_back({"parts with uuencoded files",
                   5000,
                   [](std::size_t n) {
                       return kMixed + repeated("--b\r\n\r\nbegin 644 a.exe\r\n#0V%T\r\n`\r\nend\r\n", n);
                   },
                   {"parts-over-limit", "views-over-limit"}});
}

void addHtml(Bombs& all) {
    all.push_back({"nested elements", 25000, [](std::size_t n) { return html(repeated("<div>", n) + "x"); }});
    all.push_back(
        {"attributes", 25000, [](std::size_t n) { return html(counted("<p ", "a#=b ", n) + ">x</p>"); }});
    all.push_back({"links", 12500, [](std::size_t n) {
                       return html(counted("", "<a href=\"https://h#.example.org/\">x</a>", n));
                   }});
    all.push_back({"unclosed tags", 50000, [](std::size_t n) { return html(repeated("<a ", n)); }});
    all.push_back(
        {"comments that never end", 50000, [](std::size_t n) { return html(repeated("<!-- ", n)); }});
    all.push_back({"character references", 50000, [](std::size_t n) { return html(repeated("&amp", n)); }});
    all.push_back({"style attributes", 25000, [](std::size_t n) {
                       return html("<p style=\"" + repeated("color:red;", n) + "\">x</p>");
                   }});
}

}  // namespace

std::vector<MailBomb> mailBombs() {
    Bombs all;
    addStructure(all);
    addHeaders(all);
    addParameters(all);
    addContent(all);
    addHtml(all);
    return all;
}

}  // namespace weir::test
