#include "slave/link/enrollment.h"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/base/durable_file.h"
#include "common/base/log.h"
#include "common/wire/join_token.h"
#include "common/wire/tls_identity.h"
#include "slave/link/https_connection.h"

namespace weir {
namespace {

constexpr auto kConnectTime = std::chrono::seconds(5);
constexpr auto kAnswerTime = std::chrono::seconds(30);
constexpr std::size_t kAnswerBytes = 256u << 10;
// Written while enrolling: the CA of the token, to be trusted for this one connection.
constexpr const char* kPinnedFile = "pinned-ca.pem";

std::string ownHostName() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? std::string(name) : std::string();
}

JoinToken readToken(const std::string& text) {
    auto token = joinTokenFromText(text);
    if (!token) throw Error(ErrorCode::kInvalid, token.error().what);
    if (token->expires <= now())
        throw Error(ErrorCode::kDenied, "this token expired at " + toText(token->expires) + " (here it is " +
                                            toText(now()) + "); make a new one");
    return *token;
}

// The CA that the token names, out of what the server shows. Nothing was sent to the server yet.
std::string pinnedAuthority(const MasterAddress& address, const JoinToken& token) {
    const std::vector<std::string> chain = shownChain(address, kConnectTime);
    for (const std::string& certificate : chain) {
        const auto facts = readCertificate(certificate);
        if (facts && facts->fingerprint == token.authorityFingerprint &&
            facts->subject.role == CertificateRole::kAuthority)
            return certificate;
    }
    const auto first = chain.empty() ? problem("", "no certificate") : readCertificate(chain.front());
    const std::string who = first ? "a Weir master of cluster " + first->subject.cluster.value
                                  : "a server that is no Weir master";
    throw Error(
        ErrorCode::kDenied,
        "at " + address.text() + " answers " + who + ", not the master that made this token (cluster " +
            token.cluster.value +
            "): the address is wrong, the token is of another cluster, or somebody is in between. Nothing "
            "was sent to it");
}

struct Folder {
    std::filesystem::path path;
    std::filesystem::path pinned() const { return path / kPinnedFile; }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove(pinned(), ignored);
    }
};

// An earlier identity of the same cluster, when its certificate is still good: the node then keeps its id.
std::optional<NodeIdentity> earlierIdentity(IdentityStore& store, const JoinToken& token) {
    try {
        auto identity = store.load();
        if (identity && identity->cluster == token.cluster && identity->certificateExpires > now())
            return identity;
    } catch (const Error& error) {
        logWarning("enroll.earlier-identity-unusable", {{"reason", error.what()}});
    }
    return std::nullopt;
}

EnrollAnswer ask(HttpsConnection& connection, const EnrollRequest& request) {
    const HttpsAnswer answer =
        connection.exchange("POST", "/node/v1/enroll", "application/json", toJsonText(request), kAnswerBytes);
    if (answer.status >= 400) throw refusalOf(answer);
    const auto json = parseJson(answer.body, {.bytes = kAnswerBytes});
    auto read =
        json ? enrollAnswerFromJson(*json) : Expected<EnrollAnswer>(tl::unexpected<Problem>(json.error()));
    if (!read) throw Error(ErrorCode::kInvalid, "the master's answer cannot be read: " + read.error().text());
    return std::move(*read);
}

void check(const EnrollAnswer& answer, const JoinToken& token, const std::string& key) {
    const auto facts = readCertificate(answer.certificate);
    const auto authority = readCertificate(answer.ca);
    if (facts && authority && facts->subject.role == CertificateRole::kNode &&
        facts->subject.node == answer.node && facts->subject.cluster == token.cluster &&
        authority->fingerprint == token.authorityFingerprint && isSignedBy(answer.certificate, answer.ca) &&
        fits(answer.certificate, key))
        return;
    throw Error(ErrorCode::kInvalid, "the master's answer holds no certificate for this node");
}

NodeIdentity enrollAt(const MasterAddress& address, const EnrollmentOptions& options,
                      const JoinToken& token) {
    createDirectoryDurably(options.identityFolder);
    const Folder folder{options.identityFolder};
    writeFileDurably(folder.pinned(), pinnedAuthority(address, token));
    IdentityStore store(options.identityFolder);
    const auto earlier = earlierIdentity(store, token);
    const TlsFiles files{folder.pinned(), earlier ? store.identityFile() : std::filesystem::path()};
    HttpsConnection connection(address, files, token.cluster, kConnectTime, kAnswerTime);

    const std::string key = newPrivateKey();
    EnrollRequest request;
    request.secret = token.secret;
    request.cluster = token.cluster;
    request.csr = newSigningRequest(key);
    request.name = options.name.empty() ? ownHostName() : options.name;
    if (earlier) request.node = earlier->node;
    request.version = WEIR_VERSION;
    const EnrollAnswer answer = ask(connection, request);
    check(answer, token, key);

    NodeIdentity identity;
    identity.node = answer.node;
    identity.cluster = answer.cluster;
    identity.name = answer.name;
    identity.masterEpoch = answer.masterEpoch;
    store.save(identity, answer.certificate, key, answer.ca);
    logInfo("enroll.done",
            {{"node", answer.node.value}, {"name", answer.name}, {"cluster", answer.cluster.value}});
    return *store.current();
}

}  // namespace

NodeIdentity enroll(const EnrollmentOptions& options) {
    const JoinToken token = readToken(options.token);
    if (options.masters.empty()) throw Error(ErrorCode::kInvalid, "no master is given");
    for (auto master = options.masters.begin();; ++master) {
        const auto address = masterAddressFromText(*master);
        if (!address) throw Error(ErrorCode::kInvalid, address.error().text());
        try {
            return enrollAt(*address, options, token);
        } catch (const Error& error) {
            const bool silent =
                error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kTimeout;
            if (!silent || std::next(master) == options.masters.end()) throw;
        }
    }
}

}  // namespace weir
