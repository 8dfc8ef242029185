// Header fields that are made of tags, written so that nobody has to fold them again: b= stands on lines of
// its own and is put in last, into a text that was signed without it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/mail/message.h"

namespace weir {

// A field to add. Lines of the value are joined by "\n ", as the milter library wants it (HeaderEdit); it is
// without the space after the colon, and has to be added as it is.
struct AddedField {
    std::string name;
    std::string value;
};

class DkimWriter {
  public:
    explicit DkimWriter(std::string name);
    void add(std::string_view tag, std::string_view value);
    // Names between colons; folded after a colon where a line has no room.
    void addNames(std::string_view tag, const std::vector<std::string>& names);
    void addSignature();  // an empty b=

    // The field with what was added so far, valid until the next call: what the signature is made over.
    HeaderField field() const;
    // `signature` is raw bytes; b= is folded into lines of so many columns, or not at all (0).
    AddedField finish(std::string_view signature, std::size_t columns);

  private:
    void begin(std::size_t size);
    std::string name_, text_;  // text_: "Name: value"
    std::size_t line_ = 0;     // where its last line begins
    std::size_t signature_ = 0;
    bool first_ = true, newLine_ = false;
};

}  // namespace weir
