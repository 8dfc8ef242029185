// The bytes of a mail on their way into SMTP's DATA (RFC 5321 section 4.5.2).
#pragma once

#include <string>
#include <string_view>

namespace weir {

// Line ends as SMTP has them: a bare LF becomes CRLF, a missing final line end is added; all else stays, a
// bare CR, too. Feed the content in pieces of any size.
class CrlfLines {
  public:
    void add(std::string_view piece, std::string& out);  // appends to `out`
    void end(std::string& out);

  private:
    char last_ = '\n';  // the byte before; an empty content needs no line end
};

// Doubles the dot at the beginning of a line. `piece` has line ends of CrlfLines.
class DotStuffing {
  public:
    void add(std::string_view piece, std::string& out);

  private:
    bool lineStart_ = true;
};

}  // namespace weir
