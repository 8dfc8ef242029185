// Bytes on stable storage. The only fsync in the tree, and the one place where tests inject disk faults.
//
// Every function throws Error (kNoSpace or kIo) naming the file. What returned is on stable storage,
// including the directory entry, unless its name says otherwise.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Writes the whole file or nothing: temporary file in the same directory, fsync, rename, fsync the directory.
void writeFileDurably(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0640);

// The same in several pieces, for content that is not in one place. Destroyed without commit(): no trace
// stays.
class DurableFile {
  public:
    explicit DurableFile(std::filesystem::path path, unsigned mode = 0640);
    ~DurableFile();
    DurableFile(const DurableFile&) = delete;
    DurableFile& operator=(const DurableFile&) = delete;
    void write(std::string_view bytes);
    void commit();

  private:
    std::filesystem::path path_, temporary_;
    int fd_ = -1;
};

// Several new files of one folder, in this order, for the price of one sync of the folder. When it throws,
// none of them stays.
struct FileContent {
    std::filesystem::path path;
    std::string_view bytes;
};
void writeFilesDurably(const std::vector<FileContent>& files, unsigned mode = 0640);

void renameDurably(const std::filesystem::path& from, const std::filesystem::path& to);
// A rename that is not stable yet at return: after a power loss the file may have its old name.
void renameFile(const std::filesystem::path& from, const std::filesystem::path& to);
// The same for removal: after a power loss the file may be back. Missing is fine.
void removeFile(const std::filesystem::path& path);
void removeDurably(const std::filesystem::path& path);                                 // missing is fine
void createDirectoryDurably(const std::filesystem::path& path, unsigned mode = 0750);  // with its parents

// The whole file; throws Error kNotFound when missing, kLimit when larger than `limit`.
std::string readFile(const std::filesystem::path& path, std::uint64_t limit = 64u << 20);

// A file that only grows. append() writes, sync() makes everything appended so far stable (fdatasync). Not
// thread-safe. A failed append leaves the file at its old length (truncated back) when the disk allows it.
//
// With `room` the file is filled up with zeros ahead, that many bytes at a time: a sync then writes what was
// appended and nothing about the file, which takes a disk half the time or less. What is at the end of the
// file is zeros then, until truncate().
class AppendFile {
  public:
    explicit AppendFile(std::filesystem::path path, std::size_t room = 0, unsigned mode = 0640);
    ~AppendFile();
    AppendFile(const AppendFile&) = delete;
    AppendFile& operator=(const AppendFile&) = delete;
    void append(std::string_view bytes);
    void sync();
    void truncate(std::uint64_t size);            // then stable
    std::uint64_t size() const { return size_; }  // without the zeros ahead; just opened: all there is
    const std::filesystem::path& path() const { return path_; }

  private:
    void makeRoom(std::size_t bytes);
    void cutBack() noexcept;

    std::filesystem::path path_;
    const std::size_t room_;
    int fd_ = -1;
    std::uint64_t size_ = 0;
    std::uint64_t end_ = 0;  // of the file, zeros included
};

// A file of fixed size in memory, shared with the page cache: what is stored there outlives the process at
// once, and the machine only after sync().
class MappedFile {
  public:
    // Opens; a missing or shorter file is filled up with zeros to `size`.
    MappedFile(std::filesystem::path path, std::size_t size, unsigned mode = 0640);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    char* data() { return data_; }
    const char* data() const { return data_; }
    std::size_t size() const { return size_; }
    void sync();

  private:
    std::filesystem::path path_;
    char* data_ = nullptr;
    std::size_t size_ = 0;
    int fd_ = -1;
};

// Free bytes for this process in the file system of `path`.
std::uint64_t freeBytes(const std::filesystem::path& path);

// An exclusive lock on a folder (a lock file in it), held as long as this lives: two programs must not share
// one spool. Throws Error kConflict naming the folder when another process holds it.
class FolderLock {
  public:
    explicit FolderLock(const std::filesystem::path& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

  private:
    int fd_ = -1;
};

// Test seam: called before each write, sync and rename with what is about to happen; a returned errno (not 0)
// is what that step then fails with. Empty by default. Set only while no other thread uses files.
enum class FileStep { kOpen, kWrite, kSync, kRename, kRemove };
using FileFault = std::function<int(FileStep, const std::filesystem::path&)>;
void setFileFault(FileFault fault);

}  // namespace weir
