#include "common/mail/mime_parameters.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/encoded_word.h"

namespace weir {
namespace {

constexpr std::size_t kLongestValue = 4096;
constexpr std::size_t kMostValues = 8;
constexpr std::size_t kLongestType = 127;   // of type and of subtype, RFC 6838 section 4.2
constexpr std::size_t kLongestHead = 4096;  // of a field, where its type is looked for

constexpr bool isTokenByte(char c) {
    return c > ' ' && c < 0x7F && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

std::string_view tokenAt(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && isTokenByte(text[end])) ++end;
    return text.substr(0, end);
}

// A comment may stand before the value.
std::string_view afterComments(std::string_view text) {
    text = trimmed(text);
    while (text.starts_with('(')) {
        const std::size_t end = text.find(')');
        if (end == std::string_view::npos) return {};
        text = trimmed(text.substr(end + 1));
    }
    return text;
}

// The end of the parameter at the front: its ';', or the end of the value. A quote that is never closed is
// none.
std::size_t parameterEnd(std::string_view text, bool& quotesClose) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ';') return i;
        if (text[i] != '"' || !quotesClose) continue;
        std::size_t end = i + 1;
        while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
        quotesClose = end < text.size();
        if (quotesClose) i = end;
    }
    return text.size();
}

struct Piece {
    unsigned number = 0;
    bool numbered = false;
    bool extended = false;  // percent-encoded
    std::string_view text;
};

struct Pieces {
    std::vector<std::string_view> plain;  // of "name=…", each a value of its own
    std::vector<Piece> extended;          // of "name*…" (RFC 2231), one value together
    bool cut = false;
};

// "*", "*0", "*0*" between the name and the "=" at the front of `rest`.
void addExtended(std::string_view rest, Pieces& pieces) {
    Piece piece;
    rest.remove_prefix(1);
    while (!rest.empty() && isAsciiDigit(rest.front())) {
        piece.numbered = true;
        piece.number = std::min(piece.number * 10 + static_cast<unsigned>(rest.front() - '0'), 1'000'000u);
        rest.remove_prefix(1);
    }
    piece.extended = !piece.numbered;
    if (piece.numbered && rest.starts_with('*')) {
        piece.extended = true;
        rest.remove_prefix(1);
    }
    rest = trimmed(rest);
    if (!rest.starts_with('=')) return;
    piece.text = trimmed(rest.substr(1));
    pieces.extended.push_back(piece);
}

void addParameter(std::string_view parameter, std::string_view name, Pieces& pieces) {
    parameter = trimmed(parameter);
    if (!equalIgnoringCase(parameter.substr(0, name.size()), name)) return;
    const std::string_view rest = trimmed(parameter.substr(name.size()));
    if (rest.starts_with('=')) {
        if (pieces.plain.size() < kMostValues) {
            pieces.plain.push_back(trimmed(rest.substr(1)));
        } else {
            pieces.cut = true;
        }
    } else if (rest.starts_with('*')) {
        addExtended(rest, pieces);
    }
}

Pieces piecesOf(std::string_view value, std::string_view name) {
    Pieces pieces;
    bool quotesClose = true;
    while (!value.empty()) {
        const std::size_t end = parameterEnd(value, quotesClose);
        addParameter(value.substr(0, end), name, pieces);
        value.remove_prefix(std::min(end + 1, value.size()));
    }
    return pieces;
}

// "type/subtype name=value": some clients want no ";" between.
Pieces piecesAnywhere(std::string_view value, std::string_view name) {
    Pieces pieces;
    value = trimmed(value);
    for (std::size_t i = 1; i + name.size() < value.size() && pieces.plain.empty(); ++i) {
        if (isTokenByte(value[i - 1]) || lowerAscii(value[i]) != name[0]) continue;
        addParameter(value.substr(i), name, pieces);
    }
    return pieces;
}

// Without line ends, which folding put there.
std::string unfolded(std::string_view text) {
    std::string result(text);
    std::erase_if(result, [](char c) { return c == '\r' || c == '\n'; });
    return result;
}

// The middle of what is too long goes: the end of a name says what it is.
std::string shortened(std::string text, bool& cut) {
    if (text.size() <= kLongestValue) return text;
    cut = true;
    return text.substr(0, kLongestValue / 2) + text.substr(text.size() - kLongestValue / 2);
}

struct Quoted {
    std::string inner;
    std::string_view raw;   // with its backslashes
    std::string_view rest;  // after the closing quote
};

Quoted quotedAt(std::string_view text) {
    Quoted found;
    std::size_t i = 1;
    for (; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        found.inner += text[i];
    }
    found.raw = text.substr(1, i - 1);
    found.rest = trimmed(text.substr(std::min(i + 1, text.size())));
    return found;
}

// The readings of what follows "name=": a quoted string or token, and everything up to the next ";".
std::vector<std::string> plainReadings(std::string_view value) {
    const std::string text = unfolded(value);
    if (text.starts_with('"')) {
        const Quoted quoted = quotedAt(text);
        std::vector<std::string> readings = {quoted.inner};
        if (quoted.raw.size() != quoted.inner.size()) readings.emplace_back(quoted.raw);
        if (!quoted.rest.empty() && !quoted.rest.starts_with('(')) {
            readings.push_back(text);
            std::erase(readings.back(), '"');
        }
        return readings;
    }
    const std::size_t space = text.find_first_of(" \t(\"");
    if (space == std::string::npos) return {text};
    std::string all = text;
    std::erase(all, '"');
    std::string front = text.substr(0, space);
    if (front.empty()) return {std::move(all)};
    return {std::move(all), std::move(front)};
}

struct Extended {
    std::string bytes, charset;
};

void appendPercentDecoded(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hexValue(text[i + 1]) >= 0 &&
            hexValue(text[i + 2]) >= 0) {
            out += static_cast<char>(hexValue(text[i + 1]) * 16 + hexValue(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
}

// One value of the pieces, in the order given.
Extended joined(const std::vector<Piece>& pieces) {
    Extended whole;
    bool first = true;
    for (const Piece& piece : pieces) {
        std::string text = unfolded(piece.text);
        if (text.starts_with('"')) text = quotedAt(text).inner;
        std::string_view rest = text;
        if (piece.extended && first) {
            const std::size_t language = rest.find('\'');
            const std::size_t start =
                language == std::string_view::npos ? language : rest.find('\'', language + 1);
            if (start != std::string_view::npos) {
                whole.charset = rest.substr(0, language);
                rest.remove_prefix(start + 1);
            }
        }
        first = first && !piece.extended;
        if (piece.extended) {
            appendPercentDecoded(whole.bytes, rest);
        } else {
            whole.bytes += rest;
        }
    }
    return whole;
}

// The ways to put the pieces together: by number, as they come, as far as the numbers go on.
std::vector<std::vector<Piece>> arrangements(const std::vector<Piece>& pieces, bool& contradicts) {
    std::vector<Piece> single, numbered;
    for (const Piece& piece : pieces) (piece.numbered ? numbered : single).push_back(piece);
    std::vector<std::vector<Piece>> found;
    for (std::size_t i = 0; i < std::min(single.size(), kMostValues); ++i) found.push_back({single[i]});
    contradicts = single.size() > 1;
    if (numbered.empty()) return found;
    std::vector<Piece> sorted = numbered;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Piece& a, const Piece& b) { return a.number < b.number; });
    std::size_t onward = 0;
    while (onward < sorted.size() && sorted[onward].number == onward) ++onward;
    found.push_back(sorted);
    if (onward < sorted.size()) {
        contradicts = true;
        found.push_back({sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(onward)});
        std::vector<Piece> once;  // of pieces with one number the last counts
        for (const Piece& piece : sorted) {
            if (!once.empty() && once.back().number == piece.number) once.pop_back();
            once.push_back(piece);
        }
        found.push_back(std::move(once));
        found.push_back(std::move(numbered));
    }
    return found;
}

// Adds what is not there yet and not empty.
void addValue(MimeParameter& parameter, std::string value) {
    value = shortened(std::move(value), parameter.cut);
    std::vector<std::string>& values = parameter.values;
    if (std::find(values.begin(), values.end(), value) != values.end()) return;
    if (values.size() < kMostValues) {
        values.push_back(std::move(value));
    } else {
        parameter.cut = true;
    }
}

std::string extendedText(const Extended& value, bool& cut) {
    const std::string bytes = shortened(value.bytes, cut);
    std::string text;
    appendUtf8(text, bytes, value.charset);
    return decodeParameterText(text);
}

Pieces piecesOrAnywhere(std::string_view value, std::string_view name) {
    Pieces pieces = piecesOf(value, name);
    if (pieces.plain.empty() && pieces.extended.empty()) pieces = piecesAnywhere(value, name);
    return pieces;
}

void addReadings(MimeParameter& parameter, std::string_view value, std::string_view name) {
    const Pieces pieces = piecesOrAnywhere(value, name);
    parameter.cut = parameter.cut || pieces.cut;
    if (!pieces.extended.empty()) {
        bool contradicts = false;
        for (const std::vector<Piece>& order : arrangements(pieces.extended, contradicts)) {
            addValue(parameter, extendedText(joined(order), parameter.cut));
        }
        parameter.contradicts = parameter.contradicts || contradicts;
    }
    for (const std::string_view plain : pieces.plain) {
        for (std::string& reading : plainReadings(plain)) {
            addValue(parameter, decodeParameterText(shortened(std::move(reading), parameter.cut)));
        }
    }
}

// Calls read(value) for the value as it is, and as clients see it that leave out comments, or for which a
// NUL is nothing or the end.
template <class Read>
void eachForm(std::string_view value, Read read) {
    if (value.find('\0') != std::string_view::npos) {
        std::string without(value);
        std::erase(without, '\0');
        read(std::string_view(without));
        read(value.substr(0, value.find('\0')));
        return;
    }
    read(value);
    if (value.find('(') == std::string_view::npos) return;
    const std::string uncommented = withoutComments(value);
    if (uncommented.size() != value.size()) read(std::string_view(uncommented));
}

}  // namespace

std::string mediaType(std::string_view contentType) {
    contentType = afterComments(contentType.substr(0, kLongestHead));
    const std::string_view type = tokenAt(contentType);
    std::string_view rest = trimmed(contentType.substr(type.size()));
    if (type.empty() || !rest.starts_with('/')) return {};
    const std::string_view subtype = tokenAt(trimmed(rest.substr(1)));
    if (subtype.empty() || type.size() > kLongestType || subtype.size() > kLongestType) return {};
    return lowered(type) + '/' + lowered(subtype);
}

std::string dispositionKind(std::string_view disposition) {
    return lowered(tokenAt(afterComments(disposition.substr(0, kLongestHead))));
}

std::string withoutComments(std::string_view value) {
    std::string text;
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        const bool escaped = c == '\\' && i + 1 < value.size() && (quoted || depth > 0);
        if (depth == 0) {
            if (c == '"') quoted = !quoted;
            if (c == '(' && !quoted) {
                depth = 1;
                continue;
            }
            text += c;
            if (escaped) text += value[i + 1];
        } else if (!escaped) {
            depth += c == '(' ? 1u : 0u;
            depth -= c == ')' ? 1u : 0u;
        }
        if (escaped) ++i;
    }
    return text;
}

MimeParameter readMimeParameter(std::string_view value, std::string_view name) {
    MimeParameter parameter;
    eachForm(value, [&](std::string_view form) { addReadings(parameter, form, name); });
    return parameter;
}

std::optional<std::string> mimeParameter(MimeField, std::string_view value, std::string_view name) {
    MimeParameter parameter = readMimeParameter(value, name);
    if (parameter.values.empty()) return std::nullopt;
    return std::move(parameter.values.front());
}

MimeBoundaries readBoundaries(std::string_view contentType) {
    MimeBoundaries found;
    const auto add = [&](std::string boundary) {
        while (!boundary.empty() && isAsciiSpace(boundary.back())) boundary.pop_back();
        std::vector<std::string>& values = found.values;
        if (boundary.empty() || std::find(values.begin(), values.end(), boundary) != values.end()) return;
        if (boundary.size() > kLongestValue || values.size() >= kMostValues) {
            found.overLimit = true;
        } else {
            values.push_back(std::move(boundary));
        }
    };
    eachForm(contentType, [&](std::string_view form) {
        const Pieces pieces = piecesOrAnywhere(form, "boundary");
        found.given = found.given || !pieces.plain.empty() || !pieces.extended.empty();
        for (const std::string_view plain : pieces.plain) {
            for (const std::string& reading : plainReadings(plain)) {
                add(reading);
                if (reading.find("=?") == std::string::npos || reading.size() > kLongestValue) continue;
                found.encodedWord = true;
                add(decodeParameterText(reading));
            }
        }
        bool contradicts = false;
        if (pieces.extended.empty()) return;
        for (const std::vector<Piece>& order : arrangements(pieces.extended, contradicts)) {
            add(joined(order).bytes);
        }
    });
    return found;
}

}  // namespace weir
