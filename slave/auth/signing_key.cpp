#include "slave/auth/signing_key.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "common/mail/transfer_encoding.h"
#include "slave/auth/dkim_keys.h"

namespace weir {
namespace {

constexpr std::size_t kLargestFile = 64 * 1024;
constexpr unsigned kMinBits = 1024, kMinNewBits = 2048, kMaxBits = 8192;
constexpr std::size_t kStringBytes = 255;  // RFC 1035, section 3.3

struct FreeSsl {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};
template <class T>
using SslPtr = std::unique_ptr<T, FreeSsl>;

// Bytes that do not stay in memory.
struct Secret {
    std::string bytes;
    Secret() = default;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

class OpenFile {
  public:
    explicit OpenFile(const std::filesystem::path& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (fd_ >= 0) return;
        if (errno == ENOENT) throw Error(ErrorCode::kNotFound, "there is no key " + path.string());
        throw systemError("cannot open the key " + path.string(), errno);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() { ::close(fd_); }
    int get() const { return fd_; }

  private:
    int fd_;
};

void checkMode(int fd, const std::filesystem::path& path) {
    struct stat file {};
    if (::fstat(fd, &file) != 0) throw systemError("cannot look at the key " + path.string(), errno);
    if (!S_ISREG(file.st_mode)) throw Error(ErrorCode::kInvalid, "the key " + path.string() + " is no file");
    if ((file.st_mode & (S_IRWXO | S_IWGRP)) != 0)
        throw Error(ErrorCode::kDenied, "the key " + path.string() +
                                            " may be read by all or written by its group: chmod 600, or 640");
}

void readWhole(int fd, const std::filesystem::path& path, std::string& bytes) {
    bytes.resize(kLargestFile);
    std::size_t size = 0;
    while (size < bytes.size()) {
        const ssize_t got = ::read(fd, bytes.data() + size, bytes.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw systemError("cannot read the key " + path.string(), errno);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    bytes.resize(size);
}

[[noreturn]] void failed(const char* what) {
    ERR_clear_error();
    throw Error(ErrorCode::kInternal, std::string(what) + " failed in OpenSSL");
}

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string signRsa(EVP_PKEY* key, std::string_view digest) {
    const SslPtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key, nullptr));
    std::size_t size = 0;
    if (!context || EVP_PKEY_sign_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) != 1 ||
        EVP_PKEY_sign(context.get(), nullptr, &size, raw(digest), digest.size()) != 1)
        failed("a signature");
    std::string signature(size, '\0');
    if (EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, raw(digest),
                      digest.size()) != 1)
        failed("a signature");
    signature.resize(size);
    return signature;
}

std::string signEd25519(EVP_PKEY* key, std::string_view digest) {
    const SslPtr<EVP_MD_CTX> context(EVP_MD_CTX_new());
    std::string signature(64, '\0');
    std::size_t size = signature.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, raw(digest),
                       digest.size()) != 1)
        failed("a signature");
    return signature;
}

std::string publicBytes(EVP_PKEY* key, bool rsa) {
    if (!rsa) {
        std::string bytes(32, '\0');
        std::size_t size = bytes.size();
        if (EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(bytes.data()), &size) != 1)
            failed("a public key");
        return bytes;
    }
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    if (size <= 0) failed("a public key");
    std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return bytes;
}

}  // namespace

struct SigningKey::Handle {
    SslPtr<EVP_PKEY> key;
};

SigningKey::SigningKey() : handle_(std::make_unique<Handle>()) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

SigningKey SigningKey::fromFile(const std::filesystem::path& path) {
    const OpenFile file(path);
    checkMode(file.get(), path);
    Secret pem;
    readWhole(file.get(), path, pem.bytes);
    try {
        return fromPem(pem.bytes);
    } catch (const Error& e) {
        throw Error(e.code(), path.string() + ": " + e.what());
    }
}

SigningKey SigningKey::fromPem(std::string_view pem) {
    const SslPtr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    // Without a callback of ours OpenSSL would ask at the terminal for the passphrase of an encrypted key.
    const auto noPassphrase = [](char*, int, int, void*) { return -1; };
    SigningKey result;
    result.handle_->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassphrase, nullptr));
    ERR_clear_error();
    EVP_PKEY* const key = result.handle_->key.get();
    if (!key) throw Error(ErrorCode::kInvalid, "there is no unencrypted private key in it");
    result.bits_ = static_cast<unsigned>(EVP_PKEY_get_bits(key));
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_RSA:
            result.algorithm_ = DkimAlgorithm::kRsaSha256;
            if (result.bits_ < kMinBits || result.bits_ > kMaxBits)
                throw Error(ErrorCode::kInvalid,
                            "an RSA key has 1024 to 8192 bits, this one " + std::to_string(result.bits_));
            break;
        case EVP_PKEY_ED25519:
            result.algorithm_ = DkimAlgorithm::kEd25519Sha256;
            break;
        default:
            throw Error(ErrorCode::kInvalid, "a key that is neither RSA nor ed25519");
    }
    return result;
}

std::string SigningKey::sign(std::string_view digest) const {
    EVP_PKEY* const key = handle_->key.get();
    return algorithm_ == DkimAlgorithm::kRsaSha256 ? signRsa(key, digest) : signEd25519(key, digest);
}

std::string SigningKey::publicRecord() const {
    const bool rsa = algorithm_ == DkimAlgorithm::kRsaSha256;
    std::string record = rsa ? "v=DKIM1; k=rsa; p=" : "v=DKIM1; k=ed25519; p=";
    appendBase64(record, publicBytes(handle_->key.get(), rsa));
    return record;
}

NewSigningKey makeSigningKey(DkimKey::Type type, unsigned rsaBits) {
    const bool rsa = type == DkimKey::Type::kRsa;
    if (rsa && (rsaBits < kMinNewBits || rsaBits > kMaxBits))
        throw Error(ErrorCode::kInvalid, "a new RSA key has 2048 to 8192 bits");
    const SslPtr<EVP_PKEY> key(rsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{rsaBits})
                                   : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    const SslPtr<BIO> bio(BIO_new(BIO_s_secmem()));
    if (!key || !bio ||
        PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        failed("a new key");
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    NewSigningKey made;
    made.pem.assign(text, static_cast<std::size_t>(size));
    made.record = SigningKey::fromPem(made.pem).publicRecord();
    return made;
}

std::string dkimZoneLine(const std::string& domain, const std::string& selector, const std::string& record) {
    std::string line = dkimKeyName(domain, selector) + ". IN TXT (";
    for (std::size_t at = 0; at < record.size(); at += kStringBytes)
        line += " \"" + record.substr(at, kStringBytes) + '"';
    return line + " )";
}

}  // namespace weir
