// The tokens of an HTML text → the text a reader sees (html_text.h says what that is).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/mail/html_open_elements.h"
#include "common/mail/html_tokens.h"

namespace weir {

class HtmlTextReader {
  public:
    // Appends to `out`, at most `limit` bytes.
    HtmlTextReader(std::string& out, std::size_t limit, std::size_t deepest = 2000)
        : out_(out), left_(limit), elements_(deepest) {}

    void take(const HtmlTokens& tokens);  // its current token

    bool full() const { return full_; }  // something was cut off
    bool hidden() const { return elements_.hidden(); }
    bool tooDeep() const { return elements_.tooDeep(); }
    // Bytes of text that the mail holds and hides by attributes, without the white space around it.
    std::uint64_t hiddenBytes() const { return hiddenBytes_; }
    // What is seen from now on is also appended to `copy` (nullptr: no more), about `most` bytes of it.
    void copyTo(std::string* copy, std::size_t most);

  private:
    void text(std::string_view html);
    std::size_t odd(std::string_view html);
    std::size_t rareCharacter(std::string_view html);
    void character(char32_t code);
    void space(char c);
    void startTag(const HtmlTokens& tokens);
    void separate(const HtmlElementTraits& traits);
    void put(std::string_view bytes);
    void append(std::string_view bytes);
    void owe(char white);

    std::string& out_;
    std::size_t left_;
    HtmlOpenElements elements_;
    std::string* copy_ = nullptr;
    std::size_t copyMost_ = 0;
    std::uint64_t hiddenBytes_ = 0;
    char pending_ = 0;  // white space owed before the next text
    char copyPending_ = 0;
    bool started_ = false, full_ = false;
};

}  // namespace weir
