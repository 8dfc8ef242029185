#include "master/http/reply_writer.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include <algorithm>
#include <cstdio>

#include "common/base/log.h"
#include "master/http/request.h"

namespace weir::http {

namespace {

bool bodyless(int status) {
    return status == 204 || status == 304;
}

std::string head(const Reply& reply, const WriteOptions& options, bool streamed) {
    std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " " + reasonPhrase(reply.status) + "\r\n";
    const auto field = [&text](std::string_view name, std::string_view value) {
        text.append(name).append(": ").append(value).append("\r\n");
    };
    field("Date", Poco::DateTimeFormatter::format(Poco::Timestamp(), Poco::DateTimeFormat::HTTP_FORMAT));
    for (const auto& [name, value] : reply.headers) field(name, value);
    if (options.added != nullptr) {
        for (const auto& [name, value] : *options.added) {
            const bool there = std::any_of(reply.headers.begin(), reply.headers.end(), [&](const auto& own) {
                return equalIgnoringCase(own.first, name);
            });
            if (!there) field(name, value);
        }
    }
    if (streamed && options.chunked)
        field("Transfer-Encoding", "chunked");
    else if (!streamed && !bodyless(reply.status))
        field("Content-Length", std::to_string(reply.body.size()));
    if (!options.keepAlive) field("Connection", "close");
    return text + "\r\n";
}

Written writeWhole(const Reply& reply, const WriteOptions& options, const Output& output, int& status) {
    status = reply.status;
    std::string bytes = head(reply, options, false);
    if (!options.head && !bodyless(reply.status)) bytes += reply.body;
    output(bytes);
    return Written::kWhole;
}

std::string chunk(std::string_view piece) {
    char size[24];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    return std::string(size).append(piece).append("\r\n");
}

}  // namespace

Written writeReply(Reply reply, const WriteOptions& options, const Output& output, int& status) {
    if (!reply.stream) return writeWhole(reply, options, output, status);
    status = reply.status;
    bool begun = false;
    const auto begin = [&] {
        if (!begun) output(head(reply, options, true));
        begun = true;
    };
    const auto sink = [&](std::string_view piece) {
        begin();
        if (options.head || piece.empty()) return;
        if (options.chunked)
            output(chunk(piece));
        else
            output(piece);
    };
    try {
        reply.stream(sink);
        begin();
        if (options.chunked && !options.head) output("0\r\n\r\n");
        return options.chunked ? Written::kWhole : Written::kBrokenOff;
    } catch (const Refusal& refusal) {
        if (!begun) return writeWhole(refusal.reply, options, output, status);
    } catch (const Error& error) {
        if (!begun) return writeWhole(problemReply(error), options, output, status);
        logWarning("http.broken-off", {{"why", error.what()}});
    } catch (const std::exception& error) {
        logError("http.broken-off", {{"why", error.what()}});
        if (!begun)
            return writeWhole(problemReply(Error(ErrorCode::kInternal, error.what())), options, output,
                              status);
    }
    return Written::kBrokenOff;
}

}  // namespace weir::http
