// PDF as tokens (ISO 32000-1, 7.2 and 7.3): linear, without looking up anything.
#pragma once

#include <string>
#include <string_view>

namespace weir {

struct PdfToken {
    enum class Kind {
        kName,
        kString,
        kNumber,
        kKeyword,
        kOpenArray,
        kCloseArray,
        kOpenDict,
        kCloseDict,
        kEnd
    };
    Kind kind = Kind::kEnd;
    std::string text;  // of names and strings decoded, of keywords as it stands; cut at kMostPdfText bytes
    double number = 0;
    bool escaped = false;  // a name in which letters or digits are written as #xx
};
inline constexpr std::size_t kMostPdfText = 16u << 10, kMostPdfName = 256;

class PdfTokens {
  public:
    explicit PdfTokens(std::string_view bytes) : bytes_(bytes) {}
    const PdfToken& next();  // good until the next call
    const PdfToken& last() const { return token_; }
    std::size_t start() const { return start_; }  // of the last token; white space and comments lie before it
    std::size_t position() const { return at_; }  // behind it
    void skipTo(std::size_t position) { at_ = position; }

  private:
    void space();
    void name();
    void literal();
    void hex();
    void escape();
    void keep(char c) {
        const std::size_t most = token_.kind == PdfToken::Kind::kString ? kMostPdfText : kMostPdfName;
        if (token_.text.size() < most) token_.text += c;
    }

    const std::string_view bytes_;
    std::size_t at_ = 0, start_ = 0;
    PdfToken token_;
};

}  // namespace weir
