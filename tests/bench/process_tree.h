// What a program and everything it started have used, from /proc. Linux only.
#pragma once

#include <sys/types.h>

namespace weir::bench {

struct TreeUse {
    double cpuMillis = 0;          // user and kernel mode, of ended children too
    double programMillis = 0;      // the same of the program itself
    double residentMegabytes = 0;  // of the program itself
    double allMegabytes = 0;       // of all processes, shared pages counted once
    int processes = 0;
};

TreeUse treeUse(pid_t root);

// Returns once the tree has used next to no CPU for two seconds: what it compiles in the background is done.
void waitUntilCalm(pid_t root);

}  // namespace weir::bench
