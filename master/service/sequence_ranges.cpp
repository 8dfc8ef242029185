#include "master/service/sequence_ranges.h"

#include <algorithm>

namespace weir {

void SequenceRanges::add(std::int64_t first, std::int64_t last) {
    ranges_.push_back({first, last, kRangeOpen, ""});
}

bool SequenceRanges::remove(std::int64_t sequence) {
    const auto found = std::find_if(ranges_.begin(), ranges_.end(), [&](const db::MissingRange& range) {
        return range.first <= sequence && sequence <= range.last;
    });
    if (found == ranges_.end() || found->kind == kRangeFolded) return false;
    auto rest = *found;
    rest.first = sequence + 1;
    found->last = sequence - 1;
    auto next = found + 1;
    if (found->first > found->last) next = ranges_.erase(found);
    if (rest.first <= rest.last) ranges_.insert(next, rest);
    return true;
}

void SequenceRanges::explain(std::int64_t from, std::int64_t to, const std::string& kind,
                             const std::string& reason) {
    std::vector<db::MissingRange> result;
    const auto keep = [&](std::int64_t first, std::int64_t last, const std::string& k, const std::string& r) {
        if (first <= last) result.push_back({first, last, k, r});
    };
    for (const auto& range : ranges_) {
        if (range.kind != kRangeOpen || range.last < from || range.first > to) {
            result.push_back(range);
            continue;
        }
        keep(range.first, std::min(range.last, from - 1), range.kind, range.reason);
        keep(std::max(range.first, from), std::min(range.last, to), kind, reason);
        keep(std::max(range.first, to + 1), range.last, range.kind, range.reason);
    }
    ranges_ = std::move(result);
}

std::int64_t SequenceRanges::lost() const {
    std::int64_t count = 0;
    for (const auto& range : ranges_) {
        if (range.kind != kRangeFolded) count += range.last - range.first + 1;
    }
    return count;
}

}  // namespace weir
