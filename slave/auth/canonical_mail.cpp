#include "slave/auth/canonical_mail.h"

#include "common/base/digest.h"
#include "common/mail/ascii.h"

namespace weir {

void CanonicalMail::expectBodyHash(Canonicalization kind, Length length) {
    if (!hashes_.contains({kind, length})) expected_[kind].insert(length);
}

const BodyHash& CanonicalMail::bodyHash(Canonicalization kind, Length length) {
    if (!hashes_.contains({kind, length})) {
        expected_[kind].insert(length);
        hashBody(kind);
    }
    return hashes_.at({kind, length});
}

// Where the text goes on behind a wanted length, the hash so far is kept, and one goes on.
void CanonicalMail::hashBody(Canonicalization kind) {
    const std::set<Length> wanted = std::move(expected_[kind]);
    expected_.erase(kind);
    const bool whole = wanted.contains(std::nullopt);
    auto next = wanted.upper_bound(std::nullopt);  // nullopt is the smallest
    Sha256 sha;
    std::uint64_t bytes = 0;
    canonicalBody(body_, kind, [&](std::string_view piece) {
        while (!piece.empty() && next != wanted.end() && **next - bytes < piece.size()) {
            const auto part = static_cast<std::size_t>(**next - bytes);
            sha.add(piece.substr(0, part));
            piece.remove_prefix(part);
            bytes += part;
            hashes_[{kind, *next}] = {sha.copy().bytes(), bytes, false};
            ++next;
        }
        if (next == wanted.end() && !whole) return false;
        sha.add(piece);
        bytes += piece.size();
        return true;
    });
    const BodyHash all{sha.bytes(), bytes, true};
    for (; next != wanted.end(); ++next) hashes_[{kind, *next}] = all;
    if (whole) hashes_[{kind, std::nullopt}] = all;
}

const std::vector<std::size_t>& CanonicalMail::named(std::string_view name) {
    if (!indexed_) {
        for (std::size_t i = 0; i < fields_.size(); ++i) byName_[lowered(fields_[i].name)].push_back(i);
        indexed_ = true;
    }
    static const std::vector<std::size_t> none;
    const auto found = byName_.find(name);
    return found == byName_.end() ? none : found->second;
}

std::vector<std::size_t> CanonicalMail::pick(const std::vector<std::string>& names,
                                             std::optional<std::size_t> without) {
    std::map<std::string_view, std::size_t> taken;  // how many from the bottom
    std::vector<std::size_t> picked;
    for (const std::string& name : names) {
        const std::vector<std::size_t>& positions = named(name);
        std::size_t& count = taken[name];
        const auto next = [&] { return positions[positions.size() - 1 - count]; };
        if (count < positions.size() && without && next() == *without) ++count;
        if (count < positions.size()) {
            picked.push_back(next());
            ++count;
        }
    }
    return picked;
}

}  // namespace weir
