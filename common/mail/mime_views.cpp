#include "common/mail/mime_views.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

#include "common/mail/ascii.h"
#include "common/mail/mime_names.h"
#include "common/mail/mime_parameters.h"
#include "common/mail/mime_scan.h"

namespace weir {
namespace {

constexpr std::size_t kMostReadings = 64;      // entities that are read again
constexpr std::size_t kMostTimesTheMail = 16;  // bytes that are looked at for it
constexpr std::size_t kFewestBytes = 1u << 20;

// Something to be read again.
struct Task {
    std::string_view bytes;
    std::uint32_t depth = 0;
    bool received = true;
    bool inDigest = false;
    bool decoded = false;      // a multipart that was decoded as a whole
    std::uint32_t origin = 0;  // part of the usual reading in which it lies
    MimeRules rules;
    std::optional<MimeAlternative> chosen;
    Ambiguity why = Ambiguity::kNone;
};

// Reasons why a body is something else, so that another text counts as well as another file. With the others
// two clients show more or less of the same text, all of which is looked at.
bool isContradiction(Ambiguity why) {
    switch (why) {
        case Ambiguity::kDuplicateContentType:
        case Ambiguity::kContradictingType:
        case Ambiguity::kDuplicateTransferEncoding:
        case Ambiguity::kUnknownTransferEncoding:
        case Ambiguity::kEncodingWithComment:
        case Ambiguity::kEncodingOnMultipart:
        case Ambiguity::kTypeWithComment:
        case Ambiguity::kEncodedWordInParameter:
        case Ambiguity::kNulInHeader:
            return true;
        default:
            return false;
    }
}

MimeRules with(MimeRules rules, MimeTry what) {
    switch (what) {
        case MimeTry::kLenientHeader:
            rules.header.lenient = true;
            break;
        case MimeTry::kBlankEnds:
            rules.header.blankEnds = true;
            break;
        case MimeTry::kExactNames:
            rules.exactNames = true;
            break;
        case MimeTry::kBareCr:
            rules.header.bareCrEnds = true;
            break;
        case MimeTry::kCrlfOnly:
            rules.header.crlfOnly = true;
            break;
        case MimeTry::kPrefixBoundary:
            rules.prefixBoundary = true;
            break;
        case MimeTry::kReopen:
            rules.reopen = true;
            break;
        case MimeTry::kGuessBoundary:
            rules.guessBoundary = true;
            break;
        case MimeTry::kEmptyBoundary:
            rules.emptyBoundary = true;
            break;
    }
    return rules;
}

Ambiguity reasonOf(MimeTry what, const MimeDoubt& doubt) {
    switch (what) {
        case MimeTry::kLenientHeader:
            return doubt.headerWhy;
        case MimeTry::kBlankEnds:
            return Ambiguity::kOddFolding;
        case MimeTry::kExactNames:
            return Ambiguity::kSpaceBeforeColon;
        case MimeTry::kBareCr:
            return Ambiguity::kBareCr;
        case MimeTry::kCrlfOnly:
            return Ambiguity::kMixedLineEnds;
        case MimeTry::kPrefixBoundary:
            return Ambiguity::kBoundaryPrefixOfAnother;
        case MimeTry::kReopen:
            return Ambiguity::kTextAfterLastBoundary;
        case MimeTry::kGuessBoundary:
            return Ambiguity::kMissingBoundary;
        case MimeTry::kEmptyBoundary:
            return Ambiguity::kEmptyBoundary;
    }
    return Ambiguity::kNone;
}

unsigned bitsOf(const MimeRules& rules) {
    const bool all[] = {rules.header.lenient,  rules.header.blankEnds, rules.header.bareCrEnds,
                        rules.header.crlfOnly, rules.exactNames,       rules.prefixBoundary,
                        rules.reopen,          rules.guessBoundary,    rules.emptyBoundary};
    unsigned bits = 0;
    for (const bool one : all) bits = bits << 1 | (one ? 1u : 0u);
    return bits;
}

bool isMessage(const std::string& type) {
    return type == "message/rfc822" || type == "message/global" || type == "message/news";
}

// A text that is shown as it is received, without a name.
bool isPlainText(const MimePart& part) {
    return !part.container && part.type.starts_with("text/") && part.type != "text/html" &&
           part.encoding == TransferEncoding::kIdentity &&
           dispositionKind(part.disposition) != "attachment" &&
           mimeNames(part.disposition, part.contentType).values.empty();
}

std::string charsetOf(const MimePart& part) {
    return lowered(mimeParameter(MimeField::kContentType, part.contentType, "charset").value_or(""));
}

// What a client offers as a file.
bool isFile(const MimePart& part) {
    const bool shown = part.type.starts_with("text/") || part.type.starts_with("message/");
    return !shown || dispositionKind(part.disposition) == "attachment" ||
           !mimeNames(part.disposition, part.contentType).values.empty();
}

// A line of it begins like the field of a part that is a file.
bool looksLikeFile(std::string_view text) {
    constexpr std::string_view kStart = "Content-";
    constexpr std::size_t kLongestLine = 1000;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view line = text.substr(at, std::min(text.find('\n', at), text.size()) - at);
        if (equalIgnoringCase(line.substr(0, kStart.size()), kStart)) {
            const std::string field = lowered(line.substr(0, kLongestLine));
            const auto holds = [&](const char* what) { return field.find(what) != std::string::npos; };
            const bool shown = holds(" text/") || holds(":text/") || holds("multipart/") || holds("message/");
            if (holds("-disposition:") || (holds("-encoding:") && (holds("base64") || holds("uue"))) ||
                (holds("-type:") && (!shown || holds("name")))) {
                return true;
            }
        }
        at += line.size() + 1;
    }
    return false;
}

bool contains(std::string_view text, std::string_view wanted) {
    return findText(text, wanted) != std::string_view::npos;
}

class Views {
  public:
    Views(MimeTree& tree, std::string_view mail, const MimeLimits& limits, MimeStore& store)
        : tree_(tree), limits_(limits), store_(store), usual_(tree.parts.size()) {
        bytesLeft_ = std::max(mail.size(), kFewestBytes) * kMostTimesTheMail;
        for (std::size_t i = 0; i < usual_; ++i) remember(tree.parts[i]);
    }

    void read(const std::vector<MimeDoubt>& doubts) {
        Task usual;
        follow(tree_.parts, doubts, usual);
        for (; !tasks_.empty(); tasks_.pop_front()) {
            if (done_++ >= kMostReadings || !take(tasks_.front().bytes.size())) {
                tree_.cuts.add(Cut::kViews);
                return;
            }
            readAgain(tasks_.front());
        }
    }

  private:
    // Pointers as numbers: the parts may lie in different texts.
    using Key = std::tuple<std::uintptr_t, std::size_t, TransferEncoding, std::string, std::uintptr_t,
                           std::uintptr_t>;

    static std::uintptr_t place(std::string_view text) {
        return reinterpret_cast<std::uintptr_t>(text.data());
    }

    static Key keyOf(const MimePart& part) {
        const std::string_view body = trimmed(part.body);
        return {place(body),
                body.size(),
                part.encoding,
                part.type,
                place(part.contentType),
                place(part.disposition)};
    }

    bool take(std::size_t bytes) {
        if (bytes > bytesLeft_) return false;
        bytesLeft_ -= bytes;
        return true;
    }

    void remember(const MimePart& part) {
        if (part.container) return;
        known_.insert(keyOf(part));
        if (isPlainText(part)) cover(covered_[charsetOf(part)], trimmed(part.body));
    }

    // Ranges that do not touch one another, by their start.
    using Ranges = std::map<std::uintptr_t, std::uintptr_t>;

    static void cover(Ranges& ranges, std::string_view text) {
        std::uintptr_t start = place(text), end = start + text.size();
        auto next = ranges.upper_bound(start);
        if (next != ranges.begin() && std::prev(next)->second >= start) --next;
        while (next != ranges.end() && next->first <= end) {
            start = std::min(start, next->first);
            end = std::max(end, next->second);
            next = ranges.erase(next);
        }
        ranges.emplace(start, end);
    }

    void readAgain(const Task& task) {
        const HeaderBlock header = readPartHeader(task.bytes, task.rules);
        MimeReading reading =
            readMimeStructure({task.bytes, task.depth, task.received, task.inDigest}, header, task.rules,
                              limits_, store_, task.chosen ? &*task.chosen : nullptr);
        tree_.cuts.add(reading.cuts);
        // A second boundary that divides the body: even when all the pieces are known.
        if (task.why == Ambiguity::kDuplicateBoundaryParameter && reading.parts.size() > 1) {
            tree_.ambiguities.add(task.why);
        }
        const std::size_t before = tree_.parts.size();
        for (const MimePart& part : reading.parts) {
            if (!part.container) offer(part, task.why, task.origin);
        }
        if (tree_.parts.size() > before) tree_.ambiguities.add(reading.ambiguities);
        follow(reading.parts, reading.doubts, task);
    }

    // What the doubts of a reading lead to: parts at once, or tasks. By index: the tree's own parts grow.
    void follow(const std::vector<MimePart>& parts, const std::vector<MimeDoubt>& doubts, const Task& task) {
        for (const MimeDoubt& doubt : doubts) {
            const MimePart part = parts[doubt.part];
            const std::uint32_t origin = &parts == &tree_.parts ? doubt.part : task.origin;
            Task again{part.whole, part.depth, part.received, doubt.inDigest,  task.decoded,
                       origin,     task.rules, std::nullopt,  Ambiguity::kNone};
            followTypes(part, doubt, again);
            followEncodings(part, doubt, again, doubt.part == 0 && task.decoded);
            if (!part.container) followLeaf(part, doubt, origin);
            for (std::uint8_t i = 0; i < kMimeTries; ++i) {
                if (!(doubt.tries >> i & 1)) continue;
                const auto what = static_cast<MimeTry>(i);
                Task next = again;
                next.rules = with(task.rules, what);
                next.why = task.why == Ambiguity::kNone ? reasonOf(what, doubt) : task.why;
                plan(std::move(next));
            }
            offerOutside(part, doubt.preamble, Ambiguity::kPreambleWithContent, origin);
            offerOutside(part, doubt.epilogue, Ambiguity::kTextAfterLastBoundary, origin);
        }
    }

    void followTypes(const MimePart& part, const MimeDoubt& doubt, const Task& again) {
        for (const MimeAlternative& other : doubt.alternatives) {
            const bool multipart = other.type.starts_with("multipart/");
            if (multipart || isMessage(other.type)) {
                if (multipart && !(take(part.body.size()) && contains(part.body, "--" + other.boundary))) {
                    continue;
                }
                Task next = again;
                next.chosen = other;
                next.why = other.why;
                plan(std::move(next));
                continue;
            }
            MimePart leaf = part;
            leaf.container = false;
            leaf.type = other.type;
            leaf.contentType = other.field;
            offer(leaf, other.why, again.origin);
            for (const EncodingReading& encoding : doubt.encodings) {
                leaf.encoding = encoding.encoding;
                offer(leaf, other.why, again.origin);
            }
        }
    }

    void followEncodings(const MimePart& part, const MimeDoubt& doubt, const Task& again, bool decoded) {
        const bool multipart = mediaType(part.contentType).starts_with("multipart/");
        for (const EncodingReading& reading : doubt.encodings) {
            if (multipart) {
                if (!decoded) planDecoded(part, reading.encoding, again);
            } else if (!part.container) {
                MimePart leaf = part;
                leaf.encoding = reading.encoding;
                offer(leaf, reading.why, again.origin);
            }
        }
    }

    // A multipart decoded as a whole, where that is one.
    void planDecoded(const MimePart& part, TransferEncoding encoding, const Task& again) {
        if (encoding == TransferEncoding::kIdentity) return;
        if (part.whole.size() > store_.budget) {
            tree_.cuts.add(Cut::kEncodedMessages);
            return;
        }
        store_.budget -= part.whole.size();
        std::string& text = store_.texts.emplace_back(part.head);
        text += "\r\n";
        const std::size_t start = text.size();
        decodeTransfer(encoding, part.body, text);
        if (!contains(std::string_view(text).substr(start), "--")) return;
        Task next = again;
        next.bytes = text;
        next.received = false;
        next.decoded = true;
        next.why = Ambiguity::kEncodingOnMultipart;
        plan(std::move(next));
    }

    void followLeaf(const MimePart& part, const MimeDoubt& doubt, std::uint32_t origin) {
        if (doubt.unknownEncoding && looksLikeBase64(part.body)) {
            MimePart leaf = part;
            leaf.encoding = TransferEncoding::kBase64;
            offer(leaf, Ambiguity::kUnknownTransferEncoding, origin);
        }
        for (const std::string_view disposition : doubt.dispositions) {
            MimePart leaf = part;
            leaf.disposition = disposition;
            offer(leaf, Ambiguity::kDuplicateDisposition, origin);
        }
    }

    // Text of a multipart that belongs to no part of it.
    void offerOutside(const MimePart& around, std::string_view text, Ambiguity why, std::uint32_t origin) {
        if (trimmed(text).empty()) return;
        MimePart part;
        part.type = "text/plain";
        part.body = text;
        part.received = around.received;
        part.depth = around.depth + 1;
        if (looksLikeFile(text)) tree_.ambiguities.add(why);
        offer(part, why, origin);
    }

    void plan(Task task) {
        const std::string what =
            task.chosen ? task.chosen->type + '\n' + task.chosen->boundary : std::string();
        const auto field = task.chosen ? place(task.chosen->field) : 0;
        if (!planned_.insert({place(task.bytes), task.bytes.size(), bitsOf(task.rules), field, what}).second)
            return;
        if (planned_.size() > kMostReadings * 4) {
            tree_.cuts.add(Cut::kViews);
            return;
        }
        tasks_.push_back(std::move(task));
    }

    // Adds the leaf when it is not there yet.
    void offer(const MimePart& part, Ambiguity why, std::uint32_t origin) {
        if (tree_.cuts.has(Cut::kViews) || trimmed(part.body).empty()) return;
        if (known_.contains(keyOf(part)) || (!tree_.decoded.empty() && contentKnown(part))) return;
        if (!isPlainText(part)) {
            add(part, why, origin);
            if (isContradiction(why) || isFile(part)) tree_.ambiguities.add(why);
            return;
        }
        const std::vector<std::string_view> pieces = newPieces(part);
        for (const std::string_view piece : pieces) {
            MimePart text = part;
            text.body = piece;
            add(text, why, origin);
        }
        if (!pieces.empty() && isContradiction(why)) tree_.ambiguities.add(why);
    }

    // The same bytes in the same clothes lie somewhere else.
    bool contentKnown(const MimePart& part) {
        for (; indexed_ < tree_.parts.size(); ++indexed_) {
            const MimePart& known = tree_.parts[indexed_];
            if (!known.container) byContent_.emplace(trimmed(known.body), indexed_);
        }
        const auto [first, last] = byContent_.equal_range(trimmed(part.body));
        return std::any_of(first, last, [&](const auto& found) {
            const MimePart& known = tree_.parts[found.second];
            return known.type == part.type && known.encoding == part.encoding &&
                   known.contentType == part.contentType && known.disposition == part.disposition;
        });
    }

    // What of a text is in no text known yet.
    std::vector<std::string_view> newPieces(const MimePart& part) {
        std::vector<std::string_view> pieces;
        const std::string_view text = trimmed(part.body);
        const std::uintptr_t start = place(text), end = start + text.size();
        const auto add = [&](std::uintptr_t from, std::uintptr_t to) {
            const std::string_view piece = trimmed(text.substr(from - start, to - from));
            if (!piece.empty()) pieces.push_back(piece);
        };
        const Ranges& ranges = covered_[charsetOf(part)];
        std::uintptr_t at = start;
        auto next = ranges.upper_bound(start);
        if (next != ranges.begin()) at = std::clamp(std::prev(next)->second, start, end);
        for (; next != ranges.end() && next->first < end; ++next) {
            add(at, next->first);
            at = std::min(next->second, end);
        }
        if (at < end) add(at, end);
        return pieces;
    }

    void add(MimePart part, Ambiguity why, std::uint32_t origin) {
        if (tree_.parts.size() - usual_ >= limits_.views) {
            tree_.cuts.add(Cut::kViews);
            return;
        }
        remember(part);
        part.view = wordOf(why);
        part.whole = part.delimiter = part.closing = {};
        part.parent = around(part, origin);
        tree_.parts.push_back(std::move(part));
    }

    // The innermost part of the usual reading that the bytes lie in.
    std::uint32_t around(const MimePart& part, std::uint32_t origin) const {
        const std::uintptr_t start = place(part.body), end = start + part.body.size();
        for (std::size_t i = usual_; i-- > 0;) {
            const std::string_view whole = tree_.parts[i].whole;
            if (place(whole) <= start && end <= place(whole) + whole.size())
                return static_cast<std::uint32_t>(i);
        }
        return origin;
    }

    MimeTree& tree_;
    const MimeLimits& limits_;
    MimeStore& store_;
    const std::size_t usual_;
    std::size_t bytesLeft_ = 0, done_ = 0;
    std::deque<Task> tasks_;
    std::set<std::tuple<std::uintptr_t, std::size_t, unsigned, std::uintptr_t, std::string>> planned_;
    std::set<Key> known_;
    std::unordered_multimap<std::string_view, std::size_t> byContent_;
    std::size_t indexed_ = 0;                // parts that are in it
    std::map<std::string, Ranges> covered_;  // by text that is known, for each charset
};

}  // namespace

void addMimeViews(MimeTree& tree, const std::vector<MimeDoubt>& doubts, std::string_view mail,
                  const MimeLimits& limits, MimeStore& store) {
    Views(tree, mail, limits, store).read(doubts);
}

}  // namespace weir
