// Parts of a mail replaced, every other byte kept. Pure functions, linear in the mail and the changes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/mail/message.h"
#include "common/mail/verdict.h"

namespace weir {

struct PartChange {
    enum class Kind {
        kFields,   // fields of its head are changed, its body is replaced
        kContent,  // none of its Content- fields stays, nor any other of a part inside; its body is replaced
        kWhole     // replaced by `body`, which is a head, an empty line and a body, or several such parts
    };
    Kind kind = Kind::kFields;
    std::size_t part = 0;              // index in Message::mime().parts; one with MimePart::received
    std::vector<HeaderChange> fields;  // values of printable ASCII
    std::string body;                  // encoded
};

struct ChangedBody {
    std::string body;                   // all of the mail's body
    std::vector<HeaderChange> headers;  // of the mail's own header block
};

// Changes of parts inside another changed part are left out: the outer one counts. The outermost part (index
// 0) can be kFields or kContent. Line ends of what is written are those of `lineEnd`.
ChangedBody changeParts(const Message& message, std::vector<PartChange> changes, std::string_view lineEnd);

// The mail with its body replaced and these header changes made. Where nothing separated header and body an
// empty line does.
std::string mailWithBody(const Message& message, const std::vector<HeaderChange>& headers,
                         std::string_view body);

// A head with these fields and an empty line, for kWhole.
std::string partHead(const std::vector<HeaderChange>& fields, std::string_view lineEnd);

// "name=value" as a parameter of Content-Type or Content-Disposition: quoted, or in the form of RFC 2231
// where it is not ASCII. At most 100 bytes of the value.
std::string mimeParameterText(std::string_view name, std::string_view value);

// A Content-Type for text that is now UTF-8: the media type, charset, and of the old value's parameters all
// but its charset. `type` is MimePart::type. Printable ASCII.
std::string utf8ContentType(const std::string& type, std::string_view oldValue);

// Nothing of `bytes` is a line that begins with "--" and this.
std::string newBoundary(std::string_view bytes);

}  // namespace weir
