#include "common/mail/archive_budget.h"

#include <time.h>

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t kTextCost = 10;  // libmagic tries all its regular expressions on text

}  // namespace

std::chrono::nanoseconds ArchiveBudget::cpuTime() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

void ArchiveBudget::cut(std::string what) {
    if (std::find(cuts_.begin(), cuts_.end(), what) == cuts_.end()) cuts_.push_back(std::move(what));
}

bool ArchiveBudget::entry() {
    if (entries_ < limits_.entries) {
        ++entries_;
        return true;
    }
    cut("entries over " + std::to_string(limits_.entries));
    return false;
}

// Names the limit that so many unpacked bytes are over.
bool ArchiveBudget::tooMuch(std::uint64_t bytes) {
    const bool many = bytes > limits_.unpackedBytes;
    const bool ratio =
        bytes > limits_.ratioFrom && bytes / limits_.ratio >= std::max<std::uint64_t>(received_, 1);
    if (many) cut("unpacked over " + std::to_string(limits_.unpackedBytes) + " bytes");
    if (ratio) cut("ratio over " + std::to_string(limits_.ratio));
    return many || ratio;
}

bool ArchiveBudget::unpack(std::size_t bytes) {
    unpacked_ += bytes;
    if (!spent_) spent_ = tooMuch(unpacked_);
    return !spent_ && inTime();
}

void ArchiveBudget::declared(std::uint64_t bytes) {
    declared_ = bytes > UINT64_MAX - declared_ ? UINT64_MAX : declared_ + bytes;
    tooMuch(declared_);
}

bool ArchiveBudget::hold(std::size_t bytes) {
    if (bytes <= limits_.heldBytes - held_) {
        held_ += bytes;
        return true;
    }
    cut("inner archives over " + std::to_string(limits_.heldBytes) + " bytes");
    return false;
}

bool ArchiveBudget::inTime() {
    if (late_ || cpuTime() < end_) return !late_;
    late_ = spent_ = true;
    cut("time over " + std::to_string(limits_.time.count()) + " ms");
    return false;
}

bool ArchiveBudget::document() {
    if (spent_ || !inTime()) return false;
    if (documents_++ < limits_.documents) return true;
    cut("documents over " + std::to_string(limits_.documents));
    return false;
}

DocumentLimits ArchiveBudget::documentLimits() const {
    DocumentLimits limits;
    const std::size_t texts = limits_.documentTexts - documentTexts_;
    limits.embedded = std::min(limits.embedded, texts / 2);
    limits.targets = std::min(limits.targets, texts / 2);
    limits.unpackedBytes =
        std::min(limits.unpackedBytes, limits_.unpackedBytes - std::min(unpacked_, limits_.unpackedBytes));
    limits.heldBytes = std::min(limits.heldBytes, limits_.heldBytes - held_);
    limits.time = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::max(end_ - cpuTime(), std::chrono::nanoseconds(0)));
    return limits;
}

void ArchiveBudget::documentRead(const DocumentReading& document) {
    unpack(document.unpacked);
    documentTexts_ += document.embedded.size() + document.targets.size();
    for (const std::string& what : document.cut) cut("document: " + what);
}

bool ArchiveBudget::ask(bool text) {
    asked_ += text ? kTextCost : 1;
    return asked_ <= limits_.types;
}

}  // namespace weir
