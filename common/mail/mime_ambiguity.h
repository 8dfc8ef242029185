// Words for how a mail can be read in two ways, and for what a limit cut off one. Both are facts for rules: a
// word keeps its meaning for ever, and new ones may come.
//
// A mail is ambiguous where two mail clients in use would show different content: then every reading is
// decoded and scanned, and the word says why there is more than one. What all clients read alike is only
// sloppy, and among Message::defects().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace weir {

enum class Ambiguity : std::uint8_t {
    kNone,
    kDuplicateContentType,
    kContradictingType,
    kDuplicateDisposition,
    kDuplicateTransferEncoding,
    kUnknownTransferEncoding,
    kEncodingWithComment,
    kEncodingOnMultipart,
    kEncodingOnMessage,
    kDuplicateBoundaryParameter,
    kBoundaryPrefixOfAnother,
    kBoundaryOverLimit,
    kEmptyBoundary,
    kMissingBoundary,
    kTextAfterLastBoundary,
    kPreambleWithContent,
    kTypeWithComment,
    kTypeWithoutSubtype,
    kEncodedWordInParameter,
    kRfc2231Contradiction,
    kSeveralNames,
    kNulInHeader,
    kBareCr,
    kMixedLineEnds,
    kOddFolding,
    kSpaceBeforeColon,
    kOddHeaderName,
    kHeaderLineWithoutColon,
    kDamagedBase64,
    kDamagedQuotedPrintable,
    kUuencodeInText,
    kYencInText,
    kBinhexInText,
    kMessagePartial,
    kExternalBody,
    kDuplicateFrom,
    kDuplicateSubject,
    kUtf7Charset,
    kUtf16Charset,
    kOddCharset,
};

enum class Cut : std::uint8_t {
    kHeaders,
    kHeaderBytes,
    kParts,
    kDepth,
    kViews,
    kText,
    kAttachments,
    kNames,
    kEncodedMessages,
};

struct MailWord {
    std::string_view word;
    std::string_view meaning;  // one line for people
};

// Every word there is, in the order of the enumerators (Ambiguity without kNone).
std::span<const MailWord> ambiguityWords();
std::span<const MailWord> cutWords();

std::string_view wordOf(Ambiguity ambiguity);  // "" for kNone
std::string_view wordOf(Cut cut);

// A set of either; words() are in the order of the table.
template <class Word>
class WordSet {
  public:
    void add(Word word) { bits_ |= bit(word); }
    void add(const WordSet& other) { bits_ |= other.bits_; }
    bool has(Word word) const { return (bits_ & bit(word)) != 0; }
    bool empty() const { return bits_ == 0; }
    std::vector<std::string_view> words() const {
        std::vector<std::string_view> found;
        for (std::uint8_t i = 0; i < 64; ++i) {
            if (bits_ >> i & 1) found.push_back(wordOf(static_cast<Word>(i)));
        }
        return found;
    }

  private:
    static std::uint64_t bit(Word word) { return std::uint64_t{1} << static_cast<unsigned>(word); }
    std::uint64_t bits_ = 0;
};

using Ambiguities = WordSet<Ambiguity>;
using Cuts = WordSet<Cut>;

}  // namespace weir
