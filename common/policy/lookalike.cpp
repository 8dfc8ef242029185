#include "common/policy/lookalike.h"

#include <algorithm>
#include <array>

#include "common/mail/url_host.h"
#include "common/policy/lookalike_skeleton.h"

namespace weir {
namespace {

constexpr std::size_t kShortestPart = 5;    // characters of a label that counts beside other words
constexpr std::size_t kShortestSuffix = 4;  // and under another suffix
constexpr std::size_t kMostRun = 5;         // labels of a listed domain inside a host

// Hyphens say nothing: "pay-pal" is "paypal".
std::u32string labelSkeleton(std::string_view label) {
    std::u32string skeleton = lookalikeSkeleton(label);
    std::erase(skeleton, U'-');
    return skeleton;
}

std::string registeredLabel(std::string_view registered) {
    return unicodeHost(registered.substr(0, registered.find('.')));
}

bool isCloser(const Resemblance& a, const std::optional<Resemblance>& b) {
    return !b || std::pair(a.kind, a.edits) < std::pair(b->kind, b->edits);
}

}  // namespace

const char* toString(Resemblance::Kind kind) {
    static constexpr std::array kNames = {"same", "skeleton", "edits", "contained", "suffix"};
    return kNames[static_cast<std::size_t>(kind)];
}

LookalikeDomains::LookalikeDomains(std::span<const std::string> domains) {
    std::vector<std::u32string> skeletons;
    for (const std::string& domain : domains) {
        const UrlHost host = urlHost(domain);
        if (host.kind != UrlHost::Kind::kName) continue;
        Entry entry{domain, registeredDomain(host.name), {}};
        if (entry.registered.empty())
            entry.registered = host.name;  // a public suffix, or a name of one label
        entry.label = registeredLabel(entry.registered);
        const auto number = static_cast<std::uint32_t>(entries_.size());
        registered_.emplace(entry.registered, number);
        registered_.emplace(host.name, number);
        skeletons.push_back(labelSkeleton(entry.label));
        skeletons_.emplace(skeletons.back(), number);
        entries_.push_back(std::move(entry));
    }
    index_ = LookalikeIndex(std::move(skeletons));
}

std::optional<Resemblance> LookalikeDomains::find(std::string_view domain) const {
    const UrlHost host = urlHost(domain);
    if (host.kind != UrlHost::Kind::kName || entries_.empty()) return std::nullopt;
    const std::string registered = registeredDomain(host.name);
    if (registered.empty()) return std::nullopt;
    for (std::string_view rest = host.name;; rest.remove_prefix(rest.find('.') + 1)) {
        if (registered_.contains(std::string(rest))) return std::nullopt;
        if (rest.find('.') == std::string_view::npos) break;
    }
    const std::string label = registeredLabel(registered);
    std::optional<Resemblance> best;
    for (const LookalikeIndex::Near& near : index_.near(labelSkeleton(label))) {
        const Entry& entry = entries_[near.word];
        Resemblance one{Resemblance::Kind::kEdits, entry.text, near.distance};
        if (near.distance == 0) {
            one.kind = label == entry.label ? Resemblance::Kind::kSuffix : Resemblance::Kind::kSkeleton;
        }
        const bool tooShort =
            one.kind == Resemblance::Kind::kSuffix && index_.words()[near.word].size() < kShortestSuffix;
        if (!tooShort && isCloser(one, best)) best = std::move(one);
    }
    if (!best || best->kind == Resemblance::Kind::kSuffix) {
        if (std::optional<Resemblance> other = contained(host.name, label)) return other;
    }
    return best;
}

std::optional<Resemblance> LookalikeDomains::contained(std::string_view name, std::string_view label) const {
    // "www.example.com.evil.test": labels in the middle that are a listed domain.
    std::string_view rest = name;
    while (true) {
        std::size_t end = 0;
        for (std::size_t run = 0; run < kMostRun; ++run) {
            end = rest.find('.', end == 0 ? 0 : end + 1);
            if (end == std::string_view::npos) break;
            if (run == 0) continue;
            const auto found = registered_.find(std::string(rest.substr(0, end)));
            if (found != registered_.end()) {
                return Resemblance{Resemblance::Kind::kContained, entries_[found->second].text, 0};
            }
        }
        const std::size_t dot = rest.find('.');
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    // "example-login": words of the label.
    if (label.find('-') == std::string_view::npos) return std::nullopt;
    while (!label.empty()) {
        const std::size_t hyphen = std::min(label.find('-'), label.size());
        const std::u32string part = lookalikeSkeleton(label.substr(0, hyphen));
        const auto found = part.size() < kShortestPart ? skeletons_.end() : skeletons_.find(part);
        if (found != skeletons_.end()) {
            return Resemblance{Resemblance::Kind::kContained, entries_[found->second].text, 0};
        }
        label.remove_prefix(std::min(hyphen + 1, label.size()));
    }
    return std::nullopt;
}

}  // namespace weir
