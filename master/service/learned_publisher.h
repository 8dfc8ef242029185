// Makes the catalog `learned` from what was learned and puts it on the shelf for the nodes: at start, and
// after changes, at most once in `pause`. First the rarest tokens go where there are more than the limit; of
// those that are as rare, the ones not seen for longest. Digests of spam that are those of ham too are left
// out: what somebody called ham is no near copy of spam.
//
// Works on a thread of its own, reads a snapshot and changes in small transactions: nobody waits for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/guarded.h"
#include "common/base/worker.h"
#include "common/learn/learned_model.h"
#include "master/db/database.h"
#include "master/service/catalog_shelf.h"
#include "master/service/learning_desk.h"

namespace weir {

struct PublishedModel {
    std::int64_t change = 0;  // LearnedState::change that it holds
    TimePoint time;
    std::uint64_t bytes = 0;
    std::string digest;  // SHA-256
};

class LearnedPublisher {
  public:
    LearnedPublisher(db::Database& database, CatalogShelf& shelf, const LearningLimits& limits = {},
                     std::chrono::milliseconds pause = std::chrono::seconds(10));
    ~LearnedPublisher();
    void start();  // the thread
    void stop();
    void wake();  // something was learned or forgotten

    // Writes the model where something has changed since; true when it did. For start()'s thread and for
    // tests.
    bool publish();
    std::optional<PublishedModel> last() const;

  private:
    std::chrono::milliseconds turn();
    void dropRarest();
    // Nothing: there are more tokens than the limit again.
    std::optional<std::pair<std::int64_t, std::string>> model();  // change, bytes

    db::Database& database_;
    CatalogShelf& shelf_;
    const LearningLimits limits_;
    const std::chrono::milliseconds pause_;
    mutable Guarded<std::optional<PublishedModel>> last_;
    std::chrono::steady_clock::time_point next_{};  // of the thread
    std::unique_ptr<Worker> worker_;
};

}  // namespace weir
