// Certificates for one test, made on the spot: a CA and what it signs, as PEM files in a folder.
#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace weir::test {

class TlsFiles {
  public:
    explicit TlsFiles(std::filesystem::path folder) : folder_(std::move(folder)) {
        std::filesystem::create_directories(folder_);
        caKey_ = newKey();
        ca_ = sign("Test CA", caKey_.get(), nullptr, caKey_.get(), true, 1);
        writeCertificate("ca.pem", ca_.get());
        issue("server", "localhost");
    }

    // NAME.pem and NAME.key, signed by the CA; good for both ends, subject alternative name localhost,
    // 127.0.0.1.
    void issue(const std::string& name, const std::string& commonName) {
        const Key key = newKey();
        const Certificate certificate =
            sign(commonName, key.get(), ca_.get(), caKey_.get(), false, ++serial_);
        writeCertificate(name + ".pem", certificate.get());
        writeKey(name + ".key", key.get());
    }

    std::string path(const std::string& file) const { return (folder_ / file).string(); }

  private:
    using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
    using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

    static Key newKey() { return Key(EVP_EC_gen("P-256"), EVP_PKEY_free); }

    static void extend(X509* certificate, X509* issuer, int nid, const char* value) {
        X509V3_CTX context;
        X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
        if (extension == nullptr) throw std::runtime_error("extension");
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }

    static Certificate sign(const std::string& name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuerKey,
                            bool ca, long serial) {
        Certificate certificate(X509_new(), X509_free);
        X509_set_version(certificate.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
        X509_NAME* subject = X509_get_subject_name(certificate.get());
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        X509_set_issuer_name(certificate.get(), issuer != nullptr ? X509_get_subject_name(issuer) : subject);
        X509_set_pubkey(certificate.get(), key);
        X509* by = issuer != nullptr ? issuer : certificate.get();
        extend(certificate.get(), by, NID_basic_constraints, ca ? "critical,CA:TRUE" : "CA:FALSE");
        if (!ca) extend(certificate.get(), by, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
        if (X509_sign(certificate.get(), issuerKey, EVP_sha256()) == 0) throw std::runtime_error("sign");
        return certificate;
    }

    std::FILE* open(const std::string& file) const {
        std::FILE* out = std::fopen(path(file).c_str(), "w");
        if (out == nullptr) throw std::runtime_error(path(file));
        return out;
    }
    void writeCertificate(const std::string& file, X509* certificate) const {
        std::FILE* out = open(file);
        PEM_write_X509(out, certificate);
        std::fclose(out);
    }
    void writeKey(const std::string& file, EVP_PKEY* key) const {
        std::FILE* out = open(file);
        PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(out);
    }

    const std::filesystem::path folder_;
    Key caKey_{nullptr, EVP_PKEY_free};
    Certificate ca_{nullptr, X509_free};
    long serial_ = 1;
};

}  // namespace weir::test
