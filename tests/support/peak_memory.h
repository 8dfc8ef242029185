// How much memory something takes at most.
#pragma once

#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace weir::test {

// "VmRSS" or "VmHWM" of this process, in kilobytes.
inline long memoryOf(const std::string& field) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(field + ':')) return std::stol(line.substr(field.size() + 1));
    }
    return 0;
}

// Kilobytes that calling `run` adds to this process at its peak: called in a child, so that nothing that ran
// before hides it. Negative when the child does not end well. Not for programs with sanitizers, whose own
// memory is counted too.
template <class Run>
long peakKilobytes(Run run) {
    int ends[2];
    if (pipe(ends) != 0) return -1;
    const pid_t child = fork();
    if (child == 0) {
        malloc_trim(0);
        const long before = memoryOf("VmRSS");
        run();
        const long added = memoryOf("VmHWM") - before;
        _exit(write(ends[1], &added, sizeof added) == sizeof added ? 0 : 1);
    }
    close(ends[1]);
    long added = -1;
    if (read(ends[0], &added, sizeof added) != sizeof added) added = -1;
    close(ends[0]);
    int status = 1;
    waitpid(child, &status, 0);
    return status == 0 ? added : -1;
}

}  // namespace weir::test
