#include "slave/scan/scanners.h"

namespace weir {

Scanners::Scanners(const std::map<std::string, ScannerSettings>& settings, const Scanners& before) {
    for (const auto& [name, wanted] : settings) {
        const ScannerPoolPtr known = before.find(name);
        const bool same = known && known->settings() == wanted;
        pools_.emplace(name, same ? known : std::make_shared<const ScannerPool>(wanted));
    }
}

ScannerPoolPtr Scanners::find(std::string_view name) const {
    const auto found = pools_.find(name);
    return found == pools_.end() ? nullptr : found->second;
}

std::map<std::string, ScannerHealth> Scanners::health() const {
    std::map<std::string, ScannerHealth> health;
    for (const auto& [name, pool] : pools_) health.emplace(name, pool->health());
    return health;
}

}  // namespace weir
