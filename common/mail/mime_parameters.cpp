#include "common/mail/mime_parameters.h"

#include <gmime/gmime.h>

#include <algorithm>

#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/gmime_start.h"

namespace weir {
namespace {

constexpr std::size_t kLongestValue = 16u << 10;
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

MimeParameters::MimeParameters(Field field, std::string_view value) : field_(field) {
    // GMime takes C strings, so a NUL would hide what follows it, and it keeps line ends inside quotes.
    std::string text(value.substr(0, kLongestValue));
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
    std::replace(text.begin(), text.end(), '\0', ' ');
    if (field == Field::kContentType) {
        owner_ = g_mime_content_type_parse(parserOptions(), text.c_str());
    } else {
        owner_ = g_mime_content_disposition_parse(parserOptions(), text.c_str());
    }
}

MimeParameters::~MimeParameters() {
    if (owner_) g_object_unref(owner_);
}

std::optional<std::string> MimeParameters::get(const char* name) const {
    if (!owner_) return std::nullopt;
    const char* value =
        field_ == Field::kContentType
            ? g_mime_content_type_get_parameter(static_cast<GMimeContentType*>(owner_), name)
            : g_mime_content_disposition_get_parameter(static_cast<GMimeContentDisposition*>(owner_), name);
    if (!value) return std::nullopt;
    std::string valid;
    appendUtf8(valid, value, {});
    return valid;
}

}  // namespace weir
