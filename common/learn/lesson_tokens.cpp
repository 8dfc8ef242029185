#include <algorithm>
#include <bit>
#include <string_view>
#include <unordered_set>

#include "common/learn/lesson.h"
#include "common/learn/words.h"
#include "common/mail/address.h"
#include "common/mail/ascii.h"
#include "common/mail/mailbox_list.h"
#include "common/mail/mime_parameters.h"
#include "common/mail/mime_reader.h"

namespace weir {
namespace {

// Where a token stands. The numbers are part of what kTokenizerVersion names.
enum class Place : std::uint64_t {
    kText = 1,
    kSubject,
    kFromName,
    kFromAddress,
    kFromDomain,
    kReplyTo,
    kList,
    kProgram,  // that wrote the mail
    kLinkHost,
    kLinkDomain,
    kLinkKind,
    kAttachmentName,
    kAttachmentType,
    kPart,
    kHeader,  // is there
    kFinding,
    kMeasure,
};

// How far apart two words of a pair stand at most. Neighbours alone judge the public corpus better than words
// up to four apart do, with half of the tokens.
constexpr std::size_t kPairDistance = 1;

constexpr std::uint64_t placed(Place place, std::uint64_t hash) {
    return mixed(hash + static_cast<std::uint64_t>(place) * 0x9E3779B97F4A7C15ull);
}
constexpr std::uint64_t paired(std::uint64_t first, std::uint64_t second, std::size_t distance) {
    return mixed(first) + mixed(second + distance) * 0xD6E8FEB86659FD93ull;
}

void sortDifferent(std::vector<std::uint64_t>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Each word and each pair of words near each other.
class TokenSet {
  public:
    explicit TokenSet(const LessonLimits& limits) : limits_(limits) {}

    void words(Place place, std::string_view text) {
        std::array<std::uint64_t, kPairDistance> before{};
        std::size_t known = 0;
        WordReader reader(text);
        for (Word word = reader.next(); word.characters > 0; word = reader.next()) {
            if (word.characters > limits_.wordCharacters) {
                measure("long word", word.characters);
                known = 0;
                continue;
            }
            add(placed(place, word.hash));
            for (std::size_t back = 1; back <= known; ++back)
                add(placed(place, paired(before[back - 1], word.hash, back)));
            std::copy_backward(before.begin(), before.end() - 1, before.end());
            before[0] = word.hash;
            known = std::min(known + 1, kPairDistance);
        }
    }
    // A value as a whole.
    void value(Place place, std::string_view text) {
        if (!text.empty()) add(placed(place, wordsHash(text)));
    }
    // About how many.
    void measure(std::string_view what, std::uint64_t amount) {
        add(placed(Place::kMeasure, wordsHash(what) + static_cast<std::uint64_t>(std::bit_width(amount))));
    }
    std::vector<std::uint64_t>& tokens() { return tokens_; }

  private:
    void add(std::uint64_t token) { tokens_.push_back(token); }

    const LessonLimits& limits_;
    std::vector<std::uint64_t> tokens_;
};

// Those that the sender's program writes, or leaves out.
constexpr std::string_view kTellingHeaders[] = {
    "message-id",       "date",           "to",           "cc",           "reply-to",   "in-reply-to",
    "references",       "sender",         "mime-version", "organization", "priority",   "precedence",
    "list-unsubscribe", "auto-submitted", "x-priority",   "x-mailer",     "user-agent", "importance",
    "list-id",
};

std::vector<std::string> values(const Message& message, std::string_view name, const LessonLimits& limits) {
    std::vector<std::string> all = message.header(name);
    if (all.size() > 3) all.resize(3);  // no honest mail has so many
    for (std::string& one : all)
        if (one.size() > limits.headerBytes) one.resize(limits.headerBytes);
    return all;
}

void mailboxes(TokenSet& set, const Message& message, std::string_view name, bool isFrom) {
    MailboxLimits limits;
    limits.mailboxes = 3;
    limits.bytes = 4096;
    for (const HeaderField& field : message.headers()) {
        if (!equalIgnoringCase(field.name, name)) continue;
        for (const Mailbox& one : readMailboxes(field.value, limits)) {
            set.value(isFrom ? Place::kFromAddress : Place::kReplyTo, one.address);
            const std::string_view domain = splitAddress(one.address).domain;
            set.value(isFrom ? Place::kFromDomain : Place::kReplyTo, domain);
            if (isFrom) set.words(Place::kFromName, one.name);
        }
        return;
    }
}

void headers(TokenSet& set, const Message& message, const LessonLimits& limits) {
    for (const std::string& one : values(message, "Subject", limits)) set.words(Place::kSubject, one);
    mailboxes(set, message, "From", true);
    mailboxes(set, message, "Reply-To", false);
    for (const std::string& one : values(message, "List-Id", limits)) set.words(Place::kList, one);
    for (const char* name : {"X-Mailer", "User-Agent"})
        for (const std::string& one : values(message, name, limits)) set.words(Place::kProgram, one);
    std::unordered_set<std::string> there;
    for (const HeaderField& field : message.headers())
        if (field.name.size() < 20) there.insert(lowered(field.name));
    for (const std::string_view one : kTellingHeaders)
        set.value(Place::kHeader,
                  std::string(there.contains(std::string(one)) ? "with " : "without ").append(one));
}

void links(TokenSet& set, MailContent& content, const LessonLimits& limits) {
    std::unordered_set<std::string_view> hosts;
    std::size_t web = 0;
    for (const UrlParts& one : content.urls()) {
        if (!one.isWeb()) continue;
        ++web;
        if (hosts.size() == limits.links || !hosts.insert(one.host.name).second) continue;
        set.value(Place::kLinkHost, one.host.name);
        set.value(Place::kLinkDomain, one.domain);
        set.value(Place::kLinkKind, one.host.kind == UrlHost::Kind::kName ? one.topLevel : "address");
        if (!one.user.empty()) set.value(Place::kLinkKind, "user");
        if (one.port != 80 && one.port != 443) set.value(Place::kLinkKind, "port");
    }
    set.measure("links", web);
}

void structure(TokenSet& set, const Message& message, MailContent& content, const LessonLimits& limits) {
    const std::vector<MimePart>& parts = message.mime().parts;
    for (std::size_t i = 0; i < parts.size() && i < 20; ++i) {
        set.value(Place::kPart, parts[i].type);
        for (const std::string& one : readMimeParameter(parts[i].contentType, "charset").values)
            set.value(Place::kPart, one.substr(0, 64));
    }
    set.measure("parts", parts.size());
    const std::vector<Attachment>& attachments = message.attachments();
    for (std::size_t i = 0; i < attachments.size() && i < limits.attachments; ++i) {
        set.words(Place::kAttachmentName, std::string_view(attachments[i].name).substr(0, 255));
        set.value(Place::kAttachmentType, attachments[i].declaredType);
        set.value(Place::kAttachmentType, std::string(".").append(attachments[i].extension, 0, 16));
    }
    set.measure("attachments", attachments.size());
    for (const std::string& one : content.htmlFindings()) set.value(Place::kFinding, one);
    if (content.linksLie()) set.value(Place::kFinding, "links lie");
    for (const std::string_view one : message.ambiguities()) set.value(Place::kFinding, one);
    set.measure("text", content.text().size());
}

}  // namespace

std::vector<std::uint64_t> lessonTokens(const Message& message, MailContent& content,
                                        const LessonLimits& limits) {
    TokenSet text(limits), other(limits);
    text.words(Place::kText, std::string_view(content.text()).substr(0, limits.textBytes));
    sortDifferent(text.tokens());
    if (text.tokens().size() > limits.textTokens) text.tokens().resize(limits.textTokens);

    headers(other, message, limits);
    structure(other, message, content, limits);
    links(other, content, limits);
    if (other.tokens().size() > limits.otherTokens) other.tokens().resize(limits.otherTokens);

    std::vector<std::uint64_t> all = std::move(text.tokens());
    all.insert(all.end(), other.tokens().begin(), other.tokens().end());
    sortDifferent(all);
    return all;
}

}  // namespace weir
