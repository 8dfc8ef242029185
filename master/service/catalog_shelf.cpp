#include "master/service/catalog_shelf.h"

#include "common/base/digest.h"
#include "common/base/log.h"

namespace weir {

CatalogShelf::CatalogShelf(std::function<void()> wake) : wake_(std::move(wake)) {}

void CatalogShelf::put(std::string name, std::string bytes) {
    if (bytes.size() > WireLimits::kCatalogBytes)
        throw Error(ErrorCode::kLimit, "the catalog " + name + " has " + std::to_string(bytes.size()) +
                                           " bytes; nodes take at most " +
                                           std::to_string(WireLimits::kCatalogBytes));
    Catalog made{sha256Hex(bytes), std::make_shared<const std::string>(std::move(bytes))};
    const std::string digest = made.digest;
    const std::size_t size = made.bytes->size();
    {
        auto state = state_.lock();
        const auto found = state->catalogs.find(name);
        if (found != state->catalogs.end() && found->second.digest == digest) return;
        if (found == state->catalogs.end() && state->catalogs.size() >= WireLimits::kCatalogs)
            throw Error(ErrorCode::kLimit, "there are too many catalogs");
        std::swap(state->catalogs[name], made);
        ++state->version;
    }
    logInfo("catalog.offered", {{"catalog", name}, {"bytes", size}, {"digest", digest}});
    if (wake_) wake_();
}

std::vector<CatalogOffer> CatalogShelf::offers() const {
    std::vector<CatalogOffer> offers;
    auto state = state_.lock();
    for (const auto& [name, catalog] : state->catalogs)
        offers.push_back({name, catalog.digest, catalog.bytes->size()});
    return offers;
}

std::shared_ptr<const std::string> CatalogShelf::bytes(const std::string& name) const {
    auto state = state_.lock();
    const auto found = state->catalogs.find(name);
    return found == state->catalogs.end() ? nullptr : found->second.bytes;
}

std::uint64_t CatalogShelf::version() const {
    return state_.lock()->version;
}

}  // namespace weir
