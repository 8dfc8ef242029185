// A report log in a temporary folder, with what its tests do to the files.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "slave/report/report_log.h"
#include "tests/support/temp_folder.h"

namespace weir::test {

class LogFolder {
  public:
    explicit LogFolder(std::uint64_t segmentBytes = 1000) : segmentBytes_(segmentBytes) {}

    std::unique_ptr<ReportLog> open() const {
        return std::make_unique<ReportLog>(
            ReportLogSettings{path(), segmentBytes_}, [](Sequence from, Sequence to, const std::string&) {
                return "gap " + std::to_string(from) + ".." + std::to_string(to);
            });
    }
    std::filesystem::path path() const { return folder_ / "report"; }

    std::vector<std::filesystem::path> segmentFiles() const {
        std::vector<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator(path()))
            if (entry.path().extension() == ".log") files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        return files;
    }
    static std::string bytesOf(const std::filesystem::path& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    static void setBytes(const std::filesystem::path& file, const std::string& bytes) {
        std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
    }
    // Without the room that is made ahead of records.
    static std::uint64_t recordsEnd(const std::filesystem::path& file) {
        return bytesOf(file).find_last_not_of('\0') + 1;
    }
    // Changes one byte of the body `body` in whichever segment holds it.
    void damage(const std::string& body) const {
        for (const auto& file : segmentFiles()) {
            std::string bytes = bytesOf(file);
            const auto at = bytes.find(body);
            if (at == std::string::npos) continue;
            bytes[at] = '#';
            setBytes(file, bytes);
            return;
        }
        throw std::runtime_error("no record " + body);
    }

    // Bodies "event-1", "event-2" … from the next sequence on.
    static void fill(ReportLog& log, int count) {
        for (int i = 0; i < count; ++i) {
            const std::string body = "event-" + std::to_string(log.lastSequence() + 1) + "-";
            log.append({{RecordKind::kMail, body}});
        }
    }
    // "1-1 event-1-" for each record.
    static std::vector<std::string> texts(ReportLog& log, Sequence from = 1) {
        std::vector<std::string> texts;
        for (const Record& record : log.read(from, 100'000, 1u << 30))
            texts.push_back(std::to_string(record.first) + "-" + std::to_string(record.sequence) + " " +
                            record.body);
        return texts;
    }
    static std::vector<std::string> expected(int from, int to) {
        std::vector<std::string> texts;
        for (int i = from; i <= to; ++i) {
            const std::string n = std::to_string(i);
            texts.push_back(n + "-" + n + " event-" + n + "-");
        }
        return texts;
    }

  private:
    TempFolder folder_;
    std::uint64_t segmentBytes_;
};

}  // namespace weir::test
