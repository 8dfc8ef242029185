#include "master/db/mail_terms.h"

#include <algorithm>

namespace weir::db {
namespace {

constexpr std::uint64_t kHashMask = (1u << 23) - 1;

// FNV-1a with the finalizer of splitmix64, so that the low bits depend on all of the text.
std::uint64_t hashOf(TermKind kind, std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u ^ static_cast<std::uint64_t>(kind);
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9u;
    hash = (hash ^ hash >> 27) * 0x94d049bb133111ebu;
    return hash ^ hash >> 31;
}

bool isAddress(TermKind kind) {
    return kind == TermKind::kSender || kind == TermKind::kRecipient;
}

std::int64_t groupBase(TermKind kind, std::string_view group, std::int64_t span) {
    return span << 46 | static_cast<std::int64_t>((hashOf(kind, group) & kHashMask) << 23);
}

}  // namespace

std::int64_t spanOf(std::int64_t millis) {
    return std::clamp<std::int64_t>(millis / kSpanMillis, 0, 0x1ffff);
}

std::int64_t mailTerm(TermKind kind, std::string_view value, std::int64_t span) {
    auto group = value;
    if (isAddress(kind)) {
        const auto at = value.rfind('@');
        group = at == std::string_view::npos ? std::string_view() : value.substr(at + 1);
    }
    return groupBase(kind, group, span) | static_cast<std::int64_t>(hashOf(kind, value) >> 41);
}

TermRange domainTerms(TermKind kind, std::string_view domain, std::int64_t span) {
    const auto base = groupBase(kind, domain, span);
    return {base, base | static_cast<std::int64_t>(kHashMask)};
}

TermRange spanTerms(std::int64_t span) {
    return {span << 46, (span << 46) | ((std::int64_t{1} << 46) - 1)};
}

}  // namespace weir::db
