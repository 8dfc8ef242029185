#include "master/service/certificate_authority.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "common/base/log.h"
#include "common/wire/tls_identity.h"

namespace weir {
namespace {

constexpr std::size_t kReleaseKeyBytes = 32;
constexpr std::uint64_t kFileLimit = 64u << 10;
constexpr unsigned kSecretMode = 0600;
constexpr unsigned kPublicMode = 0644;

void refuseReadableByOthers(const std::filesystem::path& key) {
    struct stat status {};
    if (::stat(key.c_str(), &status) != 0) throw systemError(key.string(), errno);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return;
    throw Error(ErrorCode::kInvalid, key.string() +
                                         " can be read by others; make it 0600 (and if somebody may have "
                                         "read it, remove the folder and enroll all nodes again)");
}

// HMAC spreads 256 random bits over exactly the 32 bytes wanted.
std::string newReleaseKey() {
    return hmacSha256(randomHex(kReleaseKeyBytes), "weir release key");
}

std::string localHostName() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? std::string(name) : std::string();
}

bool isSomewhere(const std::string& name) {
    return !name.empty() && name != "0.0.0.0" && name != "::" && name != "*";
}

// Every way in which this master may be called, sorted, each once.
std::vector<std::string> allNames(const std::vector<std::string>& names) {
    std::set<std::string> all(names.begin(), names.end());
    all.insert({"localhost", "127.0.0.1", "::1", localHostName()});
    std::vector<std::string> kept;
    std::copy_if(all.begin(), all.end(), std::back_inserter(kept), isSomewhere);
    return kept;
}

}  // namespace

CertificateAuthority::CertificateAuthority(std::filesystem::path folder, CertificateLifetimes lifetimes)
    : folder_(std::move(folder)), lifetimes_(lifetimes) {
    createDirectoryDurably(folder_, 0750);
    // The certificate is written last: with it, the folder is whole.
    if (std::filesystem::exists(certificateFile()))
        openAuthority();
    else
        makeAuthority();
    readReleaseKey();
}

std::filesystem::path CertificateAuthority::certificateFile() const {
    return folder_ / "ca.pem";
}

void CertificateAuthority::makeAuthority() {
    cluster_.value = newUuid();
    key_ = newPrivateKey();
    certificatePem_ = weir::makeAuthority(key_, cluster_, lifetimes_.ca);
    fingerprint_ = readCertificate(certificatePem_)->fingerprint;
    writeFileDurably(folder_ / "release.key", toBase64Url(newReleaseKey()) + "\n", kSecretMode);
    writeFileDurably(folder_ / "ca.key", key_, kSecretMode);
    writeFileDurably(certificateFile(), certificatePem_, kPublicMode);
    logInfo("ca.made", {{"cluster", cluster_.value}, {"sha256", fingerprint_}});
}

void CertificateAuthority::openAuthority() {
    refuseReadableByOthers(folder_ / "ca.key");
    key_ = readFile(folder_ / "ca.key", kFileLimit);
    certificatePem_ = readFile(certificateFile(), kFileLimit);
    const auto facts = readCertificate(certificatePem_);
    if (!facts || facts->subject.role != CertificateRole::kAuthority)
        throw Error(ErrorCode::kInvalid, certificateFile().string() + " is not the CA of a Weir cluster");
    if (!fits(certificatePem_, key_))
        throw Error(ErrorCode::kInvalid,
                    (folder_ / "ca.key").string() + " is not the key of " + certificateFile().string());
    cluster_ = facts->subject.cluster;
    fingerprint_ = facts->fingerprint;
}

void CertificateAuthority::readReleaseKey() {
    const auto file = folder_ / "release.key";
    refuseReadableByOthers(file);
    std::string text = readFile(file, kFileLimit);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    releaseKey_ = fromBase64Url(text);
    if (releaseKey_.size() != kReleaseKeyBytes)
        throw Error(ErrorCode::kInvalid, file.string() + " is not a key of 32 bytes in base64url");
}

ServerCertificateFiles CertificateAuthority::serverCertificate(const std::vector<std::string>& names) {
    const std::lock_guard lock(server_);
    ServerCertificateFiles files{folder_ / "server.pem", folder_ / "server.key", {}};
    const std::vector<std::string> wanted = allNames(names);
    if (std::filesystem::exists(files.certificate) && std::filesystem::exists(files.key)) {
        const std::string certificate = readFile(files.certificate, kFileLimit);
        const auto facts = readCertificate(certificate);
        if (facts && facts->subject.role == CertificateRole::kMaster && facts->subject.names == wanted &&
            isSignedBy(certificate, certificatePem_) && fits(certificate, readFile(files.key, kFileLimit)) &&
            now() < renewalTime(facts->begins, facts->expires)) {
            files.expires = facts->expires;
            return files;
        }
    }
    const std::string key = newPrivateKey();
    const std::string certificate =
        signCertificate(certificatePem_, key_, publicKeyOf(key),
                        {CertificateRole::kMaster, cluster_, {}, wanted}, lifetimes_.server);
    // A listener that loads both between these two writes sees a pair that does not fit, and keeps its old
    // one.
    writeFileDurably(files.key, key, kSecretMode);
    writeFileDurably(files.certificate, certificate + certificatePem_, kPublicMode);
    files.expires = readCertificate(certificate)->expires;
    logInfo("ca.server-certificate", {{"expires", toText(files.expires)}});
    return files;
}

Expected<IssuedCertificate> CertificateAuthority::issueNode(const std::string& csr, const NodeId& node) {
    const auto publicKey = publicKeyOfRequest(csr);
    if (!publicKey) return tl::unexpected<Problem>(publicKey.error());
    IssuedCertificate issued;
    issued.pem = signCertificate(certificatePem_, key_, *publicKey,
                                 {CertificateRole::kNode, cluster_, node, {}}, lifetimes_.node);
    const auto facts = readCertificate(issued.pem);
    issued.fingerprint = facts->fingerprint;
    issued.expires = facts->expires;
    return issued;
}

}  // namespace weir
