// One mail as the signatures on it see it. What several of them need is worked out once: which fields have
// which name, and the hash of the body in each form.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slave/auth/canonical.h"

namespace weir {

struct BodyHash {
    std::string digest;       // SHA-256, 32 bytes
    std::uint64_t bytes = 0;  // of the canonical body that were hashed
    bool whole = true;        // false: the canonical body goes on behind them
};

// Refers to fields and body, which must outlive it. Not thread-safe.
class CanonicalMail {
  public:
    CanonicalMail(const std::vector<HeaderField>& fields, std::string_view body)
        : fields_(fields), body_(body) {}

    const std::vector<HeaderField>& fields() const { return fields_; }
    std::string_view body() const { return body_; }

    // This hash will be wanted: all that are expected of a form are computed in one pass over the body, when
    // the first of them is asked for.
    void expectBodyHash(Canonicalization kind, std::optional<std::uint64_t> length = std::nullopt);
    // Of the first `length` bytes of the canonical body, or all of it. Computed at most once for each form
    // and length; a length beyond the body is the whole of it.
    const BodyHash& bodyHash(Canonicalization kind, std::optional<std::uint64_t> length = std::nullopt);

    // Which fields an h= list of lower-case names picks (RFC 6376, section 5.4.2): each mention of a name
    // takes the next field of that name from the bottom up, and none when there is no other. Positions in
    // fields(), in the order of the list. The field at `without` is not there for it.
    std::vector<std::size_t> pick(const std::vector<std::string>& names,
                                  std::optional<std::size_t> without = std::nullopt);

    // The fields of that lower-case name, from the top.
    const std::vector<std::size_t>& named(std::string_view name);

  private:
    using Length = std::optional<std::uint64_t>;
    void hashBody(Canonicalization kind);
    const std::vector<HeaderField>& fields_;
    std::string_view body_;
    std::map<Canonicalization, std::set<Length>> expected_;
    std::map<std::pair<Canonicalization, Length>, BodyHash> hashes_;
    std::map<std::string, std::vector<std::size_t>, std::less<>> byName_;
    bool indexed_ = false;
};

}  // namespace weir
