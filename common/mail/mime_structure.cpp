#include "common/mail/mime_structure.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "common/mail/ascii.h"
#include "common/mail/mime_parameters.h"
#include "common/mail/mime_scan.h"

namespace weir {
namespace {

constexpr std::size_t kMostDefects = 100;
constexpr int kMostGuesses = 10;  // each may read the whole mail
constexpr HeaderLimits kPartHeaderLimits = {.fields = 200, .bytes = 256u << 10};

// What programs write before the first part for those who cannot read it.
constexpr std::string_view kUsualNotes[] = {
    "this is a multi-part message in mime format.", "this is a multi-part message in mime format",
    "this is a multipart message in mime format.",  "this is a multipart message in mime format",
    "this is a mime-encapsulated message",          "this is a mime-encapsulated message.",
};

bool isUsualNote(std::string_view text) {
    return std::any_of(std::begin(kUsualNotes), std::end(kUsualNotes),
                       [&](std::string_view note) { return equalIgnoringCase(note, text); });
}

struct Container {
    std::optional<std::string> boundary;  // none for message/rfc822
    std::uint32_t part;                   // index
    std::size_t bodyStart;
    bool digest = false;   // parts without a type are messages
    bool entered = false;  // its first boundary was seen
    bool closed = false;   // its last boundary was seen: an epilogue
};

// A line that may be a boundary.
struct DashLine {
    std::size_t start = 0, end = 0;  // of the line, and after its line end
    bool afterCr = false;            // the line before it ends with CR alone
    bool afterLf = false;            // with LF alone
};

class Pass {
  public:
    Pass(MimeReading& reading, const MimeRules& rules, const MimeLimits& limits, MimeStore& store)
        : reading_(reading), rules_(rules), limits_(limits), store_(store) {}

    void read(const MimeEntity& entity, const HeaderBlock& header, const MimeAlternative* chosen) {
        readEntity(entity, header, kNoPart, chosen);
        readEncoded();
    }

  private:
    void readEntity(const MimeEntity& entity, const HeaderBlock& header, std::uint32_t parent,
                    const MimeAlternative* chosen) {
        text_ = entity.bytes;
        outermost_ = parent;
        baseDepth_ = entity.depth;
        received_ = entity.received;
        crlf_ = header.crlf;
        entityNext_ = false;
        std::size_t offset = openEntity(header, 0, std::string_view(), entity.inDigest, chosen);
        while (offset < text_.size() && !full_)
            offset = entityNext_ ? enter(offset, {}, false) : passLine(offset);
        closeDownTo(0, text_.size());
    }

    // Messages inside encoded parts: some clients open them, so their parts are looked at too, against the
    // same limits. The budget keeps a chain of them from costing more than the mail itself.
    void readEncoded() {
        for (std::size_t i = 0; i < encoded_.size(); ++i) {
            const MimePart part = parts()[encoded_[i]];
            if (full_ || part.body.size() > store_.budget) {
                defect("encoded messages left out");
                cut(Cut::kEncodedMessages);
                return;
            }
            store_.budget -= part.body.size();
            std::string& inner = store_.texts.emplace_back();
            decodeTransfer(part.encoding, part.body, inner);
            readEntity({inner, part.depth + 1, false, false}, readPartHeader(inner, rules_), encoded_[i],
                       nullptr);
        }
    }

    std::vector<MimePart>& parts() { return reading_.parts; }
    std::uint32_t nextPart() const { return static_cast<std::uint32_t>(reading_.parts.size()); }
    std::size_t depth() const { return baseDepth_ + stack_.size(); }
    std::string partName() const { return "part " + std::to_string(reading_.parts.size() + 1); }
    void cut(Cut what) { reading_.cuts.add(what); }

    void defect(std::string text) {
        std::vector<std::string>& defects = reading_.defects;
        if (defects.size() >= kMostDefects) return;
        if (std::find(defects.begin(), defects.end(), text) == defects.end()) {
            defects.push_back(std::move(text));
        }
    }

    // What is to be looked at again in that part.
    MimeDoubt& doubt(std::uint32_t part) {
        std::vector<MimeDoubt>& doubts = reading_.doubts;
        const auto at =
            std::lower_bound(doubts.begin(), doubts.end(), part,
                             [](const MimeDoubt& d, std::uint32_t index) { return d.part < index; });
        if (at != doubts.end() && at->part == part) return *at;
        MimeDoubt added;
        added.part = part;
        return *doubts.insert(at, std::move(added));
    }
    void tryLater(std::uint32_t part, MimeTry what) {
        MimeDoubt& added = doubt(part);
        added.tries = static_cast<std::uint16_t>(added.tries | 1u << static_cast<unsigned>(what));
    }

    // Records the entity whose header begins at `start`; returns where reading goes on.
    std::size_t openEntity(const HeaderBlock& header, std::size_t start, std::string_view delimiter,
                           bool inDigest, const MimeAlternative* chosen) {
        const std::size_t bodyStart = start + header.bodyStart;
        MimeContent content =
            readMimeContent(header.fields, {rules_.exactNames, rules_.header.lenient}, store_.texts);
        noteHeader(header, content);
        MimePart part;
        part.contentType = chosen ? chosen->field : content.typeField;
        part.disposition = content.disposition;
        part.encoding = content.encoding;
        part.head = text_.substr(start, header.size);
        part.whole = text_.substr(start, header.bodyStart);
        part.delimiter = delimiter;
        part.received = received_;
        part.depth = static_cast<std::uint32_t>(depth());
        part.parent = stack_.empty() ? outermost_ : stack_.back().part;
        part.type = chosen ? chosen->type : content.type;
        if (part.type.empty()) {
            if (part.contentType.data()) defect(partName() + " has a malformed type");
            part.type = inDigest && !part.contentType.data() ? "message/rfc822" : "text/plain";
        }
        if (!chosen) noteReadings(content, part.type);
        if (inDigest && !reading_.doubts.empty() && reading_.doubts.back().part == nextPart()) {
            reading_.doubts.back().inDigest = true;
        }
        if (part.type.starts_with("multipart/")) return openMultipart(std::move(part), bodyStart, chosen);
        if (part.type == "message/rfc822" || part.type == "message/global" || part.type == "message/news") {
            return openMessage(std::move(part), bodyStart, chosen);
        }
        if (part.type == "message/partial") reading_.ambiguities.add(Ambiguity::kMessagePartial);
        if (part.type == "message/external-body") reading_.ambiguities.add(Ambiguity::kExternalBody);
        openLeaf(std::move(part), bodyStart);
        return bodyStart;
    }

    void noteHeader(const HeaderBlock& header, const MimeContent& content) {
        if (header.overFields || header.overBytes || content.cut) {
            defect(partName() + " has a header over the limit");
            if (header.overBytes) cut(Cut::kHeaderBytes);
            if (header.overFields || content.cut) cut(Cut::kHeaders);
        }
        if (content.twice) defect(partName() + " has a content field twice");
        if (header.nul) {
            defect(partName() + " has a NUL in its header");
            reading_.ambiguities.add(Ambiguity::kNulInHeader);
        }
        if (!(header.badLine || header.indented || header.blankLine || header.bareCr || header.bareLf ||
              content.spaced)) {
            return;
        }
        const std::uint32_t part = nextPart();
        if ((header.badLine || header.indented) && !rules_.header.lenient) {
            tryLater(part, MimeTry::kLenientHeader);
            doubt(part).headerWhy = header.indented  ? Ambiguity::kOddFolding
                                    : header.oddName ? Ambiguity::kOddHeaderName
                                                     : Ambiguity::kHeaderLineWithoutColon;
        }
        if (header.blankLine && !rules_.header.blankEnds) tryLater(part, MimeTry::kBlankEnds);
        if (header.bareCr && !rules_.header.bareCrEnds) tryLater(part, MimeTry::kBareCr);
        if (header.bareLf && !rules_.header.crlfOnly) tryLater(part, MimeTry::kCrlfOnly);
        if (content.spaced && !rules_.exactNames) tryLater(part, MimeTry::kExactNames);
    }

    // The types and encodings that the entity has for other clients.
    void noteReadings(MimeContent& content, const std::string& type) {
        const bool container = type.starts_with("multipart/");
        const bool encodedContainer = container && content.encoding != TransferEncoding::kIdentity;
        if (content.otherTypes.empty() && content.otherEncodings.empty() &&
            content.otherDispositions.empty() && !content.unknownEncoding && !encodedContainer) {
            return;
        }
        MimeDoubt& noted = doubt(nextPart());
        for (TypeReading& other : content.otherTypes) {
            if (!other.type.starts_with("multipart/")) {
                noted.alternatives.push_back({other.field, std::move(other.type), {}, other.why});
                continue;
            }
            for (std::string& boundary : readBoundaries(other.field).values) {
                noted.alternatives.push_back({other.field, other.type, std::move(boundary), other.why});
            }
        }
        noted.encodings = std::move(content.otherEncodings);
        if (encodedContainer) {
            noted.encodings.push_back({content.encoding, Ambiguity::kEncodingOnMultipart});
        }
        noted.dispositions = std::move(content.otherDispositions);
        noted.unknownEncoding = content.unknownEncoding;
    }

    // The boundary that counts here. The others are noted.
    std::optional<std::string> boundaryOf(const MimePart& part, std::size_t bodyStart) {
        MimeBoundaries boundaries = readBoundaries(part.contentType);
        std::vector<std::string>& values = boundaries.values;
        if (boundaries.overLimit) {
            defect(partName() + " has a boundary over the limit");
            reading_.ambiguities.add(Ambiguity::kBoundaryOverLimit);
        }
        const auto holds = [&](char c) { return part.contentType.find(c) != std::string_view::npos; };
        const Ambiguity why = boundaries.encodedWord ? Ambiguity::kEncodedWordInParameter
                              : holds('\0')          ? Ambiguity::kNulInHeader
                              : holds('(')           ? Ambiguity::kTypeWithComment
                                                     : Ambiguity::kDuplicateBoundaryParameter;
        for (std::size_t i = 1; i < values.size(); ++i) {
            doubt(nextPart())
                .alternatives.push_back({part.contentType, part.type, std::move(values[i]), why});
        }
        if (rules_.guessBoundary && (parts().empty() || values.empty())) return guessedBoundary(bodyStart);
        if (!values.empty()) return std::move(values.front());
        if (boundaries.given && rules_.emptyBoundary) return std::string();
        if (boundaries.given) tryLater(nextPart(), MimeTry::kEmptyBoundary);
        return std::nullopt;
    }

    // What follows the dashes of the first line like a boundary that a header follows.
    std::optional<std::string> guessedBoundary(std::size_t bodyStart) {
        std::size_t offset = ++guesses_ > kMostGuesses ? text_.size() : bodyStart;
        while ((offset = findDashes(text_, offset)) < text_.size()) {
            const HeaderLine line = lineAt(text_, offset, rules_.header);
            const std::string_view boundary = trimmed(line.text.substr(2));
            const std::string_view next =
                line.next < text_.size() ? lineAt(text_, line.next, rules_.header).text : std::string_view();
            const std::size_t colon = next.find(':');
            if (!boundary.empty() && colon != std::string_view::npos && isHeaderName(next.substr(0, colon))) {
                return std::string(boundary);
            }
            offset = line.next;
        }
        return std::nullopt;
    }

    std::size_t openMultipart(MimePart part, std::size_t bodyStart, const MimeAlternative* chosen) {
        std::optional<std::string> boundary =
            chosen && !chosen->boundary.empty() ? chosen->boundary : boundaryOf(part, bodyStart);
        if (!boundary || depth() >= limits_.depth) {
            if (depth() >= limits_.depth) {
                overDepth();
            } else {
                defect(partName() + " is a multipart without boundary");
                if (!rules_.guessBoundary) tryLater(nextPart(), MimeTry::kGuessBoundary);
            }
            part.type = "text/plain";
            openLeaf(std::move(part), bodyStart);
            return bodyStart;
        }
        part.container = true;
        const bool digest = part.type == "multipart/digest";
        stack_.push_back({std::move(boundary), nextPart(), bodyStart, digest});
        parts().push_back(std::move(part));
        return bodyStart;
    }

    void overDepth() {
        defect("nesting over " + std::to_string(limits_.depth));
        cut(Cut::kDepth);
    }

    std::size_t openMessage(MimePart part, std::size_t bodyStart, const MimeAlternative* chosen) {
        if (depth() >= limits_.depth) {
            overDepth();
            part.type = "text/plain";
            openLeaf(std::move(part), bodyStart);
            return bodyStart;
        }
        const bool asItIs = chosen && chosen->why == Ambiguity::kEncodingOnMessage;
        if (part.encoding != TransferEncoding::kIdentity && !asItIs) {
            encoded_.push_back(nextPart());
            if (part.encoding == TransferEncoding::kQuotedPrintable) {
                doubt(nextPart())
                    .alternatives.push_back({part.contentType, part.type, {}, Ambiguity::kEncodingOnMessage});
            }
            openLeaf(std::move(part), bodyStart);
            return bodyStart;
        }
        part.container = true;
        stack_.push_back({std::nullopt, nextPart(), bodyStart});
        parts().push_back(std::move(part));
        entityNext_ = true;
        return bodyStart;
    }

    void openLeaf(MimePart part, std::size_t bodyStart) {
        leafOpen_ = true;
        leafStart_ = bodyStart;
        parts().push_back(std::move(part));
    }

    // An entity begins at `offset`: its header, then what it is.
    std::size_t enter(std::size_t offset, std::string_view delimiter, bool inDigest) {
        entityNext_ = false;
        if (parts().size() >= limits_.parts) {
            defect("parts over " + std::to_string(limits_.parts));
            cut(Cut::kParts);
            full_ = true;
            return offset;
        }
        return openEntity(readPartHeader(text_.substr(offset), rules_), offset, delimiter, inDigest, nullptr);
    }

    // Looks for the next line at or after `offset` that may be a boundary, and at it; returns where the one
    // after it begins.
    std::size_t passLine(std::size_t offset) {
        DashLine line;
        line.start = findDashes(text_, offset);
        if (line.start >= text_.size()) return text_.size();
        const std::string_view before = text_.substr(0, line.start);
        line.afterCr = before.ends_with('\r');
        line.afterLf = before.ends_with('\n') && !before.ends_with("\r\n");
        const HeaderLine found = lineAt(text_, line.start, rules_.header);
        line.end = found.next;
        if (line.afterLf && rules_.header.crlfOnly) return line.end;
        const std::string_view text = rightTrimmed(found.text.substr(2));
        std::optional<std::size_t> inexact;  // the innermost whose boundary the line begins with
        for (std::size_t i = stack_.size(); i-- > 0;) {
            const std::optional<std::string>& boundary = stack_[i].boundary;
            if (!boundary || !text.starts_with(*boundary)) continue;
            const std::string_view after = text.substr(boundary->size());
            const bool exact = after.empty() || after == "--";
            if (!exact && !(rules_.prefixBoundary && !boundary->empty())) {
                if (!inexact && !stack_[i].closed && !boundary->empty()) inexact = i;
                continue;
            }
            if (line.afterCr && !rules_.header.bareCrEnds) {
                tryLater(stack_[i].part, MimeTry::kBareCr);
                return line.end;
            }
            if (line.afterLf && crlf_) tryLater(stack_[i].part, MimeTry::kCrlfOnly);
            if (stack_[i].closed && !rules_.reopen) {
                tryLater(stack_[i].part, MimeTry::kReopen);
                continue;
            }
            return passBoundary(i, line, after.starts_with("--"));
        }
        if (inexact) noteInexact(stack_[*inexact], text);
        return line.end;
    }

    static std::string_view rightTrimmed(std::string_view text) {
        while (!text.empty() && isAsciiSpace(text.back())) text.remove_suffix(1);
        return text;
    }

    // A line that begins with a boundary and goes on.
    void noteInexact(const Container& container, std::string_view text) {
        const std::string_view after = text.substr(container.boundary->size());
        const bool bareCr = after.front() == '\r' || after.starts_with("--\r");
        tryLater(container.part, bareCr ? MimeTry::kBareCr : MimeTry::kPrefixBoundary);
    }

    std::size_t passBoundary(std::size_t level, const DashLine& line, bool last) {
        const std::size_t contentEnd = endBefore(line.start);
        if (!stack_[level].entered) notePreamble(stack_[level], contentEnd);
        stack_[level].entered = true;
        closeDownTo(level + 1, contentEnd);
        const std::string_view boundaryLine = text_.substr(contentEnd, line.end - contentEnd);
        if (!last) return enter(line.end, boundaryLine, stack_[level].digest);
        stack_[level].closed = true;
        parts()[stack_[level].part].closing = boundaryLine;
        return line.end;
    }

    void notePreamble(const Container& container, std::size_t end) {
        if (end <= container.bodyStart) return;
        const std::string_view preamble = text_.substr(container.bodyStart, end - container.bodyStart);
        const std::string_view content = trimmed(preamble);
        if (!content.empty() && !isUsualNote(content)) doubt(container.part).preamble = preamble;
    }

    // Where the content before the boundary line at `offset` ends: the line end before it belongs to the
    // boundary, unless that is the empty line after a header.
    std::size_t endBefore(std::size_t offset) const {
        const std::size_t start = leafOpen_ ? leafStart_ : stack_.back().bodyStart;
        std::size_t end = offset;
        if (end > start && text_[end - 1] == '\n') --end;
        if (end > start && text_[end - 1] == '\r' && (end < offset || rules_.header.bareCrEnds)) --end;
        return end;
    }

    // Ends the open leaf and the containers above `level` at `end`.
    void closeDownTo(std::size_t level, std::size_t end) {
        if (leafOpen_) endPart(parts().back(), leafStart_, end);
        leafOpen_ = false;
        while (stack_.size() > level) {
            const Container& container = stack_.back();
            MimePart& part = parts()[container.part];
            endPart(part, container.bodyStart, end);
            if (container.closed) noteEpilogue(container.part);
            if (container.part + 1 == nextPart() && container.boundary && !full_) {
                defect("part " + std::to_string(container.part + 1) + " is a multipart without parts");
                part.container = false;
                part.type = "text/plain";
                if (!rules_.guessBoundary) tryLater(container.part, MimeTry::kGuessBoundary);
            }
            stack_.pop_back();
        }
    }

    void noteEpilogue(std::uint32_t index) {
        const MimePart& part = parts()[index];
        const auto used =
            static_cast<std::size_t>(part.closing.data() + part.closing.size() - part.body.data());
        const std::string_view epilogue = part.body.substr(std::min(used, part.body.size()));
        if (!trimmed(epilogue).empty()) doubt(index).epilogue = epilogue;
    }

    void endPart(MimePart& part, std::size_t bodyStart, std::size_t end) const {
        const auto start = static_cast<std::size_t>(part.whole.data() - text_.data());
        end = std::max(bodyStart, end);
        part.body = text_.substr(bodyStart, end - bodyStart);
        part.whole = text_.substr(start, end - start);
    }

    MimeReading& reading_;
    const MimeRules& rules_;
    const MimeLimits& limits_;
    MimeStore& store_;
    std::string_view text_;
    std::uint32_t outermost_ = kNoPart;  // parent of the entity read now
    std::size_t baseDepth_ = 0;
    std::vector<Container> stack_;
    std::vector<std::uint32_t> encoded_;  // message/rfc822 parts to be decoded
    bool received_ = true;
    int guesses_ = 0;
    bool crlf_ = false;        // the header of the entity has CRLF
    bool entityNext_ = false;  // the body of a message/rfc822 begins where reading goes on
    bool leafOpen_ = false;
    std::size_t leafStart_ = 0;
    bool full_ = false;
};

}  // namespace

MimeReading readMimeStructure(const MimeEntity& entity, const HeaderBlock& header, const MimeRules& rules,
                              const MimeLimits& limits, MimeStore& store, const MimeAlternative* chosen) {
    MimeReading reading;
    Pass(reading, rules, limits, store).read(entity, header, chosen);
    return reading;
}

HeaderBlock readPartHeader(std::string_view bytes, const MimeRules& rules) {
    return readHeaderBlock(bytes, kPartHeaderLimits, rules.header);
}

}  // namespace weir
