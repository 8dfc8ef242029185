#include "slave/lookup/recipient_server.h"

#include <vector>

#include "common/base/control.h"
#include "common/base/guarded.h"
#include "slave/lookup/answer_memory.h"

namespace weir {
namespace {

using Clock = std::chrono::steady_clock;
using ProbePtr = std::unique_ptr<RecipientProbe>;

SmtpClientSettings smtpOf(const RecipientServerSettings& settings) {
    SmtpClientSettings smtp;
    smtp.host = settings.host;
    smtp.port = settings.port;
    smtp.heloName = settings.heloName;
    smtp.connectTimeout = smtp.commandTimeout = settings.timeout;
    return smtp;
}

struct Shared {
    AnswerMemory<ProbeAnswer> fresh, believed;
    std::vector<ProbePtr> idle;
    Clock::time_point notBefore{};
    std::string lastFailure;
};

}  // namespace

struct RecipientServer::State {
    explicit State(RecipientServerSettings given) : settings(std::move(given)), smtp(smtpOf(settings)) {}

    ProbePtr idle() {
        auto inside = shared.lock();
        if (inside->idle.empty()) return nullptr;
        ProbePtr one = std::move(inside->idle.back());
        inside->idle.pop_back();
        return one;
    }
    ProbeAnswer askOn(ProbePtr probe, const std::string& address, Clock::time_point deadline) {
        ProbeAnswer answer = probe->ask(address, deadline);
        auto inside = shared.lock();
        if (probe->usable() && inside->idle.size() < settings.connections)
            inside->idle.push_back(std::move(probe));
        return answer;
    }
    ProbeAnswer ask(const std::string& address) {
        const Clock::time_point deadline = Clock::now() + settings.timeout;
        if (ProbePtr kept = idle()) {
            // It may have been closed meanwhile, which says nothing of the server.
            ProbeAnswer answer = askOn(std::move(kept), address, deadline);
            if (answer.state != ProbeAnswer::State::kUnavailable) return answer;
        }
        return askOn(std::make_unique<RecipientProbe>(smtp, deadline), address, deadline);
    }
    // What is said where the server did not tell.
    static ProbeAnswer without(const Shared& inside, const std::string& address, Clock::time_point now,
                               ProbeAnswer otherwise) {
        return inside.believed.find(address, now).value_or(std::move(otherwise));
    }

    const RecipientServerSettings settings;
    const SmtpClientSettings smtp;
    Guarded<Shared> shared;
};

RecipientServer::RecipientServer(RecipientServerSettings settings)
    : state_(std::make_unique<State>(std::move(settings))) {}
RecipientServer::~RecipientServer() = default;

const RecipientServerSettings& RecipientServer::settings() const {
    return state_->settings;
}

ProbeAnswer RecipientServer::find(const std::string& address, std::chrono::milliseconds& left) {
    const RecipientServerSettings& settings = state_->settings;
    const Clock::time_point now = Clock::now();
    {
        auto inside = state_->shared.lock();
        if (auto known = inside->fresh.find(address, now)) return *known;
        if (now < inside->notBefore)
            return State::without(
                *inside, address, now,
                {ProbeAnswer::State::kUnavailable, "left alone for a moment after: " + inside->lastFailure});
        if (left.count() <= 0)
            return State::without(*inside, address, now,
                                  {ProbeAnswer::State::kUnsaid, "the mail has used up its time to ask"});
    }
    const ProbeAnswer answer = state_->ask(address);
    left -= std::chrono::ceil<std::chrono::milliseconds>(Clock::now() - now);
    auto inside = state_->shared.lock();
    switch (answer.state) {
        case ProbeAnswer::State::kDeliverable:
            if (controlOff("recipient-memory")) return answer;
            inside->fresh.put(address, answer, now + settings.keepDeliverable, settings.remembered);
            inside->believed.put(address, answer, now + settings.keepDeliverable + settings.believe,
                                 settings.remembered);
            return answer;
        case ProbeAnswer::State::kUndeliverable:
            inside->fresh.put(address, answer, now + settings.keepUndeliverable, settings.remembered);
            inside->believed.forget(address);
            return answer;
        case ProbeAnswer::State::kUnsaid:
            break;
        case ProbeAnswer::State::kUnavailable:
            inside->lastFailure = answer.text;
            inside->notBefore = Clock::now() + settings.pause;
            inside->idle.clear();
            break;
    }
    return State::without(*inside, address, now, answer);
}

}  // namespace weir
