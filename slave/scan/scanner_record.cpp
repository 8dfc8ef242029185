#include "slave/scan/scanner_record.h"

#include "common/base/log.h"

namespace weir {
namespace {

constexpr double kWeightOfLast = 1.0 / 16;

}  // namespace

const char* toString(ScannerHealth::State state) {
    switch (state) {
        case ScannerHealth::State::kUnknown:
            return "unknown";
        case ScannerHealth::State::kOk:
            return "ok";
        case ScannerHealth::State::kFailing:
            return "failing";
        case ScannerHealth::State::kOpen:
            return "open";
    }
    return "unknown";
}

ScannerRecord::ScannerRecord(const ScannerSettings& settings) {
    health_.kind = settings.kind;
    health_.address = settings.address;
}

void ScannerRecord::remember(const std::string& error) {
    health_.lastError = error;
    health_.lastErrorAt = now();
}

void ScannerRecord::add(const ScanOutcome& outcome) {
    if (outcome.failure == ScanFailure::kGivenUp) return;
    if (outcome.failure == ScanFailure::kBusy || outcome.failure == ScanFailure::kOpen) {
        ++health_.notAsked;
        return;
    }
    asked_ = true;
    scanFailed_ = outcome.state == ScanOutcome::State::kUnavailable;
    if (scanFailed_) {
        ++health_.failures;
        remember(outcome.detail);
        return;
    }
    checkFailed_ = false;
    if (outcome.state == ScanOutcome::State::kFound) ++health_.found;
    const double weight = ++health_.scans == 1 ? 1.0 : kWeightOfLast;
    health_.averageMillis += (outcome.millis - health_.averageMillis) * weight;
}

void ScannerRecord::checked(const ScannerVersion& version) {
    asked_ = true;
    checkFailed_ = false;
    health_.version = version.version;
    health_.signatures = version.signatures;
}

void ScannerRecord::checkFailed(const std::string& reason) {
    asked_ = true;
    checkFailed_ = true;
    remember(reason);
}

ScannerHealth ScannerRecord::health(const CircuitBreaker::Status& breaker) const {
    ScannerHealth health = health_;
    if (breaker.state != CircuitBreaker::State::kClosed) {
        health.state = ScannerHealth::State::kOpen;
        health.detail = "not asked for now, after " + std::to_string(breaker.failures) +
                        " failures in a row; the last: " + breaker.reason;
    } else if (scanFailed_ || checkFailed_) {
        health.state = ScannerHealth::State::kFailing;
        health.detail = health_.lastError;
    } else if (asked_) {
        health.state = ScannerHealth::State::kOk;
        health.detail =
            health_.version + (health_.signatures.empty() ? "" : ", signatures " + health_.signatures);
    } else {
        health.detail = "not asked yet";
    }
    health.ok = health.state == ScannerHealth::State::kOk || health.state == ScannerHealth::State::kUnknown;
    return health;
}

void ScannerRecord::follow(const CircuitBreaker::Status& breaker) {
    const bool open = breaker.state != CircuitBreaker::State::kClosed;
    if (open == open_) return;
    open_ = open;
    if (open)
        logWarning("scanner.away", {{"scanner", toString(health_.kind)},
                                    {"address", health_.address},
                                    {"failures", breaker.failures},
                                    {"reason", breaker.reason}});
    else
        logInfo("scanner.back", {{"scanner", toString(health_.kind)}, {"address", health_.address}});
}

}  // namespace weir
