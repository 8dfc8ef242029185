#include "slave/lookup/catalogs.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using weir::test::TempFolder;

namespace {

std::string listsFor(const std::string& sender, const char* kind = "block") {
    return userListsBytes({userListEntry("bob@example.net", kind, sender).value()});
}

bool blocks(const Catalogs& catalogs, const std::string& sender) {
    const auto lists = catalogs.userLists();
    return lists && lists->decide("bob@example.net", sender, "") == UserListKind::kBlock;
}

CatalogState listsState(const Catalogs& catalogs) {
    return catalogs.state(kUserListsCatalog);
}

void overwrite(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

struct Fault {
    explicit Fault(FileFault fault) { setFileFault(std::move(fault)); }
    ~Fault() { setFileFault({}); }
};

}  // namespace

TEST_CASE("a node that never had a catalog has none, and no problem") {
    const TempFolder folder;
    const Catalogs catalogs(folder / "catalogs");
    CHECK(catalogs.userLists() == nullptr);
    CHECK(catalogs.learned() == nullptr);
    REQUIRE(catalogs.states().size() == 2);
    for (const CatalogState& state : catalogs.states()) {
        CHECK(state.digest.empty());
        CHECK(state.problem.empty());
    }
    CHECK(catalogs.knows("user-lists"));
    CHECK_FALSE(catalogs.knows("../policy/last-good.json"));
}

TEST_CASE("a catalog that is applied serves at once and after a restart, and what was taken before stays") {
    const TempFolder folder;
    Catalogs catalogs(folder / "catalogs");
    const std::string first = listsFor("@one.example"), second = listsFor("@two.example");
    REQUIRE_FALSE(catalogs.apply("user-lists", first));
    CHECK(blocks(catalogs, "x@one.example"));
    CHECK(listsState(catalogs).digest == sha256Hex(first));
    CHECK(listsState(catalogs).contents == "1 entries of 1 owners");
    const auto held = catalogs.userLists();
    REQUIRE_FALSE(catalogs.apply("user-lists", second));
    CHECK(blocks(catalogs, "x@two.example"));
    CHECK_FALSE(blocks(catalogs, "x@one.example"));
    CHECK(held->decide("bob@example.net", "x@one.example", "") == UserListKind::kBlock);

    const std::string model = LearnedModelWriter({3, 4}).finish();
    REQUIRE_FALSE(catalogs.apply("learned", model));
    const Catalogs again(folder / "catalogs");
    CHECK(blocks(again, "x@two.example"));
    CHECK(listsState(again).digest == sha256Hex(second));
    CHECK(again.learned()->mails().ham == 4);
    CHECK(again.state("learned").contents == "3 spam and 4 ham learned");
    CHECK(readFile(folder / "catalogs" / "user-lists") == "weir-catalog 1 user-lists " + sha256Hex(second) +
                                                              " " + std::to_string(second.size()) + "\n" +
                                                              second);
}

TEST_CASE("bytes that are no such catalog are refused in words, and the old one goes on") {
    const TempFolder folder;
    Catalogs catalogs(folder / "catalogs");
    REQUIRE_FALSE(catalogs.apply("user-lists", listsFor("@one.example")));
    for (const std::string& bad :
         {std::string(), std::string("weir-user-lists 2\nend 0\n"), std::string(100, '\0'),
          listsFor("@two.example") + "x", LearnedModelWriter({}).finish()}) {
        const auto refused = catalogs.apply("user-lists", bad);
        REQUIRE(refused);
        CHECK_FALSE(refused->what.empty());
    }
    CHECK(catalogs.apply("learned", listsFor("@two.example")));
    CHECK(catalogs.apply("other", "x"));
    CHECK(blocks(catalogs, "x@one.example"));
    CHECK(blocks(Catalogs(folder / "catalogs"), "x@one.example"));
    CHECK(catalogs.learned() == nullptr);
}

TEST_CASE("a file that is damaged is told and not used, until it comes again") {
    const TempFolder folder;
    const std::string good = listsFor("@one.example");
    const auto file = folder / "catalogs" / "user-lists";
    REQUIRE_FALSE(Catalogs(folder / "catalogs").apply("user-lists", good));
    const std::string whole = readFile(file);
    std::vector<std::string> damaged = {"",           "x",  whole.substr(0, whole.size() - 1),
                                        whole + "\n", good, whole.substr(0, 20)};
    for (const std::size_t at :
         {std::size_t{1}, std::size_t{13}, std::size_t{15}, std::size_t{30}, whole.size() - 2}) {
        damaged.push_back(whole);
        damaged.back()[at] ^= 1;
    }
    // Whole, but another catalog, or one of a later program.
    damaged.push_back("weir-catalog 2" + whole.substr(14));
    damaged.push_back("weir-catalog 1 learned" + whole.substr(25));
    const std::string later = "weir-user-lists 2\nend 0\n";
    damaged.push_back("weir-catalog 1 user-lists " + sha256Hex(later) + " " + std::to_string(later.size()) +
                      "\n" + later);
    for (const std::string& bytes : damaged) {
        INFO(bytes);
        overwrite(file, bytes);
        Catalogs catalogs(folder / "catalogs");
        CHECK(catalogs.userLists() == nullptr);
        CHECK(listsState(catalogs).digest.empty());
        CHECK(listsState(catalogs).problem.starts_with(
            "the file on disk is not used, it is asked for again: "));
        REQUIRE_FALSE(catalogs.apply("user-lists", good));
        CHECK(blocks(catalogs, "x@one.example"));
        CHECK(listsState(catalogs).problem.empty());
        CHECK(readFile(file) == whole);
    }
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    CHECK(listsState(Catalogs(folder / "catalogs")).problem.starts_with("the file on disk cannot be read: "));
}

TEST_CASE("a disk that is full leaves the old catalog in memory and in its file") {
    const TempFolder folder;
    Catalogs catalogs(folder / "catalogs");
    REQUIRE_FALSE(catalogs.apply("user-lists", listsFor("@one.example")));
    for (const FileStep failing : {FileStep::kOpen, FileStep::kWrite, FileStep::kSync, FileStep::kRename}) {
        const Fault full(
            [&](FileStep step, const std::filesystem::path&) { return step == failing ? ENOSPC : 0; });
        CHECK_THROWS_AS(catalogs.apply("user-lists", listsFor("@two.example")), Error);
        CHECK(blocks(catalogs, "x@one.example"));
    }
    CHECK(blocks(Catalogs(folder / "catalogs"), "x@one.example"));
    CHECK_FALSE(catalogs.apply("user-lists", listsFor("@two.example")));
    CHECK(blocks(Catalogs(folder / "catalogs"), "x@two.example"));
}

TEST_CASE("why a newer catalog could not be had is known until it is there") {
    const TempFolder folder;
    Catalogs catalogs(folder / "catalogs");
    catalogs.failed("user-lists", "the master answers with status 500");
    CHECK(listsState(catalogs).problem == "the master answers with status 500");
    REQUIRE_FALSE(catalogs.apply("user-lists", listsFor("@one.example")));
    CHECK(listsState(catalogs).problem.empty());
}
