#include "slave/link/reporter.h"

#include <nlohmann/json.hpp>

#include "common/base/log.h"
#include "common/wire/event.h"
#include "slave/report/report_queue.h"

namespace weir {
namespace {

constexpr std::size_t kEvents = 1000;
constexpr std::uint64_t kBytes = 2u << 20;
constexpr std::size_t kLineBytes = 64;  // what a batch adds to each event, at most
constexpr std::size_t kAnswerBytes = 64u << 10;
constexpr auto kLook = std::chrono::milliseconds(200);  // so that stop() need not wait longer

// Stands in for an event that the master would refuse for its size: one must not hold up all that follow.
std::string tooLarge(const QueuedEvent& event) {
    logError("report.event-too-large", {{"sequence", event.sequence}, {"bytes", event.body.size()}});
    GapEvent gap;
    gap.id.value = newTimeUuid();
    gap.time = now();
    gap.from = gap.to = event.sequence;
    gap.count = 1;
    gap.reason = "an event of " + std::to_string(event.body.size()) + " bytes is too large to be sent";
    return toJsonText(gap);
}

}  // namespace

Reporter::Reporter(IdentityStore& identity, const NodeClientOptions& client, ReportQueue& reports,
                   LinkHealth& health)
    : identity_(identity), reports_(reports), health_(health), client_(identity, client) {}

Reporter::~Reporter() {
    stop();
}

void Reporter::start() {
    worker_ = std::make_unique<Worker>("reporter", [this] { return turn(); });
}

void Reporter::stop() {
    client_.interrupt();
    if (worker_) worker_->stop();
}

EventsRequest Reporter::nextBatch() {
    EventsRequest batch;
    batch.spool = reports_.epoch();
    std::size_t size = 0;
    for (QueuedEvent& event : reports_.readWaiting(kEvents, kBytes)) {
        if (event.body.size() > WireLimits::kEventBytes) event.body = tooLarge(event);
        size += event.body.size() + kLineBytes;
        if (size > WireLimits::kBatchBytes - kLineBytes * 8 && !batch.events.empty()) break;
        batch.events.push_back({event.sequence, std::move(event.body)});
    }
    return batch;
}

void Reporter::send(const EventsRequest& batch) {
    const Json json = client_.postLines("/node/v1/events", toLines(batch), kAnswerBytes);
    const auto answer = eventsAnswerFromJson(json);
    if (!answer)
        throw Error(ErrorCode::kInvalid, "the master's answer cannot be read: " + answer.error().text());
    if (answer->masterEpoch < batch.masterEpoch)
        throw Error(ErrorCode::kConflict,
                    "a master that is no longer in charge answers; its answer is ignored");
    reports_.ack(answer->acked);
}

std::chrono::milliseconds Reporter::turn() {
    if (!reports_.waitBeyond(reports_.acked(), std::chrono::steady_clock::now() + kLook))
        return std::chrono::milliseconds(0);
    EventsRequest batch = nextBatch();
    if (batch.events.empty()) return kLook;
    batch.masterEpoch = identity_.current()->masterEpoch;
    const Sequence before = reports_.acked();
    try {
        send(batch);
        health_.reportsTaken();
    } catch (const Error& error) {
        if (!client_.interrupted()) health_.reportsFailed(error);
        return error.code() == ErrorCode::kDenied ? backoff_.afterRefusal() : backoff_.next();
    }
    // A master that answers without taking anything is not asked at full speed.
    if (reports_.acked() == before) return backoff_.next();
    backoff_.reset();
    return std::chrono::milliseconds(0);
}

}  // namespace weir
