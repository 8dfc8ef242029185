#include "slave/link/link_health.h"

#include <algorithm>
#include <random>

#include "common/base/log.h"

namespace weir {
namespace {

constexpr std::chrono::milliseconds kFirst{100};
constexpr std::chrono::milliseconds kRefused{10'000};
constexpr int kMostSteps = 16;
constexpr std::chrono::milliseconds kLasting{3'000};

// Between half of `pause` and all of it.
std::chrono::milliseconds jittered(std::chrono::milliseconds pause) {
    thread_local std::minstd_rand random(std::random_device{}());
    std::uniform_int_distribution<std::int64_t> cut(0, pause.count() / 2);
    return pause - std::chrono::milliseconds(cut(random));
}

}  // namespace

void LinkHealth::succeeded(const std::string& master) {
    auto state = state_.lock();
    if (state->told)
        logInfo("link.back", {{"master", master}, {"away_s", (now() - state->awaySince).count() / 1000}});
    else if (!state->shown.connected)
        logInfo("link.connected", {{"master", master}});
    state->told = false;
    state->shown.connected = true;
    state->shown.master = master;
    state->shown.refusal.clear();
}

void LinkHealth::synced() {
    state_.lock()->shown.lastSync = now();
}

void LinkHealth::failed(const Error& error) {
    auto state = state_.lock();
    const bool refused = error.code() != ErrorCode::kUnavailable && error.code() != ErrorCode::kTimeout;
    const std::string refusal = refused ? error.what() : "";
    if (state->told && (!refused || refusal == state->shown.refusal)) return;
    if (!state->told) state->awaySince = now();
    state->told = true;
    state->shown.connected = false;
    state->shown.master.clear();
    state->shown.refusal = refusal;
    if (refused)
        logError("link.refused",
                 {{"reason", refusal}, {"effect", "this node filters on with its last good rules"}});
    else
        logWarning("link.away", {{"reason", error.what()}, {"effect", "this node filters on; reports wait"}});
}

void LinkHealth::reportsTaken() {
    auto state = state_.lock();
    if (state->reportsTold) logInfo("reports.taken-again");
    state->reportsTold = false;
    state->reportsFailing = {};
}

void LinkHealth::reportsFailed(const Error& error) {
    auto state = state_.lock();
    if (toMillis(state->reportsFailing) == 0) state->reportsFailing = now();
    if (state->reportsTold || !state->shown.connected || now() - state->reportsFailing < kLasting) return;
    state->reportsTold = true;
    logWarning("reports.not-taken", {{"reason", error.what()}, {"effect", "they wait on this node's disk"}});
}

LinkState LinkHealth::state() const {
    return state_.lock()->shown;
}

std::chrono::milliseconds Backoff::next() {
    const auto pause = std::min(longest_, kFirst * (1 << std::min(step_, kMostSteps)));
    ++step_;
    return jittered(pause);
}

std::chrono::milliseconds Backoff::afterRefusal() {
    return jittered(kRefused);
}

}  // namespace weir
