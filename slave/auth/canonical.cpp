#include "slave/auth/canonical.h"

#include <algorithm>
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

// Collects small pieces into larger ones.
class Gathering {
  public:
    explicit Gathering(const Sink& sink) : sink_(sink) { buffer_.resize(kBufferBytes); }
    bool add(char c) {
        buffer_[used_++] = c;
        return used_ < kBufferBytes || flush();
    }
    bool lineEnd() { return add('\r') && add('\n'); }
    bool flush() {
        const std::size_t size = std::exchange(used_, 0);
        return size == 0 || sink_(std::string_view(buffer_).substr(0, size));
    }

  private:
    const Sink& sink_;
    std::string buffer_;
    std::size_t used_ = 0;
};

bool relaxedLine(std::string_view line, Gathering& out) {
    bool space = false;
    for (const char c : line) {
        if (isBlank(c)) {
            space = true;
        } else {
            if (space && !out.add(' ')) return false;
            space = false;
            if (!out.add(c)) return false;
        }
    }
    return true;
}

void relaxedBody(std::string_view body, const Sink& sink) {
    Gathering out(sink);
    std::size_t ends = 0;  // line ends that are due when another line follows that is not empty
    bool any = false;
    for (std::size_t at = 0; at < body.size();) {
        const std::size_t end = lineEnd(body, at);
        std::string_view line = body.substr(at, end - at);
        if (end < body.size() && line.ends_with('\r')) line.remove_suffix(1);
        while (!line.empty() && isBlank(line.back())) line.remove_suffix(1);
        if (!line.empty()) {
            for (; ends > 0; --ends) {
                if (!out.lineEnd()) return;
            }
            if (!relaxedLine(line, out)) return;
            any = true;
        }
        ++ends;
        at = end + 1;
    }
    if (any && !out.lineEnd()) return;
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
