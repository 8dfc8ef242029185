// What this node knows together with the others: greylist, rate counters, poisoned mails.
//
// Decisions never wait for anybody: they are made from what is here. slave/link/shared_exchange brings
// changes to the master and those of the others here, within 2 seconds while the master is there; after a
// partition nothing is lost, since all values merge (common/wire/shared_entry.h).
//
// What is here is on disk every `saveEvery` and after a clean stop. A process that is killed comes back with
// what the file has, in a new life, and gets what it had told the master from there; what it told nobody is
// lost.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "common/base/guarded.h"
#include "slave/counters/greylist.h"
#include "slave/counters/poison.h"
#include "slave/counters/rates.h"

namespace weir {

struct SharedCountersStatus {
    StoreStatus triplets, networks, counts, poison;
    std::size_t unsent = 0;                  // entries with changes that the master does not have
    std::chrono::milliseconds unsentAge{0};  // none of them is older
    TimePoint saved;                         // when the file was last written; the epoch (0): not yet
};

class SharedCounters {
  public:
    struct Options {
        std::filesystem::path folder;  // made when missing
        SharedCapacity capacity{};
        std::chrono::milliseconds saveEvery = std::chrono::seconds(10);
    };
    // Reads the file of an earlier life; one that cannot be read is logged. Throws Error when the folder
    // cannot be made.
    explicit SharedCounters(Options options);

    Greylist& greylist() { return greylist_; }
    Rates& rates() { return rates_; }
    Poison& poison() { return poison_; }

    // Every second or so, from one thread: drops what is of no use any more, and writes the file when it is
    // due. How long to wait for the next turn. Throws Error when the disk fails: then again at a later turn.
    std::chrono::milliseconds turn();
    void save();  // now; at a clean stop
    SharedCountersStatus status() const;

    // ---- exchange with the cluster (slave/link)
    // Who this node is; before anything is sent.
    void identify(const NodeId& node) { lives_.identify(node); }
    Column life() const { return lives_.present(); }
    // False when no change came until then.
    bool waitForChange(std::chrono::steady_clock::time_point deadline) { return signal_.waitUntil(deadline); }
    bool anythingToSend() const;
    // Changes of this node, as many as a message takes; what cannot be sent is given back. One thread.
    SharedEntries take();
    void giveBack(const SharedEntries& entries);
    // What others know.
    void merge(const SharedEntries& entries, TimePoint now);
    // How far the master's list is merged here.
    struct Position {
        std::string state;
        std::uint64_t cursor = 0;
    };
    Position position() const { return *position_.lock(); }
    // After a merge. Another state: the master forgot, so that everything here is to be sent again.
    void arrived(const std::string& state, std::uint64_t cursor);
    // The state that an answer without changes named.
    void heard(const std::string& state);

  private:
    std::filesystem::path file() const { return options_.folder / "counters"; }
    void load();
    void sendAll();

    const Options options_;
    ChangeSignal signal_;
    OwnLives lives_;
    CountTable networks_, counts_;
    Greylist greylist_;
    Rates rates_;
    Poison poison_;
    mutable Guarded<Position> position_;
    std::chrono::steady_clock::time_point takenSince_{};  // what was taken last had waited since then
    std::mutex saving_;
    std::uint64_t savedChanges_ = 0;
    std::chrono::steady_clock::time_point saveDue_{};
    mutable Guarded<TimePoint> saved_;
};

}  // namespace weir
