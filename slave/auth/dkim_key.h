// Public keys of signatures: what a TXT record says (RFC 6376, section 3.6.1; RFC 8463) and the key in it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/error.h"
#include "slave/auth/dkim_signature.h"

namespace weir {

struct DkimKeyLimits {
    TagListLimits record{8 * 1024, 64};
    unsigned minRsaBits = 1024;  // RFC 8301; fewer is weak()
    unsigned maxRsaBits = 8192;  // the time to verify grows with the square
};

class DkimKey {
  public:
    enum class Type { kRsa, kEd25519 };

    // Problem: a record that is no key record (other version, no p=, not the grammar) or whose key cannot be
    // used for anything (revoked, unknown type, not for mail, damaged, too large), in words for the operator.
    static Expected<DkimKey> parse(std::string_view record, const DkimKeyLimits& limits = {});

    ~DkimKey();
    DkimKey(DkimKey&&) noexcept;
    DkimKey& operator=(DkimKey&&) noexcept;

    Type type() const { return type_; }
    unsigned bits() const { return bits_; }
    bool weak() const { return weak_; }
    bool testing() const { return testing_; }                // t=y
    bool sameDomainOnly() const { return sameDomainOnly_; }  // t=s: i= must have the very domain of d=
    // Of the algorithm's type, and its hash is one that h= of the record allows.
    bool fits(DkimAlgorithm algorithm) const;
    // That `signature` was made over the SHA-256 `digest` with the private half; never for a weak key.
    // Thread-safe.
    bool verifies(std::string_view digest, std::string_view signature) const;

  private:
    struct Handle;
    DkimKey();
    Type type_ = Type::kRsa;
    unsigned bits_ = 0;
    bool weak_ = false, testing_ = false, sameDomainOnly_ = false, sha256_ = true;
    std::unique_ptr<Handle> handle_;
};

// A TXT record that means to be a key: it has a p= tag, or begins with v=DKIM1.
bool looksLikeDkimKey(std::string_view record);

}  // namespace weir
