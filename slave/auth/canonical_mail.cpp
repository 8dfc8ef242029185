#include "slave/auth/canonical_mail.h"

#include "common/base/digest.h"
#include "common/mail/ascii.h"

namespace weir {
namespace {

BodyHash hashOf(std::string_view body, Canonicalization kind, std::optional<std::uint64_t> length) {
    BodyHash hash;
    Sha256 sha;
    canonicalBody(body, kind, [&](std::string_view piece) {
        if (length && piece.size() > *length - hash.bytes) {
            piece = piece.substr(0, static_cast<std::size_t>(*length - hash.bytes));
            hash.whole = false;
        }
        sha.add(piece);
        hash.bytes += piece.size();
        return hash.whole;
    });
    hash.digest = sha.bytes();
    return hash;
}

}  // namespace

const BodyHash& CanonicalMail::bodyHash(Canonicalization kind, std::optional<std::uint64_t> length) {
    // A whole body that is known answers for every length that does not cut it.
    const auto whole = hashes_.find({kind, std::nullopt});
    if (length && whole != hashes_.end() && *length >= whole->second.bytes) return whole->second;
    const auto [found, isNew] = hashes_.try_emplace({kind, length});
    if (isNew) found->second = hashOf(body_, kind, length);
    return found->second;
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
