#include "slave/auth/canonical.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include "common/mail/ascii.h"

namespace weir {
namespace {

using Sink = std::function<bool(std::string_view)>;

constexpr std::size_t kBufferBytes = 16 * 1024;

constexpr bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

std::size_t lineEnd(std::string_view text, std::size_t from) {
    const void* found = std::memchr(text.data() + from, '\n', text.size() - from);
    return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : text.size();
}

void appendSimple(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = lineEnd(text, at);
        out += text.substr(at, end - at);
        if (end < text.size()) out += end > 0 && text[end - 1] == '\r' ? "\n" : "\r\n";
        at = end + 1;
    }
}

void appendRelaxed(std::string& out, std::string_view name, std::string_view value) {
    for (const char c : name) out += lowerAscii(c);
    out += ':';
    bool space = false, any = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (isBlank(c)) {
            space = true;
        } else if (c != '\n' && !(c == '\r' && i + 1 < value.size() && value[i + 1] == '\n')) {
            if (space && any) out += ' ';
            space = false;
            any = true;
            out += c;
        }
    }
}

// From the name to the value: the colon, and what may stand before it.
std::string_view beforeValue(const HeaderField& field) {
    return {field.name.data(), static_cast<std::size_t>(field.value.data() - field.name.data())};
}

void simpleBody(std::string_view body, const Sink& sink) {
    while (body.ends_with('\n')) body.remove_suffix(body.ends_with("\r\n") ? 2 : 1);
    std::size_t start = 0;  // of what was not passed on yet
    for (std::size_t at = 0; at < body.size();) {
        const std::size_t end = lineEnd(body, at);
        if (end < body.size() && (end == 0 || body[end - 1] != '\r')) {
            if (!sink(body.substr(start, end - start)) || !sink("\r\n")) return;
            start = end + 1;
        }
        at = end + 1;
    }
    if (start < body.size() && !sink(body.substr(start))) return;
    sink("\r\n");
}

// Collects small pieces into larger ones; large ones go on as they are.
class Gathering {
  public:
    explicit Gathering(const Sink& sink) : sink_(sink) { buffer_.resize(kBufferBytes); }

    bool add(std::string_view piece) {
        if (piece.size() >= kLargePiece) return flush() && sink_(piece);
        if (used_ + piece.size() > kBufferBytes && !flush()) return false;
        piece.copy(buffer_.data() + used_, piece.size());
        used_ += piece.size();
        return true;
    }
    bool flush() {
        const std::size_t size = std::exchange(used_, 0);
        return size == 0 || sink_(std::string_view(buffer_).substr(0, size));
    }

  private:
    static constexpr std::size_t kLargePiece = 2048;
    const Sink& sink_;
    std::string buffer_;
    std::size_t used_ = 0;
};

// 0x80 in each byte of `word` that is `wanted`, 0 in the others.
std::uint64_t bytesThatAre(std::uint64_t word, char wanted) {
    constexpr std::uint64_t low = 0x7F7F7F7F7F7F7F7FULL, ones = 0x0101010101010101ULL;
    const std::uint64_t zeros = word ^ (ones * static_cast<unsigned char>(wanted));
    return ~(((zeros & low) + low) | zeros | low);
}

// That the relaxed form has the line as it is: no tab, no two spaces in a row, none at the end. Eight bytes
// at a time, since all mail goes through here.
bool isRelaxedAlready(std::string_view line) {
    if (line.empty()) return true;
    if (isBlank(line.back())) return false;
    std::size_t i = 0;
    for (; i + 9 <= line.size(); i += 8) {
        std::uint64_t here, next;
        std::memcpy(&here, line.data() + i, 8);
        std::memcpy(&next, line.data() + i + 1, 8);
        if ((bytesThatAre(here, '\t') | (bytesThatAre(here, ' ') & bytesThatAre(next, ' '))) != 0)
            return false;
    }
    for (; i < line.size(); ++i) {
        if (line[i] == '\t' || (line[i] == ' ' && line[i + 1] == ' ')) return false;
    }
    return true;
}

bool addRelaxedLine(std::string_view line, Gathering& out) {
    for (;;) {
        std::size_t word = 0;
        while (word < line.size() && !isBlank(line[word])) ++word;
        if (!out.add(line.substr(0, word))) return false;
        line.remove_prefix(word);
        while (!line.empty() && isBlank(line.front())) line.remove_prefix(1);
        if (line.empty()) return true;  // with the space at its end
        if (!out.add(" ")) return false;
    }
}

// Without the empty lines at the end, and without the end of the last line.
std::string_view relaxedContent(std::string_view body) {
    while (!body.empty()) {
        if (body.back() == '\n') {
            body.remove_suffix(body.ends_with("\r\n") ? 2 : 1);
        } else if (isBlank(body.back())) {
            body.remove_suffix(1);
        } else {
            break;
        }
    }
    return body;
}

void relaxedBody(std::string_view body, const Sink& sink) {
    Gathering out(sink);
    body = relaxedContent(body);
    std::size_t start = 0;  // of lines that go on as they are
    for (std::size_t at = 0; at < body.size();) {
        const std::size_t end = lineEnd(body, at);
        const bool crlf = end < body.size() && end > at && body[end - 1] == '\r';
        const std::string_view line = body.substr(at, end - at - (crlf ? 1 : 0));
        if (!crlf || !isRelaxedAlready(line)) {
            if (!out.add(body.substr(start, at - start)) || !addRelaxedLine(line, out) || !out.add("\r\n"))
                return;
            start = end + 1;
        }
        at = end + 1;
    }
    if (start < body.size() && !out.add(body.substr(start))) return;
    out.flush();
}

}  // namespace

const char* toString(Canonicalization kind) {
    return kind == Canonicalization::kSimple ? "simple" : "relaxed";
}

void appendCanonicalField(std::string& out, const HeaderField& field, Canonicalization kind) {
    if (kind == Canonicalization::kRelaxed) {
        appendRelaxed(out, field.name, field.value);
    } else {
        appendSimple(out, beforeValue(field));
        appendSimple(out, field.value);
    }
}

void appendCanonicalField(std::string& out, const HeaderField& field, Canonicalization kind,
                          std::size_t begin, std::size_t end) {
    std::string value(field.value.substr(0, begin));
    value += field.value.substr(end);
    if (kind == Canonicalization::kRelaxed) {
        appendRelaxed(out, field.name, value);
    } else {
        appendSimple(out, beforeValue(field));
        appendSimple(out, value);
    }
}

void canonicalBody(std::string_view body, Canonicalization kind, const Sink& sink) {
    if (kind == Canonicalization::kRelaxed) {
        relaxedBody(body, sink);
    } else {
        simpleBody(body, sink);
    }
}

}  // namespace weir
