#include "master/service/event_ingest.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <future>
#include <mutex>

#include "common/base/control.h"
#include "common/base/log.h"
#include "common/base/worker.h"
#include "master/db/intake_table.h"
#include "master/db/tops_table.h"
#include "master/service/command_queue.h"
#include "master/service/intake_transaction.h"

namespace weir {
namespace {

constexpr std::chrono::milliseconds kFoldPause = std::chrono::seconds(1);
constexpr std::size_t kEventsTogether = 8000;  // of the batches that share one commit, unless one is larger

NodeCompleteness completenessOf(const db::IntakeRow& row) {
    const auto count = [](std::int64_t n) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(n, 0));
    };
    return {NodeId{row.node}, fromMillis(row.lastEvent), fromMillis(row.lastTaken), count(row.events),
            count(row.gaps),  count(row.folded),         count(row.notRecorded),    count(row.unreadable)};
}

ReadBatch readBatch(const EventBatch& batch) {
    ReadBatch read;
    read.node = batch.node;
    read.epoch = batch.epoch;
    read.place = db::placeOf(batch.node.value, batch.epoch.value);
    read.events.reserve(batch.events.size());
    EventReader reader;
    for (const auto& event : batch.events) {
        if (event.sequence == 0 || event.sequence > INT64_MAX) {
            throw Error(ErrorCode::kInvalid,
                        "events: sequence " + std::to_string(event.sequence) + " is not possible");
        }
        read.events.push_back(readEvent(reader, batch.node, read.place, event));
    }
    const auto sequence = [](const ReadEvent& a, const ReadEvent& b) { return a.sequence < b.sequence; };
    std::stable_sort(read.events.begin(), read.events.end(), sequence);
    const auto same = [](const ReadEvent& a, const ReadEvent& b) { return a.sequence == b.sequence; };
    read.events.erase(std::unique(read.events.begin(), read.events.end(), same), read.events.end());
    prepareRows(read);
    return read;
}

}  // namespace

// Who waits with a batch. The first of them to find nobody committing commits for all.
struct EventIngest::State {
    struct Waiting {
        ReadBatch batch;
        bool done = false;
        std::exception_ptr error;
    };

    State(db::Database& db, CommandQueue& queue) : database(db), commands(queue) {}

    std::vector<Waiting*> nextGroup() {
        std::vector<Waiting*> group;
        std::size_t events = 0;
        while (!waiting.empty() &&
               (group.empty() || events + waiting.front()->batch.events.size() <= kEventsTogether)) {
            events += waiting.front()->batch.events.size();
            group.push_back(waiting.front());
            waiting.pop_front();
        }
        return group;
    }

    void commit(const std::vector<ReadBatch*>& batches) {
        bool checkIds = controlOff("ingest-once");
        for (;;) {
            try {
                database.transaction([&](db::Connection& connection) {
                    IntakeTransaction(connection, commands, checkIds).apply(batches);
                });
                return;
            } catch (const Error& e) {
                if (e.code() != ErrorCode::kConflict || checkIds) throw;
                checkIds = true;
            }
        }
    }

    // A batch that cannot be committed for a reason of its own must not hold up the others.
    void commit(const std::vector<Waiting*>& group) {
        std::vector<ReadBatch*> batches;
        for (auto* one : group) batches.push_back(&one->batch);
        try {
            commit(batches);
            return;
        } catch (const Error& e) {
            const bool shared = e.code() == ErrorCode::kUnavailable || group.size() == 1;
            if (shared) {
                for (auto* one : group) one->error = std::current_exception();
                return;
            }
            logWarning("intake.one-by-one", {{"batches", group.size()}, {"reason", e.what()}});
        }
        for (auto* one : group) {
            try {
                commit(std::vector<ReadBatch*>{&one->batch});
            } catch (const std::exception&) {
                one->error = std::current_exception();
            }
        }
    }

    Sequence take(ReadBatch batch) {
        Waiting mine;
        mine.batch = std::move(batch);
        std::unique_lock lock(mutex);
        waiting.push_back(&mine);
        while (!mine.done) {
            if (committing) {
                changed.wait(lock);
                continue;
            }
            committing = true;
            const auto group = nextGroup();
            lock.unlock();
            try {
                commit(group);
            } catch (...) {
                for (auto* one : group) one->error = std::current_exception();
            }
            lock.lock();
            for (auto* one : group) one->done = true;
            committing = false;
            changed.notify_all();
        }
        if (mine.error) std::rethrow_exception(mine.error);
        return static_cast<Sequence>(mine.batch.storedTo);
    }

    db::Database& database;
    CommandQueue& commands;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Waiting*> waiting;
    bool committing = false;
    std::chrono::milliseconds foldTops() {
        bool more = false;
        try {
            database.transaction([&](db::Connection& connection) { more = db::foldTops(connection); });
        } catch (const Error& e) {
            // The log says already that the database is away.
            if (e.code() != ErrorCode::kUnavailable) throw;
        }
        return more ? std::chrono::milliseconds(0) : kFoldPause;
    }

    std::vector<std::future<void>> early;                // only with the control "ack-after-commit" off
    Worker tops{"tops", [this] { return foldTops(); }};  // last: its thread uses the others
};

EventIngest::EventIngest(db::Database& database, CommandQueue& commands)
    : state_(std::make_unique<State>(database, commands)) {}

EventIngest::~EventIngest() = default;

Sequence EventIngest::take(const EventBatch& batch) {
    auto read = readBatch(batch);
    if (controlOff("ack-after-commit") && !read.events.empty()) {
        const auto last = read.events.back().sequence;
        std::lock_guard lock(state_->mutex);
        state_->early.push_back(std::async(std::launch::async, [this, read = std::move(read)]() mutable {
            try {
                state_->take(std::move(read));
            } catch (const std::exception& e) {
                logError("intake.lost", {{"reason", e.what()}});
            }
        }));
        return last;
    }
    return state_->take(std::move(read));
}

std::vector<NodeCompleteness> EventIngest::completeness() {
    std::vector<NodeCompleteness> nodes;
    state_->database.read([&](db::Connection& connection) {
        nodes.clear();
        for (const auto& row : db::intakeRows(connection)) nodes.push_back(completenessOf(row));
    });
    return nodes;
}

std::optional<NodeCompleteness> EventIngest::completeness(const NodeId& node) {
    std::optional<NodeCompleteness> found;
    state_->database.read([&](db::Connection& connection) {
        found.reset();
        if (const auto row = db::intakeRow(connection, node.value)) found = completenessOf(*row);
    });
    return found;
}

}  // namespace weir
