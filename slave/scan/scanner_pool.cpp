#include "slave/scan/scanner_pool.h"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <vector>

#include "common/base/clock.h"
#include "common/base/control.h"
#include "common/base/worker.h"
#include "slave/scan/scanner_connection.h"
#include "slave/scan/scanner_record.h"

namespace weir {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr unsigned kMaxConnections = 64;
constexpr milliseconds kIdle{60'000};  // an unused connection is closed then: firewalls forget it
constexpr milliseconds kLong{3'600'000};
constexpr milliseconds kBeingProbed{100};

milliseconds until(SteadyClock::time_point time, SteadyClock::time_point now) {
    return std::clamp(std::chrono::ceil<milliseconds>(time - now), milliseconds(1), kLong);
}

}  // namespace

// Its fields are guarded by the pool's mutex, but for the request, which is the worker's while it runs.
struct Scan {
    enum class Stage { kWaiting, kRunning, kDone };

    Scan(const ScanRequest& asked, milliseconds timeout)
        : request(asked), deadline(SteadyClock::now() + timeout) {}

    ScanRequest request;
    const Stopwatch watch;
    const Deadline deadline;
    Stage stage = Stage::kWaiting;
    ScanOutcome outcome;
    std::list<std::shared_ptr<Scan>>::iterator place;  // kWaiting
    Signal* cancel = nullptr;                          // kRunning: its worker's
    std::condition_variable changed;
};

class ScannerPool::Inside {
  public:
    Inside(const ScannerSettings& settings, CircuitBreaker::Clock clock);
    ~Inside();

    std::shared_ptr<Scan> start(const ScanRequest& request);
    bool waitUntil(Scan& scan, Deadline deadline);
    void giveUp(Scan& scan);
    ScannerHealth health();

    const ScannerSettings settings;

  private:
    // One worker and what belongs to it.
    struct Slot {
        Slot(const ScannerSettings& settings, ScannerAddress& address) : connection(settings, address) {}
        Signal cancel;
        ScannerConnection connection;
        bool idle = false;
        SteadyClock::time_point idleSince{};
        std::unique_ptr<Worker> worker;
    };

    milliseconds turn(Slot& slot);
    std::shared_ptr<Scan> take(Slot& slot);
    ScanOutcome scan(Slot& slot, const Scan& scan);
    ScanOutcome failed(const Scan& scan, SteadyClock::time_point begun, CircuitBreaker::Pass pass,
                       const ScanError& error);
    void finish(Scan& scan, ScanOutcome outcome);
    ScanOutcome busy() const;
    ScanOutcome open() const;
    std::string sentence(const std::string& text) const { return toString(settings.kind) + (" " + text); }

    milliseconds checkTurn();
    void check(CircuitBreaker::Pass pass);

    const CircuitBreaker::Clock clock_;
    ScannerAddress address_;
    CircuitBreaker breaker_;
    std::mutex mutex_;
    std::list<std::shared_ptr<Scan>> waiting_;
    std::vector<Slot*> idle_;  // the last one is used first: its connection is the warmest
    unsigned running_ = 0;
    ScannerRecord record_;
    Signal stopping_;
    SteadyClock::time_point nextCheck_{};  // the checker's own
    std::unique_ptr<ScannerConnection> checked_;
    std::unique_ptr<Worker> checker_;
    std::vector<std::unique_ptr<Slot>> slots_;
};

ScannerPool::Inside::Inside(const ScannerSettings& asked, CircuitBreaker::Clock clock)
    : settings(asked),
      clock_(clock),
      address_(asked.address),
      breaker_(asked.breaker, std::move(clock)),
      record_(asked) {
    const std::string name = toString(settings.kind);
    if (settings.checkEvery.count() > 0) {
        checked_ = std::make_unique<ScannerConnection>(settings, address_);
        checker_ = std::make_unique<Worker>("chk-" + name, [this] { return checkTurn(); });
    }
    for (unsigned i = 0; i < std::clamp(settings.connections, 1u, kMaxConnections); ++i) {
        slots_.push_back(std::make_unique<Slot>(settings, address_));
    }
    for (const auto& slot : slots_) {
        slot->worker = std::make_unique<Worker>("scan-" + name, [this, &slot = *slot] { return turn(slot); });
    }
}

ScannerPool::Inside::~Inside() {
    stopping_.raise();
    checker_.reset();
    for (const auto& slot : slots_) slot->worker->stop();
}

std::shared_ptr<Scan> ScannerPool::Inside::start(const ScanRequest& request) {
    auto scan = std::make_shared<Scan>(request, settings.timeout);
    if (request.mail.size() > settings.maxBytes) {
        scan->outcome = tooLarge("over our limit of " + std::to_string(settings.maxBytes) + " bytes for " +
                                 toString(settings.kind));
        scan->stage = Scan::Stage::kDone;
        return scan;
    }
    if (breaker_.refuses()) {
        finish(*scan, open());
        return scan;
    }
    Slot* free = nullptr;
    {
        std::lock_guard lock(mutex_);
        scan->place = waiting_.insert(waiting_.end(), scan);
        if (!idle_.empty()) {
            free = idle_.back();
            idle_.pop_back();
            free->idle = false;
        }
    }
    if (free) free->worker->wake();
    return scan;
}

bool ScannerPool::Inside::waitUntil(Scan& scan, Deadline deadline) {
    std::unique_lock lock(mutex_);
    scan.changed.wait_until(lock, std::min(deadline, scan.deadline),
                            [&] { return scan.stage != Scan::Stage::kWaiting; });
    if (scan.stage == Scan::Stage::kWaiting && SteadyClock::now() >= scan.deadline) {
        waiting_.erase(scan.place);
        lock.unlock();
        finish(scan, busy());
        return true;
    }
    return scan.changed.wait_until(lock, deadline, [&] { return scan.stage == Scan::Stage::kDone; });
}

void ScannerPool::Inside::giveUp(Scan& scan) {
    std::unique_lock lock(mutex_);
    if (scan.stage == Scan::Stage::kWaiting) {
        waiting_.erase(scan.place);
        scan.stage = Scan::Stage::kDone;
    }
    if (scan.stage == Scan::Stage::kRunning) scan.cancel->raise();
    scan.changed.wait(lock, [&] { return scan.stage == Scan::Stage::kDone; });
}

ScannerHealth ScannerPool::Inside::health() {
    const CircuitBreaker::Status breaker = breaker_.status();
    std::lock_guard lock(mutex_);
    ScannerHealth health = record_.health(breaker);
    health.inUse = running_;
    health.connections = static_cast<unsigned>(slots_.size());
    health.waiting = static_cast<unsigned>(waiting_.size());
    return health;
}

// The next scan for this worker, which runs from here on; nullptr when there is none.
std::shared_ptr<Scan> ScannerPool::Inside::take(Slot& slot) {
    std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
        if (!slot.idle) {
            slot.idle = true;
            slot.idleSince = SteadyClock::now();
            idle_.push_back(&slot);
        }
        return nullptr;
    }
    std::shared_ptr<Scan> scan = std::move(waiting_.front());
    waiting_.pop_front();
    scan->stage = Scan::Stage::kRunning;
    scan->cancel = &slot.cancel;
    ++running_;
    return scan;
}

milliseconds ScannerPool::Inside::turn(Slot& slot) {
    const std::shared_ptr<Scan> next = take(slot);
    if (!next) {
        const auto closing = slot.idleSince + kIdle;
        const auto now = SteadyClock::now();
        if (now < closing) return until(closing, now);
        slot.connection.close();
        return kLong;
    }
    ScanOutcome outcome;
    try {
        outcome = scan(slot, *next);
    } catch (const std::exception& error) {  // memory, descriptors
        outcome =
            unavailable(ScanFailure::kAway, sentence("could not be asked: " + std::string(error.what())));
    }
    finish(*next, std::move(outcome));
    return milliseconds(0);
}

ScanOutcome ScannerPool::Inside::scan(Slot& slot, const Scan& scan) {
    const auto begun = SteadyClock::now();
    if (begun >= scan.deadline) return busy();
    const CircuitBreaker::Pass pass = breaker_.admit();
    if (pass == CircuitBreaker::Pass::kRefused) return open();
    try {
        ScanOutcome outcome = slot.connection.scan(scan.request, Until{scan.deadline, slot.cancel.fd()});
        breaker_.succeeded(pass);
        return outcome;
    } catch (const ScanError& error) {
        return failed(scan, begun, pass, error);
    } catch (...) {
        breaker_.undecided(pass);
        throw;
    }
}

// What an error says about the mail, and about the scanner.
ScanOutcome ScannerPool::Inside::failed(const Scan& scan, SteadyClock::time_point begun,
                                        CircuitBreaker::Pass pass, const ScanError& error) {
    const std::string limit = std::to_string(settings.timeout.count()) + " ms";
    ScanOutcome outcome = unavailable(error.failure(), sentence(error.what()));
    if (error.failure() == ScanFailure::kSlow) outcome.detail += " (" + limit + ")";
    if (error.failure() == ScanFailure::kGivenUp) {
        breaker_.undecided(pass);
    } else if (error.failure() == ScanFailure::kError) {
        breaker_.answered(pass);  // it may be this mail that it cannot scan; and nobody waited for it
    } else if (error.failure() == ScanFailure::kSlow && scan.deadline - begun < settings.timeout / 2) {
        breaker_.undecided(pass);  // the time went by while it waited for a connection
        outcome = busy();
    } else {
        breaker_.failed(pass, outcome.detail);
        if (checker_) checker_->wake();
    }
    if (controlOff("scan-failure")) return {};
    return outcome;
}

void ScannerPool::Inside::finish(Scan& scan, ScanOutcome outcome) {
    const CircuitBreaker::Status breaker = breaker_.status();
    std::lock_guard lock(mutex_);
    outcome.millis = scan.watch.millis();
    record_.add(outcome);
    record_.follow(breaker);
    if (scan.stage == Scan::Stage::kRunning) {
        --running_;
        scan.cancel->clear();
    }
    scan.outcome = std::move(outcome);
    scan.stage = Scan::Stage::kDone;
    scan.changed.notify_all();
}

ScanOutcome ScannerPool::Inside::busy() const {
    return unavailable(ScanFailure::kBusy, sentence("is busy: none of " + std::to_string(slots_.size()) +
                                                    " connections was free in time (" +
                                                    std::to_string(settings.timeout.count()) + " ms)"));
}

ScanOutcome ScannerPool::Inside::open() const {
    const CircuitBreaker::Status status = breaker_.status();
    return unavailable(ScanFailure::kOpen,
                       sentence("is not asked for now, after " + std::to_string(status.failures) +
                                " failures in a row; the last: " + status.reason));
}

milliseconds ScannerPool::Inside::checkTurn() {
    const CircuitBreaker::Status status = breaker_.status();
    const auto now = clock_();
    if (status.state == CircuitBreaker::State::kProbing) return kBeingProbed;
    if (status.state == CircuitBreaker::State::kOpen && now < status.retryAt)
        return until(status.retryAt, now);
    if (status.state == CircuitBreaker::State::kClosed && now < nextCheck_) return until(nextCheck_, now);
    const CircuitBreaker::Pass pass = breaker_.admit();
    if (pass == CircuitBreaker::Pass::kRefused) return kBeingProbed;
    nextCheck_ = now + settings.checkEvery;
    check(pass);
    return milliseconds(0);
}

void ScannerPool::Inside::check(CircuitBreaker::Pass pass) {
    try {
        const ScannerVersion version =
            checked_->check(Until{SteadyClock::now() + settings.timeout, stopping_.fd()});
        breaker_.answered(pass);
        std::lock_guard lock(mutex_);
        record_.checked(version);
    } catch (const ScanError& error) {
        if (error.failure() == ScanFailure::kGivenUp) {
            breaker_.undecided(pass);
            return;
        }
        const std::string reason = sentence(error.what());
        breaker_.failed(pass, reason);
        std::lock_guard lock(mutex_);
        record_.checkFailed(reason);
    } catch (...) {
        breaker_.undecided(pass);
        throw;
    }
    const CircuitBreaker::Status breaker = breaker_.status();
    std::lock_guard lock(mutex_);
    record_.follow(breaker);
}

ScannerPool::ScannerPool(const ScannerSettings& settings, CircuitBreaker::Clock clock)
    : inside_(std::make_unique<Inside>(settings, std::move(clock))) {}

ScannerPool::~ScannerPool() = default;

const ScannerSettings& ScannerPool::settings() const {
    return inside_->settings;
}

ScanTicket ScannerPool::start(const ScanRequest& request) const {
    return ScanTicket(shared_from_this(), inside_->start(request));
}

ScannerHealth ScannerPool::health() const {
    return inside_->health();
}

ScanTicket::ScanTicket(std::shared_ptr<const ScannerPool> pool, std::shared_ptr<Scan> scan)
    : pool_(std::move(pool)), scan_(std::move(scan)) {}

ScanTicket& ScanTicket::operator=(ScanTicket&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(scan_, other.scan_);
    return *this;
}

ScanTicket::~ScanTicket() {
    if (scan_) pool_->inside_->giveUp(*scan_);
}

const ScanOutcome& ScanTicket::wait() {
    while (!waitUntil(SteadyClock::now() + kLong)) {
    }
    return scan_->outcome;
}

bool ScanTicket::waitUntil(Deadline deadline) {
    return pool_->inside_->waitUntil(*scan_, deadline);
}

}  // namespace weir
