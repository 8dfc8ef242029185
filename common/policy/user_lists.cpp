#include "common/policy/user_lists.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/base/utf8.h"
#include "common/mail/address.h"
#include "common/mail/ascii.h"
#include "common/mail/url_host.h"
#include "common/policy/match_text.h"

namespace weir {
namespace {

constexpr std::string_view kMagic = "weir-user-lists ";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kMostBytes = 4 * kUserListAddressBytes;  // before folding
constexpr std::size_t kWholeAddress = 1'000;  // more exact than a domain of any number of labels

// One name for a domain, whether it was written with A-labels or in Unicode; "" for what is none.
std::string comparedDomain(std::string_view domain) {
    return isAscii(domain) ? foldedText(domain) : urlHost(domain).name;
}

// "local@domain" or "@domain" in the form in which it is compared; "" for what is no address. A local part
// that no entry can have is left out, so that its domain still counts.
std::string comparedAddress(std::string_view address) {
    const std::string normal = normalAddress(address);
    const AddressParts parts = splitAddress(normal);
    if (parts.local.size() == normal.size() || parts.domain.size() > kMostBytes) return {};
    const std::string domain = comparedDomain(parts.domain);
    if (domain.empty() || domain.size() >= kUserListAddressBytes) return {};
    return (parts.local.size() <= kMostBytes ? foldedText(parts.local) : std::string()) + '@' + domain;
}

bool isDomain(std::string_view domain) {
    if (domain.empty() || domain.front() == '.' || domain.back() == '.') return false;
    if (domain.find("..") != std::string_view::npos) return false;
    return std::all_of(domain.begin(), domain.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
               c == ':' || c == '[' || c == ']';
    });
}

// No white space, no damage, and no asterisk: "*@b.org" would look like a pattern, which no entry is.
bool isLocal(std::string_view local) {
    return std::none_of(
               local.begin(), local.end(),
               [](char c) { return isAsciiSpace(c) || c == '*' || static_cast<unsigned char>(c) < ' '; }) &&
           local.find("\xef\xbf\xbd") == std::string_view::npos;
}

// An entry's half as comparedAddress() makes it, with nothing in it that lists cannot hold.
bool isListed(std::string_view address) {
    const AddressParts parts = splitAddress(address);
    return address.size() <= kUserListAddressBytes && isDomain(parts.domain) && isLocal(parts.local) &&
           comparedAddress(address) == address;
}

Expected<std::string> listedAddress(const char* where, std::string_view text) {
    if (text.size() <= kMostBytes && isLocal(trimmed(text))) {
        std::string compared = comparedAddress(text);
        if (isListed(compared)) return compared;
    }
    return problem(where, "expected user@example.com, or @example.com for the whole domain, of at most " +
                              std::to_string(kUserListAddressBytes) + " bytes; found \"" +
                              boundedText(text, 100) + "\"");
}

std::size_t labelsOf(std::string_view domain) {
    return 1 + static_cast<std::size_t>(std::count(domain.begin(), domain.end(), '.'));
}

}  // namespace

const char* toString(UserListKind kind) {
    return kind == UserListKind::kAllow ? "allow" : "block";
}

Expected<UserListEntry> userListEntry(std::string_view owner, std::string_view kind,
                                      std::string_view sender) {
    UserListEntry entry;
    auto ownerAddress = listedAddress("owner", owner);
    if (!ownerAddress) return tl::unexpected<Problem>(ownerAddress.error());
    if (kind != "allow" && kind != "block") return problem("kind", "expected allow or block");
    auto senderAddress = listedAddress("sender", sender);
    if (!senderAddress) return tl::unexpected<Problem>(senderAddress.error());
    entry.owner = std::move(*ownerAddress);
    entry.kind = kind == "allow" ? UserListKind::kAllow : UserListKind::kBlock;
    entry.sender = std::move(*senderAddress);
    return entry;
}

std::string userListsBytes(std::vector<UserListEntry> entries) {
    const auto order = [](const UserListEntry& a, const UserListEntry& b) {
        return std::tie(a.owner, a.sender, a.kind) < std::tie(b.owner, b.sender, b.kind);
    };
    std::sort(entries.begin(), entries.end(), order);
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
    if (entries.size() > kUserListEntries)
        throw Error(ErrorCode::kLimit,
                    "user lists hold at most " + std::to_string(kUserListEntries) + " entries");
    std::string bytes = std::string(kMagic) + std::string(kVersion) + '\n';
    const std::string* owner = nullptr;
    std::size_t ofOwner = 0;
    for (const UserListEntry& entry : entries) {
        if (owner == nullptr || *owner != entry.owner) {
            owner = &entry.owner;
            ofOwner = 0;
            bytes += "owner " + entry.owner + '\n';
        }
        if (++ofOwner > kUserListOwnerEntries)
            throw Error(ErrorCode::kLimit, entry.owner + " has more than " +
                                               std::to_string(kUserListOwnerEntries) +
                                               " entries in user lists");
        bytes += std::string(toString(entry.kind)) + ' ' + entry.sender + '\n';
    }
    bytes += "end " + std::to_string(entries.size()) + '\n';
    if (bytes.size() > kUserListsBytes)
        throw Error(ErrorCode::kLimit,
                    "user lists are larger than " + std::to_string(kUserListsBytes >> 20) + " MiB");
    return bytes;
}

// Line by line, each in exactly the form in which userListsBytes() writes it.
class UserLists::Reader {
  public:
    Reader(UserLists& lists, const UserListLimits& limits)
        : lists_(lists), limits_(limits), rest_(lists.text_) {}

    std::optional<Problem> read() {
        if (auto bad = head()) return bad;
        for (;;) {
            const auto line = next();
            if (!line) return at("the end is missing");
            const std::size_t space = line->find(' ');
            const std::string_view word = line->substr(0, space);
            const std::string_view value =
                space == std::string_view::npos ? std::string_view() : line->substr(space + 1);
            if (word == "end") return end(value);
            if (auto bad = word == "owner" ? owner(value) : rule(word, value)) return bad;
        }
    }

  private:
    std::optional<Problem> at(std::string what) const {
        return Problem{"line " + std::to_string(line_), std::move(what)};
    }
    std::optional<std::string_view> next() {
        ++line_;
        const std::size_t end = rest_.find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return line;
    }
    std::optional<Problem> head() {
        const auto line = next();
        if (!line || !line->starts_with(kMagic)) return at("this is no catalog of user lists");
        const std::string_view version = line->substr(kMagic.size());
        if (version == kVersion) return std::nullopt;
        return at("version " + boundedText(version, 20) + " of user lists; this program reads version " +
                  std::string(kVersion));
    }
    std::optional<Problem> owner(std::string_view name) {
        if (!isListed(name)) return at("this is no owner");
        if (!lists_.owners_.empty()) {
            if (lists_.owners_.back().begin == lists_.rules_.size())
                return at("the owner before has no entries");
            if (lists_.owners_.back().name >= name) return at("owners must rise");
        }
        lists_.owners_.push_back({name, lists_.rules_.size(), lists_.rules_.size()});
        return std::nullopt;
    }
    std::optional<Problem> rule(std::string_view word, std::string_view sender) {
        if (word != "allow" && word != "block") return at("expected owner, allow, block or end");
        if (lists_.owners_.empty()) return at("an entry without an owner");
        if (!isListed(sender)) return at("this is no sender");
        Owner& owner = lists_.owners_.back();
        const Rule rule{sender, word == "allow" ? UserListKind::kAllow : UserListKind::kBlock};
        if (owner.end > owner.begin) {
            const Rule& before = lists_.rules_.back();
            if (std::tie(before.sender, before.kind) >= std::tie(rule.sender, rule.kind))
                return at("senders of an owner must rise");
        }
        if (owner.end - owner.begin >= limits_.ownerEntries)
            return at("more than " + std::to_string(limits_.ownerEntries) + " entries of an owner");
        if (lists_.rules_.size() >= limits_.entries)
            return at("more than " + std::to_string(limits_.entries) + " entries");
        lists_.rules_.push_back(rule);
        owner.end = lists_.rules_.size();
        return std::nullopt;
    }
    std::optional<Problem> end(std::string_view count) const {
        if (!lists_.owners_.empty() && lists_.owners_.back().begin == lists_.rules_.size())
            return at("the owner before has no entries");
        if (count != std::to_string(lists_.rules_.size())) return at("the number of entries is another one");
        if (!rest_.empty()) return at("there is something after the end");
        return std::nullopt;
    }

    UserLists& lists_;
    const UserListLimits& limits_;
    std::string_view rest_;
    std::size_t line_ = 0;
};

Expected<std::shared_ptr<const UserLists>> UserLists::fromBytes(std::string_view bytes,
                                                                const UserListLimits& limits) {
    if (bytes.size() > limits.bytes)
        return problem("", "user lists larger than " + std::to_string(limits.bytes) + " bytes");
    auto lists = std::make_shared<UserLists>();
    lists->text_ = bytes;
    if (auto bad = Reader(*lists, limits).read()) return tl::unexpected<Problem>(std::move(*bad));
    return lists;
}

// Of two entries for the same sender, block.
std::optional<UserListKind> UserLists::find(const Owner& owner, std::string_view sender) const {
    const auto begin = rules_.begin() + static_cast<std::ptrdiff_t>(owner.begin);
    const auto end = rules_.begin() + static_cast<std::ptrdiff_t>(owner.end);
    const auto after = std::upper_bound(
        begin, end, sender, [](std::string_view name, const Rule& rule) { return name < rule.sender; });
    if (after == begin || std::prev(after)->sender != sender) return std::nullopt;
    return std::prev(after)->kind;
}

UserLists::Fit UserLists::bestOf(const Owner& owner, std::string_view sender) const {
    if (sender.empty()) return {};
    if (const auto kind = find(owner, sender)) return {kWholeAddress, *kind};
    std::string_view domain = splitAddress(sender).domain;
    std::string key;
    for (;;) {
        key.assign(1, '@').append(domain);
        if (const auto kind = find(owner, key)) return {labelsOf(domain), *kind};
        const std::size_t dot = domain.find('.');
        if (dot == std::string_view::npos) return {};
        domain.remove_prefix(dot + 1);
    }
}

std::optional<UserListKind> UserLists::decide(std::string_view recipient, std::string_view envelopeSender,
                                              std::string_view fromAddress) const {
    const std::string address = comparedAddress(recipient);
    if (address.empty()) return std::nullopt;
    std::string senders[2];  // folded only where the recipient has lists at all
    bool folded = false;
    for (const std::string_view name :
         {std::string_view(address), std::string_view(address).substr(address.rfind('@'))}) {
        const auto owner =
            std::lower_bound(owners_.begin(), owners_.end(), name,
                             [](const Owner& one, std::string_view wanted) { return one.name < wanted; });
        if (owner == owners_.end() || owner->name != name) continue;
        if (!std::exchange(folded, true)) {
            senders[0] = comparedAddress(envelopeSender);
            senders[1] = comparedAddress(fromAddress);
        }
        const Fit first = bestOf(*owner, senders[0]), second = bestOf(*owner, senders[1]);
        const Fit best = std::max(first, second, [](const Fit& a, const Fit& b) {
            return std::tie(a.labels, a.kind) < std::tie(b.labels, b.kind);
        });
        if (best.labels != 0) return best.kind;
    }
    return std::nullopt;
}

}  // namespace weir
