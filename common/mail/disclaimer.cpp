#include "common/mail/disclaimer.h"

#include <algorithm>
#include <optional>

#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/header_block.h"
#include "common/mail/html_text.h"
#include "common/mail/mail_edit_seal.h"
#include "common/mail/mime_parameters.h"
#include "common/mail/mime_reader.h"
#include "common/mail/part_edit_text.h"
#include "common/mail/text_encoder.h"

namespace weir {
namespace {

constexpr const char* kAction = "disclaimer";

bool isPlain(const MimePart& part) {
    return part.type == "text/plain";
}
bool isHtml(const MimePart& part) {
    return part.type == "text/html";
}

class Placer {
  public:
    Placer(const Message& message, const DisclaimerEdit& edit)
        : message_(message),
          parts_(message.mime().parts),
          edit_(edit),
          text_(withLineEnds(edit.text.empty() ? disclaimerAsText(edit.html) : edit.text, "\n")),
          html_(edit.html.empty() ? disclaimerAsHtml(text_) : edit.html) {}

    BodyChange run() {
        if (const std::string seal = mailSeal(message_); !seal.empty()) {
            refuse(seal);
            return std::move(change_);
        }
        const std::vector<std::size_t> targets = targetsIn(0);
        for (const std::size_t target : targets) place(target);
        if (targets.empty()) placeBeside();
        return std::move(change_);
    }

  private:
    void refuse(std::string why) { change_.refused.push_back({kAction, std::move(why)}); }
    void done(std::size_t part, std::string what) {
        change_.done.push_back({kAction, std::move(what) + " part " + std::to_string(part + 1)});
    }

    bool isText(std::size_t index) const {
        const MimePart& part = parts_[index];
        return !part.container && (isPlain(part) || isHtml(part)) && isReplaceable(part) &&
               dispositionKind(part.disposition) != "attachment" && (index == 0 || partName(part).empty());
    }

    std::vector<std::size_t> childrenOf(std::size_t index) const {
        std::vector<std::size_t> children;
        for (std::size_t i = index + 1; i < parts_.size(); ++i) {
            if (parts_[i].parent == index) children.push_back(i);
        }
        return children;
    }

    // The texts that a reader sees first of this part: one, or every form of an alternative.
    std::vector<std::size_t> targetsIn(std::size_t start) const {
        std::vector<std::size_t> targets, open = {start};
        while (!open.empty()) {
            const std::size_t index = open.back();
            open.pop_back();
            if (isText(index)) {
                targets.push_back(index);
                continue;
            }
            if (!parts_[index].type.starts_with("multipart/")) continue;
            std::vector<std::size_t> children = childrenOf(index);
            if (parts_[index].type == "multipart/alternative") {
                open.insert(open.end(), children.rbegin(), children.rend());
                continue;
            }
            if (parts_[index].type == "multipart/related" && !children.empty()) children.resize(1);
            // The first of them that shows a text: looked for once, since the search goes no deeper twice.
            for (const std::size_t child : children) {
                if (!showsText(child)) continue;
                open.push_back(child);
                break;
            }
        }
        return targets;
    }

    // A text part lies in it, not in an attached message. Parts follow their container directly.
    bool showsText(std::size_t index) const {
        if (isText(index)) return true;
        if (!parts_[index].type.starts_with("multipart/")) return false;
        for (std::size_t i = index + 1; i < parts_.size() && parts_[i].depth > parts_[index].depth; ++i) {
            if (isText(i) && !inAttachedMessage(i, index)) return true;
        }
        return false;
    }

    bool inAttachedMessage(std::size_t index, std::size_t top) const {
        for (std::uint32_t at = parts_[index].parent; at != kNoPart && at != top; at = parts_[at].parent) {
            if (parts_[at].type.starts_with("message/")) return true;
        }
        return false;
    }

    void place(std::size_t index) {
        const MimePart& part = parts_[index];
        const PartText was = readPartText(message_, part);
        if (!was.unreadable.empty()) {
            refuse("part " + std::to_string(index + 1) + ": " + was.unreadable);
            return;
        }
        if (edit_.once && holds(part, was)) {
            done(index, "there already in");
            return;
        }
        if (isPlain(part)) {
            placeInText(index, was);
        } else {
            placeInHtml(index, was);
        }
    }

    bool holds(const MimePart& part, const PartText& was) const {
        std::string utf8;
        appendUtf8(utf8, was.content, was.charset);
        if (isPlain(part)) return holdsDisclaimer(utf8, text_);
        return holdsDisclaimer(disclaimerAsText(utf8), disclaimerAsText(html_));
    }

    void finish(std::size_t index, const PartText& was, std::string_view content, bool utf8) {
        change_.parts.push_back(partWithText(message_, index, was, content, utf8));
        done(index, edit_.place == DisclaimerPlace::kEnd ? "at the end of" : "at the beginning of");
    }

    // The lines to add, each with its end.
    std::string addition(const PartText& was) const {
        std::string lines = text_;
        while (lines.ends_with('\n')) lines.pop_back();
        const bool end = edit_.place == DisclaimerPlace::kEnd;
        if (!edit_.separator.empty())
            lines = end ? edit_.separator + "\n" + lines : lines + "\n" + edit_.separator;
        if (was.flowed) lines = flowedText(lines, was.deleteSpace);
        lines = end ? "\n" + lines + "\n" : lines + "\n\n";
        return withLineEnds(lines, was.lineEnd);
    }

    void placeInText(std::size_t index, const PartText& was) {
        const std::string added = addition(was);
        // What nobody knows is nearly always some extension of ASCII.
        const std::string charset = was.charsetKind == CharsetKind::kUnknown ? std::string() : was.charset;
        const auto encoded = encodeCharset(added, charset);
        if (encoded && was.charsetKind != CharsetKind::kOther) {
            finish(index, was, joined(was.content, *encoded, was), false);
            return;
        }
        std::string utf8;
        if (!partTextAsUtf8(was, utf8)) {
            refuse("part " + std::to_string(index + 1) + ": its charset \"" + was.charset.substr(0, 40) +
                   "\" is not known, or its text is damaged");
            return;
        }
        finish(index, was, joined(utf8, added, was), true);
    }

    std::string joined(std::string_view content, const std::string& added, const PartText& was) const {
        if (edit_.place == DisclaimerPlace::kBegin) return added + std::string(content);
        std::string text(content);
        if (!text.empty() && !text.ends_with('\n')) text += was.lineEnd;
        // A line that ends with a space would go on in the next.
        const std::string_view lines =
            std::string_view(text).substr(0, text.size() - (text.empty() ? 0 : was.lineEnd.size()));
        if (was.flowed && lines.ends_with(' ')) text += was.lineEnd;
        return text + added;
    }

    void placeInHtml(std::size_t index, const PartText& was) {
        const bool end = edit_.place == DisclaimerPlace::kEnd;
        std::string fragment = end ? edit_.htmlSeparator + html_ : html_ + edit_.htmlSeparator;
        fragment = withLineEnds('\n' + fragment + '\n', was.lineEnd);
        std::string content;
        const bool utf8 = was.charsetKind == CharsetKind::kShifted || was.charsetKind == CharsetKind::kOther;
        if (utf8) {
            if (!partTextAsUtf8(was, content)) {
                refuse("part " + std::to_string(index + 1) + ": its text is damaged");
                return;
            }
        } else {
            content = was.content;
            if (const auto encoded = encodeCharset(fragment, was.charset)) {
                fragment = *encoded;
            } else {
                fragment = htmlInAscii(fragment);
            }
        }
        content.insert(htmlPlaceFor(content, edit_.place), fragment);
        finish(index, was, content, utf8);
    }

    // A mail that shows no text gets a part that is one.

    std::string ownPart(std::size_t neighbour, std::string_view lineEnd) const {
        std::string lines = text_;
        while (lines.ends_with('\n')) lines.pop_back();
        const EncodedBytes encoded =
            encodeForPart(message_, neighbour, withLineEnds(lines, lineEnd), lineEnd);
        using Change = HeaderChange;
        return partHead({{Change::Kind::kAdd, "Content-Type", "text/plain; charset=utf-8"},
                         {Change::Kind::kAdd, "Content-Transfer-Encoding", encoded.encoding},
                         {Change::Kind::kAdd, "Content-Disposition", "inline"}},
                        lineEnd) +
               encoded.bytes;
    }

    void placeBeside() {
        const MimePart& root = parts_.front();
        const std::vector<std::size_t> children = childrenOf(0);
        if (root.container && root.type == "multipart/mixed" && !children.empty()) {
            placeInMixed(edit_.place == DisclaimerPlace::kEnd ? children.back() : children.front());
        } else if (!root.container && !root.type.starts_with("text/") && !root.type.starts_with("message/")) {
            placeAround();
        } else {
            refuse("it shows no text that could hold it (" + root.type + ')');
        }
    }

    void placeInMixed(std::size_t neighbour) {
        const MimePart& part = parts_[neighbour];
        if (!isReplaceable(part)) {
            refuse("it shows no text, and its first part is empty");
            return;
        }
        const std::string_view lineEnd = lineEndOf(message_.bytes());
        const std::string delimiter = std::string(lineEnd).append(trimmed(part.delimiter)).append(lineEnd);
        const std::string own = ownPart(neighbour, lineEnd);
        const std::string whole(part.whole);
        const bool end = edit_.place == DisclaimerPlace::kEnd;
        change_.parts.push_back({PartChange::Kind::kWhole,
                                 neighbour,
                                 {},
                                 end ? whole + delimiter + own : own + delimiter + whole});
        change_.done.push_back({kAction, "as a part of its own"});
    }

    // The one part there is becomes a part of a multipart/mixed, with the fields that are its own.
    void placeAround() {
        const std::string_view lineEnd = lineEndOf(message_.bytes());
        std::string inner;
        for (const HeaderField& field : message_.headers()) {
            if (!equalIgnoringCase(field.name.substr(0, 8), "Content-") ||
                equalIgnoringCase(field.name, "Content-Length"))
                continue;
            const char* begin = field.name.data();
            inner += std::string_view(
                begin, static_cast<std::size_t>(field.value.data() + field.value.size() - begin));
            inner += lineEnd;
        }
        inner += lineEnd;
        inner += message_.body();
        const std::string own = ownPart(0, lineEnd);
        const std::string boundary = newBoundary(inner);
        const std::string delimiter = "--" + boundary;
        const bool end = edit_.place == DisclaimerPlace::kEnd;
        std::string body;
        for (const std::string& part : {end ? inner : own, end ? own : inner}) {
            body.append(delimiter).append(lineEnd).append(part).append(lineEnd);
        }
        body.append(delimiter).append("--").append(lineEnd);
        change_.parts.push_back({PartChange::Kind::kContent,
                                 0,
                                 {{HeaderChange::Kind::kReplace, "Content-Type",
                                   "multipart/mixed; boundary=\"" + boundary + '"'}},
                                 std::move(body)});
        change_.done.push_back({kAction, "as a part of its own"});
    }

    const Message& message_;
    const std::vector<MimePart>& parts_;
    const DisclaimerEdit& edit_;
    const std::string text_, html_;
    BodyChange change_;
};

}  // namespace

BodyChange addDisclaimer(const Message& message, const DisclaimerEdit& edit) {
    return Placer(message, edit).run();
}

}  // namespace weir
