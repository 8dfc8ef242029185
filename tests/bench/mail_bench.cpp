// What reading a mail costs: CPU time a mail of each step, on a mixture of 2 kB to 2 MB with a mean of about
// 60 kB, or on the files named as arguments.
//
//   mail_bench [--rounds N [--step N]] [FILE...]
//
// With --rounds every step, or the one of that number, reads all mails N times instead of for a second: for
// valgrind --tool=callgrind, whose counts do not depend on what else the machine does.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "common/base/durable_file.h"
#include "common/mail/message.h"
#include "common/mail/transfer_encoding.h"

using namespace weir;

namespace {

std::string words(std::mt19937& random, std::size_t size) {
    static const char* const kWords[] = {"the", "meeting", "invoice", "tomorrow", "of",
                                         "a",   "garden",  "project", "please",   "attached",
                                         "and", "regards", "we",      "offer"};
    std::string text;
    while (text.size() < size) {
        for (int i = 0; i < 11; ++i) (text += kWords[random() % std::size(kWords)]) += ' ';
        text += "\r\n";
    }
    return text;
}

std::string html(std::mt19937& random, std::size_t size) {
    std::string text = "<html><head><style>p { margin: 0 }</style></head><body><table width=\"600\">\r\n";
    while (text.size() < size) {
        text += "<tr><td style=\"padding: 8px; font-family: sans-serif\" class=\"cell\"><p>" +
                words(random, 200) +
                "&nbsp;<a href=\"https://news.example.org/x?u=1&amp;y=2\"><b>more</b></a></p></td></tr>\r\n";
    }
    return text + "</table></body></html>\r\n";
}

std::string base64(std::mt19937& random, std::size_t size) {
    std::string bytes(size, '\0'), encoded, lines;
    for (char& c : bytes) c = static_cast<char>(random());
    appendBase64(encoded, bytes);
    for (std::size_t i = 0; i < encoded.size(); i += 76) (lines += encoded.substr(i, 76)) += "\r\n";
    return lines;
}

std::string header(const std::string& type) {
    std::string text;
    for (int i = 0; i < 4; ++i) {
        text += "Received: from mx" + std::to_string(i) +
                ".example.org (mx.example.org [192.0.2.1])\r\n\tby relay.example.net "
                "(Postfix) with ESMTPS id 4bXyZ1\r\n\tfor <user@company.example>; Mon, 2 Nov 2026 09:30:00 "
                "+0100\r\n";
    }
    for (int i = 0; i < 10; ++i)
        text += "X-Header-" + std::to_string(i) + ": some value of the usual length, w=1; v=2\r\n";
    return text +
           "From: Alice <alice@example.org>\r\nTo: user@company.example\r\nSubject: "
           "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n"
           "Message-ID: <1@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: " +
           type + "\r\n";
}

std::string withAttachment(std::mt19937& random, std::size_t text, std::size_t file) {
    return header("multipart/mixed; boundary=\"----=_Part_1\"") +
           "\r\n------=_Part_1\r\nContent-Type: multipart/alternative; boundary=\"----=_Part_2\"\r\n\r\n"
           "------=_Part_2\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
           words(random, text) + "------=_Part_2\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" +
           html(random, text * 2) +
           "------=_Part_2--\r\n------=_Part_1\r\nContent-Type: application/pdf; name=\"report.pdf\"\r\n"
           "Content-Disposition: attachment; filename=\"report.pdf\"\r\nContent-Transfer-Encoding: "
           "base64\r\n\r\n" +
           base64(random, file) + "------=_Part_1--\r\n";
}

// Most mail is small, a few files make most of the bytes.
std::vector<std::string> mixture() {
    std::mt19937 random(1);
    std::vector<std::string> mails;
    for (int i = 0; i < 45; ++i)
        mails.push_back(header("text/plain; charset=utf-8") + "\r\n" + words(random, 1000));
    for (int i = 0; i < 35; ++i) {
        mails.push_back(header("text/html; charset=utf-8") + "\r\n" + html(random, 10000 + random() % 40000));
    }
    for (int i = 0; i < 15; ++i) mails.push_back(withAttachment(random, 2000, 20000 + random() % 100000));
    for (int i = 0; i < 2; ++i) mails.push_back(withAttachment(random, 2000, 400000));
    mails.push_back(withAttachment(random, 2000, 1'400'000));
    return mails;
}

double cpuMillis() {
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const auto millis = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
    };
    return millis(usage.ru_utime) + millis(usage.ru_stime);
}

int rounds = 0;    // 0: for a second
int onlyStep = 0;  // 0: all
int nextStep = 1;

void measure(const char* name, const std::vector<std::string>& mails,
             const std::function<void(const Message&)>& step) {
    const int number = nextStep++;
    if (onlyStep > 0 && onlyStep != number) return;
    std::size_t count = 0, bytes = 0;
    const double start = cpuMillis();
    for (int round = 0; rounds > 0 ? round < rounds : cpuMillis() - start < 1000; ++round) {
        for (const std::string& mail : mails) {
            const Message message(mail);
            step(message);
            bytes += mail.size();
        }
        count += mails.size();
    }
    const double used = cpuMillis() - start;
    std::printf("%-34s %8.4f ms a mail   %7.0f MB/s\n", name, used / static_cast<double>(count),
                static_cast<double>(bytes) / used / 1e3);
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> mails;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--rounds" && i + 1 < argc) {
            rounds = std::atoi(argv[++i]);
        } else if (argument == "--step" && i + 1 < argc) {
            onlyStep = std::atoi(argv[++i]);
        } else {
            mails.push_back(readFile(argument));
        }
    }
    if (mails.empty()) mails = mixture();
    std::size_t bytes = 0;
    for (const std::string& mail : mails) bytes += mail.size();
    std::printf("%zu mails, mean %.1f kB\n", mails.size(),
                static_cast<double>(bytes) / 1e3 / static_cast<double>(mails.size()));
    measure("structure (always)", mails, [](const Message&) {});
    measure("+ subject and message id", mails, [](const Message& m) {
        m.subject();
        m.messageId();
    });
    measure("+ attachments", mails, [](const Message& m) { m.attachments(); });
    measure("+ attachments and ambiguities", mails, [](const Message& m) { m.ambiguities(); });
    measure("+ real types of attachments", mails, [](const Message& m) { m.attachmentsWithRealTypes(); });
    measure("+ text", mails, [](const Message& m) { m.text(); });
    measure("everything", mails, [](const Message& m) {
        m.subject();
        m.text();
        m.attachmentsWithRealTypes();
        m.ambiguities();
    });
}
