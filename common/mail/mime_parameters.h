// Parameters of Content-Type and Content-Disposition (RFC 2045, 2183, 2231), through GMime. Thread-safe.
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

enum class MimeField { kContentType, kContentDisposition };

// One parameter of a field's raw value, decoded: RFC 2231 continuations and charsets, encoded words (not
// allowed, but usual), raw 8-bit. Valid UTF-8; nothing when the field has none of that name. Other
// parameters, however many, cost one pass and hide nothing; of all pieces of this one at most 4 kB are read.
std::optional<std::string> mimeParameter(MimeField field, std::string_view value, std::string_view name);

// Every value that a client could take for that of the parameter, without repetition: each "name=", at most
// four of them, and what the "name*" pieces make together.
std::vector<std::string> mimeParameterReadings(MimeField field, std::string_view value,
                                               std::string_view name);

}  // namespace weir
