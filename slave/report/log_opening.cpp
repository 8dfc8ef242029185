#include "slave/report/log_opening.h"

#include <algorithm>

#include "common/base/durable_file.h"
#include "common/base/error.h"
#include "common/base/log.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

// One segment file as the disk has it.
struct Reading {
    std::vector<Record> records;   // only when collecting
    LogSegment segment;            // last < first: no records
    std::uint64_t wholeBytes = 0;  // up to the end of the last record that counts before the first damage
    std::string damage;            // the first, empty for none
    bool damagedInside = false;    // records follow the damage
    bool headerDamaged = false;
};

class Opening {
  public:
    Opening(const ReportLogSettings& settings, const GapBody& gapBody,
            const std::function<void(const Record&)>& visit)
        : settings_(settings), gapBody_(gapBody), visit_(visit) {}

    OpenedLog open() {
        const std::vector<Sequence> files = listFiles();
        log_.epoch = readEpoch(files);
        for (std::size_t i = 0; i < files.size(); ++i) {
            const bool last = i + 1 == files.size();
            openSegment(files[i], last ? 0 : files[i + 1]);
        }
        return std::move(log_);
    }

  private:
    fs::path pathOf(Sequence first) const { return settings_.folder / segmentName(first); }

    std::vector<Sequence> listFiles() const {
        std::vector<Sequence> files;
        std::vector<fs::path> leftovers;
        for (const auto& entry : fs::directory_iterator(settings_.folder)) {
            const std::string name = entry.path().filename().string();
            if (const auto first = firstOfSegmentName(name)) files.push_back(*first);
            if (name.front() == '.' && name.ends_with(".tmp")) leftovers.push_back(entry.path());
        }
        for (const fs::path& path : leftovers) removeFile(path);
        std::sort(files.begin(), files.end());
        return files;
    }

    SpoolEpoch readEpoch(const std::vector<Sequence>& files) const {
        const fs::path path = settings_.folder / "epoch";
        SpoolEpoch epoch;
        if (fs::exists(path)) epoch.value = readFile(path, 1024).substr(0, 36);
        if (isUuid(epoch.value)) return epoch;
        for (auto first = files.rbegin(); first != files.rend() && !isUuid(epoch.value); ++first) {
            const auto header = SegmentReader(pathOf(*first), settings_.recordBytes).header();
            if (header) epoch = header->epoch;
        }
        if (!isUuid(epoch.value)) epoch.value = newUuid();
        writeFileDurably(path, epoch.value + "\n");
        return epoch;
    }

    // Empty when the header is damaged.
    std::optional<SegmentHeader> headerOf(SegmentReader& reader, Sequence first) const {
        auto header = reader.header();
        if (!header) return header;
        const std::string name = pathOf(first).string();
        if (header->version > kLogVersion)
            throw Error(ErrorCode::kInvalid, name + " has format version " + std::to_string(header->version) +
                                                 ", this program knows up to " + std::to_string(kLogVersion) +
                                                 ": start the newer version again");
        if (header->epoch != log_.epoch)
            throw Error(ErrorCode::kConflict, name + " belongs to spool epoch " + header->epoch.value +
                                                  ", the folder to " + log_.epoch.value +
                                                  ": the folder mixes two report logs");
        if (header->first != first) header.reset();
        return header;
    }

    // Reads the file `first` from sequence log_.next on.
    Reading read(Sequence first, Sequence following, bool collect) const {
        SegmentReader reader(pathOf(first), settings_.recordBytes);
        Reading reading;
        reading.segment.first = std::max(first, log_.next);
        reading.segment.last = reading.segment.first - 1;
        const auto header = headerOf(reader, first);
        reading.headerDamaged = !header;
        const Sequence before = header && header->complete ? 0 : following;
        if (reading.headerDamaged) reading.damage = "segment header damaged";
        reading.wholeBytes = reading.headerDamaged ? 0 : reader.offset();
        bool damaged = reading.headerDamaged;
        if (damaged) reader.seek(0);
        for (;;) {
            if (damaged && !reader.resync()) break;
            damaged = false;
            const std::uint64_t at = reader.offset();
            Record record;
            const auto result = reader.next(record);
            if (result == SegmentReader::Result::kEnd) break;
            if (result == SegmentReader::Result::kDamaged) {
                damaged = true;
                if (reading.damage.empty())
                    reading.damage =
                        "record damaged at byte " + std::to_string(at) + " of " + segmentName(first);
                continue;
            }
            if (before != 0 && record.first >= before) break;  // left behind by a failed append
            take(record, reading, collect);
            if (reading.damage.empty()) reading.wholeBytes = reader.offset();
        }
        return reading;
    }

    void take(Record& record, Reading& reading, bool collect) const {
        LogSegment& segment = reading.segment;
        if (record.first <= segment.last || record.sequence < segment.first) return;  // covered already
        const Sequence expected = segment.last + 1;
        if (record.first != expected && reading.damage.empty())
            reading.damage = "records " + std::to_string(expected) + " to " +
                             std::to_string(record.first - 1) + " are missing";
        if (!reading.damage.empty()) reading.damagedInside = true;
        if (segment.last < segment.first) segment.oldest = record.time;
        segment.newest = record.time;
        segment.last = record.sequence;
        if (collect) {
            if (record.first != expected)
                reading.records.push_back(gap(expected, record.first - 1, record.time, reading.damage));
            reading.records.push_back(std::move(record));
        } else if (visit_) {
            visit_(record);
        }
    }

    Record gap(Sequence from, Sequence to, TimePoint time, const std::string& reason) const {
        return Record{RecordKind::kGap, from, to, time, gapBody_(from, to, reason)};
    }

    // `following` is the first sequence of the next file, 0 for the last file.
    void openSegment(Sequence first, Sequence following) {
        // Nothing kept so far: what came before was dropped after its ack.
        if (log_.segments.empty()) log_.next = std::max(log_.next, first);
        if (first > log_.next) fillHole(log_.next, first - 1, "segment missing");
        Reading reading = read(first, following, false);
        const bool empty = reading.segment.last < reading.segment.first;
        const bool tailLost = following != 0 && reading.segment.last + 1 < following;
        if (first < log_.next) {
            // replace() died between its rename and this removal: a complete segment before this covers it.
            if (!empty || (tailLost && following > log_.next)) rewrite(first, following);
            removeDurably(pathOf(first));
        } else if (reading.damage.empty() && !tailLost) {
            if (empty) return removeDurably(pathOf(first));
            keep(reading);
        } else if (following == 0 && !reading.damagedInside && !reading.headerDamaged) {
            cutTail(first, reading);
        } else if (following == 0 && empty) {
            // Its first group never became durable, or nothing of it can be read: all that is known is its
            // name.
            logWarning("report.tail-cut", {{"segment", segmentName(first)}, {"reason", reading.damage}});
            log_.damages.push_back({0, 0, reading.damage});
            removeDurably(pathOf(first));
        } else {
            rewrite(first, following);
        }
    }

    void keep(Reading& reading) {
        reading.segment.bytes = reading.wholeBytes;
        log_.next = reading.segment.last + 1;
        log_.segments.push_back(reading.segment);
    }

    void cutTail(Sequence first, Reading& reading) {
        const std::string bytes = readFile(pathOf(first), fs::file_size(pathOf(first)));
        const std::uint64_t cut = bytes.find_last_not_of('\0') + 1 - reading.wholeBytes;
        logWarning("report.tail-cut", {{"segment", segmentName(first)},
                                       {"bytes", cut},
                                       {"after", reading.segment.last},
                                       {"reason", reading.damage}});
        log_.damages.push_back({0, 0, reading.damage});
        if (reading.segment.last < reading.segment.first) return removeDurably(pathOf(first));
        AppendFile(pathOf(first)).truncate(reading.wholeBytes);
        keep(reading);
    }

    void rewrite(Sequence first, Sequence following) {
        Reading reading = read(first, following, true);
        std::vector<Record>& records = reading.records;
        const Sequence last = reading.segment.last;
        if (following != 0 && last + 1 < following) {
            const TimePoint time = records.empty() ? now() : records.back().time;
            if (reading.damage.empty()) reading.damage = "end of segment missing";
            records.push_back(gap(last + 1, following - 1, time, reading.damage));
        }
        for (const Record& record : records)
            if (record.kind == RecordKind::kGap) report(record.first, record.sequence, reading.damage);
        log_.segments.push_back(writeSegment(settings_.folder, log_.epoch, records));
        log_.next = log_.segments.back().last + 1;
    }

    void fillHole(Sequence from, Sequence to, const std::string& reason) {
        report(from, to, reason);
        log_.segments.push_back(writeSegment(settings_.folder, log_.epoch, {gap(from, to, now(), reason)}));
        log_.next = to + 1;
    }

    void report(Sequence from, Sequence to, const std::string& reason) {
        logError("report.gap", {{"from", from}, {"to", to}, {"reason", reason}});
        log_.damages.push_back({from, to, reason});
    }

    const ReportLogSettings& settings_;
    const GapBody& gapBody_;
    const std::function<void(const Record&)>& visit_;
    OpenedLog log_;
};

}  // namespace

OpenedLog openLog(const ReportLogSettings& settings, const GapBody& gapBody,
                  const std::function<void(const Record&)>& visit) {
    return Opening(settings, gapBody, visit).open();
}

LogSegment writeSegment(const fs::path& folder, const SpoolEpoch& epoch, const std::vector<Record>& records) {
    LogSegment segment;
    segment.first = records.front().first;
    segment.last = records.back().sequence;
    segment.oldest = records.front().time;
    segment.newest = records.back().time;
    std::string bytes = encodeSegmentHeader(segment.first, epoch, true);
    for (const Record& record : records) encodeRecord(record, bytes);
    segment.bytes = bytes.size();
    writeFileDurably(folder / segmentName(segment.first), bytes);
    return segment;
}

}  // namespace weir
