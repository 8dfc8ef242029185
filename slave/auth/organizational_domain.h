// The organizational domain (RFC 7489 section 3.2): what somebody registered under a public suffix.
#pragma once

#include <memory>
#include <string>

struct psl_ctx_st;

namespace weir {

// A public suffix list. Immutable, thread-safe.
class PublicSuffixes {
  public:
    // `file`: a list as publicsuffix.org publishes it, or its DAFSA form; empty: the one built into libpsl.
    // Throws Error (kIo) when the file cannot be read.
    explicit PublicSuffixes(const std::string& file = "");
    ~PublicSuffixes();
    PublicSuffixes(const PublicSuffixes&) = delete;
    PublicSuffixes& operator=(const PublicSuffixes&) = delete;

    // Of a domain in A-labels and lower case (asciiDomain). A public suffix itself, and a single label, are
    // their own.
    std::string organizationalDomain(const std::string& domain) const;

    bool isPublicSuffix(const std::string& domain) const;

  private:
    const psl_ctx_st* list_ = nullptr;
};

}  // namespace weir
