#include "common/wire/tls_identity.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "common/base/digest.h"

namespace weir {
namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;
using BioPtr = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using NamePtr = std::unique_ptr<X509_NAME, Freed<X509_NAME_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

constexpr std::chrono::hours kClocksDiffer{1};
constexpr std::string_view kUriPrefix = "urn:weir:cluster:";

void require(bool worked, const char* what) {
    if (worked) return;
    char reason[256] = "no reason given";
    if (const unsigned long code = ERR_get_error()) ERR_error_string_n(code, reason, sizeof reason);
    ERR_clear_error();
    throw Error(ErrorCode::kInternal, std::string("cannot ") + what + ": " + reason);
}

BioPtr reading(const std::string& text) {
    return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

template <class Write>
std::string pem(const char* what, Write write) {
    const BioPtr out(BIO_new(BIO_s_mem()));
    require(out && write(out.get()) == 1, what);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

// A password callback that never asks: an encrypted key is refused instead of blocking on a terminal.
int noPassword(char*, int, int, void*) {
    return -1;
}

KeyPtr readKey(const std::string& key) {
    KeyPtr read(PEM_read_bio_PrivateKey(reading(key).get(), nullptr, noPassword, nullptr));
    ERR_clear_error();
    if (!read) throw Error(ErrorCode::kInvalid, "this is no private key in PEM form");
    return read;
}

CertificatePtr readPem(const std::string& certificate) {
    CertificatePtr read(PEM_read_bio_X509(reading(certificate).get(), nullptr, noPassword, nullptr));
    ERR_clear_error();
    return read;
}

CertificatePtr requirePem(const std::string& certificate) {
    CertificatePtr read = readPem(certificate);
    if (!read) throw Error(ErrorCode::kInvalid, "this is no certificate in PEM form");
    return read;
}

bool isP256(const EVP_PKEY* key) {
    char group[32] = {};
    std::size_t size = 0;
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
           EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 &&
           std::string_view(group, size) == "prime256v1";
}

std::string uriOf(const CertificateSubject& subject) {
    std::string uri(kUriPrefix);
    uri += subject.cluster.value;
    switch (subject.role) {
        case CertificateRole::kAuthority:
            return uri + ":ca";
        case CertificateRole::kMaster:
            return uri + ":master";
        case CertificateRole::kNode:
            break;
    }
    return uri + ":node:" + subject.node.value;
}

bool readUri(std::string_view uri, CertificateSubject& subject) {
    if (!uri.starts_with(kUriPrefix)) return false;
    uri.remove_prefix(kUriPrefix.size());
    constexpr std::size_t kUuid = 36;
    if (!isUuid(uri.substr(0, kUuid))) return false;
    subject.cluster.value = uri.substr(0, kUuid);
    uri.remove_prefix(kUuid);
    if (uri == ":ca") {
        subject.role = CertificateRole::kAuthority;
    } else if (uri == ":master") {
        subject.role = CertificateRole::kMaster;
    } else if (uri.starts_with(":node:") && isUuid(uri.substr(6))) {
        subject.role = CertificateRole::kNode;
        subject.node.value = uri.substr(6);
    } else {
        return false;
    }
    return true;
}

NamePtr personName(const CertificateSubject& subject) {
    NamePtr name(X509_NAME_new());
    const auto add = [&](const char* field, const std::string& text) {
        require(X509_NAME_add_entry_by_txt(name.get(), field, MBSTRING_UTF8,
                                           reinterpret_cast<const unsigned char*>(text.data()),
                                           static_cast<int>(text.size()), -1, 0) == 1,
                "write a certificate's name");
    };
    add("O", "Weir cluster");
    add("OU", subject.cluster.value);
    if (subject.role == CertificateRole::kAuthority) add("CN", "Weir cluster CA");
    if (subject.role == CertificateRole::kMaster) add("CN", "weir-master");
    if (subject.role == CertificateRole::kNode) add("CN", subject.node.value);
    return name;
}

void addName(GENERAL_NAMES* names, int type, const std::string& bytes) {
    ASN1_STRING* text = type == GEN_IPADD ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new();
    GENERAL_NAME* name = GENERAL_NAME_new();
    const bool made =
        text && name && ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size())) == 1;
    if (made) GENERAL_NAME_set0_value(name, type, text);
    if (made && sk_GENERAL_NAME_push(names, name) > 0) return;
    if (!made) ASN1_STRING_free(text);
    GENERAL_NAME_free(name);
    require(false, "write a certificate's names");
}

// Network bytes of an IPv4 or IPv6 address; empty for anything else.
std::string addressBytes(const std::string& name) {
    unsigned char bytes[16];
    if (inet_pton(AF_INET, name.c_str(), bytes) == 1) return {reinterpret_cast<char*>(bytes), 4};
    if (inet_pton(AF_INET6, name.c_str(), bytes) == 1) return {reinterpret_cast<char*>(bytes), 16};
    return {};
}

void addAlternativeNames(X509* certificate, const CertificateSubject& subject) {
    const NamesPtr names(sk_GENERAL_NAME_new_null());
    for (const std::string& name : subject.names) {
        const std::string address = addressBytes(name);
        address.empty() ? addName(names.get(), GEN_DNS, name) : addName(names.get(), GEN_IPADD, address);
    }
    addName(names.get(), GEN_URI, uriOf(subject));
    require(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1,
            "write a certificate's names");
}

void addExtension(X509* certificate, X509* authority, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, authority, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1,
            "write a certificate's extension");
}

void addExtensions(X509* certificate, X509* authority, const CertificateSubject& subject) {
    const bool isAuthority = subject.role == CertificateRole::kAuthority;
    addExtension(certificate, authority, NID_basic_constraints,
                 isAuthority ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE");
    addExtension(certificate, authority, NID_key_usage,
                 isAuthority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
    if (!isAuthority)
        addExtension(certificate, authority, NID_ext_key_usage,
                     subject.role == CertificateRole::kMaster ? "serverAuth" : "clientAuth");
    addExtension(certificate, authority, NID_subject_key_identifier, "hash");
    addExtension(certificate, authority, NID_authority_key_identifier, "keyid");
    addAlternativeNames(certificate, subject);
}

void setSerial(X509* certificate) {
    // 16 random bytes with the highest bit clear: a positive number that nobody guesses (RFC 5280, 4.1.2.2).
    const std::string hex = "5" + randomHex(16).substr(1);
    BIGNUM* number = nullptr;
    require(BN_hex2bn(&number, hex.c_str()) > 0, "make a serial number");
    const bool set = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
    BN_free(number);
    require(set, "make a serial number");
}

void setLife(X509* certificate, std::chrono::seconds lifetime) {
    const std::time_t current = std::time(nullptr);
    const auto begins = current - std::chrono::seconds(kClocksDiffer).count();
    const auto expires = current + lifetime.count();
    require(ASN1_TIME_set(X509_getm_notBefore(certificate), begins) &&
                ASN1_TIME_set(X509_getm_notAfter(certificate), expires),
            "write a certificate's life");
}

std::string sign(EVP_PKEY* publicKey, X509* authority, EVP_PKEY* authorityKey,
                 const CertificateSubject& subject, std::chrono::seconds lifetime) {
    const CertificatePtr certificate(X509_new());
    require(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1, "make a certificate");
    setSerial(certificate.get());
    setLife(certificate.get(), lifetime);
    const NamePtr name = personName(subject);
    require(X509_set_subject_name(certificate.get(), name.get()) == 1 &&
                X509_set_issuer_name(certificate.get(),
                                     authority ? X509_get_subject_name(authority) : name.get()) == 1 &&
                X509_set_pubkey(certificate.get(), publicKey) == 1,
            "make a certificate");
    addExtensions(certificate.get(), authority ? authority : certificate.get(), subject);
    require(X509_sign(certificate.get(), authorityKey, EVP_sha256()) > 0, "sign a certificate");
    return pem("write a certificate", [&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); });
}

bool subjectOf(X509* certificate, CertificateSubject& subject) {
    const NamesPtr names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    if (!names) return false;
    bool found = false;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        int type = 0;
        const auto* value = static_cast<const ASN1_STRING*>(
            GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type));
        if (type != GEN_URI && type != GEN_DNS && type != GEN_IPADD) continue;
        const std::string bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                                static_cast<std::size_t>(ASN1_STRING_length(value)));
        if (type == GEN_URI) found = readUri(bytes, subject) || found;
        if (type == GEN_DNS) subject.names.push_back(bytes);
        if (type != GEN_IPADD || (bytes.size() != 4 && bytes.size() != 16)) continue;
        char text[INET6_ADDRSTRLEN] = {};
        if (inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof text))
            subject.names.emplace_back(text);
    }
    return found;
}

TimePoint timeOf(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return fromMillis(static_cast<std::int64_t>(timegm(&parts)) * 1000);
}

}  // namespace

std::string newPrivateKey() {
    const KeyPtr key(EVP_EC_gen("P-256"));
    require(key != nullptr, "make a key");
    return pem("write a key", [&](BIO* out) {
        return PEM_write_bio_PKCS8PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
}

std::string newSigningRequest(const std::string& key) {
    const KeyPtr read = readKey(key);
    const RequestPtr request(X509_REQ_new());
    require(request && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
                X509_REQ_set_pubkey(request.get(), read.get()) == 1 &&
                X509_REQ_sign(request.get(), read.get(), EVP_sha256()) > 0,
            "make a signing request");
    return pem("write a signing request",
               [&](BIO* out) { return PEM_write_bio_X509_REQ(out, request.get()); });
}

Expected<std::string> publicKeyOfRequest(const std::string& request) {
    const RequestPtr read(PEM_read_bio_X509_REQ(reading(request).get(), nullptr, noPassword, nullptr));
    ERR_clear_error();
    if (!read) return problem("csr", "expected a certificate signing request in PEM form");
    EVP_PKEY* key = X509_REQ_get0_pubkey(read.get());
    const bool isSigned = key && isP256(key) && X509_REQ_verify(read.get(), key) == 1;
    ERR_clear_error();
    if (!isSigned) return problem("csr", "expected a request for an EC P-256 key, signed with that key");
    return pem("write a key", [&](BIO* out) { return PEM_write_bio_PUBKEY(out, key); });
}

std::string publicKeyOf(const std::string& privateKey) {
    const KeyPtr key = readKey(privateKey);
    return pem("write a key", [&](BIO* out) { return PEM_write_bio_PUBKEY(out, key.get()); });
}

std::string makeAuthority(const std::string& key, const ClusterId& cluster, std::chrono::seconds lifetime) {
    const KeyPtr read = readKey(key);
    const CertificateSubject subject{CertificateRole::kAuthority, cluster, {}, {}};
    return sign(read.get(), nullptr, read.get(), subject, lifetime);
}

std::string signCertificate(const std::string& authority, const std::string& authorityKey,
                            const std::string& publicKey, const CertificateSubject& subject,
                            std::chrono::seconds lifetime) {
    const CertificatePtr signer = requirePem(authority);
    const KeyPtr signerKey = readKey(authorityKey);
    const KeyPtr key(PEM_read_bio_PUBKEY(reading(publicKey).get(), nullptr, noPassword, nullptr));
    require(key != nullptr, "read a public key");
    return sign(key.get(), signer.get(), signerKey.get(), subject, lifetime);
}

Expected<CertificateFacts> readCertificate(const std::string& text) {
    const CertificatePtr certificate = readPem(text);
    if (!certificate) return problem("certificate", "expected a certificate in PEM form");
    CertificateFacts facts;
    if (!subjectOf(certificate.get(), facts.subject))
        return problem("certificate", "not a certificate of a Weir cluster");
    unsigned char* der = nullptr;
    const int size = i2d_X509(certificate.get(), &der);
    require(size > 0, "write a certificate");
    facts.fingerprint = sha256Hex({reinterpret_cast<char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    facts.begins = timeOf(X509_get0_notBefore(certificate.get()));
    facts.expires = timeOf(X509_get0_notAfter(certificate.get()));
    return facts;
}

bool fits(const std::string& certificate, const std::string& key) {
    const CertificatePtr read = requirePem(certificate);
    const bool same = X509_check_private_key(read.get(), readKey(key).get()) == 1;
    ERR_clear_error();
    return same;
}

bool isSignedBy(const std::string& certificate, const std::string& authority) {
    const CertificatePtr read = requirePem(certificate);
    const CertificatePtr signer = requirePem(authority);
    const bool valid = X509_verify(read.get(), X509_get0_pubkey(signer.get())) == 1;
    ERR_clear_error();
    return valid;
}

TimePoint renewalTime(TimePoint begins, TimePoint expires) {
    return begins + (expires - begins) * 2 / 3;
}

}  // namespace weir
