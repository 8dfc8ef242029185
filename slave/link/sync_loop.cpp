#include "slave/link/sync_loop.h"

#include <nlohmann/json.hpp>

#include "common/base/digest.h"
#include "common/base/log.h"
#include "common/policy/policy.h"
#include "common/wire/tls_identity.h"
#include "slave/filter/active_policy.h"

namespace weir {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kShownProblems = 5;
constexpr std::size_t kCertificateBytes = 64u << 10;
constexpr auto kTryAgain = std::chrono::seconds(15);
constexpr auto kRenewAgain = std::chrono::seconds(60);

std::string reasonOf(const PolicyProblems& problems) {
    std::string reason;
    for (std::size_t i = 0; i < problems.size() && i < kShownProblems; ++i)
        reason += (i == 0 ? "" : "; ") + problems[i].text();
    if (problems.size() > kShownProblems)
        reason += "; and " + std::to_string(problems.size() - kShownProblems) + " more";
    return reason.substr(0, WireLimits::kTextBytes);
}

}  // namespace

SyncLoop::SyncLoop(IdentityStore& identity, const NodeClientOptions& client, ActivePolicy& policy,
                   NodeHealth node, Commands& commands, CatalogFetch& catalogs, LinkHealth& health)
    : identity_(identity),
      policy_(policy),
      node_(std::move(node)),
      commands_(commands),
      catalogs_(catalogs),
      health_(health),
      client_(identity, client) {}

SyncLoop::~SyncLoop() {
    stop();
}

void SyncLoop::start() {
    worker_ = std::make_unique<Worker>("sync", [this] { return turn(); });
}

void SyncLoop::stop() {
    client_.interrupt();
    if (worker_) worker_->stop();
}

std::chrono::milliseconds SyncLoop::turn() {
    try {
        renewIfDue();
        obey(sync());
    } catch (const Error& error) {
        first_ = true;
        if (!client_.interrupted()) health_.failed(error);
        return error.code() == ErrorCode::kDenied ? backoff_.afterRefusal() : backoff_.next();
    }
    backoff_.reset();
    return std::chrono::milliseconds(0);
}

SyncAnswer SyncLoop::sync() {
    const auto identity = identity_.current();
    SyncRequest request = node_.describe(*identity);
    if (tryAgain_ && Steady::now() >= *tryAgain_) {
        refused_.reset();
        tryAgain_.reset();
    }
    request.refused = refused_;
    request.inHand = commands_.inHand();
    request.catalogs = catalogs_.present();
    request.urgent = first_;
    const Json json = client_.post("/node/v1/sync", toJsonText(request), WireLimits::kAnswerBytes);
    auto answer = syncAnswerFromJson(json);
    if (!answer)
        throw Error(ErrorCode::kInvalid, "the master's answer cannot be read: " + answer.error().text());
    if (answer->cluster != identity->cluster)
        throw Error(ErrorCode::kDenied, "a master of cluster " + answer->cluster.value + " answers");
    if (answer->masterEpoch < identity->masterEpoch)
        throw Error(ErrorCode::kConflict, "a master of epoch " + std::to_string(answer->masterEpoch) +
                                              " answers, but one of epoch " +
                                              std::to_string(identity->masterEpoch) + " is in charge");
    return std::move(*answer);
}

void SyncLoop::obey(SyncAnswer answer) {
    first_ = false;
    health_.succeeded(client_.connectedTo());
    health_.synced();
    identity_.learn(answer);
    policy_.setReleaseKey(fromBase64Url(answer.releaseKey));
    if (policy_.paused() != answer.paused) {
        policy_.setPaused(answer.paused);
        logInfo(answer.paused ? "node.paused" : "node.resumed");
    }
    // Before the policy: that may take a moment, and somebody may wait for a preview.
    commands_.take(std::move(answer.commands));
    catalogs_.offered(std::move(answer.catalogs));
    if (answer.policy) apply(*answer.policy);
}

void SyncLoop::refuse(const OfferedPolicy& offer, const std::string& reason) {
    refused_ = RefusedPolicy{offer.revision, offer.digest, reason};
}

void SyncLoop::apply(const OfferedPolicy& offer) {
    tryAgain_.reset();
    const auto document = parseJson(offer.document, {.bytes = WireLimits::kAnswerBytes});
    if (!document || policyDigest(*document) != offer.digest)
        return refuse(offer, "the document does not have the digest that came with it");
    try {
        const auto applied = policy_.apply(*document, offer.revision);
        if (!applied) return refuse(offer, reasonOf(applied.error()));
        refused_.reset();
    } catch (const Error& error) {
        logError("policy.not-stored", {{"revision", offer.revision}, {"reason", error.what()}});
        refuse(offer, error.what());
        tryAgain_ = Steady::now() + kTryAgain;
    }
}

void SyncLoop::renewIfDue() {
    const auto identity = identity_.current();
    if (!identity) throw Error(ErrorCode::kDenied, "this node is not enrolled");
    if (now() < renewalTime(identity->certificateBegins, identity->certificateExpires)) return;
    if (renewalTried_ != Steady::time_point{} && Steady::now() - renewalTried_ < kRenewAgain) return;
    renewalTried_ = Steady::now();
    try {
        const std::string key = newPrivateKey();
        const Json json = client_.post("/node/v1/certificate",
                                       toJsonText(RenewRequest{kProtocolVersion, newSigningRequest(key)}),
                                       kCertificateBytes);
        const auto answer = renewAnswerFromJson(json);
        if (!answer) throw Error(ErrorCode::kInvalid, answer.error().text());
        identity_.saveRenewed(answer->certificate, key);
        renewalTried_ = {};
        logInfo("certificate.renewed", {{"expires", toText(identity_.current()->certificateExpires)}});
    } catch (const Error& error) {
        logWarning("certificate.not-renewed",
                   {{"reason", error.what()}, {"expires", toText(identity->certificateExpires)}});
        if (error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kDenied) throw;
    }
}

}  // namespace weir
