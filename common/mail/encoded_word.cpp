#include "common/mail/encoded_word.h"

#include <algorithm>
#include <vector>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/transfer_encoding.h"

namespace weir {
namespace {

constexpr std::size_t kLineWidth = 78;    // RFC 5322, section 2.1.1
constexpr std::size_t kLongestWord = 75;  // of an encoded word, RFC 2047 section 2
constexpr std::size_t kLongestGap =
    50;  // of spaces between words; more are dropped, so that lines stay bounded
constexpr std::size_t kLongestPlain =
    500;  // a plain word longer than this is encoded, so that it can be folded
constexpr std::string_view kWordOpen = "=?UTF-8?B?", kWordClose = "?=";

struct EncodedWord {
    std::string_view charset;
    char encoding = 'b';
    std::string_view text;
    std::size_t length = 0;  // of the whole word, "=?" to "?="
};

// The encoded word at the front; length 0 when there is none. Looks at most at the next three question marks,
// so scanning a value stays linear.
EncodedWord encodedWordAt(std::string_view raw) {
    EncodedWord word;
    if (!raw.starts_with("=?")) return word;
    const std::size_t second = raw.find('?', 2);
    if (second == std::string_view::npos || second + 3 >= raw.size() || raw[second + 2] != '?') return word;
    word.encoding = lowerAscii(raw[second + 1]);
    if (word.encoding != 'b' && word.encoding != 'q') return word;
    const std::size_t last = raw.find('?', second + 3);
    if (last == std::string_view::npos || last + 1 >= raw.size() || raw[last + 1] != '=') return word;
    word.charset = raw.substr(2, second - 2);
    word.charset = word.charset.substr(0, word.charset.find('*'));  // RFC 2231: language
    if (word.charset.empty() || word.charset.find_first_of(" \t\r\n") != std::string_view::npos) return word;
    word.text = raw.substr(second + 3, last - second - 3);
    word.length = last + 2;
    return word;
}

void appendQ(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '_') {
            out += ' ';
        } else if (text[i] == '=' && i + 2 < text.size() && hexValue(text[i + 1]) >= 0 &&
                   hexValue(text[i + 2]) >= 0) {
            out += static_cast<char>(hexValue(text[i + 1]) * 16 + hexValue(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
}

// Bytes of neighbouring words of one charset, waiting to be decoded together.
class WordRun {
  public:
    explicit WordRun(std::string& out) : out_(out) {}
    void add(const EncodedWord& word) {
        if (!equalIgnoringCase(word.charset, charset_)) flush();
        charset_ = word.charset;
        if (word.encoding == 'b') {
            decodeTransfer(TransferEncoding::kBase64, word.text, bytes_);
        } else {
            appendQ(bytes_, word.text);
        }
    }
    bool pending() const { return !charset_.empty(); }
    void flush() {
        if (!bytes_.empty()) appendUtf8(out_, bytes_, charset_);
        bytes_.clear();
        charset_ = {};
    }

  private:
    std::string& out_;
    std::string_view charset_;
    std::string bytes_;
};

std::string decodeWords(std::string_view raw) {
    std::string out;
    WordRun run(out);
    while (!raw.empty()) {
        const std::size_t open = std::min(raw.find("=?"), raw.size());
        const EncodedWord word = encodedWordAt(raw.substr(open));
        const std::string_view before = raw.substr(0, open);
        // Space between two encoded words is not part of the text (RFC 2047, section 6.2).
        const bool onlySpace = std::all_of(before.begin(), before.end(), isAsciiSpace);
        const bool joins = word.length > 0 && onlySpace && (run.pending() || before.empty());
        if (!joins) {
            run.flush();
            const std::size_t plain = word.length > 0 ? open : std::min(open + 2, raw.size());
            appendUtf8(out, raw.substr(0, plain), {});
            raw.remove_prefix(plain);
            if (word.length == 0) continue;
        } else {
            raw.remove_prefix(open);
        }
        run.add(word);
        raw.remove_prefix(word.length);
    }
    run.flush();
    return out;
}

bool isControl(char c) {
    return static_cast<unsigned char>(c) < ' ' || c == 0x7F;
}
bool isEightBit(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}

// Folding white space keeps its spaces; only the line end goes.
std::string unfolded(std::string_view raw) {
    std::string text;
    text.reserve(raw.size());
    for (const char c : raw) {
        if (c != '\r' && c != '\n') text += c;
    }
    return text;
}

bool mustEncode(std::string_view word) {
    return word.size() > kLongestPlain || word.find("=?") != std::string_view::npos ||
           std::any_of(word.begin(), word.end(), isEightBit);
}

class Folder {
  public:
    explicit Folder(std::size_t column) : column_(column) {}
    // `gap`: spaces before the word, which stay at the front of the new line when it is folded there.
    void word(std::string_view gap, std::string_view text) {
        if (!gap.empty() && column_ + gap.size() + text.size() > kLineWidth && !out_.empty()) {
            out_ += '\n';
            column_ = 0;
        }
        out_ += gap;
        out_ += text;
        column_ += gap.size() + text.size();
    }
    // Encoded words for `text`, cut between characters.
    void encoded(std::string_view gap, std::string_view text) {
        while (!text.empty()) {
            const std::size_t overhead = kWordOpen.size() + kWordClose.size();
            const std::size_t used = std::min(column_ + gap.size() + overhead, kLineWidth - 1);
            std::size_t room = std::min(kLongestWord - overhead, kLineWidth - used) / 4 * 3;
            if (room < 12) room = (kLongestWord - overhead) / 4 * 3;  // better on a line of its own
            const std::string_view piece = cutUtf8(text, room);
            std::string token(kWordOpen);
            appendBase64(token, piece);
            token += kWordClose;
            word(gap, token);
            text.remove_prefix(piece.size());
            gap = " ";
        }
    }
    std::string take() { return std::move(out_); }

  private:
    std::string out_;
    std::size_t column_;
};

struct Word {
    std::string_view gap, text;
};

std::vector<Word> splitWords(std::string_view text) {
    std::vector<Word> words;
    while (!text.empty()) {
        const std::size_t start = std::min(text.find_first_not_of(' '), text.size());
        const std::size_t end = std::min(text.find(' ', start), text.size());
        if (start == end) break;
        words.push_back({text.substr(0, std::min(start, kLongestGap)), text.substr(start, end - start)});
        text.remove_prefix(end);
    }
    return words;
}

std::string harmless(std::string_view text) {
    std::string clean;
    appendUtf8(clean, text, "utf-8");
    std::replace_if(clean.begin(), clean.end(), isControl, ' ');
    return clean;
}

std::string decodedText(std::string_view raw) {
    std::string text = unfolded(raw);
    if (text.find("=?") != std::string::npos) return decodeWords(trimmed(text));
    if (isValidUtf8(text)) return text;
    std::string valid;
    appendUtf8(valid, text, {});
    return valid;
}

}  // namespace

std::string decodeHeaderText(std::string_view raw) {
    std::string text = decodedText(raw);
    std::replace_if(text.begin(), text.end(), isControl, ' ');
    const std::string_view inner = trimmed(text);
    if (inner.size() != text.size()) text = std::string(inner);
    return text;
}

std::string decodeParameterText(std::string_view raw) {
    std::string text = decodedText(raw);
    std::replace(text.begin(), text.end(), '\t', ' ');
    std::erase_if(text, isControl);
    const std::string_view inner = trimmed(text);
    if (inner.size() != text.size()) text = std::string(inner);
    return text;
}

std::string encodeHeaderWords(std::string_view text, std::size_t column) {
    Folder folder(column);
    folder.encoded({}, harmless(text));
    return folder.take();
}

std::string encodeHeaderText(std::string_view text, std::size_t column) {
    const std::string clean = harmless(text);
    const std::vector<Word> words = splitWords(trimmed(clean));
    Folder folder(column);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!mustEncode(words[i].text)) {
            folder.word(words[i].gap, words[i].text);
            continue;
        }
        // One run of encoded words as far as the neighbours need it: the spaces between them are inside.
        std::size_t last = i;
        while (last + 1 < words.size() && mustEncode(words[last + 1].text)) ++last;
        const char* begin = words[i].text.data();
        const char* end = words[last].text.data() + words[last].text.size();
        folder.encoded(words[i].gap, {begin, static_cast<std::size_t>(end - begin)});
        i = last;
    }
    return folder.take();
}

}  // namespace weir
