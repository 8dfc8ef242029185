#include "slave/link/shared_exchange.h"

#include <nlohmann/json.hpp>
#include <thread>

#include "common/base/log.h"

namespace weir {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr auto kLook = milliseconds(200);    // so that stop() need not wait longer
constexpr auto kGather = milliseconds(150);  // between two posts
constexpr auto kPace = milliseconds(100);    // between two questions
constexpr auto kUnknown = std::chrono::seconds(60);
constexpr auto kLastChanges = milliseconds(500);  // what stop() gives changes to get away
constexpr auto kStep = milliseconds(10);

}  // namespace

SharedExchange::SharedExchange(IdentityStore& identity, const NodeClientOptions& client,
                               SharedCounters& counters)
    : identity_(identity), counters_(counters), pushing_(identity, client), pulling_(identity, client) {}

SharedExchange::~SharedExchange() {
    stop();
}

void SharedExchange::start() {
    if (const auto identity = identity_.current()) counters_.identify(identity->node);
    puller_ = std::make_unique<Worker>("shared pull", [this] { return pull(); });
    pusher_ = std::make_unique<Worker>("shared push", [this] { return push(); });
}

void SharedExchange::stop() {
    const auto deadline = Steady::now() + kLastChanges;
    while (pusher_ && knownToMaster() && counters_.anythingToSend() && Steady::now() < deadline)
        std::this_thread::sleep_for(kStep);
    pushing_.interrupt();
    pulling_.interrupt();
    if (pusher_) pusher_->stop();
    if (puller_) puller_->stop();
    state_.lock()->connected = false;
}

SharedLinkState SharedExchange::state() const {
    return *state_.lock();
}

bool SharedExchange::knownToMaster() const {
    return state_.lock()->connected;
}

SharedAnswer SharedExchange::ask(NodeClient& client, SharedRequest request) {
    const auto identity = identity_.current();
    if (!identity) throw Error(ErrorCode::kDenied, "this node is not enrolled");
    request.masterEpoch = identity->masterEpoch;
    request.life = counters_.life();
    const Json json = client.post("/node/v1/shared", toJsonText(request), SharedMessageLimits::kBytes);
    auto answer = sharedAnswerFromJson(json);
    if (!answer)
        throw Error(ErrorCode::kInvalid, "the master's answer cannot be read: " + answer.error().text());
    if (answer->masterEpoch < identity->masterEpoch)
        throw Error(ErrorCode::kConflict,
                    "a master that is no longer in charge answers; its answer is ignored");
    return std::move(*answer);
}

milliseconds SharedExchange::pauseAfter(const Error& error, Backoff& backoff) {
    const bool passes = error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kTimeout;
    const std::string refusal = error.code() == ErrorCode::kNotFound
                                    ? "the master is of an earlier version, which shares no counters"
                                    : error.what();
    auto state = state_.lock();
    // That the master is away is told by the sync loop.
    if (!passes && state->refusal != refusal) {
        state->refusal = refusal;
        logWarning("shared.refused",
                   {{"reason", error.what()}, {"effect", "greylisting and rates count on this node alone"}});
    }
    if (error.code() == ErrorCode::kNotFound) return kUnknown;
    return error.code() == ErrorCode::kDenied ? backoff.afterRefusal() : backoff.next();
}

milliseconds SharedExchange::pull() {
    const SharedCounters::Position position = counters_.position();
    SharedRequest request;
    request.cursor = position.cursor;
    request.state = position.state;
    request.urgent = first_;
    try {
        const SharedAnswer answer = ask(pulling_, std::move(request));
        counters_.merge(answer.changes, now());
        counters_.arrived(answer.state, answer.cursor);
        first_ = false;
        pullBackoff_.reset();
        {
            auto state = state_.lock();
            state->connected = true;
            if (!pushRefused_) state->refusal.clear();
            state->lastExchange = now();
        }
        return answer.more ? milliseconds(0) : kPace;
    } catch (const Error& error) {
        if (pulling_.interrupted()) return kLook;
        first_ = true;
        state_.lock()->connected = false;
        return pauseAfter(error, pullBackoff_);
    }
}

milliseconds SharedExchange::push() {
    if (!knownToMaster()) return kLook;
    if (!counters_.anythingToSend() && !counters_.waitForChange(Steady::now() + kLook))
        return milliseconds(0);
    const auto since = Steady::now() - pushed_;
    if (since < kGather) return std::chrono::ceil<milliseconds>(kGather - since);
    SharedRequest request;
    request.changes = counters_.take();
    if (request.changes.empty()) return milliseconds(0);
    const bool full = request.changes.size() >= SharedMessageLimits::kEntries;
    const SharedEntries changes = request.changes;
    try {
        const SharedAnswer answer = ask(pushing_, std::move(request));
        counters_.heard(answer.state);
    } catch (const Error& error) {
        counters_.giveBack(changes);
        pushRefused_ = error.code() != ErrorCode::kUnavailable && error.code() != ErrorCode::kTimeout;
        return pushing_.interrupted() ? kLook : pauseAfter(error, pushBackoff_);
    }
    pushBackoff_.reset();
    pushRefused_ = false;
    if (!full) pushed_ = Steady::now();
    return milliseconds(0);
}

}  // namespace weir
