// What hostile mails, archives and documents cost: for each generator of tests/support/hostile_mail.h and
// file_bombs.h the time of reading everything in what it makes of n, 2 n and 4 n, the larger step between
// them, the memory beyond the bytes themselves, and what was cut.
//
//   bomb_bench [PART_OF_A_NAME]
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>

#include "common/mail/archive_reader.h"
#include "common/mail/document_reader.h"
#include "common/mail/message.h"
#include "tests/support/file_bombs.h"
#include "tests/support/hostile_mail.h"
#include "tests/support/peak_memory.h"

using namespace weir;

namespace {

double cpuMillis() {
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

std::string readAll(const std::string& mail) {
    const Message message(mail);
    message.subject();
    for (const char* name : {"From", "To", "Subject"}) message.header(name);
    message.text();
    message.attachmentsWithRealTypes();
    message.attachmentsWithDigests();
    message.ambiguities();
    std::string cuts;
    for (const std::string_view word : message.cuts()) (cuts += ' ') += word;
    return cuts;
}

std::string listed(const std::vector<std::string>& cuts) {
    std::string text;
    for (const std::string& one : cuts) text += (text.empty() ? " " : "; ") + one;
    return text;
}

std::string readAsArchive(const std::string& bytes) {
    const ArchiveReading reading = readArchive(bytes);
    return listed(reading.cut) + (reading.damaged ? " (damaged)" : "");
}

std::string readAsDocument(const std::string& bytes) {
    const DocumentReading reading = readDocument(bytes);
    return listed(reading.cut) + (reading.damaged ? " (damaged)" : "");
}

using Read = std::string (*)(const std::string&);

struct Worst {
    std::size_t generators = 0;
    double step = 0, millis = 0, megabytes = 0;
};

double largerStep(const double (&millis)[3]) {
    return std::max(millis[1] / millis[0], millis[2] / millis[1]);
}

// The least of several rounds, in which the three sizes take turns: what else the machine does only adds.
// Where a step looks large there are more rounds, to know whether it was the machine.
void measure(const std::string (&sizes)[3], Read read, double (&least)[3]) {
    std::fill(std::begin(least), std::end(least), 1e9);
    const double begin = cpuMillis();
    const auto goesOn = [&](int round) {
        const double spent = cpuMillis() - begin;
        return round < 3 || (round < 9 && spent < 1500) || (largerStep(least) > 2.4 && spent < 8000);
    };
    for (int round = 0; goesOn(round); ++round) {
        for (std::size_t i = 0; i < 3; ++i) {
            const double start = cpuMillis();
            read(sizes[i]);
            least[i] = std::min(least[i], cpuMillis() - start);
        }
    }
}

template <class Bomb>
void print(const Bomb& bomb, Read read, Worst& worst) {
    const std::string sizes[3] = {bomb.make(bomb.n), bomb.make(bomb.n * 2), bomb.make(bomb.n * 4)};
    double times[3];
    measure(sizes, read, times);
    const double step = largerStep(times);
    const double megabytes = static_cast<double>(test::peakKilobytes([&] { read(sizes[2]); })) / 1024;
    std::printf("%-58s %8zu %8.2f %8.2f %8.2f %5.1f %7.1f %s\n", bomb.name.c_str(), sizes[2].size(), times[0],
                times[1], times[2], step, megabytes, read(sizes[2]).c_str());
    std::fflush(stdout);
    ++worst.generators;
    worst.step = std::max(worst.step, step);
    worst.millis = std::max(worst.millis, *std::max_element(times, times + 3));
    worst.megabytes = std::max(worst.megabytes, megabytes);
}

}  // namespace

int main(int argc, char** argv) {
    const auto wanted = [&](const std::string& name) {
        return argc <= 1 || name.find(argv[1]) != std::string::npos;
    };
    readAll("Content-Type: x/y; name=x\r\n\r\nx");  // libmagic loads its database
    std::printf("%-58s %8s %8s %8s %8s %5s %7s  %s\n", "generator", "4n bytes", "ms n", "ms 2n", "ms 4n",
                "step", "peak MB", "cut");
    Worst worst;
    for (const test::MailBomb& bomb : test::mailBombs())
        if (wanted(bomb.name)) print(bomb, readAll, worst);
    for (const test::FileBomb& bomb : test::archiveBombs())
        if (wanted(bomb.name)) print(bomb, readAsArchive, worst);
    for (const test::FileBomb& bomb : test::documentBombs())
        if (wanted(bomb.name)) print(bomb, readAsDocument, worst);
    std::printf("%zu generators; the largest step %.1f, the longest time %.0f ms, the most memory %.1f MB\n",
                worst.generators, worst.step, worst.millis, worst.megabytes);
}
