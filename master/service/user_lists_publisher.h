// Keeps the catalog `user-lists` on the shelf as the database has the lists.
//
// A change is told by wake() and acts at once when the last one is a second old; those that come sooner go
// together. It also looks every two seconds whether another master, or a commit whose end was uncertain,
// changed the lists.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "common/base/worker.h"
#include "master/db/database.h"
#include "master/service/catalog_shelf.h"

namespace weir {

class UserListsPublisher {
  public:
    UserListsPublisher(db::Database& database, CatalogShelf& shelf) : database_(database), shelf_(shelf) {}

    void start();  // puts the catalog before it returns; throws Error kUnavailable
    void wake();
    void stop();

  private:
    std::chrono::milliseconds turn();
    void publish();  // unless the shelf has this version

    db::Database& database_;
    CatalogShelf& shelf_;
    std::int64_t version_ = -1;  // on the shelf; of the worker's thread once that runs
    std::chrono::steady_clock::time_point published_;
    std::unique_ptr<Worker> worker_;
};

}  // namespace weir
