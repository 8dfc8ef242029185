// How the link to the master stands, as its workers find it: one line in the log when it goes away and one
// when it is back, however many workers notice. Thread-safe.
#pragma once

#include <chrono>
#include <string>

#include "common/base/error.h"
#include "common/base/guarded.h"
#include "slave/link/master_link.h"

namespace weir {

class LinkHealth {
  public:
    void succeeded(const std::string& master);
    void synced();
    void failed(const Error& error);
    // The reports alone are not taken (the master's database is away, say): told when that lasts while the
    // link is up, so that a master that dies makes one line and not two.
    void reportsTaken();
    void reportsFailed(const Error& error);
    LinkState state() const;

  private:
    struct State {
        LinkState shown;
        bool told = false;  // that it is away, or refused with shown.refusal
        TimePoint awaySince{};
        bool reportsTold = false;
        TimePoint reportsFailing{};  // since; the epoch (0): they are taken
    };
    mutable Guarded<State> state_;
};

// Pauses between attempts of one worker: doubling from 100 ms to `longest`, each cut by up to half at random,
// so that many nodes do not come back in step.
class Backoff {
  public:
    explicit Backoff(std::chrono::milliseconds longest = std::chrono::seconds(3)) : longest_(longest) {}
    std::chrono::milliseconds next();
    // After a refusal, which only a person can change.
    std::chrono::milliseconds afterRefusal();
    void reset() { step_ = 0; }

  private:
    const std::chrono::milliseconds longest_;
    int step_ = 0;
};

}  // namespace weir
