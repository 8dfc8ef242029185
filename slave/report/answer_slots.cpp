#include "slave/report/answer_slots.h"

#include <atomic>
#include <chrono>
#include <cstring>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "common/base/clock.h"
#include "common/base/control.h"
#include "common/base/durable_file.h"
#include "common/base/error.h"
#include "common/base/log.h"
#include "slave/report/little_endian.h"
#include "slave/report/report_queue.h"

namespace weir {
namespace {

constexpr std::string_view kMagic{"WEIRSLT\0", 8};
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kBootAt = 16, kBootSize = 36, kEndedAt = 56, kSlotsAt = 64;
constexpr std::size_t kFileSize = kSlotsAt + AnswerSlots::kSlots * sizeof(Sequence);
constexpr std::chrono::seconds kDoubtAfterPowerLoss{30};

std::string bootId() {
    std::string id = readFile("/proc/sys/kernel/random/boot_id", 1024).substr(0, kBootSize);
    id.resize(kBootSize, ' ');
    return id;
}

std::string freshFile(const std::string& boot) {
    std::string bytes(kMagic);
    putNumber(kVersion, bytes);
    bytes.resize(kBootAt, '\0');
    bytes += boot;
    bytes.resize(kFileSize, '\0');
    return bytes;
}

struct EarlierLife {
    bool machineDied = true;  // or nothing is known of it
    std::set<Sequence> unanswered;
};

EarlierLife readEarlierLife(const std::filesystem::path& file, const std::string& boot) {
    EarlierLife life;
    if (!std::filesystem::exists(file)) return life;
    const std::string bytes = readFile(file, 2 * kFileSize);
    const bool known = bytes.size() >= kFileSize && std::string_view(bytes).substr(0, 8) == kMagic &&
                       getNumber<std::uint32_t>(bytes, 8) == kVersion;
    if (!known) return life;
    const bool endedWell = getNumber<std::uint32_t>(bytes, kEndedAt) != 0;
    life.machineDied = !endedWell && bytes.compare(kBootAt, kBootSize, boot) != 0;
    for (std::size_t at = kSlotsAt; at < kFileSize; at += sizeof(Sequence)) {
        Sequence sequence;  // in this machine's byte order, as store() leaves it
        std::memcpy(&sequence, bytes.data() + at, sizeof sequence);
        if (sequence != 0) life.unanswered.insert(sequence);
    }
    return life;
}

std::vector<Sequence> doubtOf(const EarlierLife& life, const ReportQueue& queue) {
    std::set<Sequence> doubt;
    // A slot is written before its event: one beyond the log's end belongs to an event that never was.
    for (const Sequence sequence : life.unanswered)
        if (sequence <= queue.lastSequence()) doubt.insert(sequence);
    if (life.machineDied) {
        const auto mails = queue.mailsOfLast(kDoubtAfterPowerLoss);
        doubt.insert(mails.begin(), mails.end());
    }
    for (const Sequence known : queue.alreadyInDoubt()) doubt.erase(known);
    return {doubt.begin(), doubt.end()};
}

}  // namespace

struct AnswerSlots::State {
    explicit State(const std::filesystem::path& path) : file(path, kFileSize) {
        for (std::size_t i = kSlots; i > 0; --i) free.push_back(i - 1);
    }

    void store(std::size_t index, Sequence sequence) {
        char* at = file.data() + kSlotsAt + index * sizeof sequence;
        std::memcpy(at, &sequence, sizeof sequence);
        // The store must be made before the event's bytes are handed to the kernel.
        std::atomic_signal_fence(std::memory_order_seq_cst);
    }

    MappedFile file;
    std::mutex mutex;
    std::vector<std::size_t> free;
    std::chrono::steady_clock::time_point warned{};
};

AnswerSlots::AnswerSlots(const std::filesystem::path& file, ReportQueue& queue) {
    const std::string boot = bootId();
    if (!controlOff("in-doubt")) inDoubt_ = doubtOf(readEarlierLife(file, boot), queue);
    if (!inDoubt_.empty()) {
        InDoubtEvent event;
        event.id.value = newTimeUuid();
        event.time = now();
        event.sequences = inDoubt_;
        queue.append(event);
        logWarning("report.in-doubt",
                   {{"mails", inDoubt_.size()}, {"from", inDoubt_.front()}, {"to", inDoubt_.back()}});
    }
    writeFileDurably(file, freshFile(boot));
    state_ = std::make_unique<State>(file);
}

AnswerSlots::~AnswerSlots() {
    const bool allAnswered = state_->free.size() == kSlots;
    state_->file.data()[kEndedAt] = allAnswered ? 1 : 0;
}

AnswerSlot AnswerSlots::take() {
    std::lock_guard lock(state_->mutex);
    if (!state_->free.empty()) {
        const std::size_t index = state_->free.back();
        state_->free.pop_back();
        return AnswerSlot(this, index);
    }
    const auto time = std::chrono::steady_clock::now();
    if (time - state_->warned > std::chrono::minutes(1)) {
        state_->warned = time;
        logWarning("report.no-slot", {{"slots", kSlots}});
    }
    return AnswerSlot();
}

AnswerSlot::~AnswerSlot() {
    if (!slots_) return;
    clear();
    std::lock_guard lock(slots_->state_->mutex);
    slots_->state_->free.push_back(index_);
}

AnswerSlot::AnswerSlot(AnswerSlot&& other) noexcept
    : slots_(std::exchange(other.slots_, nullptr)), index_(other.index_) {}

AnswerSlot& AnswerSlot::operator=(AnswerSlot&& other) noexcept {
    std::swap(slots_, other.slots_);
    std::swap(index_, other.index_);
    return *this;
}

void AnswerSlot::set(Sequence sequence) {
    if (slots_) slots_->state_->store(index_, sequence);
}

void AnswerSlot::clear() {
    if (slots_) slots_->state_->store(index_, 0);
}

}  // namespace weir
