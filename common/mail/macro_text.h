// Texts that an administrator writes, with macros: headers, replies, notices, disclaimers, notifications.
//
// "${sender}" stands for a value of the mail, "$$" for a dollar. A text is parsed when the policy is, so that
// a macro that does not exist is found then; it is expanded for each mail. Values come from mail and are
// hostile: what would leave its place (line ends, control and bidirectional characters, markup) is made
// harmless for the place in which the text stands. Pure functions, thread-safe, linear.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"

namespace weir {

enum class Macro : std::uint8_t {
    kSender,
    kSenderDomain,
    kRecipient,
    kRecipientDomain,
    kRecipients,
    kFrom,
    kTo,
    kSubject,
    kMessageId,
    kDate,
    kTime,
    kQueueId,
    kDirection,
    kSize,
    kClientAddress,
    kClientName,
    kClientCountry,
    kHelo,
    kUser,
    kRule,
    kRuleName,
    kQueue,
    kScore,
    kVirus,
    kAttachments,
    kSpf,
    kDkim,
    kDmarc,
    kFileName,
    kFileType,
    kFileSize,
    kFileReason,
    kCount
};

struct MacroEntry {
    Macro macro;
    std::string_view name;  // as written between "${" and "}"
    std::string_view help;  // one line, for the schema and the console
    bool ofFile = false;    // has a value only in the notice of a stripped attachment
};

// All of them, in the order of Macro.
std::span<const MacroEntry> macroTable();

// Where an expanded text stands, and what its values may hold there.
enum class MacroPlace {
    kHeader,  // header value, one line of UTF-8 (encodeHeaderText() writes it)
    kReply,   // SMTP reply text: printable ASCII, one line; what is not ASCII is "?"
    kPlain,   // plain text: lines are the text's own, values have none
    kHtml     // HTML: values are escaped, for text and quoted attribute values
};

struct MacroLimits {
    std::size_t textBytes = 64u << 10;
    std::size_t macros = 200;
};

struct MacroExpansion {
    std::size_t valueBytes = 1000;        // of one value; what is cut ends with "..."
    std::size_t totalBytes = 256u << 10;  // values that no longer fit are left out
};

// The value of a macro for this mail, any bytes; "" for none. May be empty itself: then all values are "".
using MacroValues = std::function<std::string(Macro)>;

class MacroText {
  public:
    MacroText() = default;

    // Problem: an unknown macro (the known ones are named), one of a file where `ofFile` is false, "${" that
    // is not closed, invalid UTF-8, over a limit; for kHtml a macro where markup reads it as something else
    // than text: in a tag outside of quotes, in an event handler or style, at the front of an address, in
    // <script>, <style> or a comment; control characters in a kHeader or kReply text, and what is not ASCII
    // in the latter.
    static Expected<MacroText> parse(std::string_view text, std::string where, MacroPlace place,
                                     bool ofFile = false, const MacroLimits& limits = {});

    bool empty() const { return pieces_.empty(); }
    bool uses(Macro macro) const;
    // As it was parsed.
    const std::string& source() const { return source_; }
    std::string expand(const MacroValues& values, const MacroExpansion& limits = {}) const;

  private:
    struct Piece {
        std::string text;             // before the macro
        Macro macro = Macro::kCount;  // kCount: none follows
    };
    std::string source_;
    MacroPlace place_ = MacroPlace::kPlain;
    std::vector<Piece> pieces_;
};

// One value as it may stand in such a text: valid UTF-8 of at most `bytes`, line ends as spaces, other
// control characters and those that change the direction of text as U+FFFD ("?" in a reply).
std::string macroValue(std::string_view value, MacroPlace place, std::size_t bytes = 1000);

}  // namespace weir
