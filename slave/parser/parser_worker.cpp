#include "slave/parser/parser_worker.h"

#include <iconv.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>
#include <optional>
#include <vector>

#include "common/base/digest.h"
#include "common/base/error.h"
#include "common/dmarc/report_file.h"
#include "common/mail/file_type.h"
#include "slave/parser/parse_codec.h"

namespace weir {
namespace {

// Memory of one request is used again for the next, without the kernel giving and taking it.
void keepMemory() {
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_MMAP_THRESHOLD, 2 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 8 << 20);
    ::mallopt(M_TOP_PAD, 1 << 20);
}

// Charsets that names in lha archives are in, for libarchive; each is a module that iconv loads, and keeps
// while it is open. One that is not here costs such an archive its process.
constexpr int kCodePages[] = {437, 850,  852,  857,  862,  866,  874,  932,  936,  949,
                              950, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258};

// Everything that opens files at its first use is used once.
void openWhatParsersNeed() {
    std::setlocale(LC_CTYPE, "C.UTF-8");  // libarchive turns names into it
    ::setenv("TZ", "UTC0", 1);            // with none set, every mktime() looks at /etc/localtime
    ::tzset();
    Sha256().hex();
    fileType("%PDF-1.4");
    for (const int page : kCodePages) ::iconv_open("UTF-8", ("CP" + std::to_string(page)).c_str());
    std::vector<int> numbers(4096);  // qsort() asks once how much memory there is
    std::qsort(numbers.data(), numbers.size(), sizeof(int),
               [](const void* a, const void* b) { return std::memcmp(a, b, sizeof(int)); });
}

DmarcReportAnswer readDmarcReport(std::string_view bytes) {
    auto report = readReportFile(bytes);
    if (!report) return {std::nullopt, report.error().text()};
    return {std::move(*report), ""};
}

// False when nobody knows the kind.
bool parseItem(const ParseItem& item, const ParseLimits& limits, ExtraParser extra, std::string& out) {
    switch (item.kind) {
        case ParseKind::kHtml:
            writeAnswer(readHtml(item.bytes, limits.html), out);
            return true;
        case ParseKind::kFileType:
            writeAnswer(FileTypeAnswer{fileType(item.bytes)}, out);
            return true;
        case ParseKind::kArchive:
            writeAnswer(readArchive(item.bytes, {item.name, item.sha256, limits.archive}), out);
            return true;
        case ParseKind::kDocument:
            writeAnswer(readDocument(item.bytes, limits.document), out);
            return true;
        case ParseKind::kDmarcReport:
            writeAnswer(readDmarcReport(item.bytes), out);
            return true;
    }
    return extra && extra(item.kind, item.bytes, out);
}

class RequestLoop {
  public:
    RequestLoop(const WorkerOptions& options, ExtraParser extra)
        : region_(kWorkerMemory, options.sizes), extra_(extra) {}

    void run() {
        send({});
        for (;;) {
            WorkerMessage message;
            const ssize_t got = ::recv(kWorkerSocket, &message, sizeof message, 0);
            if (got < 0 && errno == EINTR) continue;
            if (got != sizeof message || message.bytes > region_.requestCapacity()) return;
            if (!answer(message)) return;
        }
    }

  private:
    bool answer(WorkerMessage message) {
        const auto request = readRequest({region_.request(), message.bytes});
        if (!request) return false;
        used_ = 0;
        Progress& progress = region_.progress();
        progress.bytes = 0;
        progress.items = 0;
        for (const ParseItem& item : request->items) {
            append(item, request->limits);
            progress.bytes = used_;
            ++progress.items;
        }
        message.items = request->items.size();
        message.bytes = used_;
        return send(message);
    }

    void append(const ParseItem& item, const ParseLimits& limits) {
        answer_.clear();
        ItemState state = ItemState::kDone;
        try {
            if (!parseItem(item, limits, extra_, answer_)) state = ItemState::kNoAnswer;
        } catch (const std::bad_alloc&) {
            state = ItemState::kOutOfMemory;
        } catch (const std::exception&) {
            state = ItemState::kNoAnswer;
        }
        if (state == ItemState::kDone && answer_.size() + 2 * sizeof(AnswerHead) > left())
            state = ItemState::kTooLong;
        if (state != ItemState::kDone) answer_.clear();
        const AnswerHead head{static_cast<std::uint64_t>(state), answer_.size()};
        put(&head, sizeof head);
        put(answer_.data(), answer_.size());
    }

    std::size_t left() const { return region_.answerCapacity() - used_; }

    // What has no room is left out: the slave sees fewer items than it asked for.
    void put(const void* bytes, std::size_t length) {
        if (length > left() || length == 0) return;
        std::memcpy(region_.answer() + used_, bytes, length);
        used_ += length;
    }

    bool send(const WorkerMessage& message) {
        return ::send(kWorkerSocket, &message, sizeof message, MSG_NOSIGNAL) == sizeof message;
    }

    SharedRegion region_;
    const ExtraParser extra_;
    std::string answer_;
    std::size_t used_ = 0;
};

std::optional<WorkerOptions> readArguments(int argc, char** argv) {
    if (argc != 6) return std::nullopt;
    WorkerOptions options;
    options.sizes.request = std::strtoull(argv[2], nullptr, 10);
    options.sizes.answer = std::strtoull(argv[3], nullptr, 10);
    options.limits.memoryBytes = std::strtoull(argv[4], nullptr, 10);
    options.limits.cpuSeconds = static_cast<unsigned>(std::strtoul(argv[5], nullptr, 10));
    return options;
}

}  // namespace

std::vector<std::string> workerArguments(const WorkerOptions& options) {
    return {kParserWorkerArgument, std::to_string(options.sizes.request),
            std::to_string(options.sizes.answer), std::to_string(options.limits.memoryBytes),
            std::to_string(options.limits.cpuSeconds)};
}

int parserWorkerMain(int argc, char** argv, ExtraParser extra) {
    const auto options = readArguments(argc, argv);
    if (!options) return 2;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    keepMemory();
    try {
        openWhatParsersNeed();
        RequestLoop loop(*options, extra);
        enterSandbox(kWorkerSocket, options->limits);
        loop.run();
    } catch (const std::exception& error) {
        const std::string_view reason = error.what();
        ::send(kWorkerSocket, reason.data(), std::min<std::size_t>(reason.size(), 500), MSG_NOSIGNAL);
    }
    ::_exit(0);  // destructors of what other code has set up may call what is forbidden now
}

}  // namespace weir
