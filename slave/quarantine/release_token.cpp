#include "slave/quarantine/release_token.h"

#include <charconv>

#include "common/base/digest.h"
#include "common/smtp/smtp_content.h"

namespace weir {
namespace {

constexpr std::size_t kBlock = 64u << 10, kValueLimit = 500;
constexpr std::string_view kVersion = "v1";

std::string signature(const std::string& item, const std::string& expires, const std::string& bodyDigest,
                      std::string_view key) {
    const std::string text =
        "weir-release\n" + std::string(kVersion) + "\n" + item + "\n" + expires + "\n" + bodyDigest;
    return toBase64Url(hmacSha256(key, text));
}

// The next word, taken off the front of `text`.
std::string_view takeWord(std::string_view& text) {
    const auto start = text.find_first_not_of(" \t");
    if (start == std::string_view::npos) return text = {};
    text.remove_prefix(start);
    const auto length = std::min(text.find_first_of(" \t"), text.size());
    const std::string_view word = text.substr(0, length);
    text.remove_prefix(length);
    return word;
}

// "name=value" as the next word; empty when it is another.
std::string takeField(std::string_view& text, std::string_view name) {
    const std::string_view word = takeWord(text);
    if (word.size() <= name.size() || word.substr(0, name.size()) != name || word[name.size()] != '=')
        return {};
    return std::string(word.substr(name.size() + 1));
}

class BodyDigest {
  public:
    void add(std::string_view piece) {
        lines_.clear();
        crlf_.add(piece, lines_);
        sha_.add(lines_);
    }
    std::string end() {
        lines_.clear();
        crlf_.end(lines_);
        sha_.add(lines_);
        return sha_.hex();
    }

  private:
    CrlfLines crlf_;
    Sha256 sha_;
    std::string lines_;
};

}  // namespace

std::string releaseBodyDigest(std::string_view body) {
    BodyDigest digest;
    digest.add(body);
    return digest.end();
}

std::string releaseBodyDigestOf(std::istream& mail) {
    BodyDigest digest;
    std::string header, block(kBlock, '\0');
    bool inBody = false;
    // The empty line that ends the header block may be split between two blocks: three bytes are kept back.
    while (mail.read(block.data(), static_cast<std::streamsize>(block.size())), mail.gcount() > 0) {
        const std::string_view piece =
            std::string_view(block).substr(0, static_cast<std::size_t>(mail.gcount()));
        if (inBody) {
            digest.add(piece);
            continue;
        }
        header += piece;
        for (std::size_t at = header.find('\n'); at != std::string::npos; at = header.find('\n', at + 1)) {
            const std::size_t next = header.compare(at + 1, 2, "\r\n") == 0 ? at + 3
                                     : header.compare(at + 1, 1, "\n") == 0 ? at + 2
                                                                            : 0;
            if (next == 0) continue;
            inBody = true;
            digest.add(std::string_view(header).substr(next));
            break;
        }
        if (!inBody && header.size() > 3) header.erase(0, header.size() - 3);
    }
    if (mail.bad()) throw Error(ErrorCode::kIo, "cannot read the stored mail");
    return digest.end();
}

std::string makeReleaseToken(const ItemId& item, const std::string& bodyDigest, TimePoint expires,
                             std::string_view key) {
    if (key.empty()) throw Error(ErrorCode::kInvalid, "no release key");
    const std::string seconds = std::to_string(toMillis(expires) / 1000);
    return std::string(kVersion) + " item=" + item.value + " exp=" + seconds +
           " sig=" + signature(item.value, seconds, bodyDigest, key);
}

Expected<ItemId> verifyReleaseToken(std::string_view value, const std::string& bodyDigest, TimePoint now,
                                    std::string_view key) {
    const auto refuse = [](std::string what) { return problem(kReleaseHeader, std::move(what)); };
    if (value.size() > kValueLimit) return refuse("longer than " + std::to_string(kValueLimit) + " bytes");
    while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) value.remove_suffix(1);
    if (takeWord(value) != kVersion) return refuse("not of version v1");
    const std::string item = takeField(value, "item"), expires = takeField(value, "exp");
    const std::string given = takeField(value, "sig");
    if (!isUuid(item) || expires.empty() || given.empty() || !takeWord(value).empty())
        return refuse("expected item, exp and sig");
    std::int64_t seconds = 0;
    const auto parsed = std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
    if (parsed.ec != std::errc() || parsed.ptr != expires.data() + expires.size() ||
        seconds > INT64_MAX / 1000)
        return refuse("exp is not a number of seconds");
    if (key.empty()) return refuse("this node has no release key yet");
    if (!equalSecret(given, signature(item, expires, bodyDigest, key)))
        return refuse("the signature is not this cluster's for this body");
    if (seconds * 1000 < toMillis(now)) return refuse("expired");
    return ItemId{item};
}

}  // namespace weir
