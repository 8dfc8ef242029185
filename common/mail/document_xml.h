// The tags of an XML text, one after the other: no tree, no entities but the five of XML and numbers. What a
// DTD declares is looked at as if it stood in the text.
//
// Linear; what is no well-formed tag is passed over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

class XmlTags {
  public:
    explicit XmlTags(std::string_view xml) : left_(xml) {}

    bool next();                                     // the next start or end tag; false after the last
    std::string_view name() const { return name_; }  // without its prefix
    bool end() const { return end_; }
    // Decoded value of the first attribute of this name (without prefix); "" when it has none.
    std::string attribute(std::string_view name) const;
    // Of all of them, as prefixes tell them apart; at most eight.
    std::vector<std::string> attributes(std::string_view name) const;
    std::string text() const;  // between the tag before this one and this one, decoded

  private:
    bool passedOver(std::string_view start, std::string_view end);

    std::string_view left_, name_, attributes_, text_;
    bool end_ = false;
};

std::string decodedXml(std::string_view text);

// UTF-16 with or without byte order mark becomes UTF-8; anything else stays as it is.
std::string xmlAsUtf8(std::string&& bytes);

}  // namespace weir
