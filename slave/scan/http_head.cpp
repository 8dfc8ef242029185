#include "slave/scan/http_head.h"

#include <algorithm>
#include <charconv>

#include "common/mail/ascii.h"
#include "slave/scan/scan_outcome.h"
#include "slave/scan/scanner_socket.h"

namespace weir {
namespace {

constexpr int kMaxEmptyLines = 4;
constexpr std::size_t kMaxShown = 80;

std::string_view takeLine(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool isToken(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < 0x7f &&
               std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
    });
}

// "HTTP/1.1 200 OK", "ICAP/1.0 204 No Content"; or "GET http://… HTTP/1.1".
bool readFirstLine(std::string_view line, HttpHead& head) {
    const std::size_t space = line.find(' ');
    if (space == 0 || space == std::string_view::npos) return false;
    head.protocol = line.substr(0, space);
    line.remove_prefix(space + 1);
    if (!head.protocol.starts_with("HTTP/") && !head.protocol.starts_with("ICAP/")) {
        return isToken(head.protocol) && line.find(" HTTP/") != std::string_view::npos;
    }
    const auto status = httpNumber(line.substr(0, 3), 999);
    if (!status || *status < 100 || (line.size() > 3 && line[3] != ' ')) return false;
    head.status = static_cast<int>(*status);
    head.reason = trimmed(line.substr(3));
    return true;
}

}  // namespace

std::optional<std::uint64_t> httpNumber(std::string_view text, std::uint64_t most, int base) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc() || end != text.data() + text.size() || number > most) return std::nullopt;
    return number;
}

const std::string* HttpHead::field(std::string_view name) const {
    for (const auto& [each, value] : fields) {
        if (equalIgnoringCase(each, name)) return &value;
    }
    return nullptr;
}

bool HttpHead::lists(std::string_view name, std::string_view token) const {
    for (const auto& [each, value] : fields) {
        if (!equalIgnoringCase(each, name)) continue;
        for (std::string_view rest = value; !rest.empty();) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            if (equalIgnoringCase(trimmed(rest.substr(0, comma)), token)) return true;
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
    return false;
}

Expected<HttpHead> parseHttpHead(std::string_view text, const HttpLimits& limits) {
    HttpHead head;
    if (text.size() > limits.head)
        return problem("", "a head over " + std::to_string(limits.head) + " bytes");
    const std::string_view first = takeLine(text);
    if (!readFirstLine(first, head)) return problem("", "'" + peerText(first, kMaxShown) + "'");
    while (!text.empty()) {
        const std::string_view line = takeLine(text);
        if (line.empty()) return problem("", "an empty line inside a head");
        if (line.front() == ' ' || line.front() == '\t') {
            if (head.fields.empty()) return problem("", "a folded line before any header field");
            head.fields.back().second.append("\n").append(trimmed(line));
            continue;
        }
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !isToken(line.substr(0, colon)))
            return problem("", "the header line '" + peerText(line, kMaxShown) + "'");
        if (head.fields.size() == limits.fields)
            return problem("", "more than " + std::to_string(limits.fields) + " header fields");
        head.fields.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
    }
    return head;
}

HttpHead readHttpHead(ScannerSocket& socket, const HttpLimits& limits) {
    std::string text;
    for (int empty = 0;;) {
        const std::string line = socket.readUntil("\n", limits.line);
        if (line.empty() || line == "\r") {
            if (!text.empty()) break;
            if (++empty > kMaxEmptyLines)
                throw ScanError(ScanFailure::kNonsense, "answered empty lines and nothing else");
            continue;
        }
        text.append(line).append("\n");
        if (text.size() > limits.head) break;  // which the parser refuses
    }
    auto head = parseHttpHead(text, limits);
    if (!head) throw ScanError(ScanFailure::kNonsense, "answered what is not HTTP: " + head.error().what);
    return std::move(*head);
}

}  // namespace weir
