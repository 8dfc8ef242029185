#include "common/mail/mail_content.h"

#include <algorithm>
#include <unordered_set>

#include "common/mail/language.h"
#include "common/mail/url_claim.h"
#include "common/mail/url_finder.h"
#include "common/mail/url_unwrap.h"

namespace weir {
namespace {

// What a reader can be led to, or what is fetched when the mail is looked at.
bool leadsSomewhere(const HtmlLink& link) {
    return link.kind != HtmlLink::Kind::kStyle;
}

struct Finding {
    const char* word;
    bool (*holds)(const HtmlReading&);
};
constexpr Finding kFindings[] = {
    {"script", [](const HtmlReading& r) { return r.scripts > 0; }},
    {"form", [](const HtmlReading& r) { return r.forms > 0; }},
    {"password-input", [](const HtmlReading& r) { return r.passwordInputs > 0; }},
    {"frame", [](const HtmlReading& r) { return r.frames > 0; }},
    {"object", [](const HtmlReading& r) { return r.objects > 0; }},
    {"event-handler", [](const HtmlReading& r) { return r.eventHandlers > 0; }},
    {"refresh", [](const HtmlReading& r) { return r.refreshes > 0; }},
    {"remote-image", [](const HtmlReading& r) { return r.remoteImages > 0; }},
    {"tracking-pixel", [](const HtmlReading& r) { return r.trackingPixels > 0; }},
    {"script-url", [](const HtmlReading& r) { return r.scriptUrls > 0; }},
    {"data-url", [](const HtmlReading& r) { return r.dataUrls > 0; }},
    {"hidden-text", [](const HtmlReading& r) { return r.hiddenBytes > 0; }},
};

}  // namespace

MailContent::MailContent(const Message& message, ContentReader& reader, const ContentLimits& limits)
    : message_(message), reader_(reader), limits_(limits) {
    message_.readHtmlWith(this);
}
MailContent::~MailContent() {
    message_.readHtmlWith(nullptr);
}

bool MailContent::appendText(std::string& out, std::string_view utf8, std::size_t limit) {
    HtmlLimits limits;
    limits.textBytes = limit;
    ContentReader::Html read = reader_.html(utf8, limits);
    if (!read.failure.empty()) {
        failures_.push_back("HTML: " + read.failure);
        return false;
    }
    out += read.reading.text;
    const bool whole = read.reading.cut.empty();
    html_.push_back(std::move(read.reading));
    return whole;
}

const std::string& MailContent::text() {
    return message_.text();
}

const std::string& MailContent::anyText() {
    if (anyText_) return *anyText_;
    anyText_ = message_.subject() + "\n" + text();
    for (const HtmlReading& one : html_) *anyText_ += one.otherText + "\n";
    for (const Attachment& one : message_.attachments()) *anyText_ += one.name + "\n";
    *anyText_ += message_.attachedText(limits_.attachedText);
    return *anyText_;
}

const std::string& MailContent::language() {
    if (!language_) language_ = languageOf(text());
    return *language_;
}

void MailContent::addUrl(std::string_view url) {
    if (!spelled_.emplace(url).second) return;
    auto parts = parseUrl(url);
    if (!parts || parts->host.kind == UrlHost::Kind::kNone) return;
    if (urls_->size() >= limits_.urls) {
        urlsCut_ = true;
        return;
    }
    urls_->push_back(std::move(*parts));
}

void MailContent::readUrls() {
    urls_.emplace();
    const FoundUrls written = findUrls(text());
    urlsCut_ = written.cut;
    for (const FoundUrl& one : written.urls) addUrl(one.url);
    for (const HtmlReading& one : html_) {
        for (const HtmlLink& link : one.links)
            if (leadsSomewhere(link)) addUrl(link.url);
        for (const FoundUrl& other : findUrls(one.otherText).urls) addUrl(other.url);
    }
    const std::size_t direct = urls_->size();
    for (std::size_t i = 0; i < direct; ++i)
        for (const std::string& inside : wrappedUrls((*urls_)[i])) addUrl(inside);
    std::unordered_set<std::string> seen;
    std::erase_if(*urls_, [&](const UrlParts& one) { return !seen.insert(one.text()).second; });
}

const std::vector<UrlParts>& MailContent::urls() {
    if (!urls_) readUrls();
    return *urls_;
}

bool MailContent::linksLie() {
    text();
    return std::any_of(html_.begin(), html_.end(), [](const HtmlReading& one) {
        return std::any_of(one.links.begin(), one.links.end(), [](const HtmlLink& link) {
            return !link.shown.empty() && isDeceptiveLink(link.shown, link.url);
        });
    });
}

const std::vector<std::string>& MailContent::htmlFindings() {
    if (findings_) return *findings_;
    text();
    findings_.emplace();
    for (const Finding& one : kFindings)
        if (std::any_of(html_.begin(), html_.end(), one.holds)) findings_->emplace_back(one.word);
    return *findings_;
}

void MailContent::readFiles() {
    filesRead_ = true;
    const std::vector<Attachment>& attachments = message_.attachments();
    std::vector<std::string> decoded;
    std::vector<std::uint32_t> places;
    std::size_t room = limits_.fileBytes;
    for (std::size_t i = 0; i < attachments.size(); ++i) {
        // One that has several names is listed once for each.
        if (i > 0 && attachments[i].part == attachments[i - 1].part &&
            attachments[i].size == attachments[i - 1].size)
            continue;
        std::string bytes = message_.attachmentBytes(i, room);
        filesCut_ = filesCut_ || bytes.size() < attachments[i].size;
        if (!looksLikeArchive(bytes) && !looksLikeDocument(bytes)) continue;
        room -= bytes.size();
        decoded.push_back(std::move(bytes));
        places.push_back(static_cast<std::uint32_t>(i));
    }
    if (decoded.empty()) return;
    std::vector<ContentReader::File> files;
    for (std::size_t i = 0; i < decoded.size(); ++i)
        files.push_back({attachments[places[i]].name, decoded[i], looksLikeArchive(decoded[i]),
                         looksLikeDocument(decoded[i]) || decoded[i].starts_with("PK")});
    std::vector<ContentReader::FileReading> read = reader_.files(files);
    for (std::size_t i = 0; i < read.size(); ++i) {
        if (!read[i].failure.empty())
            failures_.push_back("attachment " + attachments[places[i]].name + ": " + read[i].failure);
        if (read[i].archive.isArchive()) archives_.push_back({places[i], std::move(read[i].archive)});
        if (read[i].document.isDocument()) documents_.push_back({places[i], std::move(read[i].document)});
    }
}

const std::vector<MailContent::Archive>& MailContent::archives() {
    if (!filesRead_) readFiles();
    return archives_;
}

const std::vector<MailContent::Document>& MailContent::documents() {
    if (!filesRead_) readFiles();
    return documents_;
}

std::vector<std::string_view> MailContent::cuts() {
    text();
    archives();
    const auto cut = [](const auto& one) { return !one.reading.cut.empty(); };
    std::vector<std::string_view> all = message_.cuts();
    if (urlsCut_) all.emplace_back("urls-over-limit");
    if (std::any_of(html_.begin(), html_.end(), [](const HtmlReading& one) { return !one.cut.empty(); }))
        all.emplace_back("html-over-limit");
    if (filesCut_ || std::any_of(archives_.begin(), archives_.end(), cut))
        all.emplace_back("archive-over-limit");
    if (std::any_of(documents_.begin(), documents_.end(), cut)) all.emplace_back("document-over-limit");
    return all;
}

}  // namespace weir
