// What durable appending costs: events per second and CPU time an event of the report queue with 1 and 16
// threads, beside a loop that does nothing but write() and fdatasync() with the same bytes.
//
//   report_bench [FOLDER] [EVENTS]     (the current folder: choose the disk; 5,000)
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "common/wire/event.h"
#include "slave/report/answer_slots.h"
#include "slave/report/report_queue.h"

namespace {

using namespace weir;
namespace fs = std::filesystem;

double cpuMillis() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto millis = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    };
    return millis(usage.ru_utime) + millis(usage.ru_stime);
}

MailEvent sample() {
    MailEvent mail;
    mail.id.value = newTimeUuid();
    mail.time = now();
    mail.envelope.clientAddress = "192.0.2.25";
    mail.envelope.clientName = "mail.example.org";
    mail.envelope.helo = "mail.example.org";
    mail.envelope.tlsVersion = "TLSv1.3";
    mail.envelope.tlsCipher = "TLS_AES_256_GCM_SHA384";
    mail.envelope.sender = "newsletter-bounces@lists.example.org";
    mail.envelope.queueId = "4bXk2Q1n3Wz4x";
    mail.subject = "Your weekly summary of everything that happened";
    mail.messageId = "<20261121204252.1234567890@lists.example.org>";
    mail.size = 61'440;
    mail.fingerprint = std::string(64, 'a');
    EventOutcome outcome;
    outcome.recipients = {"someone@example.net", "someone.else@example.net"};
    outcome.verdict.reason = "no rule matched";
    mail.outcomes = {outcome};
    mail.stageMillis = {{"parse", 0.12}, {"rules", 0.05}, {"store", 0.0}, {"total", 0.3}};
    return mail;
}

void measure(const char* name, int threads, int events, const std::function<void(int)>& append) {
    const Stopwatch watch;
    const double cpu = cpuMillis();
    std::vector<std::thread> running;
    for (int t = 0; t < threads; ++t)
        running.emplace_back([&, t] {
            for (int i = 0; i < events / threads; ++i) append(t);
        });
    for (std::thread& thread : running) thread.join();
    const double done = events / threads * threads;
    std::printf("%-34s %9.0f events/s   %7.4f ms CPU an event\n", name, done * 1e3 / watch.millis(),
                (cpuMillis() - cpu) / done);
}

void rawLoop(const fs::path& folder, const std::string& bytes, int events) {
    const int fd = ::open((folder / "raw").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    measure("write + fdatasync, 1 thread", 1, events, [&](int) {
        if (::write(fd, bytes.data(), bytes.size()) < 0 || ::fdatasync(fd) != 0) std::abort();
    });
    ::close(fd);
}

void queue(const fs::path& folder, int threads, int events) {
    ReportQueueSettings settings;
    settings.folder = folder / ("report-" + std::to_string(threads));
    ReportQueue queue(settings);
    AnswerSlots slots(folder / ("answers-" + std::to_string(threads)), queue);
    std::vector<AnswerSlot> taken;
    for (int t = 0; t < threads; ++t) taken.push_back(slots.take());
    const MailEvent mail = sample();
    const std::string name =
        "report queue, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
    measure(name.c_str(), threads, events, [&](int t) {
        AnswerSlot& slot = taken[static_cast<std::size_t>(t)];
        queue.append(mail, {}, &slot);
        slot.clear();
    });
}

}  // namespace

int main(int argc, char** argv) {
    const int events = argc > 2 ? std::atoi(argv[2]) : 5'000;
    const fs::path folder = fs::path(argc > 1 ? argv[1] : ".") / ("report-bench-" + randomHex(4));
    fs::create_directories(folder);
    const std::string bytes = toJsonText(sample()) + std::string(40, 'h');
    std::printf("one event is %zu bytes\n", bytes.size());
    rawLoop(folder, bytes, events);
    queue(folder, 1, events);
    queue(folder, 16, events);
    fs::remove_all(folder);
}
