#include "common/learn/lesson.h"

#include <algorithm>
#include <string_view>

#include "common/learn/words.h"
#include "common/mail/ascii.h"
#include "common/mail/mime_reader.h"

namespace weir {
namespace {

constexpr std::size_t kShingle = 3;  // words

// Numbers that turn one hash into 32; odd.
constexpr std::array<std::uint64_t, 32> kFactors = [] {
    std::array<std::uint64_t, 32> factors{};
    for (std::size_t i = 0; i < factors.size(); ++i)
        factors[i] = mixed(0x5EED + i * 0x9E3779B97F4A7C15ull) | 1;
    return factors;
}();

// The shingles of a text, and how many there are, as far as it matters.
class Shingles {
  public:
    explicit Shingles(std::size_t enough) : enough_(enough) { digest_.minima.fill(UINT64_MAX); }

    void add(std::uint64_t hash) {
        for (std::size_t i = 0; i < kFactors.size(); ++i)
            digest_.minima[i] = std::min(digest_.minima[i], hash * kFactors[i]);
        if (different_.size() < enough_ &&
            std::find(different_.begin(), different_.end(), hash) == different_.end())
            different_.push_back(hash);
    }
    bool enough() const { return different_.size() >= enough_; }
    const FuzzyDigest& digest() const { return digest_; }

  private:
    const std::size_t enough_;
    FuzzyDigest digest_;
    std::vector<std::uint64_t> different_;
};

std::optional<FuzzyDigest> digestOfText(std::string_view text, const LessonLimits& limits) {
    Shingles shingles(limits.shingles);
    std::array<std::uint64_t, kShingle> last{};
    std::size_t words = 0;
    WordReader reader(text.substr(0, limits.textBytes));
    for (Word word = reader.next(); word.characters > 0; word = reader.next()) {
        if (word.digits || word.characters > limits.wordCharacters) continue;  // made for each copy
        std::copy(last.begin() + 1, last.end(), last.begin());
        last.back() = word.hash;
        if (++words < kShingle) continue;
        std::uint64_t hash = 0;
        for (const std::uint64_t one : last) hash = mixed(hash + one);
        shingles.add(hash);
    }
    if (!shingles.enough()) return std::nullopt;
    return shingles.digest();
}

FuzzyDigest digestOfAttachment(const std::string& sha256) {
    FuzzyDigest digest;
    std::uint64_t hash = wordsHash(sha256);
    for (std::uint64_t& one : digest.minima) one = hash = mixed(hash + 0x9E3779B97F4A7C15ull);
    return digest;
}

// What many different mails have in common says nothing of them.
bool tellsMails(const Attachment& attachment, const LessonLimits& limits) {
    if (attachment.sha256.empty() || attachment.size < limits.attachmentBytes) return false;
    const std::string_view type = attachment.declaredType;
    if (type.starts_with("image/")) return attachment.size >= limits.imageBytes;
    return !type.ends_with("-signature") && !type.starts_with("message/");
}

}  // namespace

double likeness(const FuzzyDigest& a, const FuzzyDigest& b) {
    std::size_t equal = 0;
    for (std::size_t i = 0; i < a.minima.size(); ++i) equal += a.minima[i] == b.minima[i] ? 1 : 0;
    return static_cast<double>(equal) / static_cast<double>(a.minima.size());
}

std::vector<FuzzyDigest> lessonDigests(const Message& message, MailContent& content,
                                       const LessonLimits& limits) {
    std::vector<FuzzyDigest> digests;
    if (const auto text = digestOfText(content.text(), limits)) digests.push_back(*text);
    std::size_t attachments = 0;
    for (const Attachment& one : message.attachmentsWithDigests()) {
        if (attachments == limits.attachments) break;
        if (!tellsMails(one, limits)) continue;
        digests.push_back(digestOfAttachment(one.sha256));
        ++attachments;
    }
    std::sort(digests.begin(), digests.end());
    digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
    return digests;
}

Lesson lessonOf(const Message& message, MailContent& content, const LessonLimits& limits) {
    return {lessonTokens(message, content, limits), lessonDigests(message, content, limits)};
}

Lesson lessonOf(const Message& message, MailContent& content) {
    return lessonOf(message, content, LessonLimits());
}

}  // namespace weir
