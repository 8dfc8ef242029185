// What a Message knows, and finds out when it is asked. For the message_*.cpp only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/mail/header_block.h"
#include "common/mail/message.h"
#include "common/mail/mime_reader.h"

namespace weir {

struct Message::State {
    State(std::string_view mail, const MessageLimits& given);

    void readText();
    std::string attachedText(std::size_t limit) const;
    void readAttachments();
    void readRealTypes();
    void readDigests();
    void readAmbiguities();

    void defect(std::string what);

    std::string_view bytes;
    MessageLimits limits;
    HeaderBlock header;
    MimeTree mime;
    std::vector<std::string> defects;
    std::optional<std::string> text;
    std::optional<std::vector<Attachment>> attachments;
    std::optional<std::vector<std::string_view>> ambiguities;
    HtmlSource* htmlSource = nullptr;
    bool realTypesKnown = false;
    bool digestsKnown = false;

  private:
    void cutText();
    void appendPartText(std::size_t index);
    void appendReading(const MimePart& part, std::string_view content, std::string_view charset);
    void appendPlain(std::string_view decoded, std::string_view charset);
    void appendHtml(std::string_view decoded, std::string_view charset);

    void listAttachment(std::size_t index);
    const DecodedSize& examineBase64(std::size_t index);
    void addBase64Views(std::size_t index);
    void examineText(std::size_t index);
    void addFiles(std::size_t index, std::string_view text, bool received);
    bool addView(MimePart part, std::size_t around, Ambiguity why);

    std::vector<std::optional<DecodedSize>> base64Sizes_;  // by part, of those examined
};

// Of type text/*.
bool isTextPart(const MimePart& part);

}  // namespace weir
