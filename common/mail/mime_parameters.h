// Parameters of Content-Type and Content-Disposition (RFC 2045, 2183, 2231), through GMime. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir {

// "text/plain" in lower case of a Content-Type field's raw value; "" when it has none that is well-formed.
std::string mediaType(std::string_view contentType);

// "attachment" or "inline" in lower case, or whatever stands there.
std::string dispositionKind(std::string_view disposition);

// The parameters of one raw field value, of which at most the first 16 kB are looked at. Decoded: RFC 2231
// continuations and charsets, encoded words in values (not allowed, but usual), raw 8-bit. Valid UTF-8.
class MimeParameters {
  public:
    enum class Field { kContentType, kContentDisposition };
    MimeParameters(Field field, std::string_view value);
    ~MimeParameters();
    MimeParameters(const MimeParameters&) = delete;
    MimeParameters& operator=(const MimeParameters&) = delete;

    std::optional<std::string> get(const char* name) const;

  private:
    void* owner_ = nullptr;  // GMimeContentType or GMimeContentDisposition
    Field field_;
};

}  // namespace weir
