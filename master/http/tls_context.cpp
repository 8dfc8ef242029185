#include "master/http/tls_context.h"

#include <Poco/Exception.h>
#include <Poco/Net/SSLManager.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>
#include <mutex>

namespace weir::http {

namespace {

using Poco::Net::Context;

Error unusable(const std::string& file, const char* what) {
    char reason[256] = "";
    if (const auto code = ERR_get_error()) ERR_error_string_n(code, reason, sizeof reason);
    ERR_clear_error();
    return Error(ErrorCode::kInvalid, file + ": " + what + (reason[0] ? std::string(": ") + reason : ""));
}

// Poco's own messages do not name the file, so the files are tried with OpenSSL first.
void check(const TlsOptions& options) {
    ERR_clear_error();
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> trial(SSL_CTX_new(TLS_server_method()),
                                                                  SSL_CTX_free);
    if (SSL_CTX_use_certificate_chain_file(trial.get(), options.certificateFile.c_str()) != 1)
        throw unusable(options.certificateFile, "is no readable PEM certificate");
    if (SSL_CTX_use_PrivateKey_file(trial.get(), options.keyFile.c_str(), SSL_FILETYPE_PEM) != 1)
        throw unusable(options.keyFile, "is no readable PEM key, or not the key of the certificate");
    if (SSL_CTX_check_private_key(trial.get()) != 1)
        throw unusable(options.keyFile, "is not the key of the certificate");
    if (!options.clientCaFile.empty() &&
        SSL_CTX_load_verify_locations(trial.get(), options.clientCaFile.c_str(), nullptr) != 1)
        throw unusable(options.clientCaFile, "is no readable PEM certificate");
}

}  // namespace

Context::Ptr makeServerContext(const TlsOptions& options) {
    static std::once_flag once;
    std::call_once(once, [] { Poco::Net::initializeSSL(); });
    check(options);
    Context::Params params;
    params.certificateFile = options.certificateFile;
    params.privateKeyFile = options.keyFile;
    params.caLocation = options.clientCaFile;
    params.loadDefaultCAs = false;
    // "Relaxed" asks for a certificate and verifies one that comes; a client without one is let in.
    params.verificationMode = options.clientCaFile.empty() ? Context::VERIFY_NONE : Context::VERIFY_RELAXED;
    params.cipherList = "ECDHE+AESGCM:ECDHE+CHACHA20";
    try {
        Context::Ptr context = new Context(Context::TLS_SERVER_USE, params);
        context->requireMinimumProtocol(options.tls13Only ? Context::PROTO_TLSV1_3 : Context::PROTO_TLSV1_2);
        // Poco would compare the client's certificate with the client's address.
        context->enableExtendedCertificateVerification(false);
        // Each connection is judged by the certificate it shows: nothing is resumed.
        SSL_CTX_set_num_tickets(context->sslContext(), 0);
        SSL_CTX_set_options(context->sslContext(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
        SSL_CTX_set_mode(context->sslContext(), SSL_MODE_RELEASE_BUFFERS);
        return context;
    } catch (const Poco::Exception& error) {
        throw Error(ErrorCode::kInvalid,
                    options.certificateFile + ": TLS cannot be set up: " + error.displayText());
    }
}

}  // namespace weir::http
