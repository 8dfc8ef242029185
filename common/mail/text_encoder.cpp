#include "common/mail/text_encoder.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/gmime_start.h"
#include "common/mail/transfer_encoding.h"

namespace weir {
namespace {

constexpr std::size_t kWidth = 76;  // of encoded lines, RFC 2045 sections 6.7 and 6.8
constexpr std::size_t kLongestCharsetName = 40;

// iconv reads more than a name from its argument ("//IGNORE").
bool isCharsetName(std::string_view name) {
    return !name.empty() && name.size() <= kLongestCharsetName &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '_' || c == '.' || c == ':' ||
                      c == '+';
           });
}

class Encoder {
  public:
    explicit Encoder(const std::string& charset) : handle_(g_mime_iconv_open(charset.c_str(), "UTF-8")) {}
    ~Encoder() {
        if (known()) g_mime_iconv_close(handle_);
    }
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;
    bool known() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

    bool append(std::string& out, std::string_view utf8) {
        iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        char* in = const_cast<char*>(utf8.data());  // iconv's signature; it does not write there
        std::size_t left = utf8.size();
        while (left > 0) {
            const std::size_t before = left;
            const std::size_t lost = step(out, &in, &left);
            if (lost == 0) continue;
            // Any number but 0 and -1 counts characters that became others.
            if (lost != static_cast<std::size_t>(-1) || errno != E2BIG || left == before) return false;
        }
        return step(out, nullptr, nullptr) == 0;
    }

  private:
    std::size_t step(std::string& out, char** in, std::size_t* left) {
        std::array<char, 4096> buffer;
        char* to = buffer.data();
        std::size_t room = buffer.size();
        errno = 0;
        const std::size_t result = iconv(handle_, in, left, &to, &room);
        const int error = errno;
        out.append(buffer.data(), static_cast<std::size_t>(to - buffer.data()));
        errno = error;
        return result;
    }

    iconv_t handle_;
};

bool isUtf8Name(std::string_view name) {
    return equalIgnoringCase(name, "utf-8") || equalIgnoringCase(name, "utf8");
}
bool isAsciiName(std::string_view name) {
    return name.empty() || equalIgnoringCase(name, "us-ascii") || equalIgnoringCase(name, "ascii");
}

class QuotedPrintable {
  public:
    QuotedPrintable(std::string_view lineEnd, std::size_t room) : lineEnd_(lineEnd) { out_.reserve(room); }

    void line(std::string_view text) {
        column_ = 0;
        for (std::size_t i = 0; i < text.size(); ++i) put(text, i);
    }
    void hardBreak() { out_ += lineEnd_; }
    std::string take() { return std::move(out_); }

  private:
    void put(std::string_view text, std::size_t i) {
        const char c = text[i];
        const bool last = i + 1 == text.size();
        const bool plain = (c > ' ' && c <= '~' && c != '=') || ((c == ' ' || c == '\t') && !last);
        const std::size_t size = plain ? 1 : 3;
        if (column_ + size > kWidth - (last ? 0 : 1)) softBreak();
        if (plain && !(column_ == 0 && (c == '.' || text.substr(i).starts_with("From ")))) {
            out_ += c;
            ++column_;
        } else {
            constexpr std::string_view kDigits = "0123456789ABCDEF";
            out_ += '=';
            out_ += kDigits[static_cast<unsigned char>(c) >> 4];
            out_ += kDigits[static_cast<unsigned char>(c) & 0xF];
            column_ += 3;
        }
    }
    void softBreak() {
        out_ += '=';
        out_ += lineEnd_;
        column_ = 0;
    }

    const std::string_view lineEnd_;
    std::string out_;
    std::size_t column_ = 0;
};

// Calls take(line, ended) for each line; `line` is without its end.
template <class Take>
void eachLine(std::string_view bytes, std::string_view lineEnd, Take take) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find(lineEnd);
        take(bytes.substr(0, end), end != std::string_view::npos);
        if (end == std::string_view::npos) return;
        bytes.remove_prefix(end + lineEnd.size());
    }
}

template <class Allowed>
bool fits(std::string_view bytes, std::string_view lineEnd, Allowed allowed) {
    bool fit = true;
    eachLine(bytes, lineEnd, [&](std::string_view line, bool) {
        fit = fit && line.size() <= kLongestLine && std::all_of(line.begin(), line.end(), allowed);
    });
    return fit;
}

}  // namespace

std::optional<std::string> encodeCharset(std::string_view utf8, std::string_view charset) {
    if (!isValidUtf8(utf8)) return std::nullopt;
    if (isUtf8Name(charset)) return std::string(utf8);
    if (isAsciiName(charset)) return isAscii(utf8) ? std::optional<std::string>(utf8) : std::nullopt;
    if (!isCharsetName(charset)) return std::nullopt;
    startGMime();
    Encoder encoder{lowered(charset)};
    std::string out;
    if (!encoder.known() || !encoder.append(out, utf8)) return std::nullopt;
    return out;
}

CharsetKind charsetKind(std::string_view charset) {
    if (isAsciiName(charset) || isUtf8Name(charset)) return CharsetKind::kAscii;
    constexpr std::string_view kProbe = "<a href=\"x\">0@+&;</a>\r\n";  // Shift_JIS has another "~"
    const std::optional<std::string> probe = encodeCharset(kProbe, charset);
    if (!probe) return CharsetKind::kUnknown;
    if (*probe != kProbe) return CharsetKind::kOther;
    for (const char* character : {"\xE4\xB8\x80", "\xE3\x81\x82", "\xEA\xB0\x80"}) {  // Chinese, kana, hangul
        const std::optional<std::string> encoded = encodeCharset(character, charset);
        if (encoded && isAscii(*encoded)) return CharsetKind::kShifted;
    }
    return CharsetKind::kAscii;
}

std::string_view lineEndOf(std::string_view bytes) {
    const std::size_t end = bytes.find('\n');
    return end == std::string_view::npos || (end > 0 && bytes[end - 1] == '\r') ? "\r\n" : "\n";
}

std::string withLineEnds(std::string_view text, std::string_view lineEnd) {
    std::string out;
    out.reserve(text.size() + text.size() / 16);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        out += text.substr(0, end);
        text.remove_prefix(end);
        if (text.empty()) break;
        out += lineEnd;
        text.remove_prefix(text.starts_with("\r\n") ? 2 : 1);
    }
    return out;
}

std::string encodeBase64Lines(std::string_view bytes, std::string_view lineEnd) {
    constexpr std::size_t kBytesOfLine = kWidth / 4 * 3;
    std::string out;
    out.reserve((bytes.size() / kBytesOfLine + 1) * (kWidth + lineEnd.size()));
    while (!bytes.empty()) {
        appendBase64(out, bytes.substr(0, kBytesOfLine));
        out += lineEnd;
        bytes.remove_prefix(std::min(kBytesOfLine, bytes.size()));
    }
    return out;
}

std::string encodeQuotedPrintable(std::string_view bytes, std::string_view lineEnd) {
    QuotedPrintable writer(lineEnd, bytes.size() + bytes.size() / 8);
    eachLine(bytes, lineEnd, [&](std::string_view line, bool ended) {
        writer.line(line);
        if (ended) writer.hardBreak();
    });
    return writer.take();
}

bool fitsSevenBit(std::string_view bytes, std::string_view lineEnd) {
    return fits(bytes, lineEnd, [](char c) { return (c >= ' ' && c <= '~') || c == '\t'; });
}

bool fitsEightBit(std::string_view bytes, std::string_view lineEnd) {
    return fits(bytes, lineEnd, [](char c) { return c != '\0' && c != '\r' && c != '\n'; });
}

EncodedBytes encodeTransfer(std::string_view bytes, std::string_view lineEnd) {
    if (fitsSevenBit(bytes, lineEnd)) return {"7bit", std::string(bytes)};
    const auto foreign =
        std::count_if(bytes.begin(), bytes.end(), [](char c) { return c > '~' || c < '\t'; });
    if (static_cast<std::size_t>(foreign) > bytes.size() / 3) {
        return {"base64", encodeBase64Lines(bytes, lineEnd)};
    }
    return {"quoted-printable", encodeQuotedPrintable(bytes, lineEnd)};
}

}  // namespace weir
