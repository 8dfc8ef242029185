// Scans mails with one scanner over a bounded number of connections, each with a thread of its own.
//
//   auto pool = std::make_shared<const ScannerPool>(settings);   // it must be owned by a shared_ptr
//   ScanTicket virus = pool->start({bytes, envelope});           // never blocks
//   ScanTicket spam = other->start({bytes, envelope});           // … so both work at the same time
//   const ScanOutcome& outcome = virus.wait();                   // kUnavailable at the latest after
//   settings.timeout
//
// The time-out counts from start(): a mail that finds no connection free in time is kUnavailable ("busy").
// Nothing here throws for what a scanner does; only start() may, when memory or the system is out of
// something.
#pragma once

#include <memory>

#include "slave/scan/circuit_breaker.h"
#include "slave/scan/scan_outcome.h"
#include "slave/scan/scanner_health.h"
#include "slave/scan/scanner_settings.h"
#include "slave/scan/scanner_wait.h"

namespace weir {

class ScannerPool;
struct Scan;

// One scan, asked for and perhaps done. One thread. It keeps its pool alive. Dropping it gives the scan up:
// when the destructor returns, nobody looks at the request any more; it waits for that no longer than a
// system call takes.
class ScanTicket {
  public:
    ScanTicket(ScanTicket&&) noexcept = default;
    ScanTicket& operator=(ScanTicket&& other) noexcept;
    ~ScanTicket();

    // Valid as long as the ticket. May be called again.
    const ScanOutcome& wait();
    // True when it is done; false when it is not by then. wait() or the destructor come later.
    bool waitUntil(Deadline deadline);

  private:
    friend class ScannerPool;
    ScanTicket(std::shared_ptr<const ScannerPool> pool, std::shared_ptr<Scan> scan);

    std::shared_ptr<const ScannerPool> pool_;
    std::shared_ptr<Scan> scan_;
};

class ScannerPool : public std::enable_shared_from_this<ScannerPool> {
  public:
    // An address that cannot be read makes every scan kUnavailable. `clock` is the breaker's.
    explicit ScannerPool(
        const ScannerSettings& settings,
        CircuitBreaker::Clock clock = [] { return std::chrono::steady_clock::now(); });
    // Only when no ticket is left. Ends a check that is running.
    ~ScannerPool();
    ScannerPool(const ScannerPool&) = delete;
    ScannerPool& operator=(const ScannerPool&) = delete;

    const ScannerSettings& settings() const;
    // Any thread. Done at once when the mail is over maxBytes or the breaker is open.
    ScanTicket start(const ScanRequest& request) const;
    // Any thread; asks nobody.
    ScannerHealth health() const;

  private:
    friend class ScanTicket;
    class Inside;
    const std::unique_ptr<Inside> inside_;
};

}  // namespace weir
