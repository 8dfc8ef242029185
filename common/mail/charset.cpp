#include "common/mail/charset.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/gmime_start.h"

namespace weir {
namespace {

constexpr std::size_t kLongestCharsetName = 40;
// Each damaged byte costs one call of iconv: what is damaged throughout is not in that charset.
constexpr int kMostDamage = 1000;

constexpr std::array<char32_t, 32> kWindows1252 = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

// Takes pieces as long as they fit; a piece is never cut.
class Sink {
  public:
    Sink(std::string& out, std::size_t limit) : out_(out), left_(limit) {}
    bool full() const { return full_; }
    void piece(std::string_view bytes) {
        if (full_ || bytes.size() > left_) {
            full_ = true;
            return;
        }
        out_.append(bytes);
        left_ -= bytes.size();
    }
    void ascii(std::string_view bytes) {
        if (bytes.size() > left_) {
            piece(bytes.substr(0, left_));
            full_ = true;
        } else {
            piece(bytes);
        }
    }
    void code(char32_t code) {
        std::string text;
        appendCodePoint(text, code);
        piece(text);
    }

  private:
    std::string& out_;
    std::size_t left_;
    bool full_ = false;
};

void appendFromUtf8(Sink& sink, std::string_view bytes) {
    while (!bytes.empty() && !sink.full()) {
        const std::size_t run = asciiRun(bytes);
        sink.ascii(bytes.substr(0, run));
        bytes.remove_prefix(run);
        if (bytes.empty()) return;
        const std::size_t length = utf8Length(bytes, 0);
        sink.piece(length == 0 ? kReplacementCharacter : bytes.substr(0, length));
        bytes.remove_prefix(length == 0 ? 1 : length);
    }
}

void appendFromWindows1252(Sink& sink, std::string_view bytes) {
    while (!bytes.empty() && !sink.full()) {
        const std::size_t run = asciiRun(bytes);
        sink.ascii(bytes.substr(0, run));
        bytes.remove_prefix(run);
        if (bytes.empty()) return;
        sink.code(windows1252(static_cast<unsigned char>(bytes.front())));
        bytes.remove_prefix(1);
    }
}

void appendUndeclared(Sink& sink, std::string_view bytes) {
    if (isValidUtf8(bytes)) {
        appendFromUtf8(sink, bytes);
    } else {
        appendFromWindows1252(sink, bytes);
    }
}

class Converter {
  public:
    explicit Converter(const std::string& charset) : handle_(g_mime_iconv_open("UTF-8", charset.c_str())) {}
    ~Converter() {
        if (known()) g_mime_iconv_close(handle_);
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    bool known() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

    void append(Sink& sink, std::string_view bytes) {
        std::array<char, 16384> buffer;
        int damage = 0;
        char* in = const_cast<char*>(bytes.data());  // iconv's signature; it does not write there
        std::size_t inLeft = bytes.size();
        while (inLeft > 0 && !sink.full()) {
            char* out = buffer.data();
            std::size_t outLeft = buffer.size();
            const std::size_t result = iconv(handle_, &in, &inLeft, &out, &outLeft);
            const int error = result == static_cast<std::size_t>(-1) ? errno : 0;
            // What comes out is bytes of a foreign library: checked, not believed.
            appendFromUtf8(sink, {buffer.data(), static_cast<std::size_t>(out - buffer.data())});
            if (error == EILSEQ || error == EINVAL) {
                sink.piece(kReplacementCharacter);
                ++in;
                --inLeft;
                if (++damage > kMostDamage) return appendUndeclared(sink, {in, inLeft});
            } else if (error != 0 && error != E2BIG) {
                return appendUndeclared(sink, {in, inLeft});
            }
        }
        flush(sink);
    }

  private:
    // Stateful charsets may hold the last character back.
    void flush(Sink& sink) {
        std::array<char, 64> buffer;
        char* out = buffer.data();
        std::size_t outLeft = buffer.size();
        iconv(handle_, nullptr, nullptr, &out, &outLeft);
        appendFromUtf8(sink, {buffer.data(), static_cast<std::size_t>(out - buffer.data())});
    }

    iconv_t handle_;
};

// iconv reads more than a name from its argument ("//IGNORE"), so only what a name may hold reaches it.
bool isCharsetName(std::string_view name) {
    return !name.empty() && name.size() <= kLongestCharsetName &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '_' || c == '.' || c == ':' ||
                      c == '+';
           });
}

// Charsets in daily use, by the start of their names.
constexpr std::string_view kWithAscii[] = {
    "utf-8", "iso-8859", "iso-2022", "windows-", "us-ascii", "ascii", "utf8",    "koi8",    "big5",
    "gb",    "euc-",     "cp125",    "latin",    "shift_j",  "ks_c",  "ansi_x3", "unknown", "x-unknown"};

}  // namespace

bool hasAscii(std::string_view charset) {
    if (!isCharsetName(charset)) return true;
    const std::string name = lowered(charset);
    for (const std::string_view start : kWithAscii) {
        if (name.starts_with(start)) return true;
    }
    if (name == "hz" || name.starts_with("hz-")) return false;
    startGMime();
    Converter converter(name);
    if (!converter.known()) return true;
    // Without the few that differ between the national variants of ASCII.
    constexpr std::string_view kText = "ABCXYZabcxyz0123456789 <>/=+-:.,;&'\"()?!";
    std::string text;
    Sink sink(text, SIZE_MAX);
    converter.append(sink, kText);
    return text == kText;
}

char32_t windows1252(unsigned char byte) {
    return byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80u] : byte;
}

bool appendUtf8(std::string& out, std::string_view bytes, std::string_view charset, std::size_t limit) {
    Sink sink(out, limit);
    const std::string name = isCharsetName(charset) ? lowered(charset) : std::string();
    if (name == "utf-8" || name == "utf8") {
        appendFromUtf8(sink, bytes);
    } else if (name == "iso-8859-1" || name == "windows-1252" || name == "latin1" || name == "cp1252") {
        appendFromWindows1252(sink, bytes);  // what senders call Latin-1 is windows-1252 (WHATWG Encoding)
    } else if (name.empty() || name == "us-ascii" || name == "ascii") {
        appendUndeclared(sink, bytes);
    } else {
        startGMime();
        Converter converter(name);
        if (converter.known()) {
            converter.append(sink, bytes);
        } else {
            appendUndeclared(sink, bytes);
        }
    }
    return !sink.full();
}

}  // namespace weir
