#include "common/base/durable_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "common/base/error.h"
#include "common/base/ids.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

FileFault fault;

[[noreturn]] void fail(const char* what, const fs::path& path, int errorNumber) {
    throw systemError(std::string("cannot ") + what + " " + path.string(), errorNumber);
}

// The errno a test wants this step to fail with, 0 otherwise.
int injected(FileStep step, const fs::path& path) {
    return fault ? fault(step, path) : 0;
}

int openChecked(const fs::path& path, int flags, unsigned mode) {
    if (const int error = injected(FileStep::kOpen, path)) fail("open", path, error);
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd < 0) fail("open", path, errno);
    return fd;
}

// `write` writes what it can of the bytes it is given.
template <class Write>
void writeEach(std::string_view bytes, const fs::path& path, Write write) {
    if (const int error = injected(FileStep::kWrite, path)) fail("write", path, error);
    while (!bytes.empty()) {
        const ssize_t written = write(bytes);
        if (written < 0) {
            if (errno == EINTR) continue;
            fail("write", path, errno);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void writeAll(int fd, std::string_view bytes, const fs::path& path) {
    writeEach(bytes, path, [&](std::string_view left) { return ::write(fd, left.data(), left.size()); });
}

void writeAllAt(int fd, std::string_view bytes, std::uint64_t at, const fs::path& path) {
    const std::uint64_t end = at + bytes.size();
    writeEach(bytes, path, [&](std::string_view left) {
        return ::pwrite(fd, left.data(), left.size(), static_cast<off_t>(end - left.size()));
    });
}

void syncFile(int fd, const fs::path& path) {
    if (const int error = injected(FileStep::kSync, path)) fail("sync", path, error);
    if (::fsync(fd) != 0) fail("sync", path, errno);
}

fs::path folderOf(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

fs::path temporaryNameOf(const fs::path& path) {
    std::string name = ".";
    name += path.filename().string() + "." + randomHex(4) + ".tmp";
    return folderOf(path) / name;
}

void syncFolder(const fs::path& folder) {
    const int fd = openChecked(folder, O_RDONLY | O_DIRECTORY, 0);
    try {
        syncFile(fd, folder);
    } catch (...) {
        ::close(fd);
        throw;
    }
    ::close(fd);
}

void renameChecked(const fs::path& from, const fs::path& to) {
    if (const int error = injected(FileStep::kRename, to)) fail("rename to", to, error);
    if (::rename(from.c_str(), to.c_str()) != 0) fail("rename to", to, errno);
}

}  // namespace

void setFileFault(FileFault newFault) {
    fault = std::move(newFault);
}

DurableFile::DurableFile(fs::path path, unsigned mode) : path_(std::move(path)) {
    temporary_ = temporaryNameOf(path_);
    fd_ = openChecked(temporary_, O_WRONLY | O_CREAT | O_EXCL, mode);
}

DurableFile::~DurableFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(temporary_.c_str());
}

void DurableFile::write(std::string_view bytes) {
    writeAll(fd_, bytes, path_);
}

void DurableFile::commit() {
    syncFile(fd_, path_);
    renameChecked(temporary_, path_);
    ::close(fd_);
    fd_ = -1;
    syncFolder(folderOf(path_));
}

void writeFileDurably(const fs::path& path, std::string_view bytes, unsigned mode) {
    DurableFile file(path, mode);
    file.write(bytes);
    file.commit();
}

void writeFilesDurably(const std::vector<FileContent>& files, unsigned mode) {
    if (files.empty()) return;
    std::size_t renamed = 0;
    std::vector<fs::path> temporaries;
    try {
        for (const FileContent& file : files) {
            temporaries.push_back(temporaryNameOf(file.path));
            const int fd = openChecked(temporaries.back(), O_WRONLY | O_CREAT | O_EXCL, mode);
            try {
                writeAll(fd, file.bytes, file.path);
                syncFile(fd, file.path);
            } catch (...) {
                ::close(fd);
                throw;
            }
            ::close(fd);
        }
        for (; renamed < files.size(); ++renamed) renameChecked(temporaries[renamed], files[renamed].path);
        syncFolder(folderOf(files.front().path));
    } catch (...) {
        for (std::size_t i = 0; i < temporaries.size(); ++i)
            ::unlink(i < renamed ? files[i].path.c_str() : temporaries[i].c_str());
        throw;
    }
}

void renameDurably(const fs::path& from, const fs::path& to) {
    renameChecked(from, to);
    syncFolder(folderOf(to));
    if (folderOf(from) != folderOf(to)) syncFolder(folderOf(from));
}

void renameFile(const fs::path& from, const fs::path& to) {
    renameChecked(from, to);
}

void removeFile(const fs::path& path) {
    if (const int error = injected(FileStep::kRemove, path)) fail("remove", path, error);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail("remove", path, errno);
}

void removeDurably(const fs::path& path) {
    if (const int error = injected(FileStep::kRemove, path)) fail("remove", path, error);
    if (::unlink(path.c_str()) != 0) {
        if (errno == ENOENT) return;
        fail("remove", path, errno);
    }
    syncFolder(folderOf(path));
}

void createDirectoryDurably(const fs::path& path, unsigned mode) {
    if (fs::is_directory(path)) return;
    const fs::path parent = folderOf(path);
    if (parent != path) createDirectoryDurably(parent, mode);
    if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) fail("create folder", path, errno);
    syncFolder(parent);
}

std::string readFile(const fs::path& path, std::uint64_t limit) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno == ENOENT) throw Error(ErrorCode::kNotFound, "no file " + path.string());
        fail("open", path, errno);
    }
    std::string bytes;
    char block[65536];
    ssize_t count = 0;
    while ((count = ::read(fd, block, sizeof block)) > 0 && bytes.size() <= limit)
        bytes.append(block, static_cast<std::size_t>(count));
    const int error = errno;
    ::close(fd);
    if (count < 0) fail("read", path, error);
    if (bytes.size() > limit)
        throw Error(ErrorCode::kLimit, path.string() + " is larger than " + std::to_string(limit) + " bytes");
    return bytes;
}

AppendFile::AppendFile(fs::path path, std::size_t room, unsigned mode) : path_(std::move(path)), room_(room) {
    fd_ = openChecked(path_, O_WRONLY | O_CREAT, mode);
    struct stat status {};
    if (::fstat(fd_, &status) != 0) {
        const int error = errno;
        ::close(fd_);
        fail("read the size of", path_, error);
    }
    size_ = end_ = static_cast<std::uint64_t>(status.st_size);
    try {
        syncFolder(folderOf(path_));
    } catch (...) {
        ::close(fd_);
        throw;
    }
}

AppendFile::~AppendFile() {
    if (fd_ >= 0) ::close(fd_);
}

void AppendFile::append(std::string_view bytes) {
    makeRoom(bytes.size());
    try {
        writeAllAt(fd_, bytes, size_, path_);
    } catch (...) {
        cutBack();
        throw;
    }
    size_ += bytes.size();
    end_ = std::max(end_, size_);
}

// Without room the file is as good, and a sync takes longer: what goes wrong here is for append() to meet.
void AppendFile::makeRoom(std::size_t bytes) {
    if (room_ == 0 || size_ + bytes <= end_) return;
    const std::uint64_t wanted = size_ + bytes + room_;
    try {
        writeAllAt(fd_, std::string(wanted - end_, '\0'), end_, path_);
        end_ = wanted;
    } catch (const Error&) {
        cutBack();
    }
}

void AppendFile::cutBack() noexcept {
    if (::ftruncate(fd_, static_cast<off_t>(size_)) == 0) end_ = size_;
}

void AppendFile::sync() {
    if (const int error = injected(FileStep::kSync, path_)) fail("sync", path_, error);
    if (::fdatasync(fd_) != 0) fail("sync", path_, errno);
}

void AppendFile::truncate(std::uint64_t size) {
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) fail("truncate", path_, errno);
    size_ = end_ = size;
    syncFile(fd_, path_);
}

MappedFile::MappedFile(fs::path path, std::size_t size, unsigned mode) : path_(std::move(path)), size_(size) {
    fd_ = openChecked(path_, O_RDWR | O_CREAT, mode);
    // Real blocks, not a hole: a store into the mapping must not fail later because the disk is full.
    int error = ::posix_fallocate(fd_, 0, static_cast<off_t>(size_));
    void* mapped = MAP_FAILED;
    if (error == 0) {
        mapped = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
        if (mapped == MAP_FAILED) error = errno;
    }
    if (error != 0) {
        ::close(fd_);
        fail("map", path_, error);
    }
    data_ = static_cast<char*>(mapped);
}

MappedFile::~MappedFile() {
    ::munmap(data_, size_);
    ::close(fd_);
}

void MappedFile::sync() {
    if (const int error = injected(FileStep::kSync, path_)) fail("sync", path_, error);
    if (::msync(data_, size_, MS_SYNC) != 0) fail("sync", path_, errno);
}

std::uint64_t freeBytes(const fs::path& path) {
    struct statvfs status {};
    if (::statvfs(path.c_str(), &status) != 0) fail("ask for the free space of", path, errno);
    return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

FolderLock::FolderLock(const fs::path& folder) {
    const fs::path path = folder / ".lock";
    fd_ = openChecked(path, O_RDWR | O_CREAT, 0640);
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd_);
        throw Error(ErrorCode::kConflict, "folder " + folder.string() + " is in use by another process");
    }
}

FolderLock::~FolderLock() {
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace weir
