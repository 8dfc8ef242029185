#include "common/mail/mime_parameters.h"

#include <gmime/gmime.h>

#include <algorithm>

#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/gmime_start.h"

namespace weir {
namespace {

constexpr std::size_t kLongestValue = 4096;  // GMime needs time quadratic in the number of parameters
constexpr std::size_t kMostReadings = 4;
constexpr std::size_t kLongestType = 127;  // of type and of subtype, RFC 6838 section 4.2

constexpr bool isTokenByte(char c) {
    return c > ' ' && c < 0x7F && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

std::string_view tokenAt(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && isTokenByte(text[end])) ++end;
    return text.substr(0, end);
}

// A comment (RFC 5322, section 3.2.2) may stand before the value.
std::string_view withoutComments(std::string_view text) {
    text = trimmed(text);
    while (text.starts_with('(')) {
        const std::size_t end = text.find(')');
        if (end == std::string_view::npos) return {};
        text = trimmed(text.substr(end + 1));
    }
    return text;
}

GMimeParserOptions* parserOptions() {
    static GMimeParserOptions* const options = [] {
        startGMime();
        static const char* charsets[] = {"utf-8", "windows-1252", nullptr};
        GMimeParserOptions* made = g_mime_parser_options_new();
        g_mime_parser_options_set_fallback_charsets(made, charsets);
        return made;
    }();
    return options;
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

struct Pieces {
    std::vector<std::string> plain;  // "; name=…", each a value of its own
    std::string extended;            // "; name*…" (RFC 2231), one value together
};

// In a form that GMime can take: a C string, so a NUL would hide what follows, and without line ends, which
// it would keep inside quotes.
std::string piece(std::string_view parameter) {
    std::string text = "; " + std::string(parameter.substr(0, kLongestValue));
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
    std::replace(text.begin(), text.end(), '\0', ' ');
    return text;
}

Pieces piecesOf(std::string_view value, std::string_view name) {
    Pieces pieces;
    bool quotesClose = true;
    while (!value.empty()) {
        const std::size_t end = parameterEnd(value, quotesClose);
        const std::string_view parameter = trimmed(value.substr(0, end));
        value.remove_prefix(std::min(end + 1, value.size()));
        if (!equalIgnoringCase(parameter.substr(0, name.size()), name)) continue;
        const std::string_view rest = trimmed(parameter.substr(name.size()));
        if (rest.starts_with('=') && pieces.plain.size() < kMostReadings) {
            pieces.plain.push_back(piece(parameter));
        } else if (rest.starts_with('*') && pieces.extended.size() < kLongestValue) {
            pieces.extended += piece(parameter);
        }
    }
    return pieces;
}

std::optional<std::string> validUtf8OrNone(const char* value) {
    if (!value) return std::nullopt;
    std::string valid;
    appendUtf8(valid, value, {});
    return valid;
}

std::optional<std::string> typeParameter(const std::string& value, const std::string& name) {
    GMimeContentType* type = g_mime_content_type_parse(parserOptions(), value.c_str());
    if (!type) return std::nullopt;
    auto found = validUtf8OrNone(g_mime_content_type_get_parameter(type, name.c_str()));
    g_object_unref(type);
    return found;
}

std::optional<std::string> dispositionParameter(const std::string& value, const std::string& name) {
    GMimeContentDisposition* disposition = g_mime_content_disposition_parse(parserOptions(), value.c_str());
    if (!disposition) return std::nullopt;
    auto found = validUtf8OrNone(g_mime_content_disposition_get_parameter(disposition, name.c_str()));
    g_object_unref(disposition);
    return found;
}

}  // namespace

std::string mediaType(std::string_view contentType) {
    contentType = withoutComments(contentType.substr(0, kLongestValue));
    const std::string_view type = tokenAt(contentType);
    std::string_view rest = trimmed(contentType.substr(type.size()));
    if (type.empty() || !rest.starts_with('/')) return {};
    const std::string_view subtype = tokenAt(trimmed(rest.substr(1)));
    if (subtype.empty() || type.size() > kLongestType || subtype.size() > kLongestType) return {};
    return lowered(type) + '/' + lowered(subtype);
}

std::string dispositionKind(std::string_view disposition) {
    return lowered(tokenAt(withoutComments(disposition.substr(0, kLongestValue))));
}

std::optional<std::string> mimeParameter(MimeField field, std::string_view value, std::string_view name) {
    std::vector<std::string> readings = mimeParameterReadings(field, value, name);
    if (readings.empty()) return std::nullopt;
    return std::move(readings.front());
}

std::vector<std::string> mimeParameterReadings(MimeField field, std::string_view value,
                                               std::string_view name) {
    std::vector<std::string> readings;
    const std::string wanted(name);
    const auto add = [&](const std::string& text) {
        std::optional<std::string> reading = field == MimeField::kContentType
                                                 ? typeParameter("x/y" + text, wanted)
                                                 : dispositionParameter("x" + text, wanted);
        if (reading && std::find(readings.begin(), readings.end(), *reading) == readings.end()) {
            readings.push_back(std::move(*reading));
        }
    };
    const Pieces pieces = piecesOf(value, name);
    if (!pieces.extended.empty()) add(pieces.extended);
    for (const std::string& text : pieces.plain) add(text);
    return readings;
}

}  // namespace weir
