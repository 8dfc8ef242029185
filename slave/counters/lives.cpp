#include "slave/counters/lives.h"

namespace weir {

Lives::Lives(std::vector<Life> all) : all_(std::move(all)) {
    if (all_.size() > kMost) all_.erase(all_.begin(), all_.end() - kMost);
    if (all_.empty()) all_.push_back({newLife(), {}});
    for (const Life& each : all_) {
        if (!each.node.empty()) here_.emplace(columnOf(each.node, each.life), each.life);
        if (each.node == node()) ours_.insert(each.life);
    }
}

Column Lives::here(Column inCluster) const {
    const auto found = here_.find(inCluster);
    return found == here_.end() ? inCluster : found->second;
}

Lives Lives::identified(const NodeId& node) const {
    std::vector<Life> lives = all_;
    for (Life& each : lives)
        if (each.node.empty()) each.node = node;
    if (lives.back().node != node) lives.push_back({newLife(), node});
    return Lives(std::move(lives));
}

void OwnLives::set(Lives lives) {
    const std::lock_guard lock(changing_);
    present_ = lives.present();
    lives_.set(std::make_shared<const Lives>(std::move(lives)));
}

void OwnLives::identify(const NodeId& node) {
    if (const auto known = get(); known->node() != node) set(known->identified(node));
}

}  // namespace weir
