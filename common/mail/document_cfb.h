// A compound file ([MS-CFB], "OLE2"): storages and streams in sectors chained by a table.
//
// Chains are followed at most as far as the file has sectors, so loops end; a stream is read up to a limit.
// Linear in the bytes; never fails. The bytes must stay.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct CfbEntry {
    std::string name;     // UTF-8
    std::string classId;  // 16 raw bytes
    bool stream = false;  // or a storage
    bool root = false;
    std::uint32_t start = 0;
    std::uint64_t size = 0;
    int parent = -1;  // place of its storage in entries(); -1 when the tree does not lead to it
};

class CompoundFile {
  public:
    CompoundFile(std::string_view bytes, std::size_t mostEntries);

    static bool is(std::string_view bytes);
    const std::vector<CfbEntry>& entries() const { return entries_; }
    // The first `most` bytes of a stream; fewer when chain or file end early, and damaged() then.
    std::string read(const CfbEntry& entry, std::size_t most);
    bool damaged() const { return damaged_; }
    bool cut() const { return cut_; }  // there are more entries

  private:
    std::string_view sector(std::uint32_t number) const;
    std::uint32_t next(std::uint32_t number) const;
    std::string chain(std::uint32_t start, std::uint64_t most);
    void readTable();
    void readDirectory(std::size_t mostEntries);
    void findParents();

    const std::string_view bytes_;
    std::size_t sectorShift_ = 9, miniShift_ = 6;
    std::uint32_t miniCutoff_ = 4096;
    std::vector<std::uint32_t> table_;  // sectors of the FAT
    std::string miniTable_, miniStream_;
    bool miniRead_ = false;
    std::vector<CfbEntry> entries_;
    struct Links {
        std::uint32_t left, right, child;
    };
    std::vector<Links> links_;
    bool damaged_ = false, cut_ = false;
};

}  // namespace weir
