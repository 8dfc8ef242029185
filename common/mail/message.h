// The header block and MIME parts of one mail: a read-only view of the bytes received.
//
// parse() never fails: mail is hostile, so what is over a limit or malformed is left out and named in
// defects(). Everything decoded is valid UTF-8. The bytes must outlive the Message. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct MimeTree;
class HtmlSource;

struct MessageLimits {
    std::size_t headers = 1000;          // header fields of the top block; Content-… up to 50 beyond
    std::size_t headerBytes = 1u << 20;  // of the top block
    std::size_t parts = 1000;            // MIME leaves and containers
    std::size_t depth = 50;              // nesting of containers and message/rfc822
    std::size_t views = 100;             // parts that only another reading of the mail has
    std::size_t textBytes = 4u << 20;    // decoded text kept for rules
    std::size_t attachments = 500;
};

struct HeaderField {
    std::string_view name;   // as received
    std::string_view value;  // raw, after the colon, with folding, without the final line end
};

struct Attachment {
    std::string name;          // decoded (RFC 2231, RFC 2047); empty when it has none
    std::string declaredType;  // lower-case media type of the part, e.g. "application/pdf"
    std::string realType;      // of the decoded bytes by libmagic, e.g. "application/x-dosexec"
    std::uint64_t size = 0;    // decoded bytes
    std::string extension;     // of the name as a system would save it: "exe", lower case; empty without one
    std::string sha256;        // of the decoded bytes, 64 lower-case digits
    std::size_t part = 0;      // index in Message::mime().parts
};

class Message {
  public:
    explicit Message(std::string_view bytes, const MessageLimits& limits = {});
    ~Message();
    Message(Message&&) noexcept;
    Message& operator=(Message&&) noexcept;

    std::string_view bytes() const;
    std::string_view headerBlock() const;  // with the line end of its last field, without the empty line
    std::string_view body() const;         // after the empty line; empty when there is none
    const std::vector<HeaderField>& headers() const;
    // Where each part lies: common/mail/mime_reader.h. text(), attachments() and ambiguities() may add parts
    // that only another reading has, at the end: references to parts do not outlive their first call.
    const MimeTree& mime() const;
    // Decoded values (RFC 2047, unfolded, trimmed) of every header of this name, case-insensitive, in order.
    std::vector<std::string> header(std::string_view name) const;
    std::string subject() const;    // decoded; "" when absent
    std::string messageId() const;  // as received, without surrounding space
    // Decoded text of all text parts but those with Content-Disposition attachment, HTML turned into the text
    // a reader sees. Computed at the first call. One string, line ends LF, each part ending with one; what
    // only some clients would show comes last.
    const std::string& text() const;
    // From here on HTML is read by `source`; nullptr: in this process. Before the first call of text().
    // `source` must be there as long as it is set.
    void readHtmlWith(HtmlSource* source) const;
    // At most `limit` bytes of text: what attached text and HTML files hold, decoded, markup of HTML left in.
    std::string attachedText(std::size_t limit) const;
    // Parts that a mail client offers as files: with a name, with Content-Disposition attachment, or not text
    // and not multipart; those of forwarded messages, and files uuencoded or in yEnc in a text, too. A text
    // part with a name that is shown inline counts here and in text(). A part with different names is listed
    // once for each, one that decoders read differently once for each reading. Computed at the first call;
    // realType and sha256 are empty until the function after it has decoded the first bytes and asked
    // libmagic, or all.
    const std::vector<Attachment>& attachments() const;
    const std::vector<Attachment>& attachmentsWithRealTypes() const;
    const std::vector<Attachment>& attachmentsWithDigests() const;
    // The first `limit` decoded bytes of attachments()[index].
    std::string attachmentBytes(std::size_t index, std::size_t limit) const;

    // Why mail clients could show different content of this mail: words of common/mail/mime_ambiguity.h, each
    // once. Empty for honest mail. All readings are in text() and attachments(). Looks at the content of
    // every part, as attachments() does.
    const std::vector<std::string_view>& ambiguities() const;
    // What a limit cut off, in words of the same table. What only decoding shows is there once text() or
    // attachments() were asked for.
    std::vector<std::string_view> cuts() const;
    // For people: what was cut, malformed or read in several ways: "headers over 1000", "nesting over 50",
    // "base64 damaged in part 2" … At most 200; complete as cuts() is.
    const std::vector<std::string>& defects() const;
    // There is a defect, an ambiguity or a cut.
    bool malformed() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir
