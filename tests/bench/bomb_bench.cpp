// What hostile mails cost: for each generator of tests/support/hostile_mail.h the time of reading everything
// of the mail of n, 2 n and 4 n, the larger step between them, the memory beyond the mail itself, and what
// was cut.
//
//   bomb_bench [PART_OF_A_NAME]
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>

#include "common/mail/message.h"
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

// The least of three: what else the machine does only adds.
double millis(const std::string& mail) {
    double least = 1e9;
    for (int i = 0; i < 3; ++i) {
        const double start = cpuMillis();
        readAll(mail);
        least = std::min(least, cpuMillis() - start);
    }
    return least;
}

}  // namespace

int main(int argc, char** argv) {
    readAll("Content-Type: x/y; name=x\r\n\r\nx");  // libmagic loads its database
    std::printf("%-58s %8s %8s %8s %8s %5s %7s  %s\n", "generator", "4n bytes", "ms n", "ms 2n", "ms 4n",
                "step", "peak MB", "cut");
    for (const test::MailBomb& bomb : test::mailBombs()) {
        if (argc > 1 && bomb.name.find(argv[1]) == std::string::npos) continue;
        double times[3];
        for (std::size_t i = 0; i < 3; ++i) times[i] = millis(bomb.make(bomb.n << i));
        const std::string largest = bomb.make(bomb.n * 4);
        const double step = std::max(times[1] / times[0], times[2] / times[1]);
        std::printf("%-58s %8zu %8.2f %8.2f %8.2f %5.1f %7.1f %s\n", bomb.name.c_str(), largest.size(),
                    times[0], times[1], times[2], step,
                    static_cast<double>(test::peakKilobytes([&] { readAll(largest); })) / 1024,
                    readAll(largest).c_str());
    }
}
