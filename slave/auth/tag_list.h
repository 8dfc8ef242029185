// Tag lists (RFC 6376, section 3.2), "name=value; name=value": what signatures and their keys are written in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"

namespace weir {

struct TagListLimits {
    std::size_t bytes = 16 * 1024;
    std::size_t tags = 64;
};

struct Tag {
    std::string_view name;
    std::string_view value;          // without outer space; folding within it as received
    std::size_t begin = 0, end = 0;  // of all that stands between "=" and the ";" or the end, in the text
};

// Views into the text it was read from.
class TagList {
  public:
    // Problem: over a limit, not the grammar of 3.2, or a tag that comes twice (the whole list is invalid
    // then). White space is SP, HTAB, CR and LF, wherever it may be folded. Bytes over 0x7F are allowed in
    // values (RFC 8616). Names are compared with their case.
    static Expected<TagList> parse(std::string_view text, const TagListLimits& limits = {});

    const Tag* find(std::string_view name) const;
    std::optional<std::string_view> value(std::string_view name) const;
    const std::vector<Tag>& tags() const { return tags_; }

  private:
    std::vector<Tag> tags_;
};

// Without any SP, HTAB, CR and LF.
std::string withoutSpace(std::string_view text);

// Base64 with white space anywhere (RFC 6376, section 2.10). Missing padding is accepted. nullopt: any other
// byte, or a length that base64 does not have.
std::optional<std::string> decodedBase64(std::string_view text);

// Decimal digits, at most `digits`; what 64 bits cannot hold is the largest number. nullopt: anything else.
std::optional<std::uint64_t> decimalNumber(std::string_view text, std::size_t digits);

// The pieces between colons, without outer white space; empty ones too.
std::vector<std::string_view> colonList(std::string_view text);

// A domain name as d= and s= have it: labels of letters, digits, '-', '_' and bytes over 0x7F, of 1 to 63
// bytes each, 253 in all, no final dot.
bool isTagDomain(std::string_view text);

}  // namespace weir
