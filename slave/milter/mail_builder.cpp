#include "slave/milter/mail_builder.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace weir {
namespace {

// The budget is taken in steps, so that a body in small chunks costs few atomic operations.
constexpr std::uint64_t kBudgetStep = 64u << 10;
// A buffer that one large mail made is not kept for the small ones after it.
constexpr std::size_t kBufferKept = 512u << 10;

}  // namespace

bool MemoryBudget::take(std::uint64_t bytes) {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit_) return true;
    give(bytes);
    return false;
}

MailBuilder::MailBuilder(const MailBuilderLimits& limits, MemoryBudget& budget)
    : limits_(limits), budget_(budget) {}

MailBuilder::~MailBuilder() {
    clear();
}

void MailBuilder::begin(std::uint64_t sizeHint) {
    clear();
    if (sizeHint > 0)
        memory_.reserve(std::min({sizeHint + (4u << 10), limits_.memoryBytes, limits_.mailBytes}));
}

void MailBuilder::clear() {
    if (mapped_ != nullptr) ::munmap(mapped_, kept_);
    if (spool_ >= 0) ::close(spool_);
    mapped_ = nullptr;
    spool_ = -1;
    if (memory_.capacity() > kBufferKept) {
        std::string().swap(memory_);
    } else {
        memory_.clear();
    }
    budget_.give(reserved_);
    reserved_ = size_ = kept_ = 0;
    inHeaders_ = true;
    spoolProblem_.clear();
}

void MailBuilder::header(std::string_view name, std::string_view value, bool leadingSpace) {
    append(name);
    append(leadingSpace ? ":" : ": ");
    while (!value.empty()) {
        const std::size_t end = value.find('\n');
        if (end == std::string_view::npos) {
            append(value);
            break;
        }
        append(value.substr(0, end > 0 && value[end - 1] == '\r' ? end - 1 : end));
        append("\r\n");
        value.remove_prefix(end + 1);
    }
    append("\r\n");
}

void MailBuilder::body(std::string_view chunk) {
    if (inHeaders_) endHeaders();
    append(chunk);
}

void MailBuilder::endHeaders() {
    inHeaders_ = false;
    append("\r\n");
}

void MailBuilder::append(std::string_view piece) {
    size_ += piece.size();
    if (!spoolProblem_.empty() || kept_ >= limits_.mailBytes) return;
    piece = piece.substr(0, limits_.mailBytes - kept_);
    if (spool_ < 0) {
        const std::uint64_t needed = kept_ + piece.size();
        if (needed <= limits_.memoryBytes) {
            const std::uint64_t more =
                needed <= reserved_ ? 0 : (needed - reserved_ + kBudgetStep - 1) / kBudgetStep * kBudgetStep;
            if (more == 0 || budget_.take(more)) {
                reserved_ += more;
                memory_.append(piece);
                kept_ = needed;
                return;
            }
        }
        moveToSpool();
    }
    writeSpool(piece);
}

void MailBuilder::moveToSpool() {
    spool_ = ::open(limits_.spoolFolder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (spool_ < 0) {
        spoolProblem_ = "spool file in " + limits_.spoolFolder.string() + ": " + std::strerror(errno);
        return;
    }
    std::string held;
    held.swap(memory_);
    kept_ = 0;
    writeSpool(held);
    budget_.give(reserved_);
    reserved_ = 0;
}

void MailBuilder::writeSpool(std::string_view piece) {
    while (!piece.empty() && spoolProblem_.empty()) {
        const ssize_t written = ::write(spool_, piece.data(), piece.size());
        if (written > 0) {
            piece.remove_prefix(static_cast<std::size_t>(written));
            kept_ += static_cast<std::uint64_t>(written);
        } else if (errno != EINTR) {
            spoolProblem_ = "spool file in " + limits_.spoolFolder.string() + ": " + std::strerror(errno);
        }
    }
}

std::string_view MailBuilder::bytes() {
    if (inHeaders_) endHeaders();
    if (!spoolProblem_.empty()) return {};
    if (spool_ < 0) return memory_;
    if (mapped_ == nullptr) {
        void* mapped = ::mmap(nullptr, kept_, PROT_READ, MAP_PRIVATE, spool_, 0);
        if (mapped == MAP_FAILED) {
            spoolProblem_ = std::string("mapping the spool file: ") + std::strerror(errno);
            return {};
        }
        mapped_ = mapped;
    }
    return {static_cast<const char*>(mapped_), kept_};
}

}  // namespace weir
