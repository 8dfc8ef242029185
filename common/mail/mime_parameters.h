// Content-Type and Content-Disposition (RFC 2045, 2183, 2231): the type, and the parameters in every reading
// that a client could take. Pure functions, linear in the value whatever it holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// "text/plain" in lower case of a Content-Type field's raw value; "" when it has none that is well-formed.
std::string mediaType(std::string_view contentType);

// "attachment" or "inline" in lower case, or whatever stands there.
std::string dispositionKind(std::string_view disposition);

// The value without comments (RFC 5322, section 3.2.2), which may nest; those in quotes are none.
std::string withoutComments(std::string_view value);

struct MimeParameter {
    // Every value that a client could take for that of the parameter, without repetition, at most eight: what
    // the "name*" pieces make together, then each "name=" as a whole and as the token or quoted string at its
    // front. Valid UTF-8: RFC 2231 charsets, encoded words (not allowed, but usual) and raw 8-bit are
    // decoded.
    std::vector<std::string> values;
    bool contradicts = false;  // pieces (RFC 2231) that are missing or there twice
    bool cut = false;          // a value over 4 kB, whose middle was left out, or more than eight values
};

enum class MimeField { kContentType, kContentDisposition };

MimeParameter readMimeParameter(std::string_view value, std::string_view name);

// The first of its values; nothing when the field has no parameter of that name.
std::optional<std::string> mimeParameter(MimeField field, std::string_view value, std::string_view name);

// The boundary of a multipart in every reading: bytes as they stand in a boundary line, none of them empty,
// the usual reading first.
struct MimeBoundaries {
    std::vector<std::string> values;
    bool given = false;        // there is a parameter of that name
    bool overLimit = false;    // one of more than 4 kB, or more than eight, were left out
    bool encodedWord = false;  // encoded words were decoded
};
MimeBoundaries readBoundaries(std::string_view contentType);

}  // namespace weir
