#include "slave/link/catalog_fetch.h"

#include <algorithm>

#include "common/base/digest.h"
#include "slave/lookup/catalogs.h"

namespace weir {

using std::chrono::milliseconds;

CatalogFetch::CatalogFetch(IdentityStore& identity, const NodeClientOptions& client, Catalogs& catalogs,
                           CatalogPauses pauses)
    : catalogs_(catalogs), pauses_(pauses), client_(identity, client) {}

CatalogFetch::~CatalogFetch() {
    stop();
}

void CatalogFetch::start() {
    worker_ = std::make_unique<Worker>("catalogs", [this] { return turn(); });
}

void CatalogFetch::stop() {
    client_.interrupt();
    if (worker_) worker_->stop();
}

void CatalogFetch::offered(std::vector<CatalogOffer> offers) {
    {
        auto known = offers_.lock();
        if (*known == offers) return;
        *known = std::move(offers);
    }
    if (worker_) worker_->wake();
}

std::vector<CatalogDigest> CatalogFetch::present() const {
    std::vector<CatalogDigest> present;
    for (CatalogState& state : catalogs_.states())
        if (!state.digest.empty()) present.push_back({std::move(state.name), std::move(state.digest)});
    return present;
}

milliseconds CatalogFetch::turn() {
    const std::vector<CatalogOffer> offers = *offers_.lock();
    milliseconds next = std::chrono::hours(1);
    for (const CatalogOffer& offer : offers) {
        if (!catalogs_.knows(offer.name) || client_.interrupted()) continue;
        if (const auto pause = take(offer)) next = std::min(next, *pause);
    }
    return next;
}

std::optional<milliseconds> CatalogFetch::take(const CatalogOffer& offer) {
    if (catalogs_.state(offer.name).digest == offer.digest) {
        catalogs_.failed(offer.name, {});
        return std::nullopt;
    }
    const auto tried = tried_.find(offer.name);
    if (tried != tried_.end() && tried->second.digest == offer.digest && Steady::now() < tried->second.again)
        return std::chrono::ceil<milliseconds>(tried->second.again - Steady::now());
    try {
        fetch(offer);
        return std::nullopt;
    } catch (const Error& error) {
        if (client_.interrupted()) return std::nullopt;
        const bool refused = error.code() == ErrorCode::kInvalid || error.code() == ErrorCode::kLimit;
        return failed(offer, error.what(), refused ? pauses_.refused : pauses_.unanswered);
    }
}

// Throws Error: kInvalid and kLimit for bytes that would be refused again, the rest may pass.
void CatalogFetch::fetch(const CatalogOffer& offer) {
    if (offer.size > WireLimits::kCatalogBytes)
        throw Error(ErrorCode::kLimit, "the master offers " + std::to_string(offer.size) +
                                           " bytes; this node takes at most " +
                                           std::to_string(WireLimits::kCatalogBytes));
    const std::string bytes = client_.get("/node/v1/catalogs/" + offer.name, WireLimits::kCatalogBytes);
    // One that the master replaced meanwhile comes with its own offer.
    if (bytes.size() != offer.size || sha256Hex(bytes) != offer.digest)
        throw Error(ErrorCode::kConflict, "what came does not have the size and the digest of the offer");
    if (const auto refused = catalogs_.apply(offer.name, bytes))
        throw Error(ErrorCode::kInvalid, "refused: " + refused->text());
}

milliseconds CatalogFetch::failed(const CatalogOffer& offer, const std::string& why, milliseconds pause) {
    tried_[offer.name] = {offer.digest, Steady::now() + pause};
    catalogs_.failed(offer.name, why);
    return pause;
}

}  // namespace weir
