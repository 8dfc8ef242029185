// What lies in the parts of one mail beyond its structure: the text a reader sees, links, what HTML does.
// Computed at most once, and only when asked. One mail, one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "common/mail/content_reader.h"
#include "common/mail/message.h"
#include "common/mail/url_parts.h"

namespace weir {

struct ContentLimits {
    std::size_t urls = 2000;
    std::size_t attachedText = 1u << 20;  // of attached text files together, in anyText()
    std::size_t fileBytes = 64u << 20;    // of attachments that are looked into, decoded and together
};

class MailContent final : private HtmlSource {
  public:
    // Both must outlive it; from here on the message's HTML is read by `reader`.
    MailContent(const Message& message, ContentReader& reader, const ContentLimits& limits = {});
    ~MailContent() override;
    MailContent(const MailContent&) = delete;
    MailContent& operator=(const MailContent&) = delete;

    const std::string& text();  // Message::text()
    const std::string&
    anyText();  // subject, text, text that only some clients show, names and texts of attachments
    const std::string& language();
    const std::vector<UrlParts>& urls();  // different ones, those inside redirectors too
    bool linksLie();                      // a link shows another place than it leads to
    // script, form, password-input, frame, object, event-handler, refresh, remote-image, tracking-pixel,
    // script-url, data-url, hidden-text
    const std::vector<std::string>& htmlFindings();

    struct Archive {
        std::uint32_t attachment = 0;  // index
        ArchiveReading reading;
    };
    // Of each attachment that is an archive.
    const std::vector<Archive>& archives();

    struct Document {
        std::uint32_t attachment = 0;  // index
        DocumentReading reading;
    };
    // Of each attachment that is an Office document or PDF; those inside archives are in archives().
    const std::vector<Document>& documents();

    // What limits cut while all this was read, in words.
    std::vector<std::string_view> cuts();
    // Why parts could not be read; empty as long as all could.
    const std::vector<std::string>& failures() const { return failures_; }

  private:
    bool appendText(std::string& out, std::string_view utf8, std::size_t limit) override;
    void readUrls();
    void addUrl(std::string_view url);
    void readFiles();

    const Message& message_;
    ContentReader& reader_;
    const ContentLimits limits_;
    std::vector<HtmlReading> html_;
    std::vector<std::string> failures_;
    std::optional<std::string> anyText_, language_;
    std::optional<std::vector<UrlParts>> urls_;
    std::unordered_set<std::string> spelled_;  // what addUrl() was given
    std::optional<std::vector<std::string>> findings_;
    bool filesRead_ = false;
    std::vector<Archive> archives_;
    std::vector<Document> documents_;
    bool urlsCut_ = false;
    bool filesCut_ = false;
};

}  // namespace weir
