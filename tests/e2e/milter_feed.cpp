// Feeds mails through a running filter over its milter socket, one after the other.
//
// usage: milter_feed [--raw] ADDRESS LIST   (LIST: a file with one mail file a line; --raw: its line ends as
// they are) Prints how many were answered how ("-": hung up), and the slowest; ends with 1 when the filter
// has died.
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include "tests/support/milter_client.h"

namespace {

using weir::test::MilterClient;
using weir::test::MilterMail;

// The content with CRLF line ends, as SMTP carries it.
std::string withCrlf(const std::string& content) {
    std::string result;
    for (std::size_t i = 0; i < content.size(); ++i) {
        if (content[i] == '\n' && (i == 0 || content[i - 1] != '\r')) result += '\r';
        result += content[i];
    }
    return result;
}

std::unique_ptr<MilterClient> newConversation(const std::string& address) {
    auto client = std::make_unique<MilterClient>(address, std::chrono::seconds(60));
    client->open();
    return client;
}

}  // namespace

int main(int count, char** arguments) {
    const bool raw = count == 4 && std::string(arguments[1]) == "--raw";
    if (count != 3 && !raw) {
        std::fprintf(stderr, "usage: milter_feed [--raw] ADDRESS LIST\n");
        return 2;
    }
    if (raw) ++arguments;
    std::map<char, int> answers;
    double slowest = 0;
    std::string slowestFile, file;
    std::ifstream list(arguments[2]);
    auto client = newConversation(arguments[1]);
    while (std::getline(list, file)) {
        std::ifstream in(file, std::ios::binary);
        MilterMail mail;
        const std::string content{std::istreambuf_iterator<char>(in), {}};
        mail.content = raw ? content : withCrlf(content);
        const auto began = std::chrono::steady_clock::now();
        try {
            ++answers[client->send(mail).kind];
        } catch (const std::exception&) {
            // libmilter hangs up on what no MTA would send; one that has died takes no new conversation.
            ++answers['-'];
            try {
                client = newConversation(arguments[1]);
            } catch (const std::exception& error) {
                std::fprintf(stderr, "%s: %s\n", file.c_str(), error.what());
                return 1;
            }
        }
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
        if (took.count() > slowest) {
            slowest = took.count();
            slowestFile = file;
        }
    }
    for (const auto& [kind, mails] : answers) std::printf("answer_%c=%d ", kind, mails);
    std::printf("slowest_ms=%.1f slowest=%s\n", slowest, slowestFile.c_str());
    return 0;
}
