#include "tests/bench/mail_mixture.h"

#include <random>

namespace weir::bench {
namespace {

using Random = std::mt19937;

constexpr const char* kWords[] = {
    "the",      "of",      "and",      "to",       "in",       "for",      "is",       "on",      "that",
    "by",       "this",    "with",     "you",      "it",       "not",      "or",       "be",      "are",
    "from",     "at",      "invoice",  "meeting",  "tomorrow", "report",   "customer", "project", "delivery",
    "attached", "please",  "regards",  "contract", "budget",   "schedule", "number",   "account", "office",
    "market",   "product", "service",  "version",  "question", "answer",   "problem",  "change",  "team",
    "monday",   "website", "download", "offer",    "price"};

std::size_t between(Random& random, std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(random);
}

std::string word(Random& random) {
    return kWords[between(random, 0, std::size(kWords) - 1)];
}

std::string phrase(Random& random, std::size_t words) {
    std::string text = word(random);
    while (--words > 0) text += " " + word(random);
    return text;
}

std::string paragraphs(Random& random, std::size_t bytes) {
    std::string text;
    while (text.size() < bytes)
        text += phrase(random, between(random, 6, 12)) + (between(random, 0, 6) == 0 ? ".\r\n\r\n" : "\r\n");
    return text;
}

std::string html(Random& random, std::size_t bytes) {
    std::string text = "<html><head><style>p { margin: 0; color: #333 }</style></head><body>\r\n";
    while (text.size() < bytes) {
        text += "<table width=3D\"600\"><tr><td style=3D\"padding: 4px\"><p>" +
                phrase(random, between(random, 8, 14)) + "=\r\n " + phrase(random, 8) +
                "</p><a href=3D\"https://www.example.com/" + word(random) + "\">" + word(random) +
                "</a></td></tr></table>\r\n";
    }
    return text + "</body></html>\r\n";
}

std::string base64Lines(Random& random, std::size_t bytes) {
    static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve(bytes + bytes / 38);
    while (text.size() < bytes) {
        for (int i = 0; i < 76; i += 4) {
            const auto value = random();
            for (int k = 0; k < 4; ++k) text += kDigits[value >> (6 * k) & 63];
        }
        text += "\r\n";
    }
    return text;
}

std::string head(Random& random) {
    std::string text;
    for (int hop = 0; hop < 3; ++hop) {
        text += "Received: from mail" + std::to_string(hop) + ".example.org (mail.example.org [192.0.2." +
                std::to_string(between(random, 1, 250)) +
                "])\r\n\tby mx.example.net (Postfix) with ESMTPS id " + std::to_string(random()) +
                "\r\n\tfor <user@example.net>; Sat, 21 Nov 2026 20:42:52 +0000 (UTC)\r\n";
    }
    text += "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=2026;\r\n\tbh=" +
            std::string(43, 'h') + "=;\r\n\tb=" + std::string(72, 'b') + "\r\n\t " + std::string(72, 'b') +
            "\r\n";
    text += "From: \"" + word(random) + " " + word(random) + "\" <sender" +
            std::to_string(between(random, 1, 500)) +
            "@example.org>\r\nTo: user@example.net\r\nSubject: " + phrase(random, 6) +
            "\r\nDate: Sat, 21 Nov 2026 20:42:52 +0000\r\nMessage-ID: <" + std::to_string(random()) + "." +
            std::to_string(random()) +
            "@example.org>\r\nMIME-Version: 1.0\r\nX-Mailer: bench\r\n"
            "List-Unsubscribe: <https://example.org/u>\r\n";
    return text;
}

std::string part(const std::string& type, const std::string& encoding, const std::string& more,
                 const std::string& content) {
    return "--=_b\r\nContent-Type: " + type + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n" + more +
           "\r\n" + content;
}

std::string mixed(Random& random, std::size_t attachment, const char* type, const char* name) {
    return head(random) + "Content-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n" +
           part("text/plain; charset=utf-8", "7bit", "", paragraphs(random, between(random, 1000, 4000))) +
           part(std::string(type) + "; name=\"" + name + "\"", "base64",
                "Content-Disposition: attachment; filename=\"" + std::string(name) + "\"\r\n",
                base64Lines(random, attachment)) +
           "--=_b--\r\n";
}

std::string oneMail(Random& random) {
    const std::size_t kind = between(random, 0, 99);
    if (kind < 55) {
        return head(random) + "Content-Type: text/plain; charset=utf-8\r\n\r\n" +
               paragraphs(random, between(random, 800, 10'000));
    }
    if (kind < 88) {
        const std::size_t size = between(random, 10'000, 60'000);
        return head(random) + "Content-Type: multipart/alternative; boundary=\"=_b\"\r\n\r\n" +
               part("text/plain; charset=utf-8", "7bit", "", paragraphs(random, size / 5)) +
               part("text/html; charset=utf-8", "quoted-printable", "", html(random, size)) + "--=_b--\r\n";
    }
    if (kind < 94) return mixed(random, between(random, 60'000, 300'000), "image/jpeg", "photo.jpg");
    if (kind < 99) return mixed(random, between(random, 200'000, 700'000), "application/pdf", "report.pdf");
    return mixed(random, between(random, 1'000'000, 1'990'000), "application/zip", "archive.zip");
}

}  // namespace

std::vector<std::string> mailMixture(std::size_t count, unsigned seed) {
    Random random(seed);
    std::vector<std::string> mails;
    for (std::size_t i = 0; i < count; ++i) mails.push_back(oneMail(random));
    return mails;
}

}  // namespace weir::bench
