#include "common/mail/document_findings.h"

#include <time.h>

#include <algorithm>

#include "common/base/utf8.h"
#include "common/mail/archive_content.h"
#include "common/mail/file_type.h"

namespace weir {
namespace {

std::chrono::nanoseconds cpuTime() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

DocumentFindings::DocumentFindings(const DocumentLimits& limits)
    : limits_(limits), end_(cpuTime() + limits.time) {}

void DocumentFindings::cut(std::string what) {
    auto& cuts = reading_.cut;
    if (std::find(cuts.begin(), cuts.end(), what) == cuts.end()) cuts.push_back(std::move(what));
}

void DocumentFindings::unreadable(std::string what) {
    damaged();
    if (reading_.cut.size() < 20) cut(std::move(what));
}

void DocumentFindings::kind(const char* name) {
    if (reading_.kind.empty()) reading_.kind = name;
}

void DocumentFindings::found(std::string_view word) {
    if (!reading_.has(word)) reading_.found.emplace_back(word);
}

std::string DocumentFindings::shown(std::string_view text) {
    bool over = false;
    std::string result = shownName(text, limits_.textBytes, over);
    if (over) cut("texts over " + std::to_string(limits_.textBytes) + " bytes");
    return result;
}

std::string DocumentFindings::embedded(std::string_view name, std::string_view content, std::uint64_t size) {
    if (looksLikeDocument(content)) later(content);
    std::string type = content.empty() || !inTime() ? std::string() : fileType(content);
    if (reading_.embedded.size() >= limits_.embedded) {
        cut("embedded objects over " + std::to_string(limits_.embedded));
    } else {
        reading_.embedded.push_back({shown(name), type, size});
    }
    return type;
}

void DocumentFindings::later(std::string_view content) {
    if (depth_ >= limits_.depth) return cut("depth over " + std::to_string(limits_.depth));
    if (documents_ >= limits_.documents) return cut("documents over " + std::to_string(limits_.documents));
    if (content.size() > limits_.heldBytes - held_)
        return cut("embedded documents over " + std::to_string(limits_.heldBytes) + " bytes");
    held_ += content.size();
    ++documents_;
    inner_.push_back({std::string(content), depth_ + 1});
}

bool DocumentFindings::next(std::string& content) {
    if (inner_.empty()) return false;
    content = std::move(inner_.front().content);
    depth_ = inner_.front().depth;
    held_ -= content.size();
    inner_.pop_front();
    return true;
}

void DocumentFindings::target(const char* what, std::string_view where) {
    if (where.empty()) return;
    std::string text = shown(where);
    if (targets_.contains(text)) return;
    if (targets_.size() >= limits_.targets) return cut("targets over " + std::to_string(limits_.targets));
    targets_.insert(text);
    reading_.targets.push_back({what, std::move(text)});
}

bool DocumentFindings::part() {
    if (parts_++ < limits_.parts) return true;
    cut("parts over " + std::to_string(limits_.parts));
    return false;
}

bool DocumentFindings::unpack(std::size_t bytes) {
    reading_.unpacked += bytes;
    if (reading_.unpacked > limits_.unpackedBytes && !spent_) {
        spent_ = true;
        cut("unpacked over " + std::to_string(limits_.unpackedBytes) + " bytes");
    }
    return !spent_ && inTime();
}

bool DocumentFindings::inTime() {
    if (late_ || cpuTime() < end_) return !late_;
    late_ = spent_ = true;
    cut("time over " + std::to_string(limits_.time.count()) + " ms");
    return false;
}

bool DocumentFindings::fits(std::uint64_t bytes) {
    if (bytes <= limits_.heldBytes) return true;
    cut("streams over " + std::to_string(limits_.heldBytes) + " bytes");
    return false;
}

void DocumentFindings::tooNested() {
    damaged();
    cut("nesting over " + std::to_string(limits_.nesting));
}

DocumentReading DocumentFindings::take() {
    return std::move(reading_);
}

std::string fromUtf16(std::string_view bytes, bool bigEndian) {
    std::string text;
    unsigned high = 0;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        const auto first = static_cast<unsigned char>(bytes[i]),
                   second = static_cast<unsigned char>(bytes[i + 1]);
        const unsigned unit = bigEndian ? first * 256u + second : second * 256u + first;
        if (unit >= 0xD800 && unit < 0xDC00) {
            high = unit;
            continue;
        }
        const bool pair = high != 0 && unit >= 0xDC00 && unit < 0xE000;
        appendCodePoint(text, pair ? 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00) : unit);
        high = 0;
    }
    return text;
}

}  // namespace weir
