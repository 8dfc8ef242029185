#include "common/mail/mime_reader.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "common/mail/ascii.h"
#include "common/mail/mime_parameters.h"

namespace weir {
namespace {

constexpr std::size_t kLongestBoundary = 1000;  // RFC 2046 allows 70
constexpr std::size_t kMostDefects = 100;
constexpr int kMostBoundarySearches = 10;  // each may read the whole mail
constexpr HeaderLimits kPartHeaderLimits = {.fields = 200, .bytes = 256u << 10};

struct Container {
    std::string boundary;  // empty for message/rfc822
    std::size_t part;      // index
    std::size_t bodyStart;
    bool digest;          // parts without a type are messages
    bool closed = false;  // its last boundary was seen: an epilogue
};

// An entity about to be recorded.
struct Entity {
    std::size_t start;      // of its header
    std::size_t headSize;   // without the empty line
    std::size_t bodyStart;  // of its body
    std::string_view delimiter;
    bool inDigest;
};

struct Fields {
    std::string_view contentType, disposition, encoding;
    bool twice = false;
    std::vector<std::string_view> otherTypes;  // further Content-Type fields
};

Fields pickFields(const std::vector<HeaderField>& header) {
    Fields fields;
    for (const HeaderField& field : header) {
        if (field.name.size() < 12 || lowerAscii(field.name[0]) != 'c') continue;
        std::string_view* place = equalIgnoringCase(field.name, "Content-Type")          ? &fields.contentType
                                  : equalIgnoringCase(field.name, "Content-Disposition") ? &fields.disposition
                                  : equalIgnoringCase(field.name, "Content-Transfer-Encoding")
                                      ? &fields.encoding
                                      : nullptr;
        if (!place) continue;
        if (place->data()) {
            fields.twice = true;
            if (place == &fields.contentType) fields.otherTypes.push_back(field.value);
        } else {
            *place = field.value;
        }
    }
    return fields;
}

std::size_t nextLine(std::string_view text, std::size_t offset) {
    const void* found = std::memchr(text.data() + offset, '\n', text.size() - offset);
    return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1 : text.size();
}

class Reader {
  public:
    Reader(MimeTree& tree, const MimeLimits& limits) : tree_(tree), limits_(limits) {}

    // Reads one whole entity, inside the part `parent`; those in encoded messages follow afterwards.
    void read(const HeaderBlock& header, std::string_view bytes, std::uint32_t parent) {
        text_ = bytes;
        outermost_ = parent;
        baseDepth_ = parent == kNoPart ? 0 : tree_.parts[parent].depth + 1u;
        entityNext_ = false;
        std::size_t offset =
            openEntity(header.fields, {0, header.size, header.bodyStart, std::string_view(), false});
        while (offset < text_.size() && !full_)
            offset = entityNext_ ? enter(offset, {}, false) : passLine(offset);
        closeDownTo(0, text_.size());
    }

    // Index of the next message/rfc822 part whose content is itself encoded; none when all were taken.
    std::optional<std::size_t> takeEncoded() {
        if (encoded_.empty()) return std::nullopt;
        const std::size_t part = encoded_.front();
        encoded_.pop_front();
        return part;
    }

    void defect(std::string text) {
        if (tree_.defects.size() >= kMostDefects) return;
        if (std::find(tree_.defects.begin(), tree_.defects.end(), text) == tree_.defects.end()) {
            tree_.defects.push_back(std::move(text));
        }
    }

    bool full() const { return full_; }

  private:
    std::size_t depth() const { return baseDepth_ + stack_.size(); }
    std::string partName() const { return "part " + std::to_string(tree_.parts.size() + 1); }

    // Records the entity; returns where reading goes on.
    std::size_t openEntity(const std::vector<HeaderField>& header, const Entity& entity) {
        const std::size_t bodyStart = entity.bodyStart;
        const Fields fields = pickFields(header);
        if (fields.twice) defect(partName() + " has a content field twice");
        MimePart part;
        part.contentType = typeThatFits(fields, bodyStart);
        part.disposition = fields.disposition;
        part.encoding = transferEncodingFromText(fields.encoding);
        part.head = text_.substr(entity.start, entity.headSize);
        part.whole = text_.substr(entity.start, bodyStart - entity.start);
        part.delimiter = entity.delimiter;
        part.received = outermost_ == kNoPart;
        part.depth = static_cast<std::uint32_t>(depth());
        part.parent = stack_.empty() ? outermost_ : static_cast<std::uint32_t>(stack_.back().part);
        part.type = mediaType(part.contentType);
        if (part.type.empty()) {
            if (part.contentType.data()) defect(partName() + " has a malformed type");
            part.type = entity.inDigest && !part.contentType.data() ? "message/rfc822" : "text/plain";
        }
        if (part.type.starts_with("multipart/")) return openMultipart(std::move(part), bodyStart);
        if (part.type == "message/rfc822" || part.type == "message/global") {
            return openMessage(std::move(part), bodyStart);
        }
        openLeaf(std::move(part), bodyStart);
        return bodyStart;
    }

    // Where a part has two types clients differ; the one whose boundary is in use shows its attachments.
    std::string_view typeThatFits(const Fields& fields, std::size_t bodyStart) {
        if (fields.otherTypes.empty() || boundarySearches_ >= kMostBoundarySearches)
            return fields.contentType;
        std::vector<std::string_view> types = {fields.contentType};
        types.insert(types.end(), fields.otherTypes.begin(), fields.otherTypes.end());
        for (const std::string_view type : types) {
            if (!mediaType(type).starts_with("multipart/")) continue;
            const std::string line = "--" + boundaryOf(type);
            const std::string_view rest = text_.substr(bodyStart);
            // memmem is linear where string_view::find is not.
            if (line.size() > 2 && memmem(rest.data(), rest.size(), line.data(), line.size())) return type;
            if (++boundarySearches_ >= kMostBoundarySearches) break;
        }
        return fields.contentType;
    }

    static std::string boundaryOf(std::string_view contentType) {
        std::string boundary = mimeParameter(MimeField::kContentType, contentType, "boundary").value_or("");
        while (!boundary.empty() && isAsciiSpace(boundary.back())) boundary.pop_back();
        return boundary.size() > kLongestBoundary ? std::string() : boundary;
    }

    std::size_t openMultipart(MimePart part, std::size_t bodyStart) {
        std::string boundary = boundaryOf(part.contentType);
        if (boundary.empty() || depth() >= limits_.depth) {
            defect(depth() >= limits_.depth ? "nesting over " + std::to_string(limits_.depth)
                                            : partName() + " is a multipart without boundary");
            part.type = "text/plain";
            openLeaf(std::move(part), bodyStart);
            return bodyStart;
        }
        part.container = true;
        const bool digest = part.type == "multipart/digest";
        stack_.push_back({std::move(boundary), tree_.parts.size(), bodyStart, digest});
        tree_.parts.push_back(std::move(part));
        return bodyStart;
    }

    std::size_t openMessage(MimePart part, std::size_t bodyStart) {
        if (depth() >= limits_.depth) {
            defect("nesting over " + std::to_string(limits_.depth));
            part.type = "text/plain";
            openLeaf(std::move(part), bodyStart);
            return bodyStart;
        }
        if (part.encoding != TransferEncoding::kIdentity) {
            encoded_.push_back(tree_.parts.size());
            openLeaf(std::move(part), bodyStart);
            return bodyStart;
        }
        part.container = true;
        stack_.push_back({{}, tree_.parts.size(), bodyStart, false});
        tree_.parts.push_back(std::move(part));
        entityNext_ = true;
        return bodyStart;
    }

    void openLeaf(MimePart part, std::size_t bodyStart) {
        leafOpen_ = true;
        leafStart_ = bodyStart;
        tree_.parts.push_back(std::move(part));
    }

    // An entity begins at `offset`: its header, then what it is.
    std::size_t enter(std::size_t offset, std::string_view delimiter, bool inDigest) {
        entityNext_ = false;
        if (tree_.parts.size() >= limits_.parts) {
            defect("parts over " + std::to_string(limits_.parts));
            full_ = true;
            return offset;
        }
        const HeaderBlock header = readHeaderBlock(text_.substr(offset), kPartHeaderLimits);
        if (header.overFields || header.overBytes) defect(partName() + " has a header over the limit");
        if (header.nul) defect(partName() + " has a NUL in its header");
        return openEntity(header.fields,
                          {offset, header.size, offset + header.bodyStart, delimiter, inDigest});
    }

    // Looks at the line at `offset`; returns where the next one to look at begins.
    std::size_t passLine(std::size_t offset) {
        // Most lines are base64 or text: only a "--" at the front is worth more than finding the line's end.
        while (!(text_[offset] == '-' && offset + 1 < text_.size() && text_[offset + 1] == '-')) {
            offset = nextLine(text_, offset);
            if (offset >= text_.size()) return offset;
        }
        const std::size_t end = nextLine(text_, offset);
        std::string_view line = text_.substr(offset + 2, end - offset - 2);
        while (!line.empty() && isAsciiSpace(line.back())) line.remove_suffix(1);
        for (std::size_t i = stack_.size(); i-- > 0;) {
            const std::string& boundary = stack_[i].boundary;
            if (boundary.empty() || stack_[i].closed || !line.starts_with(boundary)) continue;
            const std::string_view after = line.substr(boundary.size());
            if (!after.empty() && after != "--") continue;
            const std::size_t contentEnd = endBefore(offset);
            closeDownTo(i + 1, contentEnd);
            const std::string_view boundaryLine = text_.substr(contentEnd, end - contentEnd);
            if (after.empty()) return enter(end, boundaryLine, stack_[i].digest);
            stack_[i].closed = true;
            tree_.parts[stack_[i].part].closing = boundaryLine;
            return end;
        }
        return end;
    }

    // Where the content before the boundary line at `offset` ends: the line end before it belongs to the
    // boundary, unless that is the empty line after a header.
    std::size_t endBefore(std::size_t offset) const {
        const std::size_t start = leafOpen_ ? leafStart_ : stack_.back().bodyStart;
        std::size_t end = offset;
        if (end > start && text_[end - 1] == '\n') --end;
        if (end > start && end < offset && text_[end - 1] == '\r') --end;
        return end;
    }

    // Ends the open leaf and the containers above `level` at `end`.
    void closeDownTo(std::size_t level, std::size_t end) {
        if (leafOpen_) endPart(tree_.parts.back(), leafStart_, end);
        leafOpen_ = false;
        while (stack_.size() > level) {
            const Container& container = stack_.back();
            MimePart& part = tree_.parts[container.part];
            endPart(part, container.bodyStart, end);
            if (container.part + 1 == tree_.parts.size() && !container.boundary.empty() && !full_) {
                defect("part " + std::to_string(container.part + 1) + " is a multipart without parts");
                part.container = false;
                part.type = "text/plain";
            }
            stack_.pop_back();
        }
    }

    void endPart(MimePart& part, std::size_t bodyStart, std::size_t end) {
        const auto start = static_cast<std::size_t>(part.whole.data() - text_.data());
        end = std::max(bodyStart, end);
        part.body = text_.substr(bodyStart, end - bodyStart);
        part.whole = text_.substr(start, end - start);
    }

    MimeTree& tree_;
    const MimeLimits limits_;
    std::string_view text_;
    std::uint32_t outermost_ = kNoPart;  // parent of the entity read now
    std::size_t baseDepth_ = 0;
    std::vector<Container> stack_;
    std::deque<std::size_t> encoded_;
    int boundarySearches_ = 0;
    bool entityNext_ = false;  // the body of a message/rfc822 begins where reading goes on
    bool leafOpen_ = false;
    std::size_t leafStart_ = 0;
    bool full_ = false;
};

}  // namespace

MimeTree readMime(const HeaderBlock& header, std::string_view bytes, const MimeLimits& limits) {
    MimeTree tree;
    Reader reader(tree, limits);
    reader.read(header, bytes, kNoPart);
    // A message inside an encoded part: some clients open it, so its parts are looked at too, against the
    // same limits. The budget keeps a chain of them from costing more than the mail itself.
    std::size_t budget = bytes.size();
    while (const std::optional<std::size_t> index = reader.takeEncoded()) {
        const MimePart part = tree.parts[*index];
        if (reader.full() || part.body.size() > budget) {
            reader.defect("encoded messages left out");
            break;
        }
        budget -= part.body.size();
        decodeTransfer(part.encoding, part.body, tree.decoded.emplace_back());
        const std::string_view inner = tree.decoded.back();
        reader.read(readHeaderBlock(inner, kPartHeaderLimits), inner, static_cast<std::uint32_t>(*index));
    }
    return tree;
}

}  // namespace weir
