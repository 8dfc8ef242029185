// Private keys for signatures, from PEM files on the node. They are never sent anywhere.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "slave/auth/dkim_key.h"

namespace weir {

class SigningKey {
  public:
    // An unencrypted PEM file (PKCS#1 or PKCS#8). Throws Error: kNotFound or kIo; kDenied when users other
    // than its owner and group may open it, or others than the owner may write it; kInvalid when it holds no
    // RSA key of 1024 to 8192 bits and no ed25519 key.
    static SigningKey fromFile(const std::filesystem::path& path);
    static SigningKey fromPem(std::string_view pem);
    ~SigningKey();
    SigningKey(SigningKey&&) noexcept;
    SigningKey& operator=(SigningKey&&) noexcept;

    DkimAlgorithm algorithm() const { return algorithm_; }  // kRsaSha256 or kEd25519Sha256
    unsigned bits() const { return bits_; }
    // The signature over a SHA-256 digest, raw bytes. Thread-safe. Throws Error kInternal.
    std::string sign(std::string_view digest) const;
    // The TXT record of the public half: "v=DKIM1; k=rsa; p=…".
    std::string publicRecord() const;

  private:
    struct Handle;
    SigningKey();
    DkimAlgorithm algorithm_ = DkimAlgorithm::kUnknown;
    unsigned bits_ = 0;
    std::unique_ptr<Handle> handle_;
};

struct NewSigningKey {
    std::string pem;     // PKCS#8, for the node's file: writeFileDurably(path, pem, 0600)
    std::string record;  // for DNS
};

// Throws Error kInvalid for RSA of fewer than 2048 or more than 8192 bits.
NewSigningKey makeSigningKey(DkimKey::Type type, unsigned rsaBits = 2048);

// One line of a zone file: the record's name, and its text in strings of at most 255 bytes.
std::string dkimZoneLine(const std::string& domain, const std::string& selector, const std::string& record);

}  // namespace weir
