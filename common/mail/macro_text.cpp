#include "common/mail/macro_text.h"

#include <algorithm>
#include <array>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/html_disarm_text.h"
#include "common/mail/macro_html.h"

namespace weir {
namespace {

constexpr std::array kTable = std::to_array<MacroEntry>({
    {Macro::kSender, "sender", "Envelope sender; \"<>\" for the null sender."},
    {Macro::kSenderDomain, "sender.domain", "Domain of the envelope sender."},
    {Macro::kRecipient, "recipient", "Envelope recipient; of several the first."},
    {Macro::kRecipientDomain, "recipient.domain", "Domain of the recipient."},
    {Macro::kRecipients, "recipients", "All envelope recipients that get this copy, parted by commas."},
    {Macro::kFrom, "from", "Header From."},
    {Macro::kTo, "to", "Header To."},
    {Macro::kSubject, "subject", "Header Subject."},
    {Macro::kMessageId, "message-id", "Header Message-ID."},
    {Macro::kDate, "date", "Day and time of the mail's arrival, as in a Date header."},
    {Macro::kTime, "time", "Time of the mail's arrival, 2026-11-21T20:42:52Z."},
    {Macro::kQueueId, "queue-id", "Postfix's queue id."},
    {Macro::kDirection, "direction", "Inbound or outbound."},
    {Macro::kSize, "size", "Size of the mail in bytes."},
    {Macro::kClientAddress, "client.address", "Address of the client."},
    {Macro::kClientName, "client.name", "Verified name of the client."},
    {Macro::kClientCountry, "client.country", "Country of the client's network, two letters."},
    {Macro::kHelo, "helo", "Name the client gave."},
    {Macro::kUser, "user", "Authenticated user."},
    {Macro::kRule, "rule", "Id of the rule."},
    {Macro::kRuleName, "rule.name", "Name of the rule."},
    {Macro::kQueue, "queue", "Quarantine queue."},
    {Macro::kScore, "score", "Score of the mail."},
    {Macro::kVirus, "virus", "Name of the virus."},
    {Macro::kAttachments, "attachments", "Names of the attachments, parted by commas."},
    {Macro::kSpf, "spf", "Result of SPF."},
    {Macro::kDkim, "dkim", "Result of DKIM."},
    {Macro::kDmarc, "dmarc", "Result of DMARC."},
    {Macro::kFileName, "file.name", "Name of the removed file.", true},
    {Macro::kFileType, "file.type", "Type of the removed file.", true},
    {Macro::kFileSize, "file.size", "Size of the removed file in bytes.", true},
    {Macro::kFileReason, "file.reason", "Why the file was removed.", true},
});
static_assert(kTable.size() == static_cast<std::size_t>(Macro::kCount));
static_assert([] {
    for (std::size_t i = 0; i < kTable.size(); ++i) {
        if (kTable[i].macro != static_cast<Macro>(i)) return false;
    }
    return true;
}());

std::string knownNames(bool ofFile) {
    std::string names;
    for (const MacroEntry& entry : kTable) {
        if (entry.ofFile && !ofFile) continue;
        names += names.empty() ? "" : ", ";
        names += entry.name;
    }
    return names;
}

const MacroEntry* findMacro(std::string_view name) {
    const auto found =
        std::find_if(kTable.begin(), kTable.end(), [&](const MacroEntry& e) { return e.name == name; });
    return found == kTable.end() ? nullptr : &*found;
}

bool isLineEnd(char32_t code) {
    return (code >= '\t' && code <= '\r') || code == 0x85 || code == 0x2028 || code == 0x2029;
}

// Controls, and what turns the direction of the text around it.
bool isHidden(char32_t code) {
    return code < ' ' || (code >= 0x7F && code < 0xA0) || code == 0x200E || code == 0x200F ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF ||
           code == 0x061C;
}

bool oneLine(MacroPlace place) {
    return place == MacroPlace::kHeader || place == MacroPlace::kReply;
}

}  // namespace

std::span<const MacroEntry> macroTable() {
    return kTable;
}

std::string macroValue(std::string_view value, MacroPlace place, std::size_t bytes) {
    constexpr std::string_view kCut = "...";
    std::string valid;
    if (!appendUtf8(valid, value, "utf-8", bytes)) {
        valid.resize(cutUtf8(valid, bytes - std::min(bytes, kCut.size())).size());
        valid += kCut;
    }
    std::string out;
    std::string_view rest = valid;
    while (!rest.empty()) {
        const std::size_t length = utf8Length(rest, 0);
        const char32_t code = utf8CodePoint(rest, 0, length);
        if (isLineEnd(code)) {
            out += ' ';
        } else if (place == MacroPlace::kReply) {
            out += code >= ' ' && code <= '~' ? static_cast<char>(code) : '?';
        } else {
            out += isHidden(code) ? kReplacementCharacter : rest.substr(0, length);
        }
        rest.remove_prefix(length);
    }
    return place == MacroPlace::kHtml ? htmlEscaped(out) : out;
}

Expected<MacroText> MacroText::parse(std::string_view text, std::string where, MacroPlace place, bool ofFile,
                                     const MacroLimits& limits) {
    if (text.size() > limits.textBytes) {
        return problem(std::move(where),
                       "the text is longer than " + std::to_string(limits.textBytes) + " bytes");
    }
    if (!isValidUtf8(text)) return problem(std::move(where), "the text is not valid UTF-8");
    const bool controls = std::any_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
    if (oneLine(place) && controls) {
        return problem(std::move(where), "the text must be one line without control characters");
    }
    if (place == MacroPlace::kReply && !isAscii(text)) {
        return problem(std::move(where), "the text of an SMTP reply must be ASCII");
    }
    MacroText parsed;
    parsed.source_ = text;
    parsed.place_ = place;
    std::vector<std::size_t> places;  // of the macros, in the source
    Piece piece;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t dollar = std::min(rest.find('$'), rest.size());
        piece.text += rest.substr(0, dollar);
        rest.remove_prefix(dollar);
        if (!rest.starts_with("${")) {
            if (!rest.empty()) piece.text += '$';
            rest.remove_prefix(std::min<std::size_t>(rest.starts_with("$$") ? 2 : 1, rest.size()));
            continue;
        }
        const std::size_t end = rest.find('}');
        if (end == std::string_view::npos) {
            return problem(std::move(where), "\"${\" is not closed by \"}\" (a dollar is written \"$$\")");
        }
        const std::string_view name = rest.substr(2, end - 2);
        const MacroEntry* entry = findMacro(name);
        if (!entry) {
            return problem(std::move(where), "\"${" + std::string(name.substr(0, 60)) +
                                                 "}\" is no macro; known are " + knownNames(ofFile));
        }
        if (entry->ofFile && !ofFile) {
            return problem(std::move(where), "\"${" + std::string(name) +
                                                 "}\" has a value only in the notice of a removed file");
        }
        if (places.size() >= limits.macros) {
            return problem(std::move(where), "more than " + std::to_string(limits.macros) + " macros");
        }
        places.push_back(text.size() - rest.size());
        piece.macro = entry->macro;
        parsed.pieces_.push_back(std::move(piece));
        piece = {};
        rest.remove_prefix(end + 1);
    }
    if (!piece.text.empty()) parsed.pieces_.push_back(std::move(piece));
    if (place == MacroPlace::kHtml) {
        if (std::string why = macroPlaceProblem(text, places); !why.empty())
            return problem(std::move(where), std::move(why));
    }
    return parsed;
}

bool MacroText::uses(Macro macro) const {
    return std::any_of(pieces_.begin(), pieces_.end(), [&](const Piece& p) { return p.macro == macro; });
}

std::string MacroText::expand(const MacroValues& values, const MacroExpansion& limits) const {
    std::string out;
    for (const Piece& piece : pieces_) {
        out += piece.text;
        if (piece.macro == Macro::kCount || !values) continue;
        const std::string value = macroValue(values(piece.macro), place_, limits.valueBytes);
        if (out.size() + value.size() <= limits.totalBytes) out += value;
    }
    return out;
}

}  // namespace weir
