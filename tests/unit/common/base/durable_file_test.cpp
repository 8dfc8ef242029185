#include "common/base/durable_file.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <utility>

#include "common/base/error.h"
#include "tests/support/temp_folder.h"

using namespace weir;
namespace fs = std::filesystem;

namespace {

struct Fault {
    explicit Fault(FileFault fault) { setFileFault(std::move(fault)); }
    ~Fault() { setFileFault({}); }
};

std::size_t fileCount(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a file is written whole and replaces the old one") {
    test::TempFolder folder;
    writeFileDurably(folder / "a", "one");
    writeFileDurably(folder / "a", std::string(300'000, 'x'));
    CHECK(readFile(folder / "a").size() == 300'000);
    CHECK(fileCount(folder.path()) == 1);
}

TEST_CASE("a write that fails at any step leaves the old file and no trace") {
    test::TempFolder folder;
    writeFileDurably(folder / "a", "old");
    for (const FileStep step : {FileStep::kOpen, FileStep::kWrite, FileStep::kSync, FileStep::kRename}) {
        Fault fault([step](FileStep at, const fs::path&) { return at == step ? ENOSPC : 0; });
        try {
            writeFileDurably(folder / "a", "new");
            FAIL("the fault did not act");
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::kNoSpace);
            CHECK_THAT(error.what(), Catch::Contains("No space left"));
        }
        setFileFault({});
        CHECK(readFile(folder / "a") == "old");
        CHECK(fileCount(folder.path()) == 1);
    }
}

TEST_CASE("a failed append leaves the file at its old length") {
    test::TempFolder folder;
    AppendFile file(folder / "log");
    file.append("first");
    {
        Fault fault([](FileStep at, const fs::path&) { return at == FileStep::kWrite ? EIO : 0; });
        CHECK_THROWS_AS(file.append("second"), Error);
    }
    file.append("third");
    file.sync();
    CHECK(readFile(folder / "log") == "firstthird");
    CHECK(file.size() == 10);
}

TEST_CASE("an append file goes on where it ended and can be cut") {
    test::TempFolder folder;
    { AppendFile(folder / "log").append("abcdef"); }
    AppendFile file(folder / "log");
    CHECK(file.size() == 6);
    file.truncate(2);
    file.append("Z");
    CHECK(readFile(folder / "log") == "abZ");
}

TEST_CASE("room ahead of the content is zeros, and goes when the disk is full") {
    test::TempFolder folder;
    AppendFile file(folder / "log", 100);
    file.append("first");
    CHECK(file.size() == 5);
    CHECK(readFile(folder / "log") == "first" + std::string(100, '\0'));
    file.append(std::string(100, 'x'));
    CHECK(fs::file_size(folder / "log") == 105);
    {
        bool room = true;  // there is none ahead, and enough for the content
        Fault fault([&](FileStep at, const fs::path&) {
            return at == FileStep::kWrite && std::exchange(room, false) ? ENOSPC : 0;
        });
        file.append("second");
    }
    CHECK(readFile(folder / "log") == "first" + std::string(100, 'x') + "second");
    file.append("third");
    file.sync();
    CHECK(readFile(folder / "log").substr(105) == "secondthird" + std::string(100, '\0'));
    file.truncate(5);
    file.append("Z");
    CHECK(readFile(folder / "log") == "firstZ" + std::string(100, '\0'));
}

TEST_CASE("reading names what is missing or too large") {
    test::TempFolder folder;
    writeFileDurably(folder / "a", "12345");
    try {
        readFile(folder / "none");
        FAIL("read a file that is not there");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::kNotFound);
    }
    try {
        readFile(folder / "a", 4);
        FAIL("read past the limit");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::kLimit);
    }
}

TEST_CASE("folders are created with their parents, removal of a missing file is fine") {
    test::TempFolder folder;
    createDirectoryDurably(folder / "a/b/c");
    CHECK(fs::is_directory(folder / "a/b/c"));
    CHECK_NOTHROW(removeDurably(folder / "none"));
    writeFileDurably(folder / "x", "1");
    renameDurably(folder / "x", folder / "a/b/y");
    CHECK(readFile(folder / "a/b/y") == "1");
    removeDurably(folder / "a/b/y");
    CHECK_FALSE(fs::exists(folder / "a/b/y"));
}

TEST_CASE("a folder has one owner at a time") {
    test::TempFolder folder;
    {
        FolderLock lock(folder.path());
        const pid_t child = ::fork();
        if (child == 0) {
            try {
                FolderLock second(folder.path());
            } catch (const Error& error) {
                ::_exit(error.code() == ErrorCode::kConflict ? 7 : 1);
            }
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WEXITSTATUS(status) == 7);
    }
    CHECK_NOTHROW(FolderLock(folder.path()));
}
