// One pass over an entity under one set of reading rules: the parts it has, and where a client with other
// rules would see something else. For mime_reader and mime_views.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "common/mail/mime_content.h"
#include "common/mail/mime_reader.h"

namespace weir {

struct MimeRules {
    HeaderRules header;
    bool exactNames = false;      // "Content-Type :" is another field
    bool prefixBoundary = false;  // what begins with a boundary is one
    bool reopen = false;          // a boundary after the last one begins another part
    bool guessBoundary =
        false;  // a multipart without boundary is divided by the first line that looks like one
    bool emptyBoundary = false;  // a multipart with an empty boundary by lines of two dashes
};

// A rule to try on an entity, and why.
enum class MimeTry : std::uint8_t {
    kLenientHeader,
    kBlankEnds,
    kExactNames,
    kBareCr,
    kCrlfOnly,
    kPrefixBoundary,
    kReopen,
    kGuessBoundary,
    kEmptyBoundary,
};
inline constexpr std::uint8_t kMimeTries = 9;

// Another thing that an entity can be: a type with, where it is a multipart, a boundary.
struct MimeAlternative {
    std::string_view field;  // its Content-Type
    std::string type;
    std::string boundary;
    Ambiguity why = Ambiguity::kNone;
};

// What is to be looked at again in a part, once its place is known.
struct MimeDoubt {
    std::uint32_t part = 0;
    std::uint16_t tries = 0;                 // bits of MimeTry
    Ambiguity headerWhy = Ambiguity::kNone;  // of kLenientHeader
    bool inDigest = false;
    bool unknownEncoding = false;
    std::vector<MimeAlternative> alternatives;
    std::vector<EncodingReading> encodings;  // of a leaf, or of a multipart as a whole
    std::vector<std::string_view> dispositions;
    std::string_view preamble, epilogue;  // of a multipart, but for the usual notes and empty lines
};

// Bytes that had to be decoded to be read, for all passes over one mail.
struct MimeStore {
    std::deque<std::string>& texts;
    std::size_t budget;  // bytes of the mail that may still be decoded
};

struct MimeReading {
    std::vector<MimePart> parts;
    std::vector<MimeDoubt> doubts;  // in the order of their parts
    std::vector<std::string> defects;
    Ambiguities ambiguities;  // facts that need no other reading
    Cuts cuts;
};

// An entity to read: all of `bytes`, with what it holds, encoded messages too.
struct MimeEntity {
    std::string_view bytes;
    std::uint32_t depth = 0;
    bool received = true;
    bool inDigest = false;
};

// `header` is that at the front of the bytes. `chosen`, when given, is what the entity is, whatever that
// says.
MimeReading readMimeStructure(const MimeEntity& entity, const HeaderBlock& header, const MimeRules& rules,
                              const MimeLimits& limits, MimeStore& store,
                              const MimeAlternative* chosen = nullptr);

// The header of an entity inside a mail.
HeaderBlock readPartHeader(std::string_view bytes, const MimeRules& rules);

}  // namespace weir
