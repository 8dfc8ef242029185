// What there is to learn of one mail, or to judge it by: its tokens and its digests.
//
// A token is a 64-bit hash of a folded word with the place it stands in (text, subject, sender …), of two
// words near each other, or of something about the mail's structure. Only what the sender wrote is looked at,
// nothing that servers add on the way, so that a mail gives the same lesson on the node that receives it and
// later, from a quarantine or a mailbox. Text is what a reader sees (MailContent::text()).
//
// A digest tells near copies: of the text the 32 least hashes of its shingles (runs of three words without
// digits), so that the part of equal minima of two texts is about the part of shingles they share (Broder
// 1997); of an attachment 32 numbers out of its SHA-256, which are all equal or all different.
//
// Linear in what the limits let in, any bytes accepted. A change of what a mail's tokens or digests are is a
// new kTokenizerVersion. Pure but for `content`, which keeps what it read; one mail, one thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <vector>

#include "common/mail/mail_content.h"
#include "common/mail/message.h"

namespace weir {

inline constexpr std::uint32_t kTokenizerVersion = 1;

struct LessonLimits {
    std::size_t textBytes = 64u << 10;     // of the text that are read, for tokens and digest each
    std::size_t headerBytes = 4u << 10;    // of each header value
    std::size_t wordCharacters = 30;       // of a longer word only its length counts
    std::size_t textTokens = 3000;         // different ones: the least, so that equal texts keep equal ones
    std::size_t otherTokens = 500;         // of headers, links, attachments and structure; the first
    std::size_t links = 100;               // different hosts
    std::size_t attachments = 20;          // with a digest, or with tokens of their names
    std::size_t shingles = 20;             // a text with fewer different ones has no digest
    std::uint64_t attachmentBytes = 2048;  // a smaller one has no digest …
    std::uint64_t imageBytes = 16u << 10;  // … nor has a smaller image: logos are in everybody's mail
};

struct FuzzyDigest {
    std::array<std::uint64_t, 32> minima{};
    auto operator<=>(const FuzzyDigest&) const = default;
};
// The part of minima that are equal, 0 to 1.
double likeness(const FuzzyDigest& a, const FuzzyDigest& b);

struct Lesson {
    std::vector<std::uint64_t> tokens;  // rising, different; at most textTokens + otherTokens
    std::vector<FuzzyDigest> digests;   // rising, different; at most attachments + 1
};

// Message and content are of one mail. What the content's reader could not read is missing:
// MailContent::failures().
Lesson lessonOf(const Message& message, MailContent& content);
Lesson lessonOf(const Message& message, MailContent& content, const LessonLimits& limits);

// Its two halves, where only one is needed: digests decode every attachment.
std::vector<std::uint64_t> lessonTokens(const Message& message, MailContent& content,
                                        const LessonLimits& limits = {});
std::vector<FuzzyDigest> lessonDigests(const Message& message, MailContent& content,
                                       const LessonLimits& limits = {});

}  // namespace weir
