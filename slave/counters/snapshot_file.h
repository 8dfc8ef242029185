// The file that takes what this node knows of the cluster's counters over a restart. FORMAT.md has its
// grammar.
//
// The master and the other nodes have nearly all of it, too: a file that is damaged or of another version is
// set aside in words, and the node begins anew.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "common/base/error.h"
#include "slave/counters/lives.h"

namespace weir {

struct SnapshotHead {
    std::vector<Life> lives;   // oldest first
    std::string state;         // of the master's list; empty: none known
    std::uint64_t cursor = 0;  // everything in that list up to here is in the file
    bool operator==(const SnapshotHead&) const = default;
};

// Writes the whole file or nothing. Columns are named as on this node. Throws Error (kNoSpace, kIo).
class SnapshotWriter {
  public:
    SnapshotWriter(const std::filesystem::path& file, const SnapshotHead& head);
    void add(const TripletEntry& entry);
    void addNetwork(const CountEntry& entry) { add('N', entry); }
    void addCount(const CountEntry& entry) { add('C', entry); }
    void add(const PoisonEntry& entry);
    void commit();

  private:
    void add(char kind, const CountEntry& entry);
    void begin(char kind, const SharedKey& key);
    void flushIfLarge();
    void flush();

    DurableFile file_;
    Sha256 digest_;
    std::string piece_;
};

// Hands every entry of the file to the functions, which must all be there; the head. Nothing is handed over
// of a file whose digest is wrong. Refuses with the place and the reason.
struct SnapshotReader {
    std::function<void(const TripletEntry&)> triplet;
    std::function<void(const CountEntry&)> network, count;
    std::function<void(const PoisonEntry&)> poison;
    Expected<SnapshotHead> read(std::string_view bytes) const;
};

}  // namespace weir
