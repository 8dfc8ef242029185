// All kinds together: what is told, what comes back, what survives a restart.
#include "slave/counters/shared_counters.h"

#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "common/base/durable_file.h"
#include "common/wire/shared_messages.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_folder.h"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

const NodeId kA{"0196f0c0-0000-7000-8000-00000000000a"}, kB{"0196f0c0-0000-7000-8000-00000000000b"};
constexpr const char* kState = "0196f0c0-1111-7000-8000-000000000001";

GreylistAnswer mail(SharedCounters& node, TimePoint at, const std::string& sender = "a@x.example") {
    return node.greylist().check("192.0.2.7", sender, "b@y.example", {}, at);
}

std::uint64_t total(SharedCounters& node, TimePoint at) {
    return node.rates().peek("r", "k", 3600s, at).total;
}

// What the master makes of a node's changes.
SharedEntries inCluster(SharedEntries entries, const NodeId& node) {
    for (auto* counts : {&entries.networks, &entries.counts})
        for (CountEntry& entry : *counts) entry.column = columnOf(node, entry.column);
    return entries;
}

SharedEntries takeAll(SharedCounters& node) {
    SharedEntries all;
    while (node.anythingToSend()) {
        SharedEntries page = node.take();
        CHECK(page.size() <= SharedMessageLimits::kEntries);
        const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
        append(all.triplets, page.triplets);
        append(all.networks, page.networks);
        append(all.counts, page.counts);
        append(all.poison, page.poison);
    }
    return all;
}

}  // namespace

TEST_CASE("what one node learned and counted decides on the other") {
    TempFolder folderA, folderB;
    SharedCounters a({.folder = folderA.path()}), b({.folder = folderB.path()});
    a.identify(kA);
    b.identify(kB);
    const TimePoint start = now();
    CHECK_FALSE(mail(a, start).pass);
    CHECK(mail(a, start + 300s).pass);
    a.rates().add("r", "k", 3, 3600s, start);
    a.poison().mark("bad", "died", start);
    CHECK_FALSE(mail(b, start + 300s).pass);
    b.rates().add("r", "k", 4, 3600s, start);

    b.merge(inCluster(takeAll(a), kA), start + 301s);
    CHECK(mail(b, start + 301s).known);
    CHECK(total(b, start + 301s) == 7);
    CHECK(b.poison().poisoned("bad", start + 301s));
    CHECK_FALSE(a.anythingToSend());
}

TEST_CASE("a clean restart loses nothing, and tells everything once more") {
    TempFolder folder;
    const TimePoint start = now();
    Column life = 0;
    {
        SharedCounters before({.folder = folder.path()});
        before.identify(kA);
        life = before.life();
        mail(before, start);
        mail(before, start + 300s);
        before.rates().add("r", "k", 3, 3600s, start);
        before.poison().mark("bad", "died", start);
        before.arrived(kState, 42);
        takeAll(before);
        before.save();
        CHECK(before.status().saved >= start);
    }
    SharedCounters after({.folder = folder.path()});
    CHECK(after.life() != life);
    CHECK(after.position().state == kState);
    CHECK(after.position().cursor == 42);
    CHECK(mail(after, start + 301s).known);
    CHECK(total(after, start) == 3);
    CHECK(after.poison().poisoned("bad", start));
    after.rates().add("r", "k", 1, 3600s, start);
    CHECK(total(after, start) == 4);
    after.identify(kA);
    const SharedEntries told = takeAll(after);
    CHECK(told.triplets.size() == 1);
    CHECK(told.networks.size() == 1);
    std::set<Column> lives;
    for (const CountEntry& entry : told.counts) lives.insert(entry.column);
    CHECK(lives == std::set<Column>{life, after.life()});
    CHECK(told.poison.size() == 1);
}

TEST_CASE("a killed process comes back with its file, and with what it had told") {
    TempFolder folder, folderB;
    const TimePoint start = now();
    SharedEntries told;
    {
        SharedCounters before({.folder = folder.path()});
        before.identify(kA);
        before.rates().add("r", "k", 3, 3600s, start);
        before.save();
        before.rates().add("r", "k", 5, 3600s, start);
        mail(before, start);
        told = inCluster(takeAll(before), kA);
    }
    SharedCounters after({.folder = folder.path()}), other({.folder = folderB.path()});
    CHECK(total(after, start) == 3);
    after.identify(kA);
    after.rates().add("r", "k", 1, 3600s, start);
    after.merge(told, start);
    CHECK(total(after, start) == 9);
    CHECK(mail(after, start + 300s).pass);
    other.identify(kB);
    other.merge(told, start);
    other.merge(inCluster(takeAll(after), kA), start);
    CHECK(total(other, start) == 9);
}

TEST_CASE("a damaged file is put aside in words and the node begins anew") {
    TempFolder folder;
    {
        SharedCounters node({.folder = folder.path()});
        mail(node, now());
        node.arrived(kState, 42);
        node.save();
    }
    std::string bytes = readFile(folder / "counters");
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    writeFileDurably(folder / "counters", bytes);
    SharedCounters node({.folder = folder.path()});
    CHECK(node.status().triplets.entries == 0);
    CHECK(node.position().state.empty());  // so that it asks for everything
    CHECK(node.position().cursor == 0);
    mail(node, now());
    node.save();
    SharedCounters again({.folder = folder.path()});
    CHECK(again.status().triplets.entries == 1);
}

TEST_CASE("another state of the master makes the node send and ask for everything again") {
    TempFolder folder;
    SharedCounters node({.folder = folder.path()});
    node.identify(kA);
    for (int i = 0; i < 12'000; ++i) mail(node, now(), std::to_string(i));
    node.rates().add("r", "k", 1, 3600s, now());
    takeAll(node);
    node.arrived(kState, 42);
    CHECK(node.anythingToSend());
    CHECK(takeAll(node).size() == 12'001);
    node.arrived(kState, 43);
    CHECK_FALSE(node.anythingToSend());
    CHECK(node.position().cursor == 43);
    node.heard(kState);
    CHECK(node.position().cursor == 43);
    node.heard(newUuid());
    CHECK(node.position().cursor == 0);
    CHECK(takeAll(node).size() == 12'001);
}

TEST_CASE("what could not be sent is sent later, with what came meanwhile") {
    TempFolder folder, folderB;
    SharedCounters node({.folder = folder.path()}), other({.folder = folderB.path()});
    node.identify(kA);
    const TimePoint start = now();
    mail(node, start);
    node.rates().add("r", "k", 1, 3600s, start);
    node.poison().mark("bad", "died", start);
    const SharedEntries lost = node.take();
    CHECK(lost.size() == 3);
    node.rates().add("r", "k", 1, 3600s, start);
    node.giveBack(lost);
    CHECK(node.status().unsent == 3);
    other.merge(inCluster(takeAll(node), kA), start);
    CHECK(total(other, start) == 2);
    CHECK(mail(other, start + 300s).pass);
    CHECK(other.poison().poisoned("bad", start));
    CHECK(node.status().unsent == 0);
    CHECK(node.status().unsentAge == 0ms);
}

TEST_CASE("how long changes have been waiting is told, also of those that could not be sent") {
    TempFolder folder;
    SharedCounters node({.folder = folder.path()});
    const auto waited = [&](std::chrono::milliseconds time) {
        return eventually([&] { return node.status().unsentAge >= time; });
    };
    mail(node, now());
    CHECK(waited(30ms));
    node.giveBack(node.take());
    CHECK(node.status().unsentAge >= 30ms);
    takeAll(node);
    mail(node, now(), "fresh");
    CHECK(node.status().unsent == 1);
}

TEST_CASE("a change wakes who waits for one") {
    TempFolder folder;
    SharedCounters node({.folder = folder.path()});
    CHECK_FALSE(node.waitForChange(std::chrono::steady_clock::now() + 1ms));
    std::thread changing([&] { mail(node, now()); });
    CHECK(node.waitForChange(std::chrono::steady_clock::now() + 10s));
    changing.join();
}

TEST_CASE("a turn writes the file when something changed and it is due, and drops what is of no use") {
    TempFolder folder;
    SharedCounters node({.folder = folder.path(), .saveEvery = 0ms});
    node.turn();
    CHECK_FALSE(std::filesystem::exists(folder / "counters"));
    mail(node, now() - 100h);
    mail(node, now(), "fresh");
    CHECK(node.turn() > 0ms);
    CHECK(std::filesystem::exists(folder / "counters"));
    const TimePoint saved = node.status().saved;
    for (int i = 0; i < 40; ++i) node.turn();
    CHECK(node.status().triplets.entries == 1);
    CHECK(node.status().triplets.expired == 1);
    CHECK(node.status().saved == saved);
}

TEST_CASE("what comes from others is written, too") {
    TempFolder folder, folderB;
    SharedCounters a({.folder = folder.path()}), b({.folder = folderB.path(), .saveEvery = 0ms});
    a.identify(kA);
    a.rates().add("r", "k", 3, 3600s, now());
    b.merge(inCluster(takeAll(a), kA), now());
    b.turn();
    SharedCounters again({.folder = folderB.path()});
    CHECK(total(again, now()) == 3);
    again.identify(kB);
    CHECK(takeAll(again).counts.empty());  // but it is not this node's to tell
}

TEST_CASE("a disk that fails costs the file, not the node") {
    TempFolder folder;
    SharedCounters node({.folder = folder.path(), .saveEvery = 0ms});
    mail(node, now());
    setFileFault(
        [](FileStep step, const std::filesystem::path&) { return step == FileStep::kWrite ? ENOSPC : 0; });
    CHECK_THROWS_AS(node.turn(), Error);
    setFileFault({});
    CHECK(node.status().triplets.entries == 1);
    node.save();
    CHECK(std::filesystem::exists(folder / "counters"));
}
